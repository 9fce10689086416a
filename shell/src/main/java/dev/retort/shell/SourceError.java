package dev.retort.shell;

import java.util.List;
import java.util.Locale;
import jdk.jshell.Diag;

/**
 * A place in typed source that the compiler refused, shown as Elixir shows it: the line, and a
 * caret below the place.
 *
 * @param syntax whether it could not even be parsed
 * @param message what the compiler says; may have several lines
 * @param line the number of the line, from 1
 * @param column the number of the column, from 1
 * @param width how many characters are meant, at least 1
 * @param text the line
 */
record SourceError(boolean syntax, String message, int line, int column, int width, String text) {
  /** Beginnings of the names that javac's parser and scanner give their errors. */
  private static final List<String> SYNTAX =
      List.of(
          "expected",
          "illegal.",
          "premature.eof",
          "unclosed.",
          "not.stmt",
          "malformed.",
          "else.without",
          "catch.without",
          "finally.without",
          "try.without",
          "orphaned",
          "int.number.too.large",
          "empty.char.lit",
          "invalid.");

  static SourceError of(String source, Diag error) {
    int start = clamp(error.getStartPosition(), source.length());
    int end = clamp(error.getEndPosition(), source.length());
    int at = clamp(error.getPosition(), source.length());
    // What javac points at: the operator of an expression, the name of a call. A parser's error is
    // where it stands, which for something missing is the end of what is there.
    if (at < start || at > end) {
      at = start;
    }
    int lineStart = source.lastIndexOf('\n', at - 1) + 1;
    int lineEnd = source.indexOf('\n', at);
    var text = source.substring(lineStart, lineEnd < 0 ? source.length() : lineEnd);
    int line = 1 + (int) source.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    int width = at == start ? Math.max(1, Math.min(end, lineStart + text.length()) - at) : 1;
    var code = error.getCode().replaceFirst("^compiler\\.err\\.", "");
    return new SourceError(
        SYNTAX.stream().anyMatch(code::startsWith),
        error.getMessage(Locale.ROOT).strip(),
        line,
        at - lineStart + 1,
        width,
        text);
  }

  private static int clamp(long position, int length) {
    return (int) Math.max(0, Math.min(position, length));
  }

  String text(Place place) {
    var number = place.counted() ? String.valueOf(place.firstLine() + line - 1) : "";
    var margin = " ".repeat(number.length());
    // "location: class" without a name is JShell's own class around the source.
    var lines = message.lines().filter(each -> !each.strip().equals("location: class")).toList();
    var said = new StringBuilder();
    said.append("** (").append(syntax ? "SyntaxError" : "CompileError").append(") ");
    said.append(place.line(line)).append(": ").append(lines.getFirst()).append('\n');
    for (var more : lines.subList(1, lines.size())) {
      said.append("    ").append(more.strip()).append('\n');
    }
    said.append("  ").append(margin).append(" |\n");
    said.append("  ").append(number).append(" | ").append(text.replace('\t', ' ')).append('\n');
    said.append("  ").append(margin).append(" | ").append(" ".repeat(column - 1));
    said.append("^".repeat(width)).append('\n');
    return said.toString();
  }
}
