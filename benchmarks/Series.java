import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The values that one thing was measured at, round after round. */
final class Series {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
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

  static Map<String, Double> medians(Map<String, Series> series) {
    var medians = new HashMap<String, Double>();
    series.forEach((name, values) -> medians.put(name, values.median()));
    return medians;
  }

  /** In the order measured, as a JSON list. */
  @Override
  public String toString() {
    return values.toString();
  }

  /** A value with about as many digits as it is worth: {@code 1.23}, {@code 45.6 k}. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 999_500) {
      return digits(value / 1e6) + " M";
    }
    return size >= 9_995 ? digits(value / 1e3) + " k" : digits(value);
  }

  private static String digits(double value) {
    double size = Math.abs(value);
    var format = size < 9.995 ? "%.2f" : size < 99.95 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
