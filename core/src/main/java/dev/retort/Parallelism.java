package dev.retort;

import java.lang.management.ManagementFactory;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * How many carrier threads the JVM's virtual-thread scheduler has: one for every processor, and one
 * more for every process of any node in this JVM that computes for long.
 */
final class Parallelism {
  private static final int MAXIMUM = 256;

  private static int base;
  private static int extra;

  private Parallelism() {}

  static synchronized void change(int by) {
    var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    if (base == 0) {
      base = scheduler.getParallelism();
    }
    extra += by;
    scheduler.setParallelism(Math.min(MAXIMUM, base + extra));
  }
}
