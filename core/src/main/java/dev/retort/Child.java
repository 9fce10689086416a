package dev.retort;

import dev.retort.term.Pid;
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
    var shutdown = prepareShutdown();
    shutdown.begin();
    shutdown.await();
  }

  /** It is not running any more for its supervisor, whatever the shutdown takes. */
  Shutdown prepareShutdown() {
    var running = pid;
    pid = null;
    restarting = false;
    return new Shutdown(running, spec.shutdown());
  }
}
