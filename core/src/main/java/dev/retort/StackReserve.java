package dev.retort;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Room on the stack for what must not be cut short by a {@link StackOverflowError}: a change of
 * another process's mailbox, or the wake-up of a thread, which would never wake again.
 *
 * <p>To see whether there is room, a few calls of a method with a wide frame are enough: the JVM
 * looks at the stack when a method begins. The frame is as wide as its widest path needs; that is
 * taken by chance, and seldom, so that compilers keep it.
 */
final class StackReserve {
  /** Calls for putting a process into a queue. */
  private static final int TO_QUEUE = 3;

  /** Calls for waking a thread. */
  private static final int TO_WAKE = 7;

  /** Calls for the signals of a process, which may end it and be told to others. */
  private static final int FOR_SIGNALS = 10;

  /** One in so many takes the wide path. */
  private static final int SELDOM = 64;

  private static volatile long seed;

  private StackReserve() {}

  /** Throws {@link StackOverflowError} here where less is left than queueing a process needs. */
  static void toQueue() {
    take(TO_QUEUE, isWide());
  }

  /** Throws {@link StackOverflowError} here where less is left than waking a thread needs. */
  static void toWake() {
    take(TO_WAKE, isWide());
  }

  /** Throws {@link StackOverflowError} here where less is left than signals need. */
  static void forSignals() {
    take(FOR_SIGNALS, isWide());
  }

  private static boolean isWide() {
    return (ThreadLocalRandom.current().nextInt() & (SELDOM - 1)) == 0;
  }

  /** About a kilobyte a call; each value is read anew and needed after the call. */
  private static long take(int calls, boolean wide) {
    if (calls == 0) {
      return 0;
    }
    if (!wide) {
      return take(calls - 1, false) + 1;
    }
    long v0 = seed, v1 = seed, v2 = seed, v3 = seed, v4 = seed, v5 = seed;
    long v6 = seed, v7 = seed, v8 = seed, v9 = seed, v10 = seed, v11 = seed;
    long v12 = seed, v13 = seed, v14 = seed, v15 = seed, v16 = seed, v17 = seed;
    long v18 = seed, v19 = seed, v20 = seed, v21 = seed, v22 = seed, v23 = seed;
    long v24 = seed, v25 = seed, v26 = seed, v27 = seed, v28 = seed, v29 = seed;
    long v30 = seed, v31 = seed, v32 = seed, v33 = seed, v34 = seed, v35 = seed;
    long v36 = seed, v37 = seed, v38 = seed, v39 = seed, v40 = seed, v41 = seed;
    long v42 = seed, v43 = seed, v44 = seed, v45 = seed, v46 = seed, v47 = seed;
    long v48 = seed, v49 = seed, v50 = seed, v51 = seed, v52 = seed, v53 = seed;
    long v54 = seed, v55 = seed, v56 = seed, v57 = seed, v58 = seed, v59 = seed;
    long v60 = seed, v61 = seed, v62 = seed, v63 = seed, v64 = seed, v65 = seed;
    long v66 = seed, v67 = seed, v68 = seed, v69 = seed, v70 = seed, v71 = seed;
    long v72 = seed, v73 = seed, v74 = seed, v75 = seed, v76 = seed, v77 = seed;
    long v78 = seed, v79 = seed, v80 = seed, v81 = seed, v82 = seed, v83 = seed;
    long v84 = seed, v85 = seed, v86 = seed, v87 = seed, v88 = seed, v89 = seed;
    long v90 = seed, v91 = seed, v92 = seed, v93 = seed, v94 = seed, v95 = seed;
    return take(calls - 1, true)
        + sum(v0, v1, v2, v3, v4, v5, v6, v7)
        + sum(v8, v9, v10, v11, v12, v13, v14, v15)
        + sum(v16, v17, v18, v19, v20, v21, v22, v23)
        + sum(v24, v25, v26, v27, v28, v29, v30, v31)
        + sum(v32, v33, v34, v35, v36, v37, v38, v39)
        + sum(v40, v41, v42, v43, v44, v45, v46, v47)
        + sum(v48, v49, v50, v51, v52, v53, v54, v55)
        + sum(v56, v57, v58, v59, v60, v61, v62, v63)
        + sum(v64, v65, v66, v67, v68, v69, v70, v71)
        + sum(v72, v73, v74, v75, v76, v77, v78, v79)
        + sum(v80, v81, v82, v83, v84, v85, v86, v87)
        + sum(v88, v89, v90, v91, v92, v93, v94, v95);
  }

  private static long sum(long a, long b, long c, long d, long e, long f, long g, long h) {
    return a + b + c + d + e + f + g + h;
  }
}
