import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Runs the comparison that {@code benchmarks/distribution} was asked for, shows it and writes it
 * down. Each way from node to node has a client of its own, which is measured like a side of {@code
 * compare}; the servers live as long as the comparison.
 */
final class Distribution {
  private static final String JVM = "JVM";
  private static final String BEAM = "BEAM";
  private static final String JINTERFACE = "Jinterface";

  /** No measurement takes that long, not even on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private record Way(String name, String from, String to) {}

  private static final List<Way> WAYS =
      List.of(
          new Way(DistributionWorkloads.JVM_TO_JVM, JVM, JVM),
          new Way(DistributionWorkloads.JVM_TO_BEAM, JVM, BEAM),
          new Way(DistributionWorkloads.BEAM_TO_JVM, BEAM, JVM),
          new Way(DistributionWorkloads.BEAM_TO_BEAM, BEAM, BEAM),
          new Way(DistributionWorkloads.BEAM_TO_JINTERFACE, BEAM, JINTERFACE));

  private static final Layout LAYOUT =
      new Layout(
          List.of(
              DistributionWorkloads.JVM_TO_JVM,
              DistributionWorkloads.JVM_TO_BEAM,
              DistributionWorkloads.BEAM_TO_JVM,
              DistributionWorkloads.BEAM_TO_BEAM,
              DistributionWorkloads.BEAM_TO_JINTERFACE,
              DistributionWorkloads.PLAIN_SOCKET),
          List.of(
              beside(DistributionWorkloads.JVM_TO_JVM),
              beside(DistributionWorkloads.JVM_TO_BEAM),
              beside(DistributionWorkloads.BEAM_TO_JVM)),
          List.of(),
          DistributionWorkloads.all());

  private final Options options;

  /** What starts a node, by its kind, when its name follows. */
  private final Sides kinds;

  /** The clients, by their way, and what measures plain sockets. */
  private final Sides ways;

  private final List<Peer> servers = new ArrayList<>();
  private final String unique = Long.toString(ProcessHandle.current().pid(), 36);
  private final String host;

  private Distribution(Options options, Sides kinds, Sides ways) throws IOException {
    this.options = options;
    this.kinds = kinds;
    this.ways = ways;
    this.host = InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
  }

  private static Layout.Ratio beside(String way) {
    return new Layout.Ratio(way, DistributionWorkloads.BEAM_TO_BEAM);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    try (var kinds = new Sides(PATIENCE);
        var ways = new Sides(PATIENCE)) {
      Options options;
      try {
        options = Options.parse(args, kinds);
        if (options.growth()) {
          throw new IllegalArgumentException("growth is a matter of benchmarks/compare");
        }
      } catch (IllegalArgumentException | NoSuchElementException e) {
        System.err.println(
            "These options are not understood (" + e + "); see benchmarks/distribution --help");
        System.exit(2);
        return;
      }
      new Distribution(options, kinds, ways).run();
    }
  }

  private void run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    try {
      var text = new ArrayList<String>();
      text.add(
          "On %d cores%s:"
              .formatted(
                  Runtime.getRuntime().availableProcessors(), options.quick() ? ", quickly" : ""));
      text.add("");
      for (var kind : List.of(JVM, BEAM, JINTERFACE)) {
        text.add("- %s: %s".formatted(kind, kinds.has(kind) ? startServer(kind) : "not here"));
      }
      text.add("");
      WAYS.stream().filter(way -> kinds.has(way.from()) && kinds.has(way.to())).forEach(this::add);
      ways.add(
          DistributionWorkloads.PLAIN_SOCKET, kinds.command(DistributionWorkloads.PLAIN_SOCKET));

      var table = new Table(options, ways, LAYOUT);
      table.measure();
      text.addAll(table.lines());
      text.add("");
      text.add("Times (us, ms, x) are better when smaller, the rest when greater.");
      text.add("A goal of so many x is a multiple of BEAM to BEAM.");
      text.addAll(table.remarks());
      text.add("");
      text.add("Took %.0f s.".formatted((System.nanoTime() - start) / 1e9));
      text.forEach(System.out::println);
      Files.createDirectories(options.results());
      Files.writeString(
          options.results().resolve("distribution.json"),
          Result.json(table.results(), LAYOUT.columns()));
      Files.write(options.results().resolve("distribution.md"), text);
    } finally {
      servers.forEach(Peer::close);
    }
  }

  /** What it says of itself. The JVM's is first: its epmd is the one that all of them use. */
  private String startServer(String kind) throws IOException {
    var command = new ArrayList<>(kinds.command(kind));
    command.add(serverName(kind));
    var server = new Peer(kind + " server", command, PATIENCE);
    servers.add(server);
    return server.about();
  }

  private void add(Way way) {
    var command = new ArrayList<>(kinds.command(way.from()));
    command.add("client_%s_%s%s".formatted(way.from(), way.to(), unique));
    command.add("-peer");
    command.add(serverName(way.to()) + "@" + host);
    ways.add(way.name(), command);
  }

  private String serverName(String kind) {
    return "server_%s%s".formatted(kind, unique);
  }
}
