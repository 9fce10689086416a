package dev.retort;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Shares the ready processes of a node among runners. There is always a runner at work, looking for
 * work, or about to start (the standing successor) while the queue is not empty.
 */
final class Scheduler {
  /** How often a thread that has nothing to do looks again before it parks. */
  private static final int SPIN = Carriers.INSTANCE.spins();

  /** How many successes in a row make up for as many failures. */
  private static final int MAX_CREDIT = 16;

  /** Without credit, one wait in so many looks again, to find out whether it pays. */
  private static final int TRIAL = 64;

  /** Runners that wait for work instead of ending. */
  private static final int IDLE_RUNNERS = 8;

  private final Queue<LocalProcess> ready = new ConcurrentLinkedQueue<>();

  /** Processes with a high priority: they run before those in any other place. */
  private final Queue<LocalProcess> urgent = new ConcurrentLinkedQueue<>();

  /** Whether there ever was one: a look at an empty queue takes longer. */
  private volatile boolean hasSeenUrgent;

  /** 1 while a runner has been started or summoned and does not run yet. */
  private final AtomicInteger successor = new AtomicInteger();

  /** Runners that look for work now: no need to start another. */
  private final AtomicInteger spinning = new AtomicInteger();

  private final AtomicReferenceArray<@Nullable Runner> idle =
      new AtomicReferenceArray<>(IDLE_RUNNERS);

  /** Runners that have not been seen to wait; the watcher looks at these. */
  private final Set<Runner> busy = ConcurrentHashMap.newKeySet();

  /** Messages that were taken, those aside that busy runners have not told of yet. */
  private final LongAdder handled = new LongAdder();

  /** The highest sum that was read: a runner that goes to wait is for a moment in neither. */
  private final AtomicLong highest = new AtomicLong();

  /**
   * Whether looking again pays: up by one each time that it did, down by one each time it did not.
   * Where processors are busy with other things it does not. Racy: a guess needs no precision.
   */
  private int credit = MAX_CREDIT / 2;

  private int refusals;

  /**
   * Set by a sender that has neither stack nor memory to wake the receiver: the watcher attends to
   * it.
   */
  volatile boolean neglected;

  private final ProcessTable processes;
  private final Watcher watcher;
  private volatile boolean closed;

  Scheduler(String nodeName, ProcessTable processes) {
    this.processes = processes;
    this.watcher = new Watcher(nodeName, this, busy);
  }

  // ---- ready processes

  /**
   * Queues a process that has something to do; on the same runner if a process here made it ready.
   */
  void makeReady(LocalProcess process, @Nullable Runner runner) {
    if (process.hasHighPriority()) {
      put(urgent, process);
      wakeSuccessor();
    } else if (runner == null || runner.scheduler() != this) {
      offer(process);
    } else {
      runner.makeReady(process);
    }
  }

  /** Queues a process that has had its share, behind all others. */
  void makeReadyLast(LocalProcess process) {
    put(process.hasHighPriority() ? urgent : ready, process);
  }

  void offer(LocalProcess process) {
    put(ready, process);
    wakeSuccessor();
  }

  private void put(Queue<LocalProcess> queue, LocalProcess process) {
    if (queue == urgent) {
      hasSeenUrgent = true;
    }
    try {
      queue.offer(process);
    } catch (OutOfMemoryError e) { // before the queue has been changed
      process.notReady();
      neglected = true;
    }
  }

  /** Does what senders had neither stack nor memory for. */
  void attendNeglected() {
    if (neglected) {
      neglected = false;
      try {
        processes.forEach(LocalProcess::attend);
      } catch (VirtualMachineError e) { // at a later look there may be some memory
        neglected = true;
        throw e;
      }
      wakeSuccessorIfNeeded();
    }
  }

  @Nullable LocalProcess poll() {
    return ready.poll();
  }

  @Nullable LocalProcess pollUrgent() {
    return hasSeenUrgent ? urgent.poll() : null;
  }

  boolean hasReady() {
    return !ready.isEmpty() || (hasSeenUrgent && !urgent.isEmpty());
  }

  void wakeSuccessorIfNeeded() {
    if (hasReady()) {
      wakeSuccessor();
    }
  }

  private void wakeSuccessor() {
    if (spinning.get() != 0 || successor.get() != 0) {
      return;
    }
    StackReserve.toWake();
    if (successor.compareAndSet(0, 1)) {
      var here = Runner.current();
      if (here == null) {
        summonOne();
        return;
      }
      here.wakesRunner(true);
      try {
        summonOne();
      } finally {
        here.wakesRunner(false);
      }
    }
  }

