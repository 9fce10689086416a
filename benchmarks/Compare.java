import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Runs the comparison that {@code benchmarks/compare} was asked for, shows it and writes it down.
 */
final class Compare {
  private static final Layout LAYOUT =
      new Layout(
          List.of(Sides.RETORT, Sides.BEAM, Sides.PEKKO),
          List.of(
              new Layout.Ratio(Sides.RETORT, Sides.BEAM),
              new Layout.Ratio(Sides.RETORT, Sides.PEKKO)),
          List.of(Sides.BEAM),
          Workloads.all());

  private Compare() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try (var sides = new Sides(Duration.ofMinutes(5))) {
      Options options;
      try {
        options = Options.parse(args, sides);
      } catch (IllegalArgumentException | NoSuchElementException e) {
        System.err.println(
            "These options are not understood (" + e + "); see benchmarks/compare --help");
        System.exit(2);
        return;
      }
      run(options, sides);
    }
  }

  private static void run(Options options, Sides sides) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var text = new ArrayList<String>();
    var results = new ArrayList<Result>();
    text.addAll(about(options, sides));
    if (options.table()) {
      var table = new Table(options, sides, LAYOUT);
      table.measure();
      text.addAll(table.lines());
      text.add("");
      text.add(
          ("Times and sizes (us, bytes, %%) are better when smaller, the rest when greater."
                  + " Memory is measured with %,d alive at once.")
              .formatted(options.many()));
      text.addAll(table.remarks());
      results.addAll(table.results());
    }
    if (options.growth()) {
      var growth = new Growth(options, sides);
      growth.measure();
      text.addAll(growth.lines());
      results.addAll(growth.results());
    }
    text.add("");
    text.add("Took %.0f s.".formatted((System.nanoTime() - start) / 1e9));
    text.forEach(System.out::println);
    Files.createDirectories(options.results());
    Files.writeString(
        options.results().resolve("compare.json"), Result.json(results, LAYOUT.columns()));
    Files.write(options.results().resolve("compare.md"), text);
  }

  private static List<String> about(Options options, Sides sides) throws IOException {
    var lines = new ArrayList<String>();
    lines.add(
        "On %d cores%s:"
            .formatted(
                Runtime.getRuntime().availableProcessors(), options.quick() ? ", quickly" : ""));
    lines.add("");
    for (var side : LAYOUT.columns()) {
      lines.add("- " + (sides.has(side) ? sides.about(side) : side + ": not here"));
    }
    lines.add("");
    return lines;
  }
}
