import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a workload is to reach on two cores; the medians of the sides decide. */
sealed interface Goal {
  /** What the medians say of a goal. */
  enum Verdict {
    /** Nothing was to be reached. */
    NO_GOAL(""),
    REACHED("yes"),
    /** A side that it speaks of was not measured. */
    UNKNOWN("not measured"),
    MISSED("**no**");

    final String text;

    Verdict(String text) {
      this.text = text;
    }

    Verdict and(Verdict other) {
      return compareTo(other) > 0 ? this : other;
    }
  }

  /** Measured for those who read it. */
  Goal NONE = new All(List.of());

  /** In words, for the table. */
  String text();

  Verdict verdict(Map<String, Double> medians);

  /** The names of those parts that are not reached, where it has parts that bear names. */
  default List<String> missed(Map<String, Double> medians) {
    return List.of();
  }

  /** Retort does at least so many times as much as the other. */
  static Goal times(double factor, String other) {
    var text = factor == 1 ? "at least " + other : number(factor) + " x " + other;
    return new Quotient(text, Sides.RETORT, other, factor, Double.POSITIVE_INFINITY);
  }

  /** Retort takes at most so many times as much as the other. */
  static Goal within(double factor, String other) {
    return new Quotient("within " + number(factor) + " x " + other, Sides.RETORT, other, 0, factor);
  }

  /** Retort takes less than this. */
  static Goal below(double limit) {
    return new Below(Sides.RETORT, limit);
  }

  default Goal and(Goal other) {
    return new All(List.of(this, other));
  }

  static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** One's median divided by another's lies between the two. */
  record Quotient(String text, String one, String other, double least, double most)
      implements Goal {
    @Override
    public Verdict verdict(Map<String, Double> medians) {
      var mine = medians.get(one);
      var theirs = medians.get(other);
      if (mine == null || theirs == null) {
        return Verdict.UNKNOWN;
      }
      double quotient = mine / theirs;
      return quotient >= least && quotient <= most ? Verdict.REACHED : Verdict.MISSED;
    }
  }

  /** One's median is so large, or as another's if that is less. */
  record Least(String text, String one, double least, String other) implements Goal {
    @Override
    public Verdict verdict(Map<String, Double> medians) {
      var mine = medians.get(one);
      var theirs = medians.get(other);
      if (mine == null || theirs == null) {
        return Verdict.UNKNOWN;
      }
      return mine >= Math.min(least, theirs) ? Verdict.REACHED : Verdict.MISSED;
    }
  }

  /** One's median lies below the limit. */
  record Below(String one, double limit) implements Goal {
    @Override
    public String text() {
      return String.format(Locale.ROOT, "below %,.0f", limit);
    }

    @Override
    public Verdict verdict(Map<String, Double> medians) {
      var mine = medians.get(one);
      return mine == null ? Verdict.UNKNOWN : mine < limit ? Verdict.REACHED : Verdict.MISSED;
    }
  }

  /** Every one of them. */
  record All(List<Goal> goals) implements Goal {
    @Override
    public String text() {
      return String.join(", ", goals.stream().map(Goal::text).toList());
    }

    @Override
    public Verdict verdict(Map<String, Double> medians) {
      return goals.stream()
          .map(goal -> goal.verdict(medians))
          .reduce(Verdict.NO_GOAL, Verdict::and);
    }

    @Override
    public List<String> missed(Map<String, Double> medians) {
      return goals.stream().flatMap(goal -> goal.missed(medians).stream()).distinct().toList();
    }
  }

  /** The same for several: each by its name. */
  record Each(String text, Map<String, Goal> parts) implements Goal {
    @Override
    public Verdict verdict(Map<String, Double> medians) {
      return new All(List.copyOf(parts.values())).verdict(medians);
    }

    @Override
    public List<String> missed(Map<String, Double> medians) {
      return parts.entrySet().stream()
          .filter(part -> part.getValue().verdict(medians) == Verdict.MISSED)
          .map(Map.Entry::getKey)
          .toList();
    }
  }
}
