import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The values that one thing was measured at, round after round. */
final class Series {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  double median() {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double lowest() {
    return values.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  double highest() {
    return values.stream().mapToDouble(v -> v).max().orElseThrow();
  }

  /** In the order measured, as a JSON list. */
  @Override
  public String toString() {
    return values.toString();
  }

  /** A value with about as many digits as it is worth. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size < 10) {
      return String.format(Locale.ROOT, "%.2f", value);
    }
    return String.format(Locale.ROOT, size < 100 ? "%.1f" : "%,.0f", value);
  }
}
