import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/**
 * Measures the workloads on all sides in turns, so that what disturbs the machine disturbs all of
 * them; prints the table and writes it down.
 */
final class Compare {
  private final Options options;
  private final Sides sides;

  /** By row, then by side. */
  private final Map<Workload.Row, Map<String, Series>> measured = new LinkedHashMap<>();

  /** What could not be measured, once each. */
  private final Map<String, String> failures = new LinkedHashMap<>();

  private final PrintStream out;

  private Compare(Options options, Sides sides, PrintStream out) {
    this.options = options;
    this.sides = sides;
    this.out = out;
  }

  /** What the command was told, and how long things take then. */
  private record Options(
      boolean quick, int rounds, Pattern only, boolean growth, boolean table, Path results) {
    long warmUpMillis() {
      return quick ? 1_000 : 3_000;
    }

    long millis(Workload.Kind kind) {
      boolean isLong = kind == Workload.Kind.SHARED_LONG;
      return quick ? isLong ? 1_500 : 250 : isLong ? 5_000 : 1_000;
    }

    /** Memory hardly differs from round to round, and takes long. */
    int rounds(Workload.Kind kind) {
      return kind == Workload.Kind.FRESH || kind == Workload.Kind.FRESH_IDLE
          ? Math.min(rounds, quick ? 1 : 3)
          : rounds;
    }

    Duration idle() {
      return quick ? Duration.ofSeconds(2) : Duration.ofSeconds(10);
    }
  }

  public static void main(String[] args) throws Exception {
    boolean quick = false;
    boolean growth = false;
    boolean table = true;
    int rounds = 0;
    var only = Pattern.compile("");
    var results = Path.of(".");
    var sides = new Sides();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> quick = true;
        case "--growth" -> growth = true;
        case "--growth-only" -> {
          growth = true;
          table = false;
        }
        case "--rounds" -> rounds = Integer.parseInt(args[++i]);
        case "--only" -> only = Pattern.compile(args[++i], Pattern.CASE_INSENSITIVE);
        case "--results" -> results = Path.of(args[++i]);
        case "--side" -> sides.add(args[++i], List.of(args[++i].split("\n")));
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    if (rounds == 0) {
      rounds = quick ? 3 : 5;
    }
    Files.createDirectories(results);
    var text = new java.io.ByteArrayOutputStream();
    try (sides) {
      var options = new Options(quick, rounds, only, growth, table, results);
      new Compare(options, sides, System.out).run();
    }
  }

