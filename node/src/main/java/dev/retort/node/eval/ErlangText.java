package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Terms as Erlang writes them: {@code io_lib:write/1}, and what {@code ~p} does to texts. */
final class ErlangText {
  private static final Pattern PLAIN_ATOM = Pattern.compile("[a-zß-öø-ÿ][\\w@À-ÖØ-öø-ÿ]*");
  private static final Set<String> RESERVED =
      Set.of(
          "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case",
          "catch", "cond", "div", "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse",
          "receive", "rem", "try", "when", "xor", "else");

  private final StringBuilder out = new StringBuilder();
  private final boolean texts;

  private ErlangText(boolean texts) {
    this.texts = texts;
  }

  /** As {@code ~w}. */
  static String of(Object term) {
    return print(term, false);
  }

  /**
   * As {@code ~w}, or as {@code ~p} but on one line.
   *
   * @param texts whether lists and binaries of printable characters are shown as texts
   */
  static String print(Object term, boolean texts) {
    var printed = new ErlangText(texts);
    printed.print(term);
    return printed.out.toString();
  }

  private void print(Object term) {
    switch (term) {
      case Atom atom -> out.append(atom(atom.name()));
      case Double number -> out.append(Conversions.shortest(number));
      case Tuple tuple -> elements("{", tuple.toList(), "}");
      case List<?> list when texts && !list.isEmpty() && isPrintable(list) ->
          quoted(Conversions.chars(list), '"');
      case List<?> list -> elements("[", list, "]");
      case ImproperList list -> {
        elements("[", list.elements(), "|");
        print(list.tail());
        out.append(']');
      }
      case Map<?, ?> map -> map(map);
      case String text when texts && isPrintable(Conversions.charlist(text)) -> {
        out.append("<<");
        if (!text.isEmpty()) {
          quoted(text, '"');
          out.append(isAscii(text) ? "" : "/utf8");
        }
        out.append(">>");
      }
      case String text -> bits(Bits.of(text));
      case Bitstring bits -> bits(bits);
      case Pid pid -> out.append(pid.toString().replace("#PID", ""));
      case Ref ref -> out.append(ref.toString().replace("#Reference", "#Ref"));
      case EvalFun fun -> print(fun.term());
      case Fun.Export fun ->
          out.append("fun ")
              .append(atom(fun.module().name()))
              .append(':')
              .append(atom(fun.function().name()))
              .append('/')
              .append(fun.arity());
      case Fun.Closure fun ->
          out.append("#Fun<")
              .append(fun.module().name())
              .append('.')
              .append(fun.index())
              .append('.')
              .append(fun.oldUniq())
              .append('>');
      default -> out.append(term);
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /** An atom, quoted if need be. */
  static String atom(String name) {
    if (PLAIN_ATOM.matcher(name).matches() && !RESERVED.contains(name)) {
      return name;
    }
    var quoted = new ErlangText(true);
    quoted.quoted(name, '\'');
    return quoted.out.toString();
  }

  private void elements(String before, List<?> elements, String after) {
    out.append(before);
    boolean first = true;
    for (var element : elements) {
      out.append(first ? "" : ",");
      print(element);
      first = false;
    }
    out.append(after);
  }

  private void map(Map<?, ?> map) {
    out.append("#{");
    boolean first = true;
    for (var key : Dictionary.keys(map)) {
      out.append(first ? "" : ",");
      print(key);
      out.append(" => ");
      print(Dictionary.get(map, key));
      first = false;
    }
    out.append('}');
  }

  private void bits(Bitstring bits) {
    out.append("<<");
    for (int i = 0; i < bits.size(); i++) {
      int rest = i == bits.size() - 1 ? (int) (bits.bitSize() % 8) : 0;
      out.append(i == 0 ? "" : ",");
      int value = bits.at(i) & 0xff;
      out.append(rest == 0 ? value : value >> (8 - rest));
      out.append(rest == 0 ? "" : ":" + rest);
    }
    out.append(">>");
  }

  /** Printable characters of Latin-1, as {@code erl} takes them by default. */
  static boolean isPrintable(List<?> list) {
    for (var element : list) {
      if (!(element instanceof Long c
          && ((c >= 0x20 && c < 0x7f)
              || (c >= 0xa0 && c <= 0xff)
              || (c >= 8 && c <= 13)
              || c == 27))) {
        return false;
      }
    }
    return true;
  }

  private void quoted(String text, char quote) {
    out.append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case 11 -> out.append("\\v");
                case 27 -> out.append("\\e");
                case '\\' -> out.append("\\\\");
                default -> {
                  if (c == quote) {
                    out.append('\\');
                  }
                  out.appendCodePoint(c);
                }
              }
            });
    out.append(quote);
  }

  /** The bytes of a text that {@code ~s} takes as Latin-1. */
  static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
