package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Elixir's {@code String}, but what takes regular expressions. */
final class ElixirString {
  private ElixirString() {}

  static Library.Module module() {
    var module = new Library.Module("Elixir.String");
    shapes(module);
    parts(module);
    conversions(module);
    return module;
  }

  private static String text(Object term) {
    if (term instanceof String text) {
      return text;
    }
    throw Raised.error("function_clause");
  }

  private static void shapes(Library.Module module) {
    module
        .add("upcase", 1, (in, a) -> text(a[0]).toUpperCase(Locale.ROOT))
        .add("downcase", 1, (in, a) -> text(a[0]).toLowerCase(Locale.ROOT))
        .add("capitalize", 1, (in, a) -> capitalized(text(a[0])))
        .add("reverse", 1, (in, a) -> Graphemes.reversed(text(a[0])))
        .add("trim", 1, (in, a) -> text(a[0]).strip())
        .add("trim_leading", 1, (in, a) -> text(a[0]).stripLeading())
        .add("trim_trailing", 1, (in, a) -> text(a[0]).stripTrailing())
        .add("trim", 2, (in, a) -> trimmed(text(a[0]), text(a[1])))
        .add("duplicate", 2, (in, a) -> text(a[0]).repeat(Containers.count(a[1])))
        .add("pad_leading", 2, (in, a) -> padding(a, " ") + text(a[0]))
        .add("pad_leading", 3, (in, a) -> padding(a, text(a[2])) + text(a[0]))
        .add("pad_trailing", 2, (in, a) -> text(a[0]) + padding(a, " "))
        .add("pad_trailing", 3, (in, a) -> text(a[0]) + padding(a, text(a[2])))
        .add("replace", 3, (in, a) -> replaced(a, true))
        .add(
            "replace",
            4,
            (in, a) ->
                replaced(a, !ElixirCollections.access(a[3], Atom.of("global"), true).equals(false)))
        .add("replace_prefix", 3, (in, a) -> prefixed(text(a[0]), text(a[1]), text(a[2])));
  }

  private static String capitalized(String text) {
    var graphemes = Graphemes.of(text);
    return graphemes.isEmpty()
        ? text
        : graphemes.getFirst().toUpperCase(Locale.ROOT)
            + text.substring(graphemes.getFirst().length()).toLowerCase(Locale.ROOT);
  }

  private static String trimmed(String text, String what) {
    var left = text;
    while (!what.isEmpty() && left.startsWith(what)) {
      left = left.substring(what.length());
    }
    while (!what.isEmpty() && left.endsWith(what)) {
      left = left.substring(0, left.length() - what.length());
    }
    return left;
  }

  private static String padding(Object[] arguments, String with) {
    int missing = Containers.count(arguments[1]) - Graphemes.of(text(arguments[0])).size();
    return with.isEmpty() || missing <= 0
        ? ""
        : String.join("", Graphemes.of(with.repeat(missing)).subList(0, missing));
  }

  private static Object replaced(Object[] arguments, boolean everywhere) {
    var text = text(arguments[0]);
    var pattern = text(arguments[1]);
    if (TypeTests.isFunction(arguments[2])) {
      throw Raised.error("function_clause");
    }
    var by = text(arguments[2]);
    if (everywhere) {
      return text.replace(pattern, by);
    }
    int at = text.indexOf(pattern);
    return at < 0 ? text : text.substring(0, at) + by + text.substring(at + pattern.length());
  }

  private static String prefixed(String text, String prefix, String by) {
    return text.startsWith(prefix) ? by + text.substring(prefix.length()) : text;
  }

