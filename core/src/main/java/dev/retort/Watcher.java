package dev.retort;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks at busy runners every millisecond or so, and sleeps while there are none.
 *
 * <p>A runner that is still on the same process at the second look may be blocked (in JDBC, in a
 * lock) or may compute: what waits in its {@code next} slot goes to the shared queue. One that
 * computes for longer than {@value #HOG_LOOKS} looks is a hog: it gets a processor of its own by
 * one more carrier thread, so that the operating system shares the cores, and gives it back when it
 * is done.
 */
final class Watcher implements Runnable {
  private static final long PERIOD_NANOS = 1_000_000;
  private static final int HOG_LOOKS = 10;

  /** Looks without a busy runner after which it sleeps until there is one. */
  private static final int IDLE_LOOKS = 20;

  private record Seen(int turns, int looks) {}

  private final String nodeName;
  private final Set<Runner> busy;
  private final Map<Runner, Seen> seen = new HashMap<>();
  private int hogs;

  private @Nullable Thread thread;
  private volatile boolean asleep = true;
  private volatile boolean closed;

  Watcher(String nodeName, Set<Runner> busy) {
    this.nodeName = nodeName;
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
        seen.clear();
        adjust(0);
        asleep = true;
        // A runner that became busy before it saw `asleep` is in the set; one after unparks us.
        if (busy.isEmpty() && !closed) {
          LockSupport.park(this);
        }
        asleep = false;
        idle = 0;
      } else {
        LockSupport.parkNanos(this, PERIOD_NANOS);
      }
      look();
    }
    adjust(0);
  }

  private void look() {
    int found = 0;
    for (var runner : busy) {
      int turns = runner.turns;
      var before = seen.get(runner);
      int looks = before != null && before.turns == turns ? before.looks + 1 : 0;
      seen.put(runner, new Seen(turns, looks));
      if (looks >= 1 && runner.hasNext()) {
        runner.letOthersRun();
      }
      if (looks >= HOG_LOOKS && computes(runner)) {
        runner.letOthersRun();
        found++;
      }
    }
    seen.keySet().retainAll(busy);
    adjust(found);
    if (found > 0) {
      // More parallelism starts no carrier by itself: the pool looks at it when something is
      // submitted.
      Thread.ofVirtual().start(() -> {});
    }
  }

  private static boolean computes(Runner runner) {
    var thread = runner.thread();
    return thread != null && thread.getState() == Thread.State.RUNNABLE;
  }

  private void adjust(int found) {
    if (found != hogs) {
      Parallelism.change(found - hogs);
      hogs = found;
    }
  }
}
