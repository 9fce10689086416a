package dev.retort.examples;

import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawnMonitor;

import dev.retort.Down;
import dev.retort.Node;
import java.util.List;

/** A process waits for a message and does what fits it: Erlang's {@code receive} as a switch. */
final class Greeting {
  record Hello(String name) {}

  record Goodbye(String name) {}

  private Greeting() {}

  /** What the process runs. It ends after one message. */
  static void greet() {
    switch (receive()) {
      case Hello(var name) -> println("Hello " + name);
      case Goodbye(var name) -> println("Goodbye " + name);
      default -> println("I don't understand");
    }
  }

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              for (var message : List.of(new Hello("John"), new Goodbye("John"), "How are you?")) {
                var greeter = spawnMonitor(Greeting::greet);
                send(greeter.pid(), message);
                receive(Down.class); // its end, which the monitor tells
              }
              return "done";
            });
  }
}
