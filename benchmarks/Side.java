import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A JVM that measures when told to, as {@link Peer} starts it: reads commands from its input, one a
 * line, and answers each with a line of numbers that begins with {@value Peer#ANSWER}.
 */
final class Side {
  private Side() {}

  /** What to measure, for how long, and its sizes. */
  record Command(String name, long millis, int[] sizes) {
    static Command parse(String line) {
      var words = line.split(" ");
      var sizes = new int[words.length - 2];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = Integer.parseInt(words[i + 2]);
      }
      return new Command(words[0], Long.parseLong(words[1]), sizes);
    }

    int size(int index) {
      return sizes[index];
    }
  }

  /** Measures; null for what this side does not have. */
  @FunctionalInterface
  interface Measure {
    double[] of(Command command) throws Exception;
  }

  /** One run of a workload. */
  @FunctionalInterface
  interface Run {
    void run() throws Exception;
  }

  /**
   * Answers commands until the input ends.
   *
   * @param name what is measured, with its version
   */
  static void serve(String name, Measure measure) throws IOException {
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    answer(
        "%s, Java %s %s"
            .formatted(
                name,
                Runtime.version(),
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments())));
    for (String line; (line = commands.readLine()) != null; ) {
      try {
        answer(numbers(measure.of(Command.parse(line))));
      } catch (Throwable e) { // out of memory, too, is an answer
        answer("failed " + e);
      }
    }
    System.exit(0);
  }

  private static void answer(String text) {
    System.out.println(Peer.ANSWER + text.replace('\n', ' '));
    System.out.flush();
  }

  private static String numbers(double[] values) {
    if (values == null) {
      return "none";
    }
    var text = new StringBuilder();
    for (double value : values) {
      text.append(text.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%.6f", value));
    }
    return text.toString();
  }

  /**
   * Runs a workload of so many operations again and again until the time has passed; operations a
   * second.
   */
  static double[] rate(Command command, long operations, Run workload) throws Exception {
    long start = System.nanoTime();
    long runs = 0;
    long elapsed;
    do {
      workload.run();
      runs++;
      elapsed = System.nanoTime() - start;
    } while (elapsed < command.millis() * 1_000_000);
    return new double[] {runs * (double) operations * 1e9 / elapsed};
  }

  /** Bytes of the heap that are in use by what is alive. */
  static long usedHeap() throws InterruptedException {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) { // what the first collection sets free may free more
      System.gc();
      Thread.sleep(50);
      var runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  /**
   * What a CPU-bound process does between two looks at whether it is to stop: some microseconds.
   */
  static int burn(int seed) {
    int x = seed | 1;
    for (int i = 0; i < 1_000; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
    }
    return x;
  }
}
