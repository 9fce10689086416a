import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The main workloads at 1,000, 10,000, 100,000 and 1,000,000 processes: a curve for each side. */
final class Growth {
  private final Options options;
  private final Sides sides;
  private final int[] counts;

  private record Point(Workloads.Growing workload, int processes) {}

  private final Map<Point, Map<String, Series>> measured = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  Growth(Options options, Sides sides) {
    this.options = options;
    this.sides = sides;
    this.counts = IntStream.iterate(1_000, n -> n <= options.many(), n -> 10 * n).toArray();
  }

  void measure() {
    sides.close(); // new ones, whose heaps have not grown
    var workloads = Workloads.growing().stream().filter(w -> options.wants(w.name())).toList();
    for (int round = 0; round <= options.growthRounds(); round++) {
      long start = System.nanoTime();
      System.err.print(round == 0 ? "growth, warm-up " : "growth, round " + round + " ");
      for (var workload : workloads) {
        for (int processes : round == 0 ? new int[] {counts[0]} : counts) {
          for (var side : sides.names()) {
            measure(new Point(workload, processes), side, round);
          }
        }
        System.err.print('.');
      }
      System.err.printf(" %.0f s%n", (System.nanoTime() - start) / 1e9);
    }
  }

  private void measure(Point point, String side, int round) {
    long millis = round > 0 ? options.millis() : options.warmUpMillis();
    var command = point.workload.command(point.processes).replace("MS", Long.toString(millis));
    try {
      var answer = sides.ask(side, command);
      if (answer != null && round > 0) {
        measured
            .computeIfAbsent(point, p -> new LinkedHashMap<>())
            .computeIfAbsent(side, s -> new Series())
            .add(answer[0]);
      }
    } catch (IOException e) {
      failures.put(name(point) + ", " + side, e.getMessage());
    }
  }

  private static String name(Point point) {
    return "%s, %,d processes".formatted(point.workload.name(), point.processes);
  }

  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add(
        "| growth: medians of %d rounds at so many processes | side |%s"
            .formatted(options.growthRounds(), columns("%,d |")));
    lines.add("|---|---|" + columns("---:|"));
    measured.keySet().stream()
        .map(Point::workload)
        .distinct()
        .forEach(
            workload -> {
              for (var side : sides.names()) {
                lines.add(line(workload, side));
              }
            });
    failures.forEach((what, why) -> lines.add("- Not measured, " + what + ": " + why));
    return lines;
  }

  private String columns(String format) {
    return IntStream.of(counts)
        .mapToObj(n -> (format.startsWith("%") ? " " : "") + format.formatted(n))
        .collect(Collectors.joining());
  }

  private String line(Workloads.Growing workload, String side) {
    return "| %s, %s | %s |%s"
        .formatted(
            workload.name(),
            workload.unit(),
            side,
            IntStream.of(counts)
                .mapToObj(n -> measured.getOrDefault(new Point(workload, n), Map.of()).get(side))
                .map(
                    series -> series == null ? " - |" : " " + Series.number(series.median()) + " |")
                .collect(Collectors.joining()));
  }

  List<Result> results() {
    var results = new ArrayList<Result>();
    measured.forEach(
        (point, series) ->
            results.add(
                new Result(
                    "growth: " + name(point),
                    point.workload.unit(),
                    true,
                    Series.medians(series))));
    return results;
  }
}
