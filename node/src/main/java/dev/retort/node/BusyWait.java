package dev.retort.node;

import java.util.function.LongSupplier;

/**
 * Whether who waits for the other side looks again for a moment before it sleeps: between processes
 * that talk, an answer comes sooner than the kernel wakes a thread. BEAM's schedulers do so, too
 * ({@code +sbwt}).
 *
 * <p>It looks only where the last wait was short, and gives way to threads that want the processor.
 * If one keeps it, looking costs more than sleeping: then it sleeps for a while. Used by one thread
 * at a time.
 */
final class BusyWait {
  private static final boolean HAS_PROCESSORS = Runtime.getRuntime().availableProcessors() > 1;

  /** How long it looks. */
  private static final long LIMIT_NANOS = 40_000;

  /** Who has looked for so long has not had the processor. */
  private static final long LOST_NANOS = 4 * LIMIT_NANOS;

  /** After so many waits it tries again, at first and at most. */
  private static final int SHORTEST_REST = 64;

  private static final int LONGEST_REST = 4096;

  private final LongSupplier nanoTime;
  private long begun;
  private boolean isSoon;
  private int rest;
  private int nextRest = SHORTEST_REST;

  BusyWait() {
    this(System::nanoTime);
  }

  BusyWait(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Begins to wait.
   *
   * @param converses whether what comes is the answer to something
   * @return whether to look again before sleeping
   */
  boolean begin(boolean converses) {
    begun = nanoTime.getAsLong();
    if (!converses || !isSoon || !HAS_PROCESSORS) {
      return false;
    }
    if (rest > 0) {
      rest--;
      return false;
    }
    return true;
  }

  /** Nothing was there: lets others run; whether to look once more. */
  @SuppressWarnings("ThreadPriorityCheck") // others may have more to do
  boolean isWorthwhile() {
    Thread.yield();
    long looked = nanoTime.getAsLong() - begun;
    if (looked > LOST_NANOS) {
      rest = nextRest;
      nextRest = Math.min(2 * nextRest, LONGEST_REST);
    }
    return looked < LIMIT_NANOS;
  }

  /** It has come while it looked. */
  void hasFound() {
    nextRest = Math.max(SHORTEST_REST, nextRest - 1);
  }

  /** The wait is over; it slept. */
  void hasSlept() {
    isSoon = nanoTime.getAsLong() - begun < LIMIT_NANOS;
  }
}
