package dev.retort.node.eval;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Erlang's functions on numbers. */
final class Numbers {
  private Numbers() {}

  static void addTo(Library.Module erlang) {
    erlang
        .add("abs", 1, (in, a) -> Arithmetic.abs(a[0]))
        .add("float", 1, (in, a) -> Arithmetic.toDouble(a[0]))
        .add("trunc", 1, (in, a) -> rounded(a[0], RoundingMode.DOWN))
        .add("round", 1, (in, a) -> rounded(a[0], RoundingMode.HALF_UP))
        .add("ceil", 1, (in, a) -> rounded(a[0], RoundingMode.CEILING))
        .add("floor", 1, (in, a) -> rounded(a[0], RoundingMode.FLOOR))
        .add("max", 2, (in, a) -> Order.OF_TERMS.compare(a[0], a[1]) >= 0 ? a[0] : a[1])
        .add("min", 2, (in, a) -> Order.OF_TERMS.compare(a[0], a[1]) <= 0 ? a[0] : a[1]);
  }

  /** A number as an integer; {@code badarg} if it is none. */
  static Object rounded(Object number, RoundingMode mode) {
    return switch (number) {
      case Long n -> n;
      case BigInteger n -> n;
      case Double d -> Arithmetic.integer(new BigDecimal(d).setScale(0, mode).toBigIntegerExact());
      default -> throw Raised.badarg();
    };
  }
}
