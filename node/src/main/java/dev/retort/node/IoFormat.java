package dev.retort.node;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.ImproperList;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code io_lib:format/2}, for people who read a log: terms are printed as the rest of the log has
 * them, widths and precisions are passed over.
 */
final class IoFormat {
  /** {@code ~F.P.PadModC}. */
  private static final Pattern SEQUENCE =
      Pattern.compile(
          "~(-?(?:\\d+|\\*))?(?:\\.(\\d+|\\*)?)?(?:\\.(?:.))?([tlKk]*)(.)", Pattern.DOTALL);

  private IoFormat() {}

  /**
   * The text.
   *
   * @throws IllegalArgumentException if the arguments are not those that the format asks for
   */
  static String format(String format, List<?> arguments) {
    var text = new StringBuilder();
    var rest = arguments.iterator();
    var matcher = SEQUENCE.matcher(format);
    int from = 0;
    while (matcher.find()) {
      text.append(format, from, matcher.start());
      from = matcher.end();
      skipStars(matcher, rest);
      append(text, matcher.group(4), rest);
    }
    text.append(format, from, format.length());
    if (rest.hasNext()) {
      throw new IllegalArgumentException("there are more arguments than " + format + " has");
    }
    return text.toString();
  }

  /** Widths that are arguments themselves. */
  private static void skipStars(Matcher sequence, Iterator<?> rest) {
    for (int group = 1; group <= 2; group++) {
      if ("*".equals(sequence.group(group)) || "-*".equals(sequence.group(group))) {
        next(rest);
      }
    }
  }

  private static void append(StringBuilder text, String control, Iterator<?> rest) {
    switch (control) {
      case "n" -> text.append('\n');
      case "~" -> text.append('~');
      case "i" -> next(rest);
      case "c" -> text.appendCodePoint(((Number) next(rest)).intValue());
      case "s" -> {
        var argument = next(rest);
        var characters = characters(argument);
        text.append(characters != null ? characters : Shown.text(argument));
      }
      case "P", "W" -> {
        text.append(Shown.text(next(rest)));
        next(rest); // the depth
      }
      case "x", "X", "b", "B" -> text.append(Shown.text(next(rest)).toLowerCase(Locale.ROOT));
      case "p", "w", "e", "f", "g", "#", "+" -> text.append(Shown.text(next(rest)));
      default -> throw new IllegalArgumentException("~" + control + " is no control sequence");
    }
  }

  private static Object next(Iterator<?> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException("there are fewer arguments than the format asks for");
    }
    return rest.next();
  }

  /** Erlang's chardata as text, an atom as its name; null for what is neither. */
  static @Nullable String characters(Object term) {
    var text = new StringBuilder();
    return collect(term, text) ? text.toString() : null;
  }

  private static boolean collect(Object term, StringBuilder text) {
    switch (term) {
      case String string -> text.append(string);
      case Atom atom -> text.append(atom.name());
      case Long codePoint
          when codePoint == codePoint.intValue()
              && Character.isValidCodePoint(codePoint.intValue()) ->
          text.appendCodePoint(codePoint.intValue());
      case List<?> list -> {
        for (var element : list) {
          if (element instanceof Atom || !collect(element, text)) {
            return false;
          }
        }
      }
      case ImproperList list -> {
        return collect(list.elements(), text) && collect(list.tail(), text);
      }
      case Bitstring bits ->
          text.append(new String(bits.toByteArray(), StandardCharsets.ISO_8859_1));
      default -> {
        return false;
      }
    }
    return true;
  }
}
