package dev.retort;

import dev.retort.spi.Distribution;
import java.util.function.Consumer;

/**
 * The platform threads that run runners' virtual threads. They are the JVM's own ({@link
 * JdkCarriers}), or, where the JVM lets us have virtual threads on threads of our choice, ours
 * ({@link OwnCarriers}): then a process that blocks in {@code receive} or a call hands over to the
 * next in 0.2 µs instead of 1 to 5 µs.
 */
abstract class Carriers {
  /** Those of this JVM, for all its nodes. */
  static final Carriers INSTANCE = make();

  private static Carriers make() {
    var threads = OwnThreads.find();
    return threads == null ? new JdkCarriers() : new OwnCarriers(threads);
  }

  /** Starts a virtual thread on them. */
  abstract void start(String name, Runnable task);

  /**
   * Runs a task that never blocks, once those have had a turn who wait for one now. Any thread; a
   * task of a process's is not worth waking another carrier for.
   */
  abstract void later(Runnable task);

  /** A thread that has not been started, see {@link Distribution.Host#lendingThread}. */
  abstract Thread lendingThread(String name, Consumer<Distribution.Lender> task, Runnable relief);

  /** Adds carriers to one for each processor, or takes some of those back. Any thread. */
  abstract void change(int by);

  /**
   * Called by the watchers every millisecond or so while there are busy runners.
   *
   * @param wanted whether some thread waits for a carrier, or should not have to
   */
  abstract void look(boolean wanted);

  /** Whether a thread may be waiting for the carrier that the caller is on. */
  abstract boolean hasWaiting();

  /** How often a thread that waits should look again before it parks. */
  abstract int spins();
}
