package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Erlang's terms as people write them in configuration files: {@code file:consult/1}. What arrives
 * is what {@link Etf#decode} would give for the same terms, so that {@code "text"} is a list of
 * characters and {@code <<"text">>} is a {@link String}.
 */
public final class Consult {
  /** Deeper terms are an accident, or somebody's attempt to use up the stack. */
  private static final int MAX_DEPTH = 1000;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d+(?:_\\d+)*(?:#[0-9a-zA-Z_]+|\\.\\d+(?:[eE][+-]?\\d+)?)?");

  private final String text;
  private int at;
  private int depth;

  private Consult(String text) {
    this.text = text;
  }

  /**
   * The terms of a file's text, each of which ends with a full stop.
   *
   * @throws IllegalArgumentException if there is something else; the message begins with the line
   */
  public static List<Object> terms(String text) {
    var reader = new Consult(text);
    var terms = new ArrayList<>();
    reader.skip();
    while (reader.at < text.length()) {
      terms.add(reader.term());
      reader.expect(".", "a full stop");
      reader.skip();
    }
    return List.copyOf(terms);
  }

  private Object term() {
    if (++depth > MAX_DEPTH) {
      throw wrong("terms inside no more than " + MAX_DEPTH + " others");
    }
    skip();
    int c = peek();
    Object term;
    if (take("<<")) {
      term = binary();
    } else if (take("#{")) {
      term = map();
    } else if (take("{")) {
      term = Tuple.of(elements("}").toArray());
    } else if (take("[")) {
      term = list();
    } else if (c == '"') {
      term = string();
    } else if (c == '\'' || Character.isLowerCase(c)) {
      var name = atom();
      term = name.equals("fun") && c != '\'' ? function() : Atom.of(name);
    } else {
      term = number();
    }
    depth--;
    return term;
  }

  /** Up to {@code end}, which may come at once. */
  private List<Object> elements(String end) {
    var elements = new ArrayList<>();
    skip();
    if (!take(end)) {
      do {
        elements.add(term());
        skip();
      } while (take(","));
      expect(end, "a comma or " + end);
    }
    return elements;
  }

  private Object list() {
    var elements = new ArrayList<>();
    skip();
    if (take("]")) {
      return List.of();
    }
    do {
      elements.add(term());
      skip();
    } while (take(","));
    if (!take("|")) {
      expect("]", "a comma or ]");
      return List.copyOf(elements);
    }
    var tail = term();
    skip();
    expect("]", "]");
    if (tail instanceof List<?> rest) {
      elements.addAll(rest);
      return List.copyOf(elements);
    }
    return ImproperList.of(elements, tail);
  }

  private Object map() {
    var map = new LinkedHashMap<Object, Object>();
    skip();
    if (take("}")) {
      return map;
    }
    do {
      var key = term();
      skip();
      expect("=>", "=>");
      map.put(key, term());
      skip();
    } while (take(","));
    expect("}", "a comma or }");
    return Collections.unmodifiableMap(map);
  }

  /** Texts and bytes; nobody writes other segments into a configuration. */
  private Object binary() {
    var bytes = new ByteArrayOutputStream();
    skip();
    if (!take(">>")) {
      do {
        skip();
        if (peek() == '"') {
          var segment = characters('"');
          skip();
          bytes.writeBytes(
              segment.getBytes(
                  take("/utf8") ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
        } else if (number() instanceof Long value && value >= -128 && value < 256) {
          bytes.write((int) (long) value);
        } else {
          throw wrong("a text or a byte");
        }
        skip();
      } while (take(","));
      expect(">>", "a comma or >>");
    }
    var binary = Binary.of(bytes.toByteArray());
    var string = binary.text();
    return string == null ? binary : string;
  }

  /** One after another they are one. */
  private List<Object> string() {
    var characters = new ArrayList<>();
    do {
      characters('"').codePoints().forEach(c -> characters.add((long) c));
      skip();
    } while (peek() == '"');
    return List.copyOf(characters);
  }

  private String atom() {
    if (peek() == '\'') {
      return characters('\'');
    }
    int from = at;
    while (Character.isLetterOrDigit(peek()) || peek() == '_' || peek() == '@') {
      at++;
    }
    return text.substring(from, at);
  }

  private Object function() {
    skip();
    var module = Atom.of(atom());
    skip();
    expect(":", "a module, a colon and a function");
    skip();
    var name = Atom.of(atom());
    skip();
    expect("/", "/ and the number of arguments");
    if (number() instanceof Long arity && arity >= 0 && arity < 256) {
      return new Fun.Export(module, name, (int) (long) arity);
    }
    throw wrong("the number of arguments");
  }

  private Object number() {
    skip();
    if (take("$")) {
      return (long) character();
    }
    var digits = NUMBER.matcher(text).region(at, text.length());
    if (!digits.lookingAt()) {
      throw wrong("a term");
    }
    var number = digits.group().replace("_", "");
    try {
      var value = number.indexOf('.') >= 0 ? (Object) floating(number) : integer(number);
      at = digits.end();
      return value;
    } catch (NumberFormatException e) {
      throw wrong("a number");
    }
  }

  private static Double floating(String number) {
    double value = Double.parseDouble(number);
    if (Double.isInfinite(value)) {
      throw new NumberFormatException(number);
    }
    return value;
  }

  private static Number integer(String number) {
    int base = number.indexOf('#');
    boolean negative = number.startsWith("-");
    var value =
        base < 0
            ? new BigInteger(number)
            : new BigInteger(
                number.substring(base + 1), Math.abs(Integer.parseInt(number.substring(0, base))));
    var signed = base >= 0 && negative ? value.negate() : value;
    return signed.bitLength() < Long.SIZE ? (Number) signed.longValue() : signed;
  }

  /** What stands between two quotes. */
  private String characters(char quote) {
    at++;
    var characters = new StringBuilder();
    while (peek() != quote) {
      if (peek() < 0) {
        throw wrong("the " + quote + " at the end of a text");
      }
      characters.appendCodePoint(character());
    }
    at++;
    return characters.toString();
  }

  private int character() {
    int c = next();
    if (c != '\\') {
      return c;
    }
    int escaped = next();
    return switch (escaped) {
      case 'b' -> '\b';
      case 'd' -> 0x7f;
      case 'e' -> 0x1b;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 's' -> ' ';
      case 't' -> '\t';
      case 'v' -> 0xb;
      case '^' -> next() & 31;
      case 'x' -> hexadecimal();
      default -> escaped >= '0' && escaped <= '7' ? octal(escaped - '0') : escaped;
    };
  }

  private int octal(int first) {
    int value = first;
    for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; i++) {
      value = 8 * value + next() - '0';
    }
    return value;
  }

  private int hexadecimal() {
    int end = take("{") ? text.indexOf('}', at) : at + 2;
    try {
      int value = Integer.parseInt(text.substring(at, end), 16);
      at = text.charAt(at - 1) == '{' ? end + 1 : end;
      return Character.toString(value).codePointAt(0);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw wrong("a character's number in hexadecimal");
    }
  }

  // ---- the text

  private int peek() {
    return at < text.length() ? text.codePointAt(at) : -1;
  }

  private int next() {
    int c = peek();
    if (c < 0) {
      throw wrong("a character");
    }
    at += Character.charCount(c);
    return c;
  }

  private boolean take(String word) {
    boolean there = text.startsWith(word, at);
    if (there) {
      at += word.length();
    }
    return there;
  }

  private void expect(String word, String described) {
    skip();
    if (!take(word)) {
      throw wrong(described);
    }
  }

  /** White space, and comments to the end of their lines. */
  private void skip() {
    while (Character.isWhitespace(peek()) || peek() == '%' || peek() == 0xfeff) {
      int end = text.indexOf('\n', at);
      at = peek() != '%' ? at + 1 : end < 0 ? text.length() : end;
    }
  }

  private IllegalArgumentException wrong(String expected) {
    long line =
        text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
    var there =
        at >= text.length()
            ? "the text ends here"
            : "this is "
                + text.substring(at, Math.min(text.length(), at + 12))
                    .lines()
                    .findFirst()
                    .orElse("a line's end");
    return new IllegalArgumentException(
        "line " + (line + 1) + ": " + expected + " was expected, " + there);
  }
}
