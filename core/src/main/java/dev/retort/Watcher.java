package dev.retort;

import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks at busy runners every millisecond or so, and sleeps while there are none.
 *
 * <p>A runner that is still on the same process at the second look may be blocked (in JDBC, in a
 * lock) or may compute: what waits in its {@code next} slot goes to the shared queue. One that
 * computes for longer than {@value #HOG_LOOKS} looks, or than {@value #HOG_LOOKS_UNDER_PRESSURE}
 * while another runner waits for a carrier, is a hog: it gets a processor of its own by one more
 * carrier thread, so that the operating system shares the cores, and gives it back when it is done.
 *
 * <p>A thread that waits with native code on its stack, such as a class initializer, holds its
 * carrier and cannot be told from one that waits without. So whenever a runner waits for a carrier
 * for some looks, and fewer runners than processors get on, there is one more carrier, too.
 *
 * <p>It also does what a sender had neither stack nor memory for, see {@link Scheduler#neglected}.
 *
 * <p>A process that has been killed and whose code goes on is a runaway: it is reported after a
 * second, and again each time that its age has doubled, and once more when it is over.
 */
final class Watcher implements Runnable {
  private static final long PERIOD_NANOS = 1_000_000;
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int HOG_LOOKS = 10;
  private static final int HOG_LOOKS_UNDER_PRESSURE = 2;

  /** Looks for which a runner has waited for a carrier, after which all of those seem held. */
  private static final int STUCK_LOOKS = 3;

  /** Looks without a busy runner after which it sleeps until there is one. */
  private static final int IDLE_LOOKS = 20;

  /** Looks for which a carrier is kept after the hog that it was for: another may follow. */
  private static final int KEEP_LOOKS = 1000;

  /** How long it sleeps at most: a sender without stack cannot wake it. */
  private static final long SLEEP_NANOS = 1_000_000_000;

  private static final long FIRST_REPORT_NANOS = 1_000_000_000;

  /**
   * Looks at a dead process before it is reported: a pause of the whole JVM is none of its doing.
   */
  private static final int REPORT_LOOKS = 300;

  /** A dead process whose code goes on: since when it was seen, and when it is reported next. */
  record Runaway(LocalProcess process, long since, long next, int sinceLook) {}

  private final String nodeName;
  private final Scheduler scheduler;
  private final Set<Runner> busy;
  private int carriers;
  private int looksWithLess;
  private int looksStuck;

  private @Nullable Thread thread;
  private volatile boolean asleep = true;
  private volatile boolean closed;

  Watcher(String nodeName, Scheduler scheduler, Set<Runner> busy) {
    this.nodeName = nodeName;
    this.scheduler = scheduler;
    this.busy = busy;
  }

  /** There is a busy runner. */
  void watch() {
    if (asleep) {
      wake();
    }
  }

  private synchronized void wake() {
    asleep = false;
    if (thread == null && !closed) {
      thread = Thread.ofPlatform().daemon().name("retort-watcher-" + nodeName).unstarted(this);
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
  }

  synchronized void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    int idle = 0;
    while (!closed) {
      if (busy.isEmpty()) {
        idle++;
      } else {
        idle = 0;
      }
      if (idle >= IDLE_LOOKS) {
        adjust(0);
        asleep = true;
        // A runner that became busy before it saw `asleep` is in the set; one after unparks us.
        if (busy.isEmpty() && !closed) {
          LockSupport.parkNanos(this, SLEEP_NANOS);
        }
        asleep = false;
        idle = 0;
      } else {
        LockSupport.parkNanos(this, PERIOD_NANOS);
      }
      try {
        look();
      } catch (OutOfMemoryError e) {
        // at a later look there may be some
      }
    }
    adjust(0);
  }

  private void look() {
    scheduler.attendNeglected();
    boolean pressure = scheduler.isSuccessorWaiting();
    int found = 0;
    int getOn = 0;
    for (var runner : busy) {
      if (runner.isWaiting()) {
        forget(runner);
        continue;
      }
      int turns = runner.turns();
      int looks = runner.seenTurns == turns ? runner.looks + 1 : 0;
      runner.seenTurns = turns;
      runner.looks = looks;
      if (looks == 0) {
        getOn++;
        continue;
      }
      if (runner.hasNext()) {
        runner.letOthersRun();
      }
      if (looks >= (pressure ? HOG_LOOKS_UNDER_PRESSURE : HOG_LOOKS) && computes(runner)) {
        runner.letOthersRun();
        found++;
      }
      reportRunaway(runner);
    }
    looksStuck = pressure && getOn < PROCESSORS ? looksStuck + 1 : 0;
    boolean stuck = looksStuck >= STUCK_LOOKS;
    provide(stuck ? Math.max(found, carriers + 1) : found);
    Carriers.INSTANCE.look(found > 0 || stuck);
  }

  /**
   * Sees to it that there are that many more carriers than processors; fewer only after a while.
   */
  private void provide(int wanted) {
    if (wanted >= carriers) {
      looksWithLess = 0;
      adjust(wanted);
    } else if (++looksWithLess >= KEEP_LOOKS) {
      looksWithLess = 0;
      adjust((wanted + carriers) / 2); // step by step: some may be held by threads that wait
    }
  }

  /** It waits in the kernel, and says so itself when that is over. */
  private void forget(Runner runner) {
    busy.remove(runner); // before it can see that it is to put itself in again
    runner.watched(false);
    if (!runner.isWaiting()) { // it has not seen that it is not watched
      runner.watched(true);
      busy.add(runner);
    }
  }

  private static boolean computes(Runner runner) {
    var thread = runner.thread();
    return thread != null && thread.getState() == Thread.State.RUNNABLE;
  }

  private void adjust(int wanted) {
    if (wanted != carriers) {
      Carriers.INSTANCE.change(wanted - carriers);
      carriers = wanted;
    }
  }

  // ---- runaways

  private static void reportRunaway(Runner runner) {
    var process = runner.process();
    if (process == null || !process.hasConcluded()) {
      return;
    }
    long now = System.nanoTime();
    var runaway = runner.runaway;
    if (runaway == null || runaway.process != process) {
      runner.runaway = new Runaway(process, now, now + FIRST_REPORT_NANOS, runner.looks);
    } else if (now - runaway.next >= 0 && runner.looks - runaway.sinceLook >= REPORT_LOOKS) {
      runner.runaway =
          new Runaway(process, runaway.since, now + (now - runaway.since), runaway.sinceLook);
      var owner = runner.thread();
      if (owner != null) {
        var telemetry = process.pid.home.telemetry();
        telemetry.runaway(process.pid, process.name, now - runaway.since);
        CrashReport.runaway(process.pid, now - runaway.since, owner.getStackTrace());
      }
    }
  }

  /** What ran on {@code runner} after its end is over. */
  static void over(Runner runner) {
    var runaway = runner.runaway;
    runner.runaway = null;
    if (runaway != null && runaway.next - runaway.since > FIRST_REPORT_NANOS) {
      CrashReport.runawayOver(runaway.process.pid, System.nanoTime() - runaway.since);
    }
  }
}
