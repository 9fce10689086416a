import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Measures the workloads on all sides in turns, so that what disturbs the machine disturbs all of
 * them, and shows them beside their goals.
 */
final class Table {
  private final Options options;
  private final Sides sides;
  private final Layout layout;
  private final Map<Workload.Row, Map<String, Series>> measured = new LinkedHashMap<>();

  /** Why something could not be measured. */
  private final Map<String, String> failures = new TreeMap<>();

  Table(Options options, Sides sides, Layout layout) {
    this.options = options;
    this.sides = sides;
    this.layout = layout;
  }

  // ---- measuring

  void measure() throws InterruptedException {
    var workloads = layout.workloads().stream().filter(this::isWanted).toList();
    for (int round = 0; round <= options.tableRounds(); round++) {
      long start = System.nanoTime();
      System.err.print(round == 0 ? "warm-up " : "round " + round + " ");
      for (var workload : workloads) {
        for (var side : sides.names()) {
          measure(workload, side, round);
        }
        System.err.print('.');
      }
      System.err.printf(" %.0f s%n", (System.nanoTime() - start) / 1e9);
    }
  }

  private boolean isWanted(Workload workload) {
    return workload.rows().stream().anyMatch(row -> options.wants(row.name()));
  }

  /** Round 0 is there for the JVM's compilers. */
  private void measure(Workload workload, String side, int round) throws InterruptedException {
    if (round == 0 && layout.compiled().contains(side)) {
      return;
    }
    try {
      var values =
          switch (workload.kind()) {
            case SHARED, SHARED_LONG ->
                answers(
                    workload, millis(workload.kind(), round), command -> sides.ask(side, command));
            case FRESH, FRESH_IDLE ->
                round == 0 || round > options.freshRounds()
                    ? null
                    : answers(workload, 0, command -> measureFresh(workload.kind(), side, command));
          };
      if (values != null && round > 0) {
        add(workload, side, workload.derive().apply(values));
      }
    } catch (IOException e) {
      failures.put(workload.rows().getFirst().name() + ", " + side, e.getMessage());
    }
  }

  private long millis(Workload.Kind kind, int round) {
    if (round == 0) {
      return options.warmUpMillis();
    }
    return kind == Workload.Kind.SHARED ? options.millis() : options.longMillis();
  }

  @FunctionalInterface
  private interface Ask {
    double[] ask(String command) throws IOException, InterruptedException;
  }

  private double[] answers(Workload workload, long millis, Ask ask)
      throws IOException, InterruptedException {
    var values = DoubleStream.builder();
    for (var command : workload.commands()) {
      var answer =
          ask.ask(
              command
                  .replace("MS", Long.toString(millis))
                  .replace("MANY", Integer.toString(options.many())));
      if (answer == null) {
        return null;
      }
      DoubleStream.of(answer).forEach(values);
    }
    return values.build().toArray();
  }

  private double[] measureFresh(Workload.Kind kind, String side, String command)
      throws IOException, InterruptedException {
    try (var peer = sides.start(side)) {
      var answer = Sides.numbers(peer.ask(command));
      return answer == null || kind == Workload.Kind.FRESH ? answer : idleShare(peer);
    }
  }

  /**
   * How much of a core it uses, as the operating system counts it, in percent. Not at once: what
   * has just run is still being compiled.
   */
  private double[] idleShare(Peer peer) throws InterruptedException {
    for (int i = 0; i < 10 && share(peer, Duration.ofSeconds(1)) > 5; i++) {}
    return new double[] {share(peer, options.idle())};
  }

  private static double share(Peer peer, Duration duration) throws InterruptedException {
    var before = peer.cpu();
    long start = System.nanoTime();
    Thread.sleep(duration);
    double used = peer.cpu().minus(before).toNanos();
    return 100 * used / (System.nanoTime() - start);
  }

  private void add(Workload workload, String side, double[] values) {
    for (int i = 0; i < values.length; i++) {
      measured
          .computeIfAbsent(workload.rows().get(i), row -> new HashMap<>())
          .computeIfAbsent(side, s -> new Series())
          .add(values[i]);
    }
  }

  // ---- showing

  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("Medians (lowest - highest) of %d rounds.".formatted(options.tableRounds()));
    lines.add("");
    var heads = new ArrayList<String>(layout.columns());
    layout.ratios().forEach(ratio -> heads.add(ratio.toString()));
    lines.add(
        "| workload | unit |"
            + heads.stream().map(head -> " " + head + " |").collect(Collectors.joining())
            + " goal | reached |");
    lines.add("|---|---|" + "---:|".repeat(heads.size()) + "---|---|");
    measured.forEach((row, series) -> lines.add(line(row, series)));
    return lines;
  }

  /** Why goals were not reached, and what could not be measured. */
  List<String> remarks() {
    var lines = new ArrayList<String>();
    measured.forEach(
        (row, series) -> {
          if (!row.because().isEmpty()
              && row.goal().verdict(Series.medians(series)) == Goal.Verdict.MISSED) {
            lines.add("- Not reached, " + row.name() + ": " + row.because());
          }
        });
    failures.forEach((what, why) -> lines.add("- Not measured, " + what + ": " + why));
    return lines;
  }

  private String line(Workload.Row row, Map<String, Series> series) {
    var medians = Series.medians(series);
    var cells = new ArrayList<String>(List.of(row.name(), row.unit()));
    layout.columns().forEach(side -> cells.add(cell(series.get(side))));
    layout.ratios().forEach(ratio -> cells.add(quotient(medians, ratio)));
    cells.add(row.goal().text());
    cells.add(reached(row.goal(), medians));
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String reached(Goal goal, Map<String, Double> medians) {
    var missed = goal.missed(medians);
    return goal.verdict(medians).text + (missed.isEmpty() ? "" : ": " + String.join(", ", missed));
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

  private static String quotient(Map<String, Double> medians, Layout.Ratio ratio) {
    var mine = medians.get(ratio.one());
    var theirs = medians.get(ratio.other());
    return mine == null || theirs == null || theirs == 0 ? "-" : Series.number(mine / theirs);
  }

  List<Result> results() {
    var results = new ArrayList<Result>();
    measured.forEach(
        (row, series) ->
            results.add(
                new Result(row.name(), row.unit(), row.higherIsBetter(), Series.medians(series))));
    return results;
  }
}
