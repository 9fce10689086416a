package dev.retort.etf;

import java.math.BigDecimal;

/** Floats as Erlang prints them: the fewest digits that read back as the same number. */
final class Floats {
  private Floats() {}

  static String print(double number) {
    if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    if (Math.abs(number) >= 1 && Math.abs(number) < 1e16 && number == Math.rint(number)) {
      return (long) number + ".0";
    }
    var decimal = new BigDecimal(Double.toString(Math.abs(number))).stripTrailingZeros();
    var digits = decimal.unscaledValue().toString();
    int point = digits.length() - decimal.scale(); // the number is 0.digits times 10^point
    if (digits.length() == 2) {
      // Java prints two digits where one would do, as in 4.9E-324.
      long rounded = Math.round(Integer.parseInt(digits) / 10.0);
      if (Double.parseDouble(rounded + "e" + (point - 1)) == Math.abs(number)) {
        digits = rounded == 10 ? "1" : String.valueOf(rounded);
        point += rounded == 10 ? 1 : 0;
      }
    }
    return (number < 0 ? "-" : "") + place(digits, point, Math.abs(number) < 1L << 53);
  }

  /** The shorter of the two notations, as {@code io_lib_format} has it. */
  private static String place(String digits, int point, boolean exactInteger) {
    int length = digits.length();
    if (point > 0 && point < length) {
      return digits.substring(0, point) + "." + digits.substring(point);
    }
    if (point == 0) {
      return "0." + digits;
    }
    var exponent = String.valueOf(point - 1);
    int cost = exponent.length() + 1 + (length == 1 ? 2 : 1);
    if (point < 0) {
      return 2 - point <= cost ? "0." + "0".repeat(-point) + digits : scientific(digits, exponent);
    }
    return exactInteger && point - length + 2 <= cost
        ? digits + "0".repeat(point - length) + ".0"
        : scientific(digits, exponent);
  }

  private static String scientific(String digits, String exponent) {
    return digits.charAt(0)
        + "."
        + (digits.length() == 1 ? "0" : digits.substring(1))
        + "e"
        + exponent;
  }
}
