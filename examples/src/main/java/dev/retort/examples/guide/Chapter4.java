package dev.retort.examples.guide;

import static dev.retort.Kernel.inspect;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;

import dev.retort.CallException;
import dev.retort.Down;
import dev.retort.Node;
import dev.retort.Supervisor;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;

/** A supervisor: what crashes is started again. */
final class Chapter4 {
  private Chapter4() {}

  static Pid start() {
    return Supervisor.start(
        oneForOne().maxRestarts(3, Duration.ofMinutes(1)),
        List.of(
            child("prices", Prices::startLink), child("feed", () -> Feed.startLink(Prices::add))));
  }

  /** Waits until the process has ended. */
  static Object awaitEnd(Dest process, Runnable cause) {
    var ref = monitor(process);
    cause.run();
    return receive(Down.class, down -> down.ref().equals(ref)).reason();
  }

  /** Feeds a line of which the feed crashes. */
  static void badLine() {
    try {
      Feed.line("ACME 99.50");
    } catch (CallException e) {
      println("No reply");
    }
  }

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              var supervisor = start();
              println(Feed.line("ACME 9950"));
              awaitEnd(Name.of("feed"), Chapter4::badLine);
              println(Supervisor.countChildren(supervisor).active() + " children");
              println(Feed.line("ACME 10020"));
              println(inspect(Prices.last("ACME", 10)));

              for (int i = 0; i < 2; i++) {
                awaitEnd(Name.of("feed"), Chapter4::badLine);
                println(Supervisor.countChildren(supervisor).active() + " children");
              }
              var reason = awaitEnd(supervisor, Chapter4::badLine);
              return println("The supervisor has ended: " + inspect(reason));
            });
  }
}
