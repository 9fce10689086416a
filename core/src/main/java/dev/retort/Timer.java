package dev.retort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One timer, which is its own reference: whoever has the reference needs no table to find the
 * timer.
 *
 * <p>It holds its message until somebody takes it, the clock to send it or a process to cancel the
 * timer; only one can, so that a timer is either cancelled or fires. A reference that is kept for
 * longer holds nothing else.
 */
final class Timer extends LocalRef {
  /** Two timers fire in the order of their expiry, and then in the order in which they were set. */
  static final Comparator<Timer> ORDER =
      (one, other) ->
          one.due != other.due
              ? Long.compare(one.due, other.due)
              : Long.compare(one.number, other.number);

  private static final VarHandle MESSAGE;

  static {
    try {
      MESSAGE = MethodHandles.lookup().findVarHandle(Timer.class, "message", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** When it is to fire, as the node's {@link Timers#now} counts. */
  final long due;

  final Receiver receiver;

  /** Null once the timer has fired, or never will. */
  private volatile @Nullable Object message;

  // Guarded by the receiver's wheel: the list of its slot and that of its receiver.
  @Nullable Timer next;
  @Nullable Timer previous = this; // in no list yet
  @Nullable Timer nextOfReceiver;
  @Nullable Timer previousOfReceiver;

  Timer(Node home, long due, Receiver receiver) {
    super(home, home.newRefNumber());
    this.due = due;
    this.receiver = receiver;
  }

  /** Gives it its message; before it is in the wheel. */
  void give(Object message) {
    MESSAGE.set(this, message); // published by the wheel's lock
  }

  /** Takes the message out; null if somebody else has. Any thread. */
  @Nullable Object take() {
    return MESSAGE.getAndSet(this, null);
  }

  /** Whether it may still fire. Any thread. */
  boolean isPending() {
    return message != null;
  }

  /** The first tick at which it is not too early. */
  long tick() {
    return Math.ceilDiv(due, TimerWheel.TICK_NANOS);
  }
}
