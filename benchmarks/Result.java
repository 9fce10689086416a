import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The medians of one workload, by side. */
record Result(String workload, String unit, boolean higherIsBetter, Map<String, Double> medians) {
  static String json(List<Result> results, List<String> sides) {
    return "["
        + String.join(",\n ", results.stream().map(result -> result.json(sides)).toList())
        + "]\n";
  }

  private String json(List<String> sides) {
    return "{\"workload\": \"%s\", \"unit\": \"%s\", \"higher_is_better\": %s"
            .formatted(workload, unit, higherIsBetter)
        + sides.stream()
            .map(side -> ", \"%s\": %s".formatted(key(side), number(side)))
            .collect(Collectors.joining())
        + "}";
  }

  private static String key(String side) {
    return side.toLowerCase(Locale.ROOT).replace(' ', '_');
  }

  private String number(String side) {
    var value = medians.get(side);
    return value == null ? "null" : String.format(Locale.ROOT, "%.6g", value);
  }
}
