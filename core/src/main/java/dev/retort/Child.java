package dev.retort;

import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A child of a supervisor, alive or not. Used by the supervisor's process only. */
@Shareable // with itself: a message to try again may carry it
final class Child {
  final ChildSpec spec;
  @Nullable Pid pid;

  /** Set while it is to be started again: an attempt has failed, or is not yet due. */
  boolean restarting;

  /** Where its supervisor waits before restarts; null for the first start. */
  private @Nullable Waits waits;

  private static final class Waits {
    int restarts;
    long since = System.nanoTime();
    @Nullable Ref timer;
  }

  Child(ChildSpec spec) {
    this.spec = spec;
  }

  /** The same child, whose next start is as another specification says. */
  Child with(ChildSpec other) {
    var child = new Child(other);
    child.pid = pid;
    child.restarting = restarting;
    child.waits = waits;
    return child;
  }

  /**
   * Starts it. A null pid is OTP's {@code ignore}.
   *
   * @param argument what the supervisor gives to start functions that want something
   * @return why it did not start; null if it did
   */
  @Nullable Object start(@Nullable Object argument) {
    try {
      var start = spec.start();
      var started =
          switch (start) {
            case WithArgument<?> with -> with.call(spec, argument);
            case ForeignStart foreign when argument != null -> foreign.with(argument).call();
            default -> start.call();
          };
      if (started != null) {
        check(started);
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

  private void check(Pid started) {
    if (!(started instanceof LocalPid local)) {
      throw new IllegalStateException(
          spec.describe()
              + ": a pid of this node was expected from its start function, not "
              + started);
    }
    var process = local.process;
    var self = Kernel.process("start");
    if (process == self) {
      throw new IllegalStateException(
          spec.describe()
              + ": the pid of a new process was expected from its start function, this is the"
              + " supervisor's own");
    }
    if (process != null && !self.isLinkedTo(started) && Kernel.alive(started)) {
      SupervisorReports.notLinked(this, started);
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

  boolean isTemporary() {
    return spec.restart() == Restart.TEMPORARY;
  }

  /** It does not run, and is not to be started again. */
  void rest() {
    pid = null;
    restarting = false;
    if (waits != null && waits.timer != null) {
      Kernel.cancelTimer(waits.timer);
      waits.timer = null;
    }
  }

  /** Has {@code attempt} sent to this process when it is time to start it again. */
  void startLater(BackOff backOff, Object attempt) {
    restarting = true;
    long now = System.nanoTime();
    if (waits == null || now - waits.since > Timers.nanos(backOff.longest())) {
      waits = new Waits();
    }
    var wait = backOff.wait(waits.restarts++);
    waits.since = now + Timers.nanos(wait);
    waits.timer = Kernel.sendAfter(Kernel.self(), attempt, wait);
  }

  /** How long it may take to end. */
  Duration shutdown() {
    return spec.shutdown();
  }
}
