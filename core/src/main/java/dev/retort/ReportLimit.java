package dev.retort;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps a node in which everything crashes from doing nothing but write about it: so many reports a
 * second, the rest is counted. OTP's {@code burst_limit_enable}, with OTP's numbers. Any thread.
 *
 * <p>Whoever is first in a new second says how many were dropped in the last ones. The counts are
 * exact as long as nobody stops for a second between two lines here; then they are off by a few.
 */
final class ReportLimit {
  /** The system property that says how many; 0 for no limit. */
  static final String PROPERTY = "dev.retort.reports.perSecond";

  private static final int OF_OTP = 500;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int most;
  private final LongSupplier clock;
  private final AtomicInteger inThisSecond = new AtomicInteger();
  private volatile long begin;

  /**
   * @param most how many in a second; 0 or less for no limit
   * @param clock counts nanoseconds
   */
  ReportLimit(int most, LongSupplier clock) {
    this.most = most;
    this.clock = clock;
    begin = clock.getAsLong();
  }

  static ReportLimit ofProperty() {
    return new ReportLimit(Integer.getInteger(PROPERTY, OF_OTP), System::nanoTime);
  }

  int most() {
    return most;
  }

  /** Whether there is room for one more; {@code dropped} is told of those for which was none. */
  boolean admits(LongConsumer dropped) {
    if (most <= 0) {
      return true;
    }
    long now = clock.getAsLong();
    if (now - begin >= SECOND) {
      int before = 0;
      synchronized (this) {
        if (now - begin >= SECOND) {
          begin = now;
          before = inThisSecond.getAndSet(0);
        }
      }
      if (before > most) {
        dropped.accept(before - most);
      }
    }
    return inThisSecond.incrementAndGet() <= most;
  }
}
