package dev.retort;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of {@link OwnCarriers}. */
final class Carrier extends Thread {
  private static final System.Logger LOG = System.getLogger(Carrier.class.getName());

  /** Turns after which one of the queues goes first, so that `next` starves nobody. */
  private static final int FAIRNESS = 64;

  /** How often it looks again before it parks: about 10 µs. */
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 200 : 0;

  /** Turns shorter than this are too short to be worth another carrier's while. */
  private static final long SHORT_NANOS = 4_000;

  /** How long what waits here may have to wait before another carrier gets half of it. */
  private static final long LONG_NANOS = 200_000;

  private static final VarHandle NEXT;
  private static final VarHandle TURNS;

  static {
    try {
      var lookup = MethodHandles.lookup();
      NEXT = lookup.findVarHandle(Carrier.class, "next", Runnable.class);
      TURNS = lookup.findVarHandle(Carrier.class, "turns", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final OwnCarriers owner;

  /**
   * Put in by what runs here; taken by this thread or, when it has been there for long, a watcher.
   */
  private volatile @Nullable Runnable next;

  /** What waits behind {@code next}, while turns are short; put in and taken likewise. */
  private final Queue<Runnable> local = new ConcurrentLinkedQueue<>();

  private volatile boolean woken;

  // This thread's own.
  private int turns; // a watcher reads it, too
  private int waiting;
  private boolean hasShortTurns;
  private boolean sharedFirst;
  private int measuredTurns;
  private long measuredAt;

  /** A watcher's own: how many turns there had been when it looked last. */
  private int seenTurns;

  Carrier(OwnCarriers owner) {
    super(null, null, "retort-carrier", 0, false);
    this.owner = owner;
    setDaemon(true);
    setContextClassLoader(ClassLoader.getSystemClassLoader());
  }

  /** Puts a turn in, on this thread; false if it is to go to another one. */
  boolean put(Runnable turn) {
    if (next == null) {
      NEXT.setRelease(this, turn); // nobody else puts one in
      return true;
    }
    if (hasShortTurns) {
      local.offer(turn);
      waiting++;
      return true;
    }
    return false;
  }

  /** Whether something waits for this one, on this thread. */
  boolean hasWaiting() {
    return next != null || waiting > 0;
  }

  private @Nullable Runnable takeOwn() {
    var turn = next == null ? null : (Runnable) NEXT.getAndSet(this, null);
    return turn != null ? turn : takeLocal();
  }

  private @Nullable Runnable takeLocal() {
    if (waiting == 0) {
      return null;
    }
    var turn = local.poll();
    waiting = turn == null ? 0 : waiting - 1; // a watcher may have taken all
    return turn;
  }

  /**
   * A watcher takes what waits here if this carrier has been busy with one turn since it looked.
   */
  void takeOld(Consumer<Runnable> taker) {
    int now = (int) TURNS.getAcquire(this);
    if (now != seenTurns) {
      seenTurns = now;
      return;
    }
    var left = (Runnable) NEXT.getAndSet(this, null);
    if (left != null) {
      taker.accept(left);
    }
    while ((left = local.poll()) != null) {
      taker.accept(left);
    }
  }

  /** Looks how long turns are, and what waits here is to wait. */
  private void measure() {
    long now = System.nanoTime();
    long each = (now - measuredAt) / FAIRNESS;
    measuredTurns = turns;
    measuredAt = now;
    hasShortTurns = each < SHORT_NANOS;
    if (waiting * each > LONG_NANOS) {
      for (int i = waiting / 2; i > 0; i--) {
        var turn = local.poll();
        if (turn != null) {
          owner.share(turn);
          waiting--;
        }
      }
    }
  }

  void wake() {
    woken = true;
    LockSupport.unpark(this);
  }

  @Override
  public void run() {
    for (Runnable turn; (turn = take()) != null; ) {
      try {
        turn.run();
      } catch (Throwable e) { // the JDK's; the thread that it was about is its business
        LOG.log(Level.ERROR, "a virtual thread could not go on", e);
      }
    }
  }

  /** The next turn, waiting for it; null if this carrier is to end. */
  private @Nullable Runnable take() {
    Runnable turn = null;
    TURNS.setRelease(this, turns + 1);
    if (turns - measuredTurns >= FAIRNESS) {
      measure();
      sharedFirst = !sharedFirst;
      turn = sharedFirst ? owner.pollShared() : takeLocal();
    }
    if (turn == null) {
      turn = takeOwn();
    }
    if (turn == null) {
      turn = owner.pollShared();
    }
    if (turn == null) {
      turn = await();
      measuredTurns = turns;
      measuredAt = System.nanoTime();
    }
    return turn;
  }

  private @Nullable Runnable await() {
    for (; ; ) {
      var turn = spin();
      if (turn != null) {
        return turn;
      }
      if (owner.mayEnd(this)) {
        return null;
      }
      owner.idle(this);
      turn = owner.pollShared(); // what came before it was seen as idle
      if (turn == null) {
        while (!woken) {
          LockSupport.park(owner);
          Thread.interrupted(); // means nothing here
        }
        woken = false;
      } else {
        if (!owner.notIdle(this)) {
          while (!woken) {
            Thread.onSpinWait(); // somebody is about to
          }
          woken = false;
        }
        return turn;
      }
    }
  }

  private @Nullable Runnable spin() {
    owner.spins(true);
    Runnable turn = null;
    for (int i = 0; i < SPINS && turn == null; i++) {
      Thread.onSpinWait();
      turn = (i & 7) == 0 ? owner.pollShared() : null;
    }
    owner.spins(false);
    return turn != null ? turn : owner.pollShared(); // what came while it was counted as spinning
  }
}
