package dev.retort;

import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that runs processes on its stack, one after the other: from {@code next} (the
 * process made ready last by the one running here: warm cache, no wake-up) or from the shared
 * queue. It ends when there is nothing to do; another is started when there is.
 *
 * <p>A process that waits inside {@code receive}, a call or JDBC parks this thread with it; the
 * scheduler's standing successor takes the queue over.
 */
final class Runner implements Runnable {
  /** Turns after which the shared queue goes first, so that `next` starves nobody. */
  private static final int FAIRNESS = 64;

  private static final ThreadLocal<@Nullable Runner> CURRENT = new ThreadLocal<>();

  private final Scheduler scheduler;

  /** Set by this runner's process, taken by this runner or by the scheduler's watcher. */
  private final java.util.concurrent.atomic.AtomicReference<@Nullable LocalProcess> next =
      new java.util.concurrent.atomic.AtomicReference<>();

  /** How many turns it has run; read by the watcher. */
  volatile int turns;

  private int taken;

  /**
   * Messages that processes have taken out of their mailboxes here, for {@link
   * Scheduler#handled()}. Written by this thread alone; `turns`, which is volatile, publishes it.
   */
  long handled;

  private volatile @Nullable Thread thread;
  private @Nullable LocalProcess process;

  Runner(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** The runner that the calling thread is; null for any other thread. */
  static @Nullable Runner current() {
    return CURRENT.get();
  }

  /** The process that the calling thread runs; null for any other thread. */
  static @Nullable LocalProcess currentProcess() {
    var runner = CURRENT.get();
    return runner == null ? null : runner.process;
  }

  /** The process on the calling thread has taken a message out of its mailbox. */
  static void received() {
    var runner = CURRENT.get();
    if (runner != null) {
      runner.handled++;
    }
  }

  Scheduler scheduler() {
    return scheduler;
  }

  @Nullable Thread thread() {
    return thread;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    CURRENT.set(this);
    scheduler.mounted(this);
    try {
      for (LocalProcess ready; (ready = take()) != null; ) {
        scheduler.wakeSuccessorIfNeeded();
        process = ready;
        ready.activate(this);
        process = null;
        turns = ++taken;
      }
    } finally {
      scheduler.retired(this);
      letOthersRun(); // only after an error of the kernel's own
    }
  }

  private @Nullable LocalProcess take() {
    LocalProcess ready = null;
    if (turns % FAIRNESS == 0) {
      ready = scheduler.poll();
    }
    if (ready == null) {
      ready = takeNext();
    }
    if (ready == null) {
      ready = scheduler.poll();
    }
    return ready != null ? ready : scheduler.spinForWork();
  }

  private @Nullable LocalProcess takeNext() {
    return next.get() == null ? null : next.getAndSet(null);
  }

  /** Makes a process ready that the one running here has sent to. */
  void makeReady(LocalProcess ready) {
    var displaced = next.getAndSet(ready);
    if (displaced != null) {
      scheduler.offer(displaced);
    }
  }

  /**
   * Gives what waits in `next` to other runners: the process here is going to wait, or has for
   * long.
   */
  void letOthersRun() {
    var waiting = takeNext();
    if (waiting != null) {
      scheduler.offer(waiting);
    } else {
      scheduler.wakeSuccessorIfNeeded();
    }
  }

  boolean hasNext() {
    return next.get() != null;
  }

  void beforeWaiting() {
    scheduler.waiting(this);
  }

  void afterWaiting() {
    turns = ++taken;
    scheduler.resumed(this);
  }
}