  private void run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    if (options.table()) {
      measureTable();
    }
    System.err.printf("%n%.0f s%n", (System.nanoTime() - start) / 1e9);
    print();
    Files.writeString(options.results().resolve("compare.json"), json());
  }

  // ---- measuring

  private void measureTable() throws IOException, InterruptedException {
    var workloads = Workloads.all().stream().filter(this::isWanted).toList();
    for (int round = 0; round <= options.rounds(); round++) {
      System.err.print(round == 0 ? "warm-up " : " " + round + "/" + options.rounds() + " ");
      for (var workload : workloads) {
        for (var side : sides.names()) {
          measure(workload, side, round);
        }
        System.err.print('.');
      }
    }
  }

  private boolean isWanted(Workload workload) {
    return workload.rows().stream().anyMatch(row -> options.only().matcher(row.name()).find());
  }

  /** Round 0 is there for the JVM's compilers. */
  private void measure(Workload workload, String side, int round) throws InterruptedException {
    var kind = workload.kind();
    boolean fresh = kind == Workload.Kind.FRESH || kind == Workload.Kind.FRESH_IDLE;
    if (round > options.rounds(kind) || (round == 0 && fresh)) {
      return;
    }
    boolean warmUp = round == 0 && !side.equals(Sides.BEAM);
    long millis = warmUp ? options.warmUpMillis() : round == 0 ? 1 : options.millis(kind);
    var name = workload.rows().getFirst().name() + ", " + side;
    try {
      var values = DoubleStream.builder();
      for (var template : workload.commands()) {
        var command = template.replace("MS", Long.toString(millis));
        var answer = fresh ? measureFresh(kind, side, command) : sides.ask(side, command);
        if (answer == null) {
          return;
        }
        DoubleStream.of(answer).forEach(values);
      }
      if (round > 0) {
        add(workload, side, workload.derive().apply(values.build().toArray()));
      }
    } catch (IOException e) {
      failures.put(name, e.getMessage());
      System.err.println(e.getMessage());
    }
  }

  private double[] measureFresh(Workload.Kind kind, String side, String command)
      throws IOException, InterruptedException {
    try (var peer = sides.start(side)) {
      var answer = Sides.numbers(side, command, peer.ask(command));
      return answer == null || kind == Workload.Kind.FRESH ? answer : idleShare(peer);
    }
  }

  /** How much of a core it uses, as the operating system counts it, in percent. */
  private double[] idleShare(Peer peer) throws InterruptedException {
    Thread.sleep(1_000); // what was just compiled or set free is not idleness
    var before = peer.cpu();
    long start = System.nanoTime();
    Thread.sleep(options.idle());
    double used = peer.cpu().minus(before).toNanos();
    return new double[] {100 * used / (System.nanoTime() - start)};
  }

  private void add(Workload workload, String side, double[] values) {
    for (int i = 0; i < values.length; i++) {
      measured
          .computeIfAbsent(workload.rows().get(i), row -> new HashMap<>())
          .computeIfAbsent(side, s -> new Series())
          .add(values[i]);
    }
  }

  // ---- the table

  private void print() {
    out.println(
        "| workload | unit | Retort | BEAM | Pekko | Retort / BEAM | Retort / Pekko | goal | reached |");
    out.println("|---|---|---:|---:|---:|---:|---:|---|---|");
    measured.forEach(
        (row, series) -> {
          var medians = medians(series);
          boolean reached = row.goal().reached(medians);
          out.println(
              "| "
                  + String.join(
                      " | ",
                      row.name(),
                      row.unit(),
                      cell(series.get(Sides.RETORT)),
                      cell(series.get(Sides.BEAM)),
                      cell(series.get(Sides.PEKKO)),
                      quotient(medians, Sides.BEAM),
                      quotient(medians, Sides.PEKKO),
                      row.goal().text(),
                      row.goal() == Goal.NONE ? "" : reached ? "yes" : "**no**")
                  + " |");
        });
    failures.forEach((name, why) -> out.println("Not measured: " + name + ": " + why));
  }

  private static Map<String, Double> medians(Map<String, Series> series) {
    var medians = new HashMap<String, Double>();
    series.forEach((side, values) -> medians.put(side, values.median()));
    return medians;
  }

  private static String cell(Series series) {
    return series == null
        ? "-"
        : "%s (%s - %s)"
            .formatted(
                Series.number(series.median()),
                Series.number(series.lowest()),
                Series.number(series.highest()));
  }

  private static String quotient(Map<String, Double> medians, String other) {
    var mine = medians.get(Sides.RETORT);
    var theirs = medians.get(other);
    return mine == null || theirs == null ? "-" : Series.number(mine / theirs);
  }

  private String json() {
    var rows = new ArrayList<String>();
    measured.forEach(
        (row, series) -> {
          var medians = medians(series);
          rows.add(
              """
              {"workload": "%s", "unit": "%s", "higher_is_better": %s, "retort": %s, "beam": %s, "pekko": %s}"""
                  .formatted(
                      row.name(),
                      row.unit(),
                      row.higherIsBetter(),
                      number(medians.get(Sides.RETORT)),
                      number(medians.get(Sides.BEAM)),
                      number(medians.get(Sides.PEKKO))));
        });
    return "[" + String.join(",\n ", rows) + "]\n";
  }

  private static String number(Double value) {
    return value == null ? "null" : String.format(Locale.ROOT, "%.6g", value);
  }
}
