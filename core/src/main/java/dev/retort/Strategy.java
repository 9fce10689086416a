package dev.retort;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor does when a child ends, and when it gives up: OTP's supervisor flags.
 * Immutable; made by {@link Supervisor#oneForOne()} and its kin.
 *
 * @param kind which children are started again together
 * @param maxRestarts how many restarts within {@code within} are allowed: one more, and the
 *     supervisor ends with {@code shutdown}; 3 by default
 * @param within the time in which they are counted; 5 seconds by default
 * @param autoShutdown whether it ends with its significant children; never by default
 * @param backOff how long it waits before a restart; null, the default, for not at all
 * @param maxChildren how many children a {@link DynamicSupervisor} may have at a time; no limit by
 *     default. Others take none
 * @param extraArgument what a {@link DynamicSupervisor} gives to the start functions of its
 *     children; null, the default, for nothing. Others take none
 */
public record Strategy(
    Kind kind,
    int maxRestarts,
    Duration within,
    AutoShutdown autoShutdown,
    @Nullable BackOff backOff,
    int maxChildren,
    @Shareable @Nullable Object extraArgument) {
  /** Which children are started again together. */
  public enum Kind {
    /** Only the one that ended. */
    ONE_FOR_ONE,
    /** All of them. */
    ONE_FOR_ALL,
    /** The one that ended and those started after it. */
    REST_FOR_ONE
  }

  static final int UNLIMITED = Integer.MAX_VALUE;

  public Strategy {
    Objects.requireNonNull(kind, "which children are started again together");
    Objects.requireNonNull(within, "the time in which restarts are counted");
    Objects.requireNonNull(autoShutdown, "whether it ends with its significant children");
    if (maxRestarts < 0) {
      throw new IllegalArgumentException(
          "maxRestarts of 0 or more was expected, this is " + maxRestarts);
    }
    if (within.isNegative() || within.isZero()) {
      throw new IllegalArgumentException(
          "a time longer than 0 was expected for maxRestarts, this is " + within);
    }
    if (maxChildren < 0) {
      throw new IllegalArgumentException(
          "maxChildren of 0 or more was expected, this is " + maxChildren);
    }
  }

  static Strategy of(Kind kind) {
    return new Strategy(kind, 3, Duration.ofSeconds(5), AutoShutdown.NEVER, null, UNLIMITED, null);
  }

  /**
   * The same strategy, which gives up when there are more than {@code count} restarts {@code
   * within}. An attempt to start a child again that fails counts, too. {@code max_restarts} and
   * {@code max_seconds}.
   */
  public Strategy maxRestarts(int count, Duration within) {
    return new Strategy(kind, count, within, autoShutdown, backOff, maxChildren, extraArgument);
  }

  /** The same strategy, with which the supervisor ends when {@code when} says. */
  public Strategy autoShutdown(AutoShutdown when) {
    return new Strategy(kind, maxRestarts, within, when, backOff, maxChildren, extraArgument);
  }

  /**
   * The same strategy, which waits before it starts a child again: {@code first}, then twice as
   * long each time up to {@code longest}, until the child has run for that long; up to half of each
   * wait is left out, by chance. While it waits, the supervisor answers requests and lists the
   * child as restarting. With {@link Supervisor#oneForAll} and {@link Supervisor#restForOne} the
   * children that go with it are stopped at once.
   *
   * <pre>{@code
   * var patient = Supervisor.oneForOne()
   *     .maxRestarts(20, Duration.ofMinutes(5))
   *     .backOff(Duration.ofMillis(100), Duration.ofSeconds(30));
   * }</pre>
   *
   * <p>Restarts count as ever: where a child is to be started again for longer than five seconds,
   * allow as many as come in the time.
   *
   * @throws IllegalArgumentException if {@code first} is not longer than 0, or {@code longest} is
   *     shorter than that
   */
  public Strategy backOff(Duration first, Duration longest) {
    return backOff(new BackOff(first, longest, BackOff.JITTER));
  }

  /** As {@link #backOff(Duration, Duration)}, with a jitter of your own; null for no wait. */
  public Strategy backOff(@Nullable BackOff backOff) {
    return new Strategy(
        kind, maxRestarts, within, autoShutdown, backOff, maxChildren, extraArgument);
  }

  /**
   * The same strategy for a {@link DynamicSupervisor} that has {@code count} children at most,
   * those that are about to be restarted included: starting one more fails with {@code
   * max_children}.
   */
  public Strategy maxChildren(int count) {
    return new Strategy(kind, maxRestarts, within, autoShutdown, backOff, count, extraArgument);
  }

  /**
   * The same strategy for a {@link DynamicSupervisor} that gives {@code argument} to the start
   * functions of the children that want it: {@link DynamicSupervisor#child}. Functions by which
   * other nodes start children get it before their own arguments. {@code extra_arguments}.
   */
  public Strategy extraArgument(Object argument) {
    Objects.requireNonNull(argument, "the extra argument");
    return new Strategy(kind, maxRestarts, within, autoShutdown, backOff, maxChildren, argument);
  }
}