  private static void parts(Library.Module module) {
    module
        .add("length", 1, (in, a) -> (long) Graphemes.of(text(a[0])).size())
        .add("graphemes", 1, (in, a) -> Sequence.of(Graphemes.of(text(a[0]))))
        .add(
            "codepoints",
            1,
            (in, a) -> Sequence.of(text(a[0]).codePoints().mapToObj(Character::toString).toList()))
        .add("at", 2, (in, a) -> at(Graphemes.of(text(a[0])), Arithmetic.toInt(a[1])))
        .add("first", 1, (in, a) -> at(Graphemes.of(text(a[0])), 0))
        .add("last", 1, (in, a) -> at(Graphemes.of(text(a[0])), -1))
        .add("slice", 2, (in, a) -> sliced(in, a))
        .add("slice", 3, (in, a) -> sliced(in, a))
        .add(
            "split_at",
            2,
            (in, a) -> {
              var split = (Tuple) in.apply("Elixir.Enum", "split", graphemes(a[0]), a[1]);
              return Tuple.of(Conversions.text(split.get(0)), Conversions.text(split.get(1)));
            })
        .add("split", 1, (in, a) -> words(text(a[0])))
        .add("split", 2, (in, a) -> split(text(a[0]), a[1], Sequence.NIL))
        .add("split", 3, (in, a) -> split(text(a[0]), a[1], a[2]))
        .add("starts_with?", 2, (in, a) -> some(a[1]).stream().anyMatch(text(a[0])::startsWith))
        .add("ends_with?", 2, (in, a) -> some(a[1]).stream().anyMatch(text(a[0])::endsWith))
        .add("contains?", 2, (in, a) -> some(a[1]).stream().anyMatch(text(a[0])::contains))
        .add("equivalent?", 2, (in, a) -> text(a[0]).equals(text(a[1])))
        .add("valid?", 1, (in, a) -> a[0] instanceof String);
  }

  private static List<?> graphemes(Object text) {
    return Sequence.of(Graphemes.of(text(text)));
  }

  private static Object at(List<String> graphemes, int index) {
    int place = index < 0 ? graphemes.size() + index : index;
    return place < 0 || place >= graphemes.size() ? Atom.NIL : graphemes.get(place);
  }

  private static Object sliced(Evaluation in, Object[] arguments) {
    var all = arguments.clone();
    all[0] = graphemes(arguments[0]);
    return Conversions.text(in.apply("Elixir.Enum", "slice", all));
  }

  private static Object words(String text) {
    return Sequence.of(
        Arrays.stream(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList());
  }

  /** One text, or a list of several. */
  private static List<String> some(Object term) {
    return term instanceof List<?> list
        ? list.stream().map(ElixirString::text).toList()
        : List.of(text(term));
  }

  private static Object split(String text, Object pattern, Object options) {
    boolean trim = ElixirCollections.access(options, Atom.of("trim"), false).equals(true);
    var most = ElixirCollections.access(options, Atom.of("parts"), Atom.INFINITY);
    var separators = some(pattern);
    var parts = new ArrayList<Object>();
    if (separators.contains("")) {
      parts.add("");
      parts.addAll(Graphemes.of(text));
      parts.add("");
    } else {
      var any = Pattern.compile(String.join("|", separators.stream().map(Pattern::quote).toList()));
      int limit = most instanceof Long n ? Math.toIntExact(n) : -1;
      parts.addAll(List.of(any.split(text, limit)));
    }
    if (trim) {
      parts.removeIf(part -> part.equals(""));
    }
    return Sequence.of(parts);
  }

  private static void conversions(Library.Module module) {
    module
        .add("to_atom", 1, (in, a) -> Atoms.of(text(a[0])))
        .add("to_existing_atom", 1, (in, a) -> Atoms.of(text(a[0])))
        .add("to_integer", 1, (in, a) -> Conversions.parsed(Bits.text(a[0]), 10L))
        .add("to_integer", 2, (in, a) -> Conversions.parsed(Bits.text(a[0]), a[1]))
        .add("to_float", 1, (in, a) -> Conversions.parsedReal(Bits.text(a[0])))
        .add("to_charlist", 1, (in, a) -> Conversions.charlist(text(a[0])));
  }
}
