package dev.retort.shell;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What loops and methods typed at the prompt look at, so that Ctrl-C ends them even where they
 * never block. Called by the code of the prompt only; public since that has another class loader.
 *
 * <p>Static, since woven code has no other way to it; keyed by thread, so several shells of a JVM
 * do not meet.
 */
public final class StopCheck {
  private static final Set<Thread> STOPPED = ConcurrentHashMap.newKeySet();

  /** Whether the set has anything: one plain look for everybody who is not meant. */
  private static volatile boolean any;

  private StopCheck() {}

  /** Leaves the typed code of a thread that is to be stopped; does nothing on any other. */
  public static void check() {
    if (any && STOPPED.contains(Thread.currentThread())) {
      throw new Stopped();
    }
  }

  /** From now on {@code thread} leaves typed code at its next check. */
  static synchronized void stop(Thread thread) {
    STOPPED.add(thread);
    any = true;
  }

  /** The thread has left, or is about to run something else. */
  static synchronized void clear(Thread thread) {
    if (any) {
      STOPPED.remove(thread);
      any = !STOPPED.isEmpty();
    }
  }

  /**
   * Unwinds typed code. An Error, so that {@code catch (Exception e)} in a loop does not keep it.
   */
  static final class Stopped extends Error {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("stopped", null, false, false);
    }
  }
}
