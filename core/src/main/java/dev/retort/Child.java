package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A child of a supervisor, alive or not. Used by the supervisor's process only. */
final class Child {
  final ChildSpec spec;
  @Nullable Pid pid;

  /** Set while it could not be started again and a next attempt is due. */
  boolean restarting;

  Child(ChildSpec spec) {
    this.spec = spec;
  }

  /** Starts it; an exception says why not. A null pid is OTP's {@code ignore}. */
  void start() throws Exception {
    pid = spec.start().call();
    restarting = false;
    if (pid != null && !(pid instanceof LocalPid)) {
      throw new IllegalStateException(
          "child "
              + spec.id()
              + ": a pid of this node was expected from its start function, not "
              + pid);
    }
  }

  /** Whether the child is to be started again after ending with {@code reason}. */
  boolean restartsAfter(Object reason) {
    return switch (spec.restart()) {
      case PERMANENT -> true;
      case TRANSIENT -> !CrashReport.isNormal(reason);
      case TEMPORARY -> false;
    };
  }

  /** Ends it and waits for that: {@code supervisor:shutdown/1}. */
  void shutdown() {
    var running = pid;
    pid = null;
    restarting = false;
    if (running == null) {
      return;
    }
    var ref = Kernel.monitor(running);
    Kernel.unlink(running);
    if (!spec.shutdown().isZero()) {
      Kernel.exit(running, Atom.SHUTDOWN);
      if (awaitDown(ref, spec.shutdown())) {
        flushExit(running);
        return;
      }
    }
    Kernel.exit(running, Atom.KILL);
    awaitDown(ref, ChildSpec.INFINITY);
    flushExit(running);
  }

  private static boolean awaitDown(dev.retort.term.Ref ref, Duration within) {
    return Kernel.process("shutdown")
            .<Down>receive(
                message -> message instanceof Down down && down.ref().equals(ref) ? down : null,
                Timers.deadline(within))
        != null;
  }

  /** It may have ended by itself just before it was unlinked. */
  private static void flushExit(Pid ended) {
    Kernel.process("shutdown")
        .<Exit>receive(
            message -> message instanceof Exit exit && exit.from().equals(ended) ? exit : null,
            System.nanoTime());
  }
}
