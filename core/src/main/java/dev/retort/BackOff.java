package dev.retort;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a supervisor waits before it starts a child again: twice as long each time, until the
 * child has run for {@code longest}. OTP has none and starts it again at once.
 *
 * @param first the wait before the first restart; more than 0
 * @param longest no wait is longer; {@code first} or more
 * @param jitter how much of each wait is left to chance, from 0 (nothing) to 1 (all of it), so that
 *     children that failed together do not come back together
 */
public record BackOff(Duration first, Duration longest, double jitter) {
  /** The jitter where it is not said: between half of the wait and all of it. */
  public static final double JITTER = 0.5;

  public BackOff {
    Objects.requireNonNull(first, "the first wait");
    Objects.requireNonNull(longest, "the longest wait");
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "a first wait longer than 0 and a longest one that is not shorter were expected, these"
              + " are "
              + first
              + " and "
              + longest);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("a jitter from 0 to 1 was expected, this is " + jitter);
    }
  }

  /**
   * The wait before a restart.
   *
   * @param before how many there were before it without a long run between them
   */
  Duration wait(int before) {
    long nanos = Timers.nanos(longest);
    long doubled = Timers.nanos(first);
    for (int i = 0; i < before && doubled < nanos; i++) {
      doubled = doubled > nanos / 2 ? nanos : doubled * 2;
    }
    doubled = Math.min(doubled, nanos);
    return Duration.ofNanos(
        doubled - (long) (doubled * jitter * ThreadLocalRandom.current().nextDouble()));
  }
}
