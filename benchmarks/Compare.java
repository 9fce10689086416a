import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs the comparison that {@code benchmarks/compare} was asked for, shows it and writes it down.
 */
final class Compare {
  private Compare() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean quick = false;
    boolean table = true;
    boolean growth = false;
    int rounds = 0;
    var only = Pattern.compile("");
    var results = Path.of("results");
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
        case "--side" -> sides.add(args[++i], args[++i].lines().toList());
        default -> {
          System.err.println("unknown option " + args[i] + "; see benchmarks/compare --help");
          System.exit(2);
        }
      }
    }
    try (sides) {
      run(new Options(quick, rounds, only, table, growth, results), sides);
    }
  }

  private static void run(Options options, Sides sides) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var text = new ArrayList<String>();
    var results = new ArrayList<Result>();
    text.addAll(about(options, sides));
    if (options.table()) {
      var table = new Table(options, sides);
      table.measure();
      text.addAll(table.lines());
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
    Files.writeString(options.results().resolve("compare.json"), Result.json(results));
    Files.write(options.results().resolve("compare.md"), text);
  }

  private static List<String> about(Options options, Sides sides) throws IOException {
    var lines = new ArrayList<String>();
    lines.add(
        "Medians (lowest - highest) of %d rounds on %d cores%s."
            .formatted(
                options.tableRounds(),
                Runtime.getRuntime().availableProcessors(),
                options.quick() ? ", quickly" : ""));
    lines.add("");
    for (var side : List.of(Sides.RETORT, Sides.BEAM, Sides.PEKKO)) {
      lines.add("- " + side + ": " + (sides.has(side) ? sides.about(side) : "not here"));
    }
    lines.add("");
    return lines;
  }
}
