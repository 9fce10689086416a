import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The medians of one workload, by side. */
record Result(String workload, String unit, boolean higherIsBetter, Map<String, Double> medians) {
  static String json(List<Result> results) {
    return "[" + String.join(",\n ", results.stream().map(Result::json).toList()) + "]\n";
  }

  private String json() {
    return "{\"workload\": \"%s\", \"unit\": \"%s\", \"higher_is_better\": %s"
            .formatted(workload, unit, higherIsBetter)
        + ", \"retort\": "
        + number(Sides.RETORT)
        + ", \"beam\": "
        + number(Sides.BEAM)
        + ", \"pekko\": "
        + number(Sides.PEKKO)
        + "}";
  }

  private String number(String side) {
    var value = medians.get(side);
    return value == null ? "null" : String.format(Locale.ROOT, "%.6g", value);
  }
}
