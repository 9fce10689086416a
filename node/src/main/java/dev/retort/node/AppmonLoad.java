package dev.retort.node;

import dev.retort.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * How busy the node is, from 0 to 16, as {@code appmon} draws it: of the CPU time since the last
 * look and of the processes that wait for a turn.
 */
final class AppmonLoad {
  private static final long MOST = 16;

  private final NodeCounters counters;
  private long wallClock;
  private long runtime;

  AppmonLoad(NodeCounters counters) {
    this.counters = counters;
  }

  /** {@code {Before, Now}}, where a change is followed slowly. */
  Tuple next(@Nullable Object told) {
    long now = now();
    if (!(told instanceof Tuple last) || !(last.get(1) instanceof Long before)) {
      return Tuple.of(0L, now);
    }
    return Tuple.of(before, Math.abs(now - before) < 3 ? now : (2 * now + before) / 3);
  }

  private long now() {
    long wallClockNow = counters.uptime();
    long runtimeNow = counters.cpuMillis();
    double passed = Math.max(1, wallClockNow - wallClock);
    double share = (runtimeNow - runtime) / passed + counters.runQueue() / 6.0;
    wallClock = wallClockNow;
    runtime = runtimeNow;
    return Math.min(MOST, (long) (MOST * Math.sqrt(Math.abs(share) / 0.9)));
  }
}
