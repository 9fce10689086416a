package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import java.util.Objects;

/** Ends a behaviour's process from outside and waits for its end: {@code proc_lib:stop/3}. */
final class Stopping {
  private Stopping() {}

  static void stop(Dest named, Object reason) {
    ExitException.checked(reason);
    if (Runner.currentProcess() == null) {
      try {
        Node.current()
            .run(
                () -> {
                  stop(named, reason);
                  return Atom.OK;
                });
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      return;
    }
    var self = Kernel.process("stop");
    var server = Calls.lookUp(Objects.requireNonNull(named, "server"));
    if (server == null) {
      throw CallException.ofStop(Atom.NOPROC, named, reason);
    }
    if (Calls.isLocal(self.pid.home, server) && Calls.find(self.pid.home, server) == self) {
      throw CallException.ofStop(Calls.CALLING_SELF, server, reason);
    }
    var ref = Kernel.monitor(server);
    Calls.terminate(self, server, reason);
    var down = Objects.requireNonNull(self.awaitDown(ref, Long.MAX_VALUE));
    if (!down.reason().equals(reason)) {
      throw CallException.ofStop(down.reason(), server, reason);
    }
  }
}
