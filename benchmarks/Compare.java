import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;

/**
 * Runs the comparison that {@code benchmarks/compare} was asked for, shows it and writes it down.
 */
final class Compare {
  private Compare() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try (var sides = new Sides()) {
      Options options;
      try {
        options = options(args, sides);
      } catch (IllegalArgumentException | NoSuchElementException e) {
        System.err.println(
            "These options are not understood (" + e + "); see benchmarks/compare --help");
        System.exit(2);
        return;
      }
      run(options, sides);
    }
  }

  /** What was asked for; the sides that the command can start are added to {@code sides}. */
  private static Options options(String[] args, Sides sides) {
    boolean quick = false;
    boolean table = true;
    boolean growth = false;
    int rounds = 0;
    var only = Pattern.compile("");
    var results = Path.of("results");
    for (var words = List.of(args).iterator(); words.hasNext(); ) {
      var word = words.next();
      switch (word) {
        case "--quick" -> quick = true;
        case "--growth" -> growth = true;
        case "--growth-only" -> {
          growth = true;
          table = false;
        }
        case "--rounds" -> rounds = Integer.parseInt(words.next());
        case "--only" -> only = Pattern.compile(words.next(), Pattern.CASE_INSENSITIVE);
        case "--results" -> results = Path.of(words.next());
        case "--side" -> sides.add(words.next(), words.next().lines().toList());
        default -> throw new IllegalArgumentException("unknown option " + word);
      }
    }
    return new Options(quick, rounds, only, table, growth, results);
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
        "On %d cores%s:"
            .formatted(
                Runtime.getRuntime().availableProcessors(), options.quick() ? ", quickly" : ""));
    lines.add("");
    for (var side : List.of(Sides.RETORT, Sides.BEAM, Sides.PEKKO)) {
      lines.add("- " + (sides.has(side) ? sides.about(side) : side + ": not here"));
    }
    lines.add("");
    return lines;
  }
}
