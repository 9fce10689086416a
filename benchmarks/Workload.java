import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What one or more rows of the table are measured by.
 *
 * @param commands what a side is told, in turn; "MS" stands for how long it measures, "MANY" for a
 *     million or so
 * @param kind where it is measured
 * @param derive makes the rows' values of the answers'
 */
record Workload(List<String> commands, Kind kind, UnaryOperator<double[]> derive, List<Row> rows) {
  /** Where a workload is measured. */
  enum Kind {
    /** In a process that lives as long as the comparison and measures everything else, too. */
    SHARED,
    /** The same, for longer: what counts is what happens seldom. */
    SHARED_LONG,
    /** In a new process, since what others leave behind would count. */
    FRESH,
    /** In a new process, and it is the process's own use of the processor that counts. */
    FRESH_IDLE
  }

  /**
   * A line of the table.
   *
   * @param because why its goal is not reached and what was tried; shown as long as that is so
   */
  record Row(String name, String unit, boolean higherIsBetter, Goal goal, String because) {
    Row because(String reason) {
      return new Row(name, unit, higherIsBetter, goal, reason);
    }
  }

  static Row more(String name, String unit, Goal goal) {
    return new Row(name, unit, true, goal, "");
  }

  static Row less(String name, String unit, Goal goal) {
    return new Row(name, unit, false, goal, "");
  }

  static Workload of(String command, Row... rows) {
    return new Workload(List.of(command), Kind.SHARED, UnaryOperator.identity(), List.of(rows));
  }

  static Workload of(Kind kind, String command, Row... rows) {
    return new Workload(List.of(command), kind, UnaryOperator.identity(), List.of(rows));
  }

  /** The same without and with something in its way: both, and how many times longer it takes. */
  static Workload flatness(String without, String with, Row... rows) {
    return new Workload(
        List.of(without, with),
        Kind.SHARED,
        took -> new double[] {took[0], took[1], took[1] / took[0]},
        List.of(rows));
  }
}
