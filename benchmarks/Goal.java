import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a workload is to reach on two cores; the medians of the sides decide. */
sealed interface Goal {
  /** In words, for the table. */
  String text();

  /** Whether the medians reach it; false where one that it speaks of is missing. */
  boolean reached(Map<String, Double> medians);

  /** Measured for those who read it. */
  Goal NONE = new All(List.of());

  /** Retort does at least so many times as much as the other. */
  static Goal times(double factor, String other) {
    return new Quotient(
        (factor == 1 ? "at least " : number(factor) + " x ") + other,
        factor,
        Double.MAX_VALUE,
        other);
  }

  /** Retort takes at most so many times as much as the other. */
  static Goal within(double factor, String other) {
    return new Quotient("within " + number(factor) + " x " + other, 0, factor, other);
  }

  /** Retort takes less than this. */
  static Goal below(double limit) {
    return new Below(limit);
  }

  default Goal and(Goal other) {
    return new All(List.of(this, other));
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? "%.0f".formatted(value)
        : String.format(Locale.ROOT, "%s", value);
  }

  record Quotient(String text, double least, double most, String other) implements Goal {
    @Override
    public boolean reached(Map<String, Double> medians) {
      var mine = medians.get(Sides.RETORT);
      var theirs = medians.get(other);
      return mine != null
          && theirs != null
          && mine >= least * theirs
          && (most == Double.MAX_VALUE || mine <= most * theirs);
    }
  }

  record Below(double limit) implements Goal {
    @Override
    public String text() {
      return "below " + Series.number(limit);
    }

    @Override
    public boolean reached(Map<String, Double> medians) {
      var mine = medians.get(Sides.RETORT);
      return mine != null && mine < limit;
    }
  }

  record All(List<Goal> goals) implements Goal {
    @Override
    public String text() {
      return String.join(", ", goals.stream().map(Goal::text).toList());
    }

    @Override
    public boolean reached(Map<String, Double> medians) {
      return goals.stream().allMatch(goal -> goal.reached(medians));
    }
  }
}
