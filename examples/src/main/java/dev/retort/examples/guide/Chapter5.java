package dev.retort.examples.guide;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.inspect;
import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;

import dev.retort.DynamicSupervisor;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import java.util.List;

/** Processes that come and go: an alert for each customer, and tasks that may take too long. */
final class Chapter5 {
  private Chapter5() {}

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              PriceAlerts.startLink();
              println(inspect(Exchanges.ask("ACME", List.of("london", "atlantis", "paris"))));

              var alert = PriceAlerts.watch("ACME", 10_000, self());
              PriceAlerts.watch("ACME", 20_000, self());
              Chapter4.awaitEnd(alert, () -> exit(alert, Atom.KILL));
              println(DynamicSupervisor.countChildren(Name.of("alerts")).active() + " alerts wait");

              Feed.line("ACME 9950");
              Feed.line("ACME 10020");
              println(receive(Reached.class));
              return println(PriceAlerts.told() + " was told");
            });
  }
}
