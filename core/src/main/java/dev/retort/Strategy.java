package dev.retort;

import java.time.Duration;

/**
 * What a supervisor does when a child ends, and how often before it gives up: OTP's supervisor
 * flags. Immutable; made by {@link Supervisor#oneForOne()} and its kin.
 *
 * @param kind which children are started again together
 * @param maxRestarts how many restarts within {@code maxSeconds} are too many when one more comes;
 *     3 by default
 * @param within the time in which they are counted; 5 seconds by default
 */
public record Strategy(Kind kind, int maxRestarts, Duration within) {
  /** Which children are started again together. */
  public enum Kind {
    /** Only the one that ended. */
    ONE_FOR_ONE,
    /** All of them. */
    ONE_FOR_ALL,
    /** The one that ended and those started after it. */
    REST_FOR_ONE
  }

  public Strategy {
    if (maxRestarts < 0) {
      throw new IllegalArgumentException(
          "maxRestarts of 0 or more was expected, this is " + maxRestarts);
    }
    if (within.isNegative() || within.isZero()) {
      throw new IllegalArgumentException(
          "a time longer than 0 was expected for maxRestarts, this is " + within);
    }
  }

  static Strategy of(Kind kind) {
    return new Strategy(kind, 3, Duration.ofSeconds(5));
  }

  /**
   * The same strategy, which gives up when there are more than {@code count} restarts {@code
   * within}.
   */
  public Strategy maxRestarts(int count, Duration within) {
    return new Strategy(kind, count, within);
  }
}
