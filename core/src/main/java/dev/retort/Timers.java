package dev.retort;

import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The timers of a node, on one thread that only sends; made when the first timer is. */
final class Timers {
  private final Node node;
  private final String nodeName;
  private final Map<Ref, ScheduledFuture<?>> pending = new ConcurrentHashMap<>();
  private @Nullable ScheduledThreadPoolExecutor clock;
  private boolean closed;

  Timers(Node node, String nodeName) {
    this.node = node;
    this.nodeName = nodeName;
  }

  /** Sends {@code message} after {@code delay}. */
  Ref sendAfter(Dest to, Object message, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of 0 or more was expected, this is " + delay);
    }
    var ref = node.newRef();
    synchronized (pending) { // so that the timer cannot fire before it is in the table
      pending.put(
          ref, clock().schedule(() -> fire(ref, to, message), nanos(delay), TimeUnit.NANOSECONDS));
    }
    return ref;
  }

  private void fire(Ref ref, Dest to, Object message) {
    synchronized (pending) {
      if (pending.remove(ref) == null) {
        return;
      }
    }
    if (to instanceof LocalPid || (to instanceof Name name && name.node() == null)) {
      node.send(null, to, message);
    } else {
      // The way to another node may be blocked, and this thread has other timers.
      Thread.ofVirtual().name("retort-timer").start(() -> node.send(null, to, message));
    }
  }

  /** The time that was left; null if the timer has fired, or never was. */
  @Nullable Duration cancel(Ref ref) {
    ScheduledFuture<?> timer;
    synchronized (pending) {
      timer = pending.remove(ref);
    }
    if (timer == null) {
      return null;
    }
    var left = left(timer);
    timer.cancel(false);
    return left;
  }

  /** The time that is left; null if the timer has fired, or never was. */
  @Nullable Duration read(Ref ref) {
    var timer = pending.get(ref);
    return timer == null ? null : left(timer);
  }

  private static Duration left(ScheduledFuture<?> timer) {
    return Duration.ofNanos(Math.max(0, timer.getDelay(TimeUnit.NANOSECONDS)));
  }

  /** How many have not fired yet. */
  int pending() {
    return pending.size();
  }

  /** The length in nanoseconds, {@link Long#MAX_VALUE} where it is too long for them. */
  static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** When {@code after} from now is over, as {@link System#nanoTime} counts. */
  static long deadline(Duration after) {
    long nanos = nanos(after);
    long now = System.nanoTime();
    // MAX_VALUE stands for "never", and differences of nanoTime() must not overflow.
    return nanos > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : now + nanos;
  }

  private synchronized ScheduledThreadPoolExecutor clock() {
    if (closed) {
      throw new IllegalStateException("the node is closed");
    }
    if (clock == null) {
      clock =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("retort-timers-" + nodeName).factory());
      clock.setRemoveOnCancelPolicy(true);
    }
    return clock;
  }

  synchronized void close() {
    closed = true;
    if (clock != null) {
      clock.shutdownNow();
    }
  }
}
