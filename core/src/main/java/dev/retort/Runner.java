package dev.retort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that runs processes on its stack, one after the other: from {@code next} (the
 * process made ready last by the one running here: warm cache, no wake-up) or from the shared
 * queue. When there is nothing to do it waits among the scheduler's idle runners, or ends if there
 * are enough of those.
 *
 * <p>A process that waits inside {@code receive}, a call or JDBC parks this thread with it; the
 * scheduler's standing successor takes the queue over.
 */
final class Runner implements Runnable {
  /** Turns after which the shared queue goes first, so that `next` starves nobody. */
  private static final int FAIRNESS = 64;

  /** Turns after which a thread that waits for the carrier goes first. */
  private static final int TURNS_ON_CARRIER = 1024;

  /** Sends of one turn after which it lets others run that wait to: BEAM counts reductions. */
  private static final int SENDS = 1024;

  private static final VarHandle NEXT;
  private static final VarHandle PROCESS;
  private static final VarHandle TURNS;

  static {
    try {
      var lookup = MethodHandles.lookup();
      NEXT = lookup.findVarHandle(Runner.class, "next", LocalProcess.class);
      PROCESS = lookup.findVarHandle(Runner.class, "process", LocalProcess.class);
      TURNS = lookup.findVarHandle(Runner.class, "turns", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Scheduler scheduler;

  /**
   * A process that the one running here has made ready. Put in by this thread alone, after a change
   * of the process's state, which orders it; taken by this thread or by the scheduler's watcher.
   */
  @Nullable LocalProcess next;

  private @Nullable Thread thread;
  private volatile @Nullable LocalProcess process;

  /** Turns it has run and waits it has come back from; read by the watcher. */
  private volatile int turns;

  /** Whether its process waits in the kernel, or it waits for a process; read by the watcher. */
  private volatile boolean waiting;

  /** Whether the watcher looks at it. */
  private volatile boolean watched;

  /** Set by whoever ends its wait among the idle ones. */
  private volatile boolean summoned;

  // The watcher's own.
  int seenTurns = -1;
  int looks;

  /** What the watcher has said of a dead process whose code still ran here; null if nothing. */
  volatile Watcher.@Nullable Runaway runaway;

  // This thread's own.
  private int taken;
  private int sent;

  private boolean wantsHelp;

  /** Whether its process is about to wait. */
  private boolean leaving;

  /** Whether it has woken a thread that may wait for this one's carrier. */
  private boolean woke;

  /** Made when a process waits here for a limited time. */
  private @Nullable Alarm alarm;

  /** Messages that processes have taken here. */
  private long handled;

  Runner(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** The runner that the calling thread is; null for any other thread. */
  static @Nullable Runner current() {
    return Runners.current();
  }

  /** The process that the calling thread runs; null for any other thread. */
  static @Nullable LocalProcess currentProcess() {
    var runner = current();
    return runner == null ? null : runner.process;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  @Nullable Thread thread() {
    return thread;
  }

  @Nullable LocalProcess process() {
    return process;
  }

  int turns() {
    return turns;
  }

  boolean isWaiting() {
    return waiting;
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // the carrier goes to those that wait for it
  public void run() {
    thread = Thread.currentThread();
    Runners.enter(this);
    scheduler.mounted(this);
    try {
      for (LocalProcess ready; (ready = take()) != null; ) {
        scheduler.wakeSuccessorIfNeeded();
        PROCESS.setRelease(this, ready);
        sent = 0;
        ready.activate(this);
        if (runaway != null) {
          Watcher.over(this);
        }
        TURNS.setRelease(this, ++taken);
        if (taken % TURNS_ON_CARRIER == 0 && Carriers.INSTANCE.hasWaiting()) {
          Thread.yield();
        }
      }
    } finally {
      process = null;
      letOthersRun(); // only after an error of the kernel's own
      waiting = true; // the watcher, if it holds it for busy just now, finds out
      scheduler.retired(this);
      if (alarm != null) {
        alarm.end();
      }
      Runners.leave();
    }
  }

  private @Nullable LocalProcess take() {
    LocalProcess ready = null;
    if (taken % FAIRNESS == 0) {
      ready = scheduler.poll();
    }
    if (ready == null) {
      ready = scheduler.pollUrgent();
    }
    if (ready == null) {
      ready = takeNext();
    }
    if (ready == null) {
      ready = scheduler.poll();
    }
    return ready != null ? ready : scheduler.awaitWork(this);
  }

  private @Nullable LocalProcess takeNext() {
    return next == null ? null : (LocalProcess) NEXT.getAndSet(this, null);
  }

  /** Makes a process ready that the one running here has sent to. */
  void makeReady(LocalProcess ready) {
    if (next == null) {
      next = ready; // nobody else puts one in
      return;
    }
    var displaced = (LocalProcess) NEXT.getAndSet(this, ready);
    if (displaced != null) {
      scheduler.offer(displaced);
    }
  }

  /** Gives what waits in `next` to other runners: the process here has run for long. */
  void letOthersRun() {
    var left = takeNext();
    if (left != null) {
      scheduler.offer(left);
    } else {
      scheduler.wakeSuccessorIfNeeded();
    }
  }

  /** As {@link #letOthersRun} for a process here that is going to wait: they run in its place. */
  void letOthersRunInstead() {
    leaving = true;
    letOthersRun();
    leaving = false;
  }

  /** It wakes another runner now: begin, and end. */
  void wakesRunner(boolean now) {
    wantsHelp = now && !leaving;
  }

  /** Whether a thread that is woken here now should run beside this one, and not in its place. */
  boolean wantsHelp() {
    return wantsHelp;
  }

  /** Any thread. */
  boolean hasNext() {
    return NEXT.getVolatile(this) != null;
  }

  /** The process here has sent a message; now and then it lets those run that wait to. */
  void sent() {
    if (++sent >= SENDS) {
      sent = 0;
      if (next != null || scheduler.hasReady()) {
        yieldToOthers();
      }
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // the carrier goes to the successor, which needs it
  private void yieldToOthers() {
    StackReserve.toWake();
    letOthersRunInstead();
    Thread.yield();
  }

  void handled(int messages) {
    handled += messages;
  }

  /** How many messages were taken here that it has not told of; any thread, not exact. */
  long handled() {
    return handled;
  }

  long takeHandled() {
    long taken = handled;
    handled = 0;
    return taken;
  }

  /** Wakes a thread that waits for what the process here has done. */
  static void wake(@Nullable Thread thread) {
    hasWokenOne();
    LockSupport.unpark(thread);
  }

  /** As {@link #wake} for a thread that is a runner. */
  static void wakeRunner(@Nullable Thread runner) {
    hasWokenOne();
    LendingThread.unparkRunner(runner);
  }

  private static void hasWokenOne() {
    var runner = current();
    if (runner != null) {
      runner.woke = true;
    }
  }

  /** Whether it has woken a thread since it was asked last. */
  boolean hasWoken() {
    boolean has = woke;
    woke = false;
    return has;
  }

  // ---- waiting

  void beforeWaiting() {
    scheduler.handled(takeHandled());
    woke = false;
    waiting = true;
  }

  void afterWaiting() {
    TURNS.setRelease(this, ++taken);
    waiting = false; // before the look at `watched`; the watcher does it the other way round
    if (!watched) {
      scheduler.watch(this);
    }
  }

  /** What ends the waits here. */
  Alarm alarm(Timers timers) {
    var known = alarm;
    if (known == null) {
      known = timers.alarm();
      alarm = known;
    }
    return known;
  }

  void watched(boolean on) {
    watched = on;
  }

  /** Whether whoever it waits for has ended the wait, and it is only not mounted yet. */
  boolean isWoken() {
    var here = process;
    return summoned || (here != null && here.isRunning());
  }

  /** Waits among the idle runners until it is summoned. */
  void awaitSummons() {
    process = null; // an idle runner keeps no process
    while (!summoned) {
      LockSupport.park(this);
      Thread.interrupted(); // nobody's any more
    }
    summoned = false;
  }

  /** Ends its wait among the idle runners. Any thread. */
  void summon() {
    summoned = true;
    LendingThread.unparkRunner(thread);
  }
}
