package dev.retort;

import dev.retort.spi.Distribution;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carriers of our own: what they run are the continuations of virtual threads, one turn each.
 *
 * <p>A thread that a runner wakes goes into that carrier's {@code next} slot; where that is taken,
 * into the shared queue, or behind it while turns are so short that another carrier would do more
 * harm than good. So two processes that talk to each other stay on one carrier.
 */
final class OwnCarriers extends Carriers implements Executor {
  private static final int MAXIMUM = 256;
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final OwnThreads threads;
  private final Queue<Runnable> shared = new ConcurrentLinkedQueue<>();
  private final Set<Carrier> all = ConcurrentHashMap.newKeySet();
  private final Set<LendingThread> lenders = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedDeque<Carrier> idle = new ConcurrentLinkedDeque<>();

  /** Carriers that look for something to run: no need to wake another. */
  private final AtomicInteger spinning = new AtomicInteger();

  /** How many there are. */
  private final AtomicInteger alive = new AtomicInteger();

  private volatile int wanted = PROCESSORS;
  private int extra;

  OwnCarriers(OwnThreads threads) {
    this.threads = threads;
    provide();
  }

  @Override
  void start(String name, Runnable task) {
    threads.create(this, name, task).start();
  }

  /** A virtual thread can go on. Called by whoever has woken it, or by the carrier it yields on. */
  @Override
  public void execute(Runnable turn) {
    var thread = Thread.currentThread();
    boolean kept;
    if (thread instanceof LendingThread lender) {
      kept = (hasIdle() && lender.keep(turn)) || lender.gather(turn);
    } else {
      // A watcher sees to what a runner leaves in the slot, and to nobody else's.
      var runner = thread.isVirtual() ? Runner.current() : null;
      kept = runner != null && keep(turn, runner.wantsHelp());
    }
    if (!kept) {
      share(turn);
    }
  }

  /** Whether there is a processor for one more thread, and none at work that would take a turn. */
  private boolean hasIdle() {
    return spinning.get() == 0 && !idle.isEmpty();
  }

  private boolean keep(Runnable turn, boolean wantsHelp) {
    return switch (threads.currentCarrier()) {
      case Carrier carrier -> !wantsHelp && carrier.put(turn);
      case LendingThread lender -> shared.offer(turn); // it comes by, as for a later task
      default -> false;
    };
  }

  /** Gives a turn to whatever carrier is free first. */
  void share(Runnable turn) {
    shared.offer(turn);
    wakeOne();
  }

  /** Leaves a turn to a thread that will come by; should it be late, a watcher wakes a carrier. */
  void leave(Runnable turn) {
    shared.offer(turn);
  }

  @Override
  void later(Runnable task) {
    var here = threads.currentCarrier();
    if (here instanceof Carrier
        || (here instanceof LendingThread && here != Thread.currentThread())) {
      shared.offer(task); // it comes by; should this turn be long, a watcher wakes another
    } else {
      share(task);
    }
  }

  @Override
  Thread lendingThread(String name, Consumer<Distribution.Lender> task, Runnable relief) {
    return new LendingThread(this, name, task, relief);
  }

  /** A thread begins or ends to lend itself. */
  void lends(LendingThread lender, boolean begin) {
    if (begin) {
      lenders.add(lender);
    } else {
      lenders.remove(lender);
    }
  }

  void wakeOneIfNeeded() {
    if (!shared.isEmpty()) {
      wakeOne();
    }
  }

  void wakeOne() {
    if (spinning.get() == 0) {
      var carrier = idle.pollFirst();
      if (carrier != null) {
        carrier.wake();
      }
    }
  }

  @Nullable Runnable pollShared() {
    return shared.poll();
  }

  void spins(boolean begin) {
    if (begin) {
      spinning.incrementAndGet();
    } else {
      spinning.decrementAndGet();
    }
  }

  /** A carrier has nothing to do; whether it is to end. */
  boolean mayEnd(Carrier carrier) {
    for (int now = alive.get(); now > wanted; now = alive.get()) {
      if (alive.compareAndSet(now, now - 1)) {
        all.remove(carrier);
        return true;
      }
    }
    return false;
  }

  void idle(Carrier carrier) {
    idle.addFirst(carrier);
  }

  /** Whether nobody has woken it yet. */
  boolean notIdle(Carrier carrier) {
    return idle.removeFirstOccurrence(carrier);
  }

  @Override
  synchronized void change(int by) {
    extra += by;
    wanted = Math.min(MAXIMUM, PROCESSORS + extra);
    provide();
    for (int i = alive.get() - wanted; i > 0; i--) {
      var carrier = idle.pollFirst();
      if (carrier != null) {
        carrier.wake(); // to see that it is to end
      }
    }
  }

  private void provide() {
    for (int now = alive.get(); now < wanted; now = alive.get()) {
      if (alive.compareAndSet(now, now + 1)) {
        var carrier = new Carrier(this);
        all.add(carrier);
        try {
          carrier.start();
        } catch (Throwable e) { // no memory for a thread: the next change tries again
          alive.decrementAndGet();
          all.remove(carrier);
          throw e;
        }
      }
    }
  }

  @Override
  synchronized void look(boolean isWanted) {
    for (var carrier : all) {
      carrier.takeOld(shared::offer);
    }
    lenders.forEach(LendingThread::look);
    wakeOneIfNeeded();
  }

  @Override
  boolean hasWaiting() {
    return !shared.isEmpty()
        || (threads.currentCarrier() instanceof Carrier carrier && carrier.hasWaiting());
  }

  @Override
  int spins() {
    return 0;
  }
}
