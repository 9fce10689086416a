package dev.retort;

import java.util.ArrayDeque;

/** Counts a supervisor's restarts: {@code supervisor:add_restart/1}. */
final class RestartIntensity {
  private final int max;
  private final long withinNanos;
  private final ArrayDeque<Long> restarts = new ArrayDeque<>();

  RestartIntensity(Strategy strategy) {
    this.max = strategy.maxRestarts();
    this.withinNanos = Timers.nanos(strategy.within());
  }

  /** Counts a restart; whether it was one too many. */
  boolean exceeded() {
    long now = System.nanoTime();
    restarts.addLast(now);
    while (now - restarts.getFirst() > withinNanos) {
      restarts.removeFirst();
    }
    return restarts.size() > max;
  }
}
