package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process that fills the whole heap, as a program: {@link OutOfMemoryTest} runs it in a JVM with
 * a small one. It prints a line for each thing that holds.
 */
final class OutOfMemory {
  private OutOfMemory() {}

  /** No arguments. */
  public static void main(String[] arguments) throws Exception {
    var node = Node.current();
    for (int i = 0; i < 3; i++) {
      check("it ends by the error", node.run(OutOfMemory::fill) instanceof OutOfMemoryError);
    }
    check("timers go on", node.run(OutOfMemory::timer));
    check("those that compute let others run", othersRunBesideHogs());
    System.exit(0);
  }

  private static void check(String what, boolean holds) {
    System.out.println((holds ? "yes: " : "NO: ") + what);
  }

  private static Object fill() {
    spawnMonitor(
        () -> {
          var all = new ArrayList<Object>();
          while (all.size() < Integer.MAX_VALUE) {
            all.add(new byte[1000]);
          }
        });
    return receive(Down.class).reason();
  }

  private static boolean timer() {
    sendAfter(self(), "time", Duration.ofMillis(1));
    return "time".equals(receive(String.class, Duration.ofSeconds(10)));
  }

  private static boolean othersRunBesideHogs() throws InterruptedException {
    var stop = new AtomicBoolean();
    int hogs = 2 * Runtime.getRuntime().availableProcessors();
    var begun = new CountDownLatch(hogs);
    for (int i = 0; i < hogs; i++) {
      spawn(
          () -> {
            begun.countDown();
            while (!stop.get()) {
              Thread.onSpinWait();
            }
          });
    }
    var ran = new CountDownLatch(1);
    spawn(ran::countDown);
    boolean all = begun.await(10, TimeUnit.SECONDS) && ran.await(10, TimeUnit.SECONDS);
    stop.set(true);
    return all;
  }
}