  private void summonOne() {
    for (int i = 0; i < IDLE_RUNNERS; i++) {
      var runner = idle.get(i);
      if (runner != null && idle.compareAndSet(i, runner, null)) {
        runner.summon();
        return;
      }
    }
    try {
      Carriers.INSTANCE.start("retort-runner", new Runner(this));
    } catch (Throwable e) { // out of memory: the next who makes a process ready tries again
      successor.set(0);
      throw e;
    }
  }

  // ---- runners

  /** Finds a process for a runner that has none, waiting for it; null if the runner is to end. */
  @Nullable LocalProcess awaitWork(Runner runner) {
    for (; ; ) {
      var process = spinForWork(runner);
      if (process != null) {
        return process;
      }
      int place = takePlace(runner);
      if (place < 0) {
        return null;
      }
      // Who offered before we had the place found no idle runner, perhaps: look once more.
      if (closed || hasReady()) {
        if (idle.compareAndSet(place, runner, null)) {
          if (closed) {
            return null;
          }
        } else {
          runner.awaitSummons();
          successor.set(0);
        }
      } else {
        runner.beforeWaiting();
        runner.awaitSummons();
        successor.set(0);
        runner.afterWaiting();
      }
      process = pollUrgent();
      if (process == null) {
        process = poll();
      }
      if (process != null) {
        return process;
      }
    }
  }

  private int takePlace(Runner runner) {
    for (int i = 0; i < IDLE_RUNNERS; i++) {
      if (idle.get(i) == null && idle.compareAndSet(i, null, runner)) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable LocalProcess spinForWork(Runner runner) {
    // A thread that this runner has woken may be waiting for the carrier that it is on.
    int spins = runner.hasWoken() ? 0 : spins();
    if (spins == 0) {
      return null;
    }
    spinning.incrementAndGet();
    LocalProcess process = null;
    for (int i = 0; i < spins && process == null; i++) {
      Thread.onSpinWait();
      if ((i & 7) == 0) {
        process = ready.poll();
      }
    }
    spinning.decrementAndGet();
    spun(process != null);
    // Who offered while we were counted as spinning started no successor: look once more.
    if (process == null) {
      process = pollUrgent();
    }
    return process != null ? process : ready.poll();
  }

  /** How often a thread that waits should look again before it parks. */
  int spins() {
    if (SPIN == 0 || hasReady()) {
      return 0;
    }
    return credit > 0 || ++refusals % TRIAL == 0 ? SPIN : 0;
  }

  /** Whether looking again was worth it. */
  void spun(boolean found) {
    int now = credit;
    if (found && now < MAX_CREDIT) {
      credit = now + 1;
    } else if (!found && now > 0) {
      credit = now - 1;
    }
  }

  void mounted(Runner runner) {
    successor.set(0);
    watch(runner);
  }

  void watch(Runner runner) {
    runner.watched(true);
    busy.add(runner);
    watcher.watch();
  }

  void retired(Runner runner) {
    busy.remove(runner);
    handled(runner.takeHandled());
  }

  /** A runner tells how many messages were taken on it. */
  void handled(long messages) {
    if (messages > 0) {
      handled.add(messages);
    }
  }

  /** Whether a runner has been started or summoned and no carrier has taken it up. */
  boolean isSuccessorWaiting() {
    return successor.get() != 0;
  }

  /** Whether no process has anything to do, the ones that wait in the kernel aside. */
  boolean isIdle() {
    if (hasReady() || successor.get() != 0) {
      return false;
    }
    for (var runner : busy) {
      if (!runner.isWaiting() || runner.isWoken()) {
        return false;
      }
    }
    return true;
  }

  /** How many messages processes have taken out of their mailboxes. */
  long handled() {
    long sum = handled.sum();
    for (var runner : busy) {
      sum += runner.handled();
    }
    return highest.accumulateAndGet(sum, Math::max);
  }

  /** How many processes wait for a runner. */
  int runQueue() {
    int length = ready.size() + urgent.size();
    for (var runner : busy) {
      length += runner.hasNext() ? 1 : 0;
    }
    return length;
  }

  /** How many runners are on a process that does not wait in the kernel. */
  int runners() {
    int count = 0;
    for (var runner : busy) {
      count += runner.isWaiting() ? 0 : 1;
    }
    return count;
  }

  void close() {
    closed = true;
    for (int i = 0; i < IDLE_RUNNERS; i++) {
      var runner = idle.getAndSet(i, null);
      if (runner != null) {
        runner.summon();
      }
    }
    watcher.close();
  }
}
