package dev.retort;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread that fires a node's timers. It sleeps until the first is due, however long that is,
 * and ends a while after there is none; the next timer starts another.
 *
 * <p>It is a platform thread, which the operating system wakes in time even while processes that
 * compute keep all carriers of virtual threads busy.
 */
final class TimerThread implements Runnable {
  private static final System.Logger LOG = System.getLogger(TimerThread.class.getName());

  /** How long it waits for another timer before it ends. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final LongSupplier now;
  private final LongSupplier fireDue;

  /**
   * When it will look at the timers again, at the latest; {@link TimerWheel#NEVER} from before it
   * looks until it knows. Who sets a timer that is due before puts it in the wheel first and lowers
   * this then; so a timer that the thread has not seen is in here.
   */
  private final AtomicLong wakeAt = new AtomicLong(TimerWheel.NEVER);

  /**
   * Whether whoever lowers {@code wakeAt} has to wake the thread. The thread sets this and reads
   * {@code wakeAt} then, the other lowers {@code wakeAt} and reads this then; both are volatile.
   */
  private volatile boolean asleep = true;

  // Guarded by this.
  private @Nullable Thread thread;
  private boolean closed;

  /**
   * @param now the time in nanoseconds
   * @param fireDue fires the timers that are due and says when the next one is, or {@link
   *     TimerWheel#NEVER}
   */
  TimerThread(String nodeName, LongSupplier now, LongSupplier fireDue) {
    this.name = "retort-timers-" + nodeName;
    this.now = now;
    this.fireDue = fireDue;
  }

  /** A timer has been set that is due at {@code time}. Any thread. */
  void wakeBy(long time) {
    for (long planned = wakeAt.get(); time < planned; planned = wakeAt.get()) {
      if (wakeAt.compareAndSet(planned, time)) {
        if (asleep) {
          wake();
        }
        return;
      }
    }
  }

  private synchronized void wake() {
    if (thread != null) {
      LockSupport.unpark(thread);
    } else if (!closed) {
      try {
        thread =
            Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .start(this);
      } catch (Throwable e) { // no memory for a thread: who sets the next timer tries again
        wakeAt.set(TimerWheel.NEVER);
        throw e;
      }
    }
  }

  synchronized void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    do {
      asleep = false;
      wakeAt.set(TimerWheel.NEVER);
      wakeBy(fire());
      asleep = true;
      long time = wakeAt.get();
      long nanos = time == TimerWheel.NEVER ? LINGER_NANOS : time - now.getAsLong();
      if (nanos > 0) {
        LockSupport.parkNanos(this, nanos);
        Thread.interrupted(); // means nothing here, and would keep it from parking again
      }
    } while (!endsNow());
  }

  private long fire() {
    try {
      return fireDue.getAsLong();
    } catch (Throwable e) { // out of memory, most likely: later there may be some
      LOG.log(Level.ERROR, "timers are late", e);
      return now.getAsLong() + LINGER_NANOS;
    }
  }

  private synchronized boolean endsNow() {
    boolean ends = closed || wakeAt.get() == TimerWheel.NEVER;
    if (ends) {
      thread = null;
    }
    return ends;
  }
}
