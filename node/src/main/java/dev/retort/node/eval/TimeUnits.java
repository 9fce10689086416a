package dev.retort.node.eval;

import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.time.Instant;

/** Erlang's and Elixir's units of time; the native one is the nanosecond. */
final class TimeUnits {
  private static final long NANOS = 1_000_000_000;

  private TimeUnits() {}

  /** Nanoseconds since 1970. */
  static long now() {
    var now = Instant.now();
    return now.getEpochSecond() * NANOS + now.getNano();
  }

  /** {@code {MegaSeconds, Seconds, Microseconds}}. */
  static Tuple timestamp() {
    long micros = now() / 1000;
    return Tuple.of(
        micros / 1_000_000_000_000L, micros / 1_000_000 % 1_000_000, micros % 1_000_000);
  }

  static Object of(long nanos, Object unit) {
    return Math.floorDiv(nanos, NANOS / Math.min(NANOS, perSecond(unit)));
  }

  static Object convert(Object time, Object from, Object to) {
    var scaled = Arithmetic.big(time).multiply(BigInteger.valueOf(perSecond(to)));
    var divided = scaled.divideAndRemainder(BigInteger.valueOf(perSecond(from)));
    boolean down = divided[1].signum() < 0;
    return Arithmetic.integer(down ? divided[0].subtract(BigInteger.ONE) : divided[0]);
  }

  private static long perSecond(Object unit) {
    if (unit instanceof Long parts && parts > 0) {
      return parts;
    }
    return switch (Atoms.name(unit)) {
      case "second", "seconds" -> 1;
      case "millisecond", "milli_seconds" -> 1000;
      case "microsecond", "micro_seconds" -> 1_000_000;
      case "nanosecond", "nano_seconds", "native", "perf_counter" -> NANOS;
      default -> throw Raised.badarg();
    };
  }
}
