package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** Elixir's {@code Integer}, {@code Float} and {@code Bitwise}. */
final class ElixirNumbers {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern FLOAT = Pattern.compile("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private ElixirNumbers() {}

  static Library.Module integer() {
    return new Library.Module("Elixir.Integer")
        .add("to_string", 1, (in, a) -> Conversions.integer(a[0], 10L))
        .add("to_string", 2, (in, a) -> Conversions.integer(a[0], a[1]))
        .add("to_charlist", 1, (in, a) -> Conversions.charlist(Conversions.integer(a[0], 10L)))
        .add("parse", 1, (in, a) -> parsedInteger(Bits.text(a[0])))
        .add("mod", 2, (in, a) -> Arithmetic.integer(mod(a[0], a[1])))
        .add(
            "floor_div",
            2,
            (in, a) ->
                Arithmetic.quotient(
                    Arithmetic.subtract(a[0], Arithmetic.integer(mod(a[0], a[1]))), a[1]))
        .add("pow", 2, (in, a) -> power(a[0], a[1]))
        .add(
            "gcd", 2, (in, a) -> Arithmetic.integer(Arithmetic.big(a[0]).gcd(Arithmetic.big(a[1]))))
        .add("digits", 1, (in, a) -> digits(Conversions.integer(a[0], 10L)))
        .add(
            "undigits",
            1,
            (in, a) -> {
              Object n = 0L;
              for (var digit : Sequence.elements(a[0])) {
                n = Arithmetic.add(Arithmetic.multiply(n, 10L), digit);
              }
              return n;
            });
  }

  private static BigInteger mod(Object a, Object b) {
    var divisor = Arithmetic.big(b);
    if (divisor.signum() == 0) {
      throw Raised.badarith();
    }
    var rest = Arithmetic.big(a).remainder(divisor);
    return rest.signum() != 0 && rest.signum() != divisor.signum() ? rest.add(divisor) : rest;
  }

  /** A power of integers; {@code system_limit} where it has too many bits to be computed. */
  static Object power(Object base, Object exponent) {
    var n = Arithmetic.big(base);
    var e = Arithmetic.toInt(exponent);
    if (e < 0) {
      throw Raised.error("function_clause");
    }
    if ((long) n.bitLength() * e > 1 << 26) {
      throw Raised.error("system_limit");
    }
    return Arithmetic.integer(n.pow(e));
  }

  private static Object digits(String text) {
    boolean negative = text.startsWith("-");
    var digits = new ArrayList<Object>();
    for (char c : text.substring(negative ? 1 : 0).toCharArray()) {
      digits.add(negative ? (long) -(c - '0') : (long) (c - '0'));
    }
    return Sequence.of(digits);
  }

  private static Object parsedInteger(String text) {
    var matcher = INTEGER.matcher(text);
    return matcher.lookingAt()
        ? Tuple.of(Conversions.parsed(matcher.group(), 10L), text.substring(matcher.end()))
        : Atom.ERROR;
  }

  static Library.Module real() {
    return new Library.Module("Elixir.Float")
        .add("to_string", 1, (in, a) -> Conversions.shortest(Arithmetic.toDouble(a[0])))
        .add("parse", 1, (in, a) -> parsedReal(Bits.text(a[0])))
        .add("round", 1, (in, a) -> rounded(a[0], 0L, RoundingMode.HALF_UP))
        .add("round", 2, (in, a) -> rounded(a[0], a[1], RoundingMode.HALF_UP))
        .add("floor", 1, (in, a) -> rounded(a[0], 0L, RoundingMode.FLOOR))
        .add("floor", 2, (in, a) -> rounded(a[0], a[1], RoundingMode.FLOOR))
        .add("ceil", 1, (in, a) -> rounded(a[0], 0L, RoundingMode.CEILING))
        .add("ceil", 2, (in, a) -> rounded(a[0], a[1], RoundingMode.CEILING));
  }

  private static Object parsedReal(String text) {
    var matcher = FLOAT.matcher(text);
    return matcher.lookingAt()
        ? Tuple.of(Double.parseDouble(matcher.group()), text.substring(matcher.end()))
        : Atom.ERROR;
  }

  private static Object rounded(Object number, Object digits, RoundingMode mode) {
    if (!(number instanceof Double value)) {
      throw Raised.error("function_clause");
    }
    return new BigDecimal(value).setScale(Arithmetic.toInt(digits), mode).doubleValue();
  }

  static Library.Module bitwise(Library.Module erlang) {
    var bitwise = new Library.Module("Elixir.Bitwise");
    for (var name : new String[] {"band", "bor", "bxor", "bsl", "bsr"}) {
      bitwise.alias(name, erlang, name, 2);
    }
    return bitwise
        .alias("&&&", erlang, "band", 2)
        .alias("|||", erlang, "bor", 2)
        .alias("<<<", erlang, "bsl", 2)
        .alias(">>>", erlang, "bsr", 2)
        .alias("bnot", erlang, "bnot", 1);
  }
}
