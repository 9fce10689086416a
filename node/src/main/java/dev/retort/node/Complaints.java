package dev.retort.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a log says of strangers, who could fill it: so many lines a second, the rest is counted. Any
 * thread.
 */
final class Complaints {
  private static final int MOST = 10;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Logger log;
  private final LongSupplier clock;

  // Guarded by this.
  private long begin;
  private int lines;
  private long dropped;

  Complaints(Logger log) {
    this(log, System::nanoTime);
  }

  /**
   * @param clock counts nanoseconds
   */
  Complaints(Logger log, LongSupplier clock) {
    this.log = log;
    this.clock = clock;
    this.begin = clock.getAsLong();
  }

  void log(Level level, String text) {
    if (!log.isLoggable(level)) {
      return;
    }
    long before;
    synchronized (this) {
      long now = clock.getAsLong();
      if (now - begin >= SECOND) {
        begin = now;
        lines = 0;
      }
      if (lines == MOST) {
        dropped++;
        return;
      }
      lines++;
      before = dropped;
      dropped = 0;
    }
    log.log(
        level, before == 0 ? text : text + " (" + before + " lines before this one were left out)");
  }
}
