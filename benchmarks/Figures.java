import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Runs the measurements, prints their medians. */
final class Figures {
  private static final int ONE_PAIR_COUNT = 10_000;
  private static final int HUNDRED_PAIRS_COUNT = 1_000;
  private static final int TOO_LONG_SECONDS = 60;

  private final String jex;
  private final String build;
  private final String work;
  private final int rounds;
  private final String unique = Long.toString(ProcessHandle.current().pid(), 36);

  /** The measured values of each figure, in the order measured. */
  private final Map<String, List<Double>> seen = new LinkedHashMap<>();

  private Figures(String jex, String build, String work, int rounds) {
    this.jex = jex;
    this.build = build;
    this.work = work;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws Exception {
    new Figures(args[0], args[1], args[2], Integer.parseInt(args[3])).run();
  }

  private void run() throws Exception {
    System.err.print("start-up ");
    startUp();
    System.err.print("\nround trips ");
    roundTrips();
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
        .orTimeout(TOO_LONG_SECONDS, TimeUnit.SECONDS)
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

  // Round trips

  private void roundTrips() throws Exception {
    try (var jvmServer = jvm("jvm_server");
        var jvmClient = jvm("jvm_client");
        var beamServer = beam("beam_server");
        var beamClient = beam("beam_client")) {
      record Way(String name, Peer client, Peer server) {}
      var ways =
          List.of(
              new Way("BEAM to BEAM", beamClient, beamServer),
              new Way("BEAM to JVM", beamClient, jvmServer),
              new Way("JVM to BEAM", jvmClient, beamServer),
              new Way("JVM to JVM", jvmClient, jvmServer));
      // In turns, so that what disturbs the machine disturbs all of them.
      for (int round = -2; round < rounds; round++) {
        for (var way : ways) {
          double one = way.client().rate(way.server(), 1, ONE_PAIR_COUNT);
          double hundred = way.client().rate(way.server(), 100, HUNDRED_PAIRS_COUNT);
          if (round >= 0) { // before that, code is compiled
            add(way.name() + ", 1 pair, round trips/s", one);
            add(way.name() + ", 100 pairs, round trips/s", hundred);
          }
          System.err.print('.');
        }
      }
    }
  }

  private Peer jvm(String role) throws IOException {
    return new Peer(
        role + unique,
        System.getProperty("java.home") + "/bin/java",
        "-cp",
        work + File.pathSeparator + build + "/*",
        "RoundTrips",
        role + unique,
        "figures");
  }

  private Peer beam(String role) throws IOException {
    return new Peer(
        role + unique,
        "erl",
        "-noshell",
        "-pa",
        work,
        "-setcookie",
        "figures",
        "-sname",
        role + unique,
        "-s",
        "round_trips",
        "main");
  }

  /** A node that measures when told to. */
  private static final class Peer implements AutoCloseable {
    private final String name;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;

    Peer(String name, String... command) throws IOException {
      this.name = name;
      this.process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
      this.answers = process.inputReader(StandardCharsets.UTF_8);
      String line;
      do {
        line = answer();
      } while (!line.equals("ready"));
    }

    double rate(Peer server, int pairs, int count) throws IOException {
      var host = java.net.InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
      commands.println(server.name + "@" + host + " " + pairs + " " + count);
      return Double.parseDouble(answer());
    }

    private String answer() throws IOException {
      var line = answers.readLine();
      if (line == null) {
        throw new IOException(name + " ended");
      }
      return line;
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  // Results

  private void add(String figure, double value) {
    seen.computeIfAbsent(figure, f -> new ArrayList<>()).add(value);
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String number(double value) {
    return value < 100 ? "%.2f".formatted(value) : "%,.0f".formatted(value);
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
          double low = values.stream().mapToDouble(v -> v).min().orElseThrow();
          double high = values.stream().mapToDouble(v -> v).max().orElseThrow();
          System.out.printf(
              "| %s | %s | %s | %s |%n", figure, number(median(values)), number(low), number(high));
          json.add(
              "{\"figure\": \"%s\", \"median\": %s, \"values\": %s}"
                  .formatted(figure.replace("\"", "\\\""), median(values), values));
        });
    System.out.println();
    System.out.println("[" + String.join(",\n ", json) + "]");
  }
}
