package dev.retort.node.eval;

import java.math.BigInteger;

/** Erlang's numbers: integers of any size, as Long where they fit, and finite floats. */
final class Arithmetic {
  /** An integer of more bits is a {@code system_limit}, as in Erlang, if later. */
  private static final int MOST_BITS = 1 << 26;

  private Arithmetic() {}

  static boolean isInteger(Object term) {
    return term instanceof Long || term instanceof BigInteger;
  }

  static boolean isNumber(Object term) {
    return term instanceof Double || isInteger(term);
  }

  static BigInteger big(Object integer) {
    return switch (integer) {
      case Long n -> BigInteger.valueOf(n);
      case BigInteger n -> n;
      default -> throw Raised.badarith();
    };
  }

  /** An integer in its one form. */
  static Object integer(BigInteger n) {
    if (n.bitLength() < Long.SIZE) {
      return n.longValue();
    }
    if (n.bitLength() > MOST_BITS) {
      throw Raised.error("system_limit");
    }
    return n;
  }

  private static double real(Object number) {
    double value =
        switch (number) {
          case Double d -> d;
          case Long n -> n;
          case BigInteger n -> n.doubleValue();
          default -> throw Raised.badarith();
        };
    return (Double) finite(value);
  }

  private static Object finite(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw Raised.badarith();
    }
    return value;
  }

  /** As a float; {@code badarg} if it is no number, or too large. {@code float/1}. */
  static double toDouble(Object number) {
    try {
      return real(number);
    } catch (Raised e) {
      throw Raised.badarg();
    }
  }

  static Object add(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      long sum = x + y;
      return ((x ^ sum) & (y ^ sum)) < 0 ? (Object) big(x).add(big(y)) : (Object) sum;
    }
    return isFloat(a, b) ? finite(real(a) + real(b)) : integer(big(a).add(big(b)));
  }

  static Object subtract(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      long difference = x - y;
      return ((x ^ y) & (x ^ difference)) < 0
          ? (Object) big(x).subtract(big(y))
          : (Object) difference;
    }
    return isFloat(a, b) ? finite(real(a) - real(b)) : integer(big(a).subtract(big(b)));
  }

  static Object multiply(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      long high = Math.multiplyHigh(x, y);
      long low = x * y;
      return high == low >> 63 ? (Object) low : integer(big(x).multiply(big(y)));
    }
    return isFloat(a, b) ? finite(real(a) * real(b)) : integer(big(a).multiply(big(b)));
  }

  /** {@code A / B}, always a float. */
  static Object divide(Object a, Object b) {
    double dividend = real(a);
    double divisor = real(b);
    if (divisor == 0) {
      throw Raised.badarith();
    }
    return finite(dividend / divisor);
  }

  /** {@code A div B}. */
  static Object quotient(Object a, Object b) {
    return integer(big(a).divide(nonZero(b)));
  }

  /** {@code A rem B}. */
  static Object remainder(Object a, Object b) {
    return integer(big(a).remainder(nonZero(b)));
  }

  private static BigInteger nonZero(Object divisor) {
    var n = big(divisor);
    if (n.signum() == 0) {
      throw Raised.badarith();
    }
    return n;
  }

  static Object negate(Object a) {
    return a instanceof Double d ? (Object) (-d) : integer(big(a).negate());
  }

  static Object plus(Object a) {
    if (!isNumber(a)) {
      throw Raised.badarith();
    }
    return a;
  }

  static Object shiftLeft(Object a, Object by) {
    var n = big(a);
    var places = big(by);
    if (places.signum() < 0) {
      return shiftRight(a, integer(places.negate()));
    }
    if (n.signum() == 0) {
      return 0L;
    }
    if (places.bitLength() > 31 || n.bitLength() + places.longValue() > MOST_BITS) {
      throw Raised.error("system_limit");
    }
    return integer(n.shiftLeft(places.intValue()));
  }

  static Object shiftRight(Object a, Object by) {
    var n = big(a);
    var places = big(by);
    if (places.signum() < 0) {
      return shiftLeft(a, integer(places.negate()));
    }
    return places.bitLength() > 31
        ? (Object) (n.signum() < 0 ? -1L : 0L)
        : integer(n.shiftRight(places.intValue()));
  }

  static Object and(Object a, Object b) {
    return integer(big(a).and(big(b)));
  }

  static Object or(Object a, Object b) {
    return integer(big(a).or(big(b)));
  }

  static Object xor(Object a, Object b) {
    return integer(big(a).xor(big(b)));
  }

  static Object not(Object a) {
    return integer(big(a).not());
  }

  static Object abs(Object a) {
    return switch (a) {
      case Double d -> (Object) Math.abs(d);
      case Long n when n >= 0 -> n;
      case Long n -> integer(big(n).negate());
      case BigInteger n -> n.abs();
      default -> throw Raised.badarg();
    };
  }

  private static boolean isFloat(Object a, Object b) {
    return a instanceof Double || b instanceof Double;
  }

  /** An index, count or the like; {@code badarg} if it is no integer that an int holds. */
  static int toInt(Object term) {
    if (term instanceof Long n && n == n.intValue()) {
      return n.intValue();
    }
    throw Raised.badarg();
  }
}
