package dev.retort;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Shares the ready processes of a node among runners. There is always a runner at work, looking for
 * work, or about to start (the standing successor) while the queue is not empty.
 */
final class Scheduler {
  private static final int SPIN = LocalProcess.SPIN;

  private final Queue<LocalProcess> ready = new ConcurrentLinkedQueue<>();

  /** 1 while a runner has been started and does not run yet. */
  private final AtomicInteger successor = new AtomicInteger();

  /** Runners that look for work now: no need to start another. */
  private final AtomicInteger spinning = new AtomicInteger();

  /**
   * Runners that are on a process which is not waiting in the kernel; the watcher looks at these.
   */
  private final Set<Runner> busy = ConcurrentHashMap.newKeySet();

  /** Messages handled on runners that have retired or wait; the others have their own count. */
  private final LongAdder handled = new LongAdder();

  /** The highest sum that was read: a runner that goes to wait is for a moment in neither. */
  private final AtomicLong highest = new AtomicLong();

  private final Watcher watcher;

  Scheduler(String nodeName) {
    this.watcher = new Watcher(nodeName, busy);
  }

  /**
   * Queues a process that has something to do; on the same runner if a process here made it ready.
   */
  void makeReady(LocalProcess process) {
    var runner = Runner.current();
    if (runner == null || runner.scheduler() != this) {
      offer(process);
    } else {
      runner.makeReady(process);
    }
  }

  /** Queues a process that has had its share, behind all others. */
  void makeReadyLast(LocalProcess process) {
    ready.offer(process);
  }

  void offer(LocalProcess process) {
    ready.offer(process);
    wakeSuccessor();
  }

  @Nullable LocalProcess poll() {
    return ready.poll();
  }

  void wakeSuccessorIfNeeded() {
    if (!ready.isEmpty()) {
      wakeSuccessor();
    }
  }

  private void wakeSuccessor() {
    if (spinning.get() == 0 && successor.get() == 0 && successor.compareAndSet(0, 1)) {
      try {
        Thread.ofVirtual().name("retort-runner").start(new Runner(this));
      } catch (Throwable e) { // out of memory: the next who makes a process ready tries again
        successor.set(0);
        throw e;
      }
    }
  }

  @Nullable LocalProcess spinForWork() {
    spinning.incrementAndGet();
    LocalProcess process = null;
    for (int i = 0; i < SPIN && process == null; i++) {
      Thread.onSpinWait();
      if ((i & 7) == 0) {
        process = ready.poll();
      }
    }
    spinning.decrementAndGet();
    // Who offered while we were counted as spinning started no successor: look once more.
    return process != null ? process : ready.poll();
  }

  void mounted(Runner runner) {
    successor.set(0);
    busy.add(runner);
    watcher.watch();
  }

  void retired(Runner runner) {
    waiting(runner);
  }

  void waiting(Runner runner) {
    busy.remove(runner);
    handled.add(runner.handled);
    runner.handled = 0;
  }

  void resumed(Runner runner) {
    busy.add(runner);
    watcher.watch();
  }

  /** Whether no process has anything to do, the ones that wait in the kernel aside. */
  boolean isIdle() {
    return ready.isEmpty() && busy.isEmpty() && successor.get() == 0;
  }

  /** How many messages processes have taken out of their mailboxes. */
  long handled() {
    long sum = handled.sum();
    for (var runner : busy) {
      sum += runner.handled;
    }
    return highest.accumulateAndGet(sum, Math::max);
  }

  /** How many processes wait for a runner. */
  int runQueue() {
    int length = ready.size();
    for (var runner : busy) {
      length += runner.hasNext() ? 1 : 0;
    }
    return length;
  }

  /** How many runners are on a process that does not wait in the kernel. */
  int runners() {
    return busy.size();
  }

  void close() {
    watcher.close();
  }
}
