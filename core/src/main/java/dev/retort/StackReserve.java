package dev.retort;

/**
 * Room on the stack for what must not be cut short by a {@link StackOverflowError}: a change of
 * another process's mailbox, or the wake-up of a thread, which would never wake again.
 */
final class StackReserve {
  /** For putting a process into a queue. */
  private static final int TO_QUEUE = 8;

  /** For waking a thread. */
  private static final int TO_WAKE = 16;

  /** For the signals of a process, which may end it and be told to others. */
  private static final int FOR_SIGNALS = 16;

  private StackReserve() {}

  /** Throws {@link StackOverflowError} here where less is left than queueing a process needs. */
  static void toQueue() {
    use(TO_QUEUE, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
  }

  /** Throws {@link StackOverflowError} here where less is left than waking a thread needs. */
  static void toWake() {
    use(TO_WAKE, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
  }

  /** Throws {@link StackOverflowError} here where less is left than signals need. */
  static void forSignals() {
    use(FOR_SIGNALS, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
  }

  /** Few and wide frames: more stack than the calls of the kernel and of the JDK below it. */
  private static long use(
      int frames,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g,
      long h,
      long i,
      long j,
      long k,
      long l,
      long m,
      long n,
      long o,
      long p,
      long q,
      long r,
      long s,
      long t) {
    return frames == 0
        ? a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t
        : a + use(frames - 1, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, a) + t;
  }
}
