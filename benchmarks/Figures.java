import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
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
  private static final Duration TOO_LONG = Duration.ofSeconds(60);

  private final String jex;
  private final int rounds;
  private final List<String> jvm;
  private final List<String> beam;
  private final String unique = Long.toString(ProcessHandle.current().pid(), 36);

  /** What was measured of each figure, in the order measured. */
  private final Map<String, Series> seen = new LinkedHashMap<>();

  private Figures(String jex, int rounds, List<String> jvm, List<String> beam) {
    this.jex = jex;
    this.rounds = rounds;
    this.jvm = jvm;
    this.beam = beam;
  }

  /** The command jex, the rounds, and what starts a node when its name follows, one word a line. */
  public static void main(String[] args) throws Exception {
    new Figures(
            args[0], Integer.parseInt(args[1]), args[2].lines().toList(), args[3].lines().toList())
        .run();
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

  // Round trips

  private void roundTrips() throws Exception {
    var host = InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
    try (var jvmServer = peer(jvm, "jvm_server");
        var jvmClient = peer(jvm, "jvm_client");
        var beamServer = peer(beam, "beam_server");
        var beamClient = peer(beam, "beam_client")) {
      record Way(String name, Peer client, String server) {}
      var ways =
          List.of(
              new Way("BEAM to BEAM", beamClient, name("beam_server")),
              new Way("BEAM to JVM", beamClient, name("jvm_server")),
              new Way("JVM to BEAM", jvmClient, name("beam_server")),
              new Way("JVM to JVM", jvmClient, name("jvm_server")));
      // In turns, so that what disturbs the machine disturbs all of them.
      for (int round = -2; round < rounds; round++) {
        for (var way : ways) {
          var server = way.server() + "@" + host;
          double one = rate(way.client(), server, 1, ONE_PAIR_COUNT);
          double hundred = rate(way.client(), server, 100, HUNDRED_PAIRS_COUNT);
          if (round >= 0) { // before that, code is compiled
            add(way.name() + ", 1 pair, round trips/s", one);
            add(way.name() + ", 100 pairs, round trips/s", hundred);
          }
          System.err.print('.');
        }
      }
    }
  }

  private String name(String role) {
    return role + unique;
  }

  private Peer peer(List<String> node, String role) throws IOException {
    var command = new ArrayList<>(node);
    command.add(name(role));
    return new Peer(role, command, TOO_LONG);
  }

  private static double rate(Peer client, String server, int pairs, int count) throws IOException {
    return Double.parseDouble(client.ask(server + " " + pairs + " " + count));
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
