package dev.retort.examples.guide;

import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;

import dev.retort.Node;
import dev.retort.term.Pid;

/** Processes and messages: an alert waits for a price. */
final class Chapter1 {
  private Chapter1() {}

  /** Waits until the share costs {@code limit} or more, tells the customer, and ends. */
  static void watch(String symbol, int limit, Pid customer) {
    while (true) {
      switch (receive()) {
        case Price(var share, var cents) when share.equals(symbol) && cents >= limit -> {
          send(customer, new Reached(symbol, cents));
          return;
        }
        default -> println("Nothing to tell");
      }
    }
  }

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              var me = self();
              var alert = spawn(() -> watch("ACME", 10_000, me));
              send(alert, new Price("ACME", 9_950));
              send(alert, new Price("INITECH", 12_000));
              send(alert, new Price("ACME", 10_020));
              return println(receive(Reached.class));
            });
  }
}
