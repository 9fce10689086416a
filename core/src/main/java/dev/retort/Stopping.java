package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import java.time.Duration;
import java.util.Objects;

/** Ends a behaviour's process from outside and waits for its end: {@code proc_lib:stop/3}. */
final class Stopping {
  private Stopping() {}

  static void stop(Dest named, Object reason, Duration timeout) {
    Objects.requireNonNull(named, "server: a pid or a name was expected");
    ExitException.checked(reason);
    long deadline = Timers.deadline(timeout);
    Calls.inProcess("stop", self -> stop(self, named, reason, timeout, deadline));
  }

  private static Atom stop(
      LocalProcess self, Dest named, Object reason, Duration timeout, long deadline) {
    var server = Calls.lookUp(named);
    if (server == null) {
      throw CallException.ofStop(Atom.NOPROC, named, reason, timeout);
    }
    if (Calls.isLocal(self.pid.home, server) && Calls.find(self.pid.home, server) == self) {
      throw CallException.ofStop(Calls.CALLING_SELF, server, reason, timeout);
    }
    var ref = Kernel.monitor(server);
    Calls.terminate(self, server, reason);
    var down = self.awaitDown(ref, deadline);
    if (down == null && Kernel.demonitorFlush(ref)) {
      throw CallException.ofStop(Atom.TIMEOUT, server, reason, timeout);
    }
    if (down != null && !isIt(down.reason(), reason)) {
      throw CallException.ofStop(down.reason(), server, reason, timeout);
    }
    return Atom.OK;
  }

  /** Whether it has ended with the reason given, of which another node knows the term. */
  private static boolean isIt(Object how, Object reason) {
    return how.equals(reason) || how.equals(SystemLoop.term(reason));
  }
}
