import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Runs the measurements, prints their medians. */
final class Figures {
  private static final Duration TOO_LONG = Duration.ofSeconds(60);

  private final String jex;
  private final int rounds;

  /** What was measured of each figure, in the order measured. */
  private final Map<String, Series> seen = new LinkedHashMap<>();

  private Figures(String jex, int rounds) {
    this.jex = jex;
    this.rounds = rounds;
  }

  /** The command jex, and the rounds. */
  public static void main(String[] args) throws Exception {
    new Figures(args[0], Integer.parseInt(args[1])).run();
  }

  private void run() throws Exception {
    System.err.print("start-up ");
    startUp();
    System.err.println();
    print();
  }

  // Start-up

  private void startUp() throws IOException {
    for (int round = -1; round < 2 * rounds; round++) {
      double up = secondsUntil("up\n", jex, "-e", "println(\"up\")");
      double prompt = secondsUntil("jex(1)>", "script", "-qfc", "'" + jex + "'", "/dev/null");
      if (round >= 0) { // the first brings the files into memory
        add("jex -e 'println(\"up\")' to its output, s", up);
        add("jex to its prompt, s", prompt);
      }
      System.err.print('.');
    }
  }

  private static double secondsUntil(String output, String... command) throws IOException {
    long start = System.nanoTime();
    // What script says when it is ended early is nobody's concern.
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process
        .onExit()
        .orTimeout(TOO_LONG.toSeconds(), TimeUnit.SECONDS)
        .exceptionally(
            late -> {
              process.destroyForcibly();
              return process;
            });
    readUntil(process.getInputStream(), text -> text.contains(output));
    double seconds = (System.nanoTime() - start) / 1e9;
    process.destroy();
    return seconds;
  }

  private static void readUntil(InputStream in, Predicate<String> done) throws IOException {
    var text = new StringBuilder();
    while (!done.test(text.toString())) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended after: " + text);
      }
      text.append((char) next);
    }
  }

  // Results

  private void add(String figure, double value) {
    seen.computeIfAbsent(figure, f -> new Series()).add(value);
  }

  private void print() {
    System.out.printf(
        "Medians of %d rounds on %d cores, Java %s, %s.%n%n",
        rounds,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        System.getProperty("os.name"));
    System.out.println("| figure | median | lowest | highest |");
    System.out.println("|---|---:|---:|---:|");
    var json = new ArrayList<String>();
    seen.forEach(
        (figure, values) -> {
          System.out.printf(
              "| %s | %s | %s | %s |%n",
              figure,
              Series.number(values.median()),
              Series.number(values.lowest()),
              Series.number(values.highest()));
          json.add(
              "{\"figure\": \"%s\", \"median\": %s, \"values\": %s}"
                  .formatted(figure.replace("\"", "\\\""), values.median(), values));
        });
    System.out.println();
    System.out.println("[" + String.join(",\n ", json) + "]");
  }
}
