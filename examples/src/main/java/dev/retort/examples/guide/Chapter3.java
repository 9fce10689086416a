package dev.retort.examples.guide;

import static dev.retort.Kernel.inspect;
import static dev.retort.Kernel.println;

import dev.retort.CallException;
import dev.retort.GenServer;
import dev.retort.Node;

/** A server: a process that keeps a state and answers requests. */
final class Chapter3 {
  private Chapter3() {}

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              Prices.startLink();
              Prices.add(new Price("ACME", 9_950));
              Prices.add(new Price("ACME", 10_020));
              println(inspect(Prices.last("ACME", 1)));
              println(inspect(Prices.last("ACME", 10)));
              println(inspect(Prices.last("HOOLI", 10)));

              GenServer.stop("prices");
              try {
                return Prices.last("ACME", 1);
              } catch (CallException e) {
                return println(e.getMessage());
              }
            });
  }
}
