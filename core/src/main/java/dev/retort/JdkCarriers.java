package dev.retort;

import dev.retort.spi.Distribution;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import jdk.management.VirtualThreadSchedulerMXBean;

/** The carriers of the JVM's own virtual-thread scheduler. */
final class JdkCarriers extends Carriers {
  private static final int MAXIMUM = 256;

  /** About 5 µs: parking and being woken takes as long. */
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 400 : 0;

  /** Looks after which a thread that was to start a carrier seems to be stuck itself. */
  private static final int NUDGE_LOOKS = 5;

  /** Found at once: when the heap is full there may be no room for what finding it takes. */
  private final VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);

  private final int base = scheduler.getParallelism();
  private int extra;

  /** Whether the last thread that was to start a carrier has run. */
  private volatile boolean nudged = true;

  private int looksSinceNudge;

  @Override
  void start(String name, Runnable task) {
    Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).start(task);
  }

  @Override
  void later(Runnable task) {
    start("retort-task", task);
  }

  @Override
  Thread lendingThread(String name, Consumer<Distribution.Lender> task, Runnable relief) {
    return new LendingThread(null, name, task, relief);
  }

  @Override
  synchronized void change(int by) {
    extra += by;
    scheduler.setParallelism(Math.min(MAXIMUM, base + extra));
  }

  /**
   * More parallelism starts no carrier by itself: the pool looks at it when something is submitted,
   * and only if what the same thread submitted before has been taken up.
   */
  @Override
  synchronized void look(boolean wanted) {
    if (!wanted) {
      return;
    }
    if (nudged) {
      nudged = false;
      looksSinceNudge = 0;
      nudge();
    } else if (++looksSinceNudge >= NUDGE_LOOKS) {
      looksSinceNudge = 0;
      Thread.ofPlatform()
          .daemon()
          .name("retort-nudge")
          .inheritInheritableThreadLocals(false)
          .start(this::nudge);
    }
  }

  private void nudge() {
    Thread.ofVirtual().start(() -> nudged = true);
  }

  @Override
  boolean hasWaiting() {
    return true; // it does not tell
  }

  @Override
  int spins() {
    return SPINS;
  }
}
