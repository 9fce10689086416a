import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A growing list of times in nanoseconds, without an object for each. */
final class Times {
  private long[] nanos = new long[1_000];
  private int size;

  void add(long time) {
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
    }
    nanos[size++] = time;
  }

  private LongStream stream() {
    return Arrays.stream(nanos, 0, size);
  }

  /** The median, the 99th and the 99.9th percentile of them all, in microseconds. */
  static double[] percentiles(Times... times) {
    var sorted = Stream.of(times).flatMapToLong(Times::stream).sorted().toArray();
    return new double[] {
      percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 0.999)
    };
  }

  private static double percentile(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(sorted.length * share) - 1)] / 1e3;
  }
}
