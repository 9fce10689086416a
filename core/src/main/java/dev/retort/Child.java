package dev.retort;

import dev.retort.term.Pid;
import org.jspecify.annotations.Nullable;

/** A child of a supervisor, alive or not. Used by the supervisor's process only. */
@Shareable // with itself: a message to try again carries it
final class Child {
  final ChildSpec spec;
  @Nullable Pid pid;

  /** Set while it could not be started again and a next attempt is due. */
  boolean restarting;

  Child(ChildSpec spec) {
    this.spec = spec;
  }

  /**
   * Starts it. A null pid is OTP's {@code ignore}.
   *
   * @return why it did not start; null if it did
   */
  @Nullable Object start() {
    try {
      var started = spec.start().call();
      if (started != null && !(started instanceof LocalPid)) {
        throw new IllegalStateException(
            "child "
                + spec.id()
                + ": a pid of this node was expected from its start function, not "
                + started);
      }
      pid = started;
      restarting = false;
      return null;
    } catch (StartException e) {
      return e.reason();
    } catch (ExitException e) {
      return e.reason();
    } catch (ProcessEnded e) {
      throw e;
    } catch (Throwable e) { // an Error, too, is the child's failure and not the supervisor's
      return e;
    }
  }

  /** As {@code which_children} lists it. */
  ChildInfo info() {
    return new ChildInfo(spec.id(), pid, restarting, spec.type());
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
    pid = null; // whatever the shutdown takes
    restarting = false;
    Shutdown.of(running, spec.shutdown());
  }
}
