import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the command was told, and how long things take then.
 *
 * @param rounds 0 for the usual number
 */
record Options(
    boolean quick, int rounds, Pattern only, boolean table, boolean growth, Path results) {

  /**
   * What a command was told; the sides that it can start are added to {@code sides}.
   *
   * @throws IllegalArgumentException if a word is unknown or its value none
   * @throws java.util.NoSuchElementException if a word's value is missing
   */
  static Options parse(String[] args, Sides sides) {
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

  boolean wants(String name) {
    return only.matcher(name).find();
  }

  int tableRounds() {
    return rounds > 0 ? rounds : quick ? 3 : 5;
  }

  /** What needs a process of its own takes long, and hardly differs from round to round. */
  int freshRounds() {
    return Math.min(tableRounds(), quick ? 1 : 3);
  }

  int growthRounds() {
    return rounds > 0 ? rounds : quick ? 1 : 3;
  }

  long warmUpMillis() {
    return quick ? 700 : 3_000;
  }

  long millis() {
    return quick ? 250 : 1_000;
  }

  /** For latencies: what counts is what happens seldom. */
  long longMillis() {
    return quick ? 800 : 5_000;
  }

  Duration idle() {
    return Duration.ofSeconds(quick ? 2 : 10);
  }

  /** How many processes are a great many. */
  int many() {
    return quick ? 100_000 : 1_000_000;
  }
}
