import java.util.List;

/**
 * What a table shows.
 *
 * @param columns the sides, as they stand from left to right
 * @param ratios of which medians the quotients are shown
 * @param compiled the sides that need no warm-up, since nothing is compiled while they run
 * @param workloads the lines, in their order
 */
record Layout(
    List<String> columns, List<Ratio> ratios, List<String> compiled, List<Workload> workloads) {
  /** One's median divided by another's. */
  record Ratio(String one, String other) {
    @Override
    public String toString() {
      return one + " / " + other;
    }
  }
}
