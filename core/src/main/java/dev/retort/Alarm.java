package dev.retort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends the waits of one thread when their time is over. Most end long before, as calls do, and the
 * next begins soon: so a wait that is over leaves its timer where it is, and when that fires it
 * looks whether there is a wait again, and until when. A million calls a second so set one timer in
 * five seconds.
 *
 * <p>The JDK's timed park costs a virtual thread several microseconds more than a plain one, even
 * if it is unparked long before.
 */
final class Alarm {
  /** While the thread does not wait. */
  private static final long NEVER = Long.MAX_VALUE;

  private static final VarHandle DEADLINE;
  private static final VarHandle TIMER;

  static {
    try {
      var lookup = MethodHandles.lookup();
      DEADLINE = lookup.findVarHandle(Alarm.class, "deadline", long.class);
      TIMER = lookup.findVarHandle(Alarm.class, "timer", Timer.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Timers timers;
  private final Thread sleeper;
  private final Receiver receiver;

  /**
   * When the present wait is to end, as {@link System#nanoTime} counts. The thread writes it and
   * looks at {@code timer} then, who fires does it the other way round.
   */
  private volatile long deadline = NEVER;

  /** The last one that was set and has not fired. */
  private volatile @Nullable Timer timer;

  Alarm(Timers timers, Thread sleeper, Receiver receiver) {
    this.timers = timers;
    this.sleeper = sleeper;
    this.receiver = receiver;
  }

  /** The thread is about to wait until {@code deadline}; false if that is over. */
  boolean set(long deadline) {
    this.deadline = deadline;
    return ensure(deadline);
  }

  /** The wait is over. */
  void off() {
    DEADLINE.setRelease(this, NEVER);
  }

  /** The thread will not wait again. */
  void end() {
    off();
    var pending = timer;
    if (pending != null) {
      timers.stop(pending);
    }
  }

  /** A timer of this alarm has fired. */
  void fired(Timer fired) {
    TIMER.compareAndSet(this, fired, null);
    long due = deadline;
    if (due == NEVER) {
      return;
    }
    boolean later;
    try {
      later = ensure(due);
    } catch (OutOfMemoryError e) {
      later = false; // the thread sets the timer itself
    }
    if (!later) {
      LockSupport.unpark(sleeper);
    }
  }

  /**
   * Sees to it that a timer fires at {@code deadline}, or before that and then sees to it; false if
   * it would be late.
   */
  private boolean ensure(long deadline) {
    var pending = timer;
    if (pending != null && timers.isBy(pending, deadline)) {
      return true;
    }
    if (timers.isDue(deadline)) {
      return false;
    }
    var next = timers.make(deadline, receiver);
    timer = next; // before it can fire
    timers.add(next, this);
    if (pending != null) {
      timers.stop(pending);
    }
    return true;
  }
}
