package dev.retort;

import dev.retort.spi.Distribution;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A thread of the distribution's, which runs the processes that it has woken instead of waking a
 * carrier for them. To wake one takes longer than most processes need for their answer.
 */
final class LendingThread extends Thread implements Distribution.Lender {
  private static final System.Logger LOG = System.getLogger(LendingThread.class.getName());

  /** For how long it takes turns; what is left then is the carriers'. */
  private static final long LENT_NANOS = 100_000;

  /**
   * A carrier that is woken goes on with what is ready by then: one is enough for so many turns.
   */
  private static final int TURNS_OF_A_BATCH = 16;

  /** Null where the carriers are the JVM's: then it lends nothing. */
  private final @Nullable OwnCarriers carriers;

  private final Consumer<Distribution.Lender> task;
  private final Runnable relief;

  // This thread's own.
  private boolean lends;

  /** How many turns of a batch were left to carriers; negative where there is no batch. */
  private int gathered = -1;

  private boolean unparksRunner;
  private @Nullable Runnable kept;

  /** Odd while it runs turns. */
  private volatile int rounds;

  // The watchers' own.
  private int seenRounds;
  private int relievedRounds;

  LendingThread(
      @Nullable OwnCarriers carriers,
      String name,
      Consumer<Distribution.Lender> task,
      Runnable relief) {
    super(null, null, name, 0, false);
    this.carriers = carriers;
    this.task = task;
    this.relief = relief;
    setDaemon(true);
  }

  @Override
  public void run() {
    if (carriers == null) {
      task.accept(this);
      return;
    }
    carriers.lends(this, true);
    try {
      task.accept(this);
    } finally {
      carriers.lends(this, false);
    }
  }

  @Override
  public void begin(boolean lends) {
    if (carriers != null) {
      this.lends = lends;
      gathered = 0;
    }
  }

  /**
   * Unparks a runner, which a lending thread may then run itself: while it runs there, a watcher
   * looks after it.
   */
  static void unparkRunner(@Nullable Thread runner) {
    if (Thread.currentThread() instanceof LendingThread here) {
      here.unparksRunner = true;
      LockSupport.unpark(runner);
      here.unparksRunner = false;
    } else {
      LockSupport.unpark(runner);
    }
  }

  /** A turn that this thread has made ready; whether it keeps that for itself, or comes by. */
  boolean keep(Runnable turn) {
    if (!lends || !unparksRunner || carriers == null) {
      return false;
    }
    if (kept == null) {
      kept = turn;
    } else {
      carriers.leave(turn);
    }
    return true;
  }

  /** A turn that this thread has made ready, and does not keep; whether it is of a batch. */
  boolean gather(Runnable turn) {
    if (gathered < 0 || carriers == null) {
      return false;
    }
    carriers.leave(turn);
    if (gathered % TURNS_OF_A_BATCH == 0) {
      carriers.wakeOne();
    }
    gathered++;
    return true;
  }

  @Override
  public boolean end() {
    if (gathered > 1 && carriers != null) {
      carriers.wakeOneIfNeeded();
    }
    lends = false;
    gathered = -1;
    return kept != null;
  }

  @Override
  public void cancel() {
    var unused = end();
    var turn = kept;
    kept = null;
    if (turn != null && carriers != null) {
      carriers.share(turn);
    }
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes it
  public void lend() {
    var turn = kept;
    kept = null;
    rounds++;
    long start = System.nanoTime();
    try {
      while (turn != null && carriers != null) {
        turn.run();
        turn = System.nanoTime() - start < LENT_NANOS ? carriers.pollShared() : null;
      }
    } catch (Throwable e) { // the JDK's; the thread that it was about is its business
      LOG.log(Level.ERROR, "a virtual thread could not go on", e);
    } finally {
      rounds++;
      if (carriers != null) {
        carriers.wakeOneIfNeeded();
      }
    }
  }

  /** A watcher looks whether it has been busy with the same turns since it looked. */
  void look() {
    int now = rounds;
    if (now % 2 != 0 && now == seenRounds && now != relievedRounds) {
      relievedRounds = now;
      relief.run();
    }
    seenRounds = now;
  }
}
