package dev.retort.examples.guide;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.trapExit;

import dev.retort.Down;
import dev.retort.Exit;
import dev.retort.Node;
import dev.retort.term.Pid;

/** Crashes: who hears of them, and who goes down with them. */
final class Chapter2 {
  private Chapter2() {}

  /** Makes prices of lines, and sends them on. */
  static void read(Pid customer) {
    while (true) {
      send(customer, Price.parse(receive(String.class)));
    }
  }

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              var me = self();

              var reader = spawn(() -> read(me));
              var ref = monitor(reader);
              send(reader, "ACME 9950");
              send(reader, "ACME 99.50");
              println(receive(Price.class));
              var down = receive(Down.class, d -> d.ref().equals(ref));
              println("Down: " + down.reason().getClass());

              trapExit(true);
              var linked = spawnLink(() -> read(me));
              send(linked, "no price");
              var exit = receive(Exit.class, e -> e.from().equals(linked));
              return println("Exit: " + exit.reason().getClass());
            });
  }
}
