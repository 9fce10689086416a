import static dev.retort.Kernel.*;

import com.sun.management.OperatingSystemMXBean;
import dev.retort.Body;
import dev.retort.Down;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Ref;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The JVM's side of the timer figures; {@code timer_figures.erl} does the same in Erlang. Prints
 * one line "NAME VALUE" for each.
 */
final class TimerFigures {
  private static final int PAIRS = 1_000_000;
  private static final int MILLION = 1_000_000;
  private static final int SPREAD = 100_000;
  private static final int SPREAD_PROCESSES = 100;
  private static final int SPREAD_MILLIS = 5_000;
  private static final int WAITING = 10_000;

  private TimerFigures() {}

  public static void main(String[] args) throws Exception {
    var node = Node.current();
    node.run(() -> setAndCancel(2, PAIRS)); // warms up
    node.run(() -> setAndCancelAll(2, PAIRS));
    for (int processes : new int[] {1, 2, 8}) {
      print(
          "M/s, set and cancel, processes: " + processes,
          node.run(() -> setAndCancel(processes, PAIRS)));
    }
    for (int processes : new int[] {1, 2, 8}) {
      print(
          "M/s, set 1,000 and cancel them, processes: " + processes,
          node.run(() -> setAndCancelAll(processes, PAIRS)));
    }
    node.run(TimerFigures::million);
    node.run(TimerFigures::atOnce);
    node.run(TimerFigures::timerLateness);
    node.run(TimerFigures::receiveLateness);
  }

  private static void print(String name, double value) {
    System.out.printf("%s\t%.2f%n", name, value);
  }

  /** Runs the body in as many processes; seconds until all have ended. */
  private static double inProcesses(int processes, Body body) {
    long start = System.nanoTime();
    for (int i = 0; i < processes; i++) {
      spawnMonitor(body);
    }
    for (int i = 0; i < processes; i++) {
      var down = receive(Down.class);
      if (!down.reason().equals(Atom.NORMAL)) {
        throw new IllegalStateException("a process ended: " + inspect(down.reason()));
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Millions a second of a timer set and cancelled at once, as one that guards a call is. */
  private static double setAndCancel(int processes, int pairs) {
    double seconds =
        inProcesses(
            processes,
            () -> {
              for (int i = 0; i < pairs / processes; i++) {
                cancelTimer(sendAfter(self(), "late", Duration.ofMillis(5_000 + (i & 1023))));
              }
            });
    return pairs / seconds / 1e6;
  }

  /** The same, each process with 1,000 timers at a time. */
  private static double setAndCancelAll(int processes, int pairs) {
    double seconds =
        inProcesses(
            processes,
            () -> {
              var timers = new Ref[1_000];
              for (int i = 0; i < pairs / processes / timers.length; i++) {
                for (int j = 0; j < timers.length; j++) {
                  timers[j] = sendAfter(self(), "late", Duration.ofMillis(5_000 + (j * 37 & 8191)));
                }
                for (var timer : timers) {
                  cancelTimer(timer);
                }
              }
            });
    return pairs / seconds / 1e6;
  }

  /** A million timers at once, for ten minutes and more. */
  private static Void million() throws Exception {
    var timers = new Ref[MILLION];
    var random = new Random(1);
    long before = usedBytes();
    long start = System.nanoTime();
    for (int i = 0; i < MILLION; i++) {
      timers[i] = sendAfter(self(), "late", Duration.ofMillis(600_000 + random.nextInt(600_000)));
    }
    print("M/s, set a million", MILLION / ((System.nanoTime() - start) / 1e9) / 1e6);
    print("bytes per timer of a million", (usedBytes() - before) / (double) MILLION);
    receive(Duration.ofSeconds(1)); // compilers and the garbage collector finish
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    start = System.nanoTime();
    receive(Duration.ofSeconds(5));
    print(
        "% of a core while a million wait",
        100.0 * (system.getProcessCpuTime() - cpu) / (System.nanoTime() - start));
    start = System.nanoTime();
    for (var timer : timers) {
      cancelTimer(timer);
    }
    print("M/s, cancel a million", MILLION / ((System.nanoTime() - start) / 1e9) / 1e6);
    return null;
  }

  private static long usedBytes() throws InterruptedException {
    var runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  /** A million timers due in one millisecond; how many messages a second arrive. */
  private static Void atOnce() {
    long due = System.nanoTime() / 1_000_000 + 3_000;
    for (int i = 0; i < MILLION; i++) {
      sendAfter(self(), "now", Duration.ofMillis(due - System.nanoTime() / 1_000_000));
    }
    receive();
    long start = System.nanoTime();
    for (int i = 1; i < MILLION; i++) {
      receive();
    }
    print("M/s, fire a million due at once", MILLION / ((System.nanoTime() - start) / 1e9) / 1e6);
    return null;
  }

  /** How late 100,000 timers are that 100 processes have set for some time within 5 s. */
  private static Void timerLateness() {
    var late = new long[SPREAD];
    var numbers = new AtomicInteger();
    inProcesses(SPREAD_PROCESSES, () -> measureTimers(late, numbers.getAndIncrement()));
    printLateness("timers", late);
    return null;
  }

  private static void measureTimers(long[] late, int process) {
    var random = new Random(process);
    int timers = late.length / SPREAD_PROCESSES;
    for (int i = 0; i < timers; i++) {
      int delay = delay(random);
      sendAfter(self(), System.nanoTime() + delay * 1_000_000L, Duration.ofMillis(delay));
    }
    for (int i = 0; i < timers; i++) {
      long due = (Long) receive();
      late[process * timers + i] = System.nanoTime() - due;
    }
  }

  /** How late 10,000 processes are that each wait for some time within 5 s. */
  private static Void receiveLateness() {
    var late = new long[WAITING];
    var numbers = new AtomicInteger();
    inProcesses(
        WAITING,
        () -> {
          int number = numbers.getAndIncrement();
          int delay = delay(new Random(number));
          long due = System.nanoTime() + delay * 1_000_000L;
          receive(Duration.ofMillis(delay));
          late[number] = System.nanoTime() - due;
        });
    printLateness("receive", late);
    return null;
  }

  private static int delay(Random random) {
    return 500 + random.nextInt(SPREAD_MILLIS - 500);
  }

  private static void printLateness(String what, long[] late) {
    Arrays.sort(late);
    print("ms late, " + what + ": least", late[0] / 1e6);
    print("ms late, " + what + ": p50", late[late.length / 2] / 1e6);
    print("ms late, " + what + ": p99", late[(int) (late.length * 0.99)] / 1e6);
    print("ms late, " + what + ": most", late[late.length - 1] / 1e6);
  }
}
