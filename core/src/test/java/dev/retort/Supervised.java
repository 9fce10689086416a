package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Supervisor.child;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import java.util.concurrent.Callable;

/** What tests of supervisors do as a process. */
final class Supervised {
  static final Atom BOOM = Atom.of("boom");

  private Supervised() {}

  /** Runs {@code test} as a process that traps exits, as Elixir's tests of supervisors do. */
  static void run(Body test) throws Exception {
    Callable<Atom> body =
        () -> {
          trapExit(true);
          test.run();
          return Atom.OK;
        };
    Node.current().run(body);
  }

  /** A child that waits for its end, and traps no exits. */
  static ChildSpec waiting(Object id) {
    return child(id, () -> spawnLink(Supervised::waitForEver));
  }

  static void waitForEver() {
    while (true) {
      receive();
    }
  }

  /** Ends a process; when this returns, its supervisor's next answer is one after that. */
  static void end(Pid pid, Object reason) {
    var ref = monitor(pid);
    exit(pid, reason);
    receive(ref, Down.class, down -> down.ref().equals(ref));
  }

  /** Why a process ends. */
  static Object endOf(Pid pid) {
    var ref = monitor(pid);
    return receive(ref, Down.class, down -> down.ref().equals(ref)).reason();
  }

  static Pid pidOf(Dest supervisor, Object id) {
    return Supervisor.whichChildren(supervisor).stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow()
        .pid();
  }
}
