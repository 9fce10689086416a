import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What one caller measured, call by call. */
final class Latencies {
  private final Times ofCalls = new Times();
  private final Times sinceDue = new Times();

  /** One for each caller. */
  static Latencies[] of(int callers) {
    return Stream.generate(Latencies::new).limit(callers).toArray(Latencies[]::new);
  }

  /** How long a call took, and how long it is from when it was to begin to its reply. */
  void add(long call, long due) {
    ofCalls.add(call);
    sinceDue.add(due);
  }

  /** How long a call took, for a caller that makes the next one at once. */
  void add(long call) {
    ofCalls.add(call);
  }

  /** The median, the 99th and the 99.9th percentile of its calls, in microseconds. */
  double[] ofCalls() {
    return percentiles(new Latencies[] {this}, caller -> caller.ofCalls).toArray();
  }

  /**
   * Of all callers, the median, the 99th and the 99.9th percentile of both, in microseconds. Those
   * of calls alone hide what a caller that is late does not measure; those since due show it.
   */
  static double[] percentiles(Latencies... all) {
    return DoubleStream.concat(
            percentiles(all, caller -> caller.ofCalls), percentiles(all, caller -> caller.sinceDue))
        .toArray();
  }

  private static DoubleStream percentiles(Latencies[] all, Function<Latencies, Times> which) {
    var sorted = Stream.of(all).map(which).flatMapToLong(Times::stream).sorted().toArray();
    return DoubleStream.of(0.5, 0.99, 0.999).map(share -> percentile(sorted, share));
  }

  private static double percentile(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)] / 1e3;
  }

  /** A growing list of times in nanoseconds, without an object for each. */
  private static final class Times {
    private long[] nanos = new long[1_000];
    private int size;

    void add(long time) {
      if (size == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * size);
      }
      nanos[size++] = time;
    }

    LongStream stream() {
      return Arrays.stream(nanos, 0, size);
    }
  }
}
