package dev.retort.node.eval;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * {@code io_lib:format/2}: control sequences {@code ~F.P.PadModC}. Terms that {@code ~p} shows are
 * not broken into lines.
 */
final class IoFormat {
  private final String format;
  private final Deque<Object> arguments = new ArrayDeque<>();
  private final StringBuilder out = new StringBuilder();
  private int at;

  private IoFormat(String format, Object arguments) {
    this.format = format;
    this.arguments.addAll(Sequence.elements(arguments));
  }

  /** {@code badarg} if the arguments are not those that the format asks for. */
  static String format(Object format, Object arguments) {
    var text = Atoms.isAtom(format) ? Atoms.name(format) : Conversions.text(format);
    var formatting = new IoFormat(text, arguments);
    formatting.run();
    return formatting.out.toString();
  }

  private void run() {
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c == '~') {
        sequence();
      } else {
        out.append(c);
      }
    }
    if (!arguments.isEmpty()) {
      throw Raised.badarg();
    }
  }

  private char peek() {
    if (at >= format.length()) {
      throw Raised.badarg();
    }
    return format.charAt(at);
  }

  private Object argument() {
    var argument = arguments.poll();
    if (argument == null) {
      throw Raised.badarg();
    }
    return argument;
  }

  /** A number, or {@code *} for the next argument; -1 if there is none. */
  private int number() {
    if (peek() == '*') {
      at++;
      return Arithmetic.toInt(argument());
    }
    int start = at;
    while (Character.isDigit(peek())) {
      at++;
    }
    return start == at
        ? -1
        : Arithmetic.toInt(Conversions.parsed(format.substring(start, at), 10L));
  }

  private void sequence() {
    boolean left = peek() == '-';
    if (left) {
      at++;
    }
    int width = number();
    int precision = -1;
    String pad = " ";
    if (peek() == '.') {
      at++;
      precision = number();
      if (peek() == '.') {
        at++;
        int codePoint = peek() == '*' ? Arithmetic.toInt(starred()) : format.codePointAt(at);
        at += peek() == '*' ? 1 : Character.charCount(codePoint);
        pad = Character.toString(codePoint);
      }
    }
    boolean unicode = false;
    while (peek() == 't' || peek() == 'l') {
      unicode |= peek() == 't';
      at++;
    }
    char control = peek();
    at++;
    control(control, new Field(left, width, precision, pad), unicode);
  }

  private Object starred() {
    return argument();
  }

  /** How wide something is to be. */
  private record Field(boolean left, int width, int precision, String pad) {
    String of(String text) {
      if (width < 0) {
        return text;
      }
      int length = text.codePointCount(0, text.length());
      if (length > width) {
        return "*".repeat(width);
      }
      var padding = pad.repeat(width - length);
      return left ? text + padding : padding + text;
    }

    /** Of a text, which is cut where it is longer. */
    String ofText(String text) {
      int most = precision >= 0 ? precision : width >= 0 ? width : Integer.MAX_VALUE;
      int length = text.codePointCount(0, text.length());
      var cut = length > most ? text.substring(0, text.offsetByCodePoints(0, most)) : text;
      if (precision >= 0 && width < 0) {
        return new Field(left, precision, -1, pad).of(cut);
      }
      return of(cut);
    }
  }

  private void control(char control, Field field, boolean unicode) {
    switch (control) {
      case '~' -> out.append('~');
      case 'n' -> out.append("\n".repeat(Math.max(1, field.width)));
      case 'i' -> {
        var unused = argument();
      }
      case 'w', 'W' -> {
        var term = argument();
        if (control == 'W') {
          var unused = argument(); // a depth: all is shown
        }
        out.append(field.of(ErlangText.of(term)));
      }
      case 'p', 'P' -> {
        var term = argument();
        if (control == 'P') {
          var unused = argument();
        }
        out.append(ErlangText.print(term, true));
      }
      case 's' -> out.append(field.ofText(text(argument(), unicode)));
      case 'c' -> {
        var character = Character.toString(Conversions.character(argument()));
        out.append(field.of(character.repeat(Math.max(1, field.precision))));
      }
      case 'b', 'B', 'x', 'X', '#', '+' -> integer(control, field);
      case 'e' -> out.append(field.of(scientific(argument(), field.precision)));
      case 'f' -> out.append(field.of(fixed(argument(), field.precision)));
      case 'g' -> {
        var number = argument();
        double size = Math.abs(Arithmetic.toDouble(number));
        out.append(
            field.of(
                size != 0 && (size < 0.1 || size >= 10_000)
                    ? scientific(number, field.precision)
                    : fixed(number, field.precision)));
      }
      default -> throw Raised.badarg();
    }
  }

  private static String text(Object term, boolean unicode) {
    if (Atoms.isAtom(term)) {
      return Atoms.name(term);
    }
    return unicode || !Bits.isBinary(term)
        ? Conversions.text(term)
        : ErlangText.latin1(Bits.bytes(term));
  }

  private void integer(char control, Field field) {
    var number = argument();
    if (!Arithmetic.isInteger(number)) {
      throw Raised.badarg();
    }
    int base = field.precision < 0 ? 10 : field.precision;
    var digits = Conversions.integer(number, (long) base);
    if (control == 'b' || control == 'x' || control == '+') {
      digits = digits.toLowerCase(Locale.ROOT);
    }
    var prefix =
        switch (control) {
          case 'x', 'X' -> Conversions.text(argument());
          case '#', '+' -> base + "#";
          default -> "";
        };
    out.append(
        field.of(digits.startsWith("-") ? "-" + prefix + digits.substring(1) : prefix + digits));
  }

  private static String fixed(Object number, int precision) {
    double value = Arithmetic.toDouble(number);
    int digits = precision < 0 ? 6 : precision;
    if (digits < 1) {
      throw Raised.badarg();
    }
    return new BigDecimal(Conversions.shortest(value))
        .setScale(digits, RoundingMode.HALF_UP)
        .toPlainString();
  }

  private static String scientific(Object number, int precision) {
    int digits = precision < 0 ? 6 : precision;
    if (digits < 2) {
      throw Raised.badarg();
    }
    return Conversions.scientific(Arithmetic.toDouble(number), digits - 1)
        .replaceAll("e([+-])0", "e$1"); // as few digits as the exponent needs
  }
}
