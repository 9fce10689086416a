package dev.retort;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Counts what waits in the mailbox of one process, and does what its {@link MailboxLimit} says. */
final class Gauge {
  private final MailboxLimit limit;
  private final LocalPid pid;
  private final AtomicInteger count = new AtomicInteger();

  /** Senders that wait for room. */
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

  private volatile boolean alarmed;
  private volatile boolean closed;

  Gauge(MailboxLimit limit, LocalPid pid) {
    this.limit = limit;
    this.pid = pid;
  }

  /**
   * Asks for a place for one more message.
   *
   * @param from the process that sends it; null if it is none
   * @param canWait whether there is a sender who can be told or made to wait
   * @param deadline until when, as {@link System#nanoTime} counts
   * @return whether it may be put in
   * @throws MailboxFullException if the limit says so
   */
  boolean enter(
      LocalProcess receiver, @Nullable LocalProcess from, boolean canWait, long deadline) {
    int length = count.incrementAndGet();
    if (length > limit.capacity()) {
      switch (limit.overload()) {
        case DROP_NEWEST -> {
          count.decrementAndGet();
          return false;
        }
        case DROP_OLDEST -> {
          var dropped = receiver.dropOldest();
          if (dropped != null) {
            count.decrementAndGet();
            receiver.dropped(dropped);
          }
        }
        case REFUSE -> {
          count.decrementAndGet();
          if (from == null && !canWait) {
            return false;
          }
          throw new MailboxFullException(pid, limit.capacity());
        }
        case BLOCK -> {
          if (canWait && from != receiver) {
            count.decrementAndGet();
            if (!awaitRoom(from, deadline)) {
              return false;
            }
          }
        }
      }
    }
    if (length >= limit.highWaterMark() && !alarmed) {
      alarm(true);
    }
    return true;
  }

  /** Takes a place, waiting for it; false when the deadline has passed. */
  private boolean awaitRoom(@Nullable LocalProcess from, long deadline) {
    var runner = Runner.current();
    if (runner != null) {
      runner.letOthersRunInstead();
    }
    var self = Thread.currentThread();
    boolean interrupted = false;
    try {
      for (; ; ) {
        int now = count.get();
        if (closed || (now < limit.capacity() && count.compareAndSet(now, now + 1))) {
          return true;
        }
        long nanos = Timers.left(deadline);
        if (nanos <= 0) {
          return false;
        }
        waiting.add(self);
        if (!closed && count.get() >= limit.capacity()) {
          if (deadline == Long.MAX_VALUE) {
            LockSupport.park(this);
          } else {
            LockSupport.parkNanos(this, nanos);
          }
        }
        waiting.remove(self);
        interrupted |= Thread.interrupted();
        if (from != null) {
          from.checkEnded();
        }
      }
    } finally {
      wakeNext(); // whoever was woken for a place and leaves it, or leaves more, passes that on
      if (interrupted) {
        self.interrupt();
      }
    }
  }

  /** A message that the process must not miss has been put in. */
  void added() {
    count.incrementAndGet();
  }

  /** The process has taken a message. */
  void taken() {
    int left = count.decrementAndGet();
    wakeNext();
    if (alarmed && left <= limit.highWaterMark() / 2) {
      alarm(false);
    }
  }

  private void wakeNext() {
    if (count.get() < limit.capacity()) {
      LockSupport.unpark(waiting.poll());
    }
  }

  /** The process has ended. */
  void closed() {
    closed = true;
    for (Thread thread; (thread = waiting.poll()) != null; ) {
      LockSupport.unpark(thread);
    }
  }

  private void alarm(boolean begins) {
    synchronized (this) { // so that nobody is told of the end before the beginning
      if (alarmed == begins) {
        return;
      }
      alarmed = begins;
      if (limit.watcher() instanceof LocalPid local) {
        var process = local.process;
        if (process != null) {
          process.send(new LongMessageQueue(pid, begins));
        }
      }
    }
    if (begins) {
      pid.home.telemetry().mailboxAlarm(pid, null, count.get());
    }
    CrashReport.log(
        begins ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        begins
            ? "The mailbox of " + pid + " has reached " + limit.highWaterMark() + " messages"
            : "The mailbox of " + pid + " has come down to " + limit.highWaterMark() / 2);
  }
}
