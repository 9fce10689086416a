package dev.retort.shell;

import java.util.regex.Pattern;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * The first snippet of an input, and what follows it.
 *
 * @param source complete, with the semicolon that may have been missing
 * @param typed the same without that semicolon
 * @param rest what remains of the input after it
 * @param endsLine whether nothing follows it on its line
 */
record Piece(String source, String typed, String rest, boolean endsLine) {
  /** How a line begins that cannot be the first of a snippet. */
  private static final Pattern GOES_ON =
      Pattern.compile("\\s*(\\.\\D|\\?|:|&&|\\|\\||(else|catch|finally)\\b).*", Pattern.DOTALL);

  /**
   * Cuts the first snippet off; one that is incomplete or wrong takes all that it can, for the
   * compiler to say.
   *
   * <p>As when they are typed one by one, a line's end may stand for a semicolon: it ends a snippet
   * that is complete without what follows, unless the next line can only go on with it. JShell
   * itself would take several such lines for one snippet, which it then refuses.
   */
  static Piece first(JShellEngine engine, String input) {
    for (int end = input.indexOf('\n'); end >= 0; end = input.indexOf('\n', end + 1)) {
      var lines = input.substring(0, end);
      var rest = input.substring(end);
      if (lines.isBlank() || GOES_ON.matcher(rest).matches()) {
        continue;
      }
      var info = engine.next(lines);
      switch (info.completeness()) {
        case COMPLETE, COMPLETE_WITH_SEMI -> {
          var first = of(engine, info, lines);
          return new Piece(first.source, first.typed, first.rest + rest, first.endsLine);
        }
        case UNKNOWN -> {
          return new Piece(lines, lines, rest, true);
        }
        case EMPTY, DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE -> {}
      }
    }
    var info = engine.next(input);
    return switch (info.completeness()) {
      case EMPTY -> new Piece("", "", "", true);
      case DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE, UNKNOWN -> all(input);
      case COMPLETE, COMPLETE_WITH_SEMI -> of(engine, info, input);
    };
  }

  private static Piece all(String input) {
    return new Piece(input, input, "", true);
  }

  private static Piece of(JShellEngine engine, CompletionInfo info, String input) {
    var rest = info.remaining();
    if (rest.length() >= input.length()) {
      return all(input);
    }
    var source = info.source();
    var typed =
        info.completeness() == Completeness.COMPLETE_WITH_SEMI && source.endsWith(";")
            ? source.substring(0, source.length() - 1)
            : source;
    boolean endsLine =
        rest.isBlank()
            || breaksLine(input.substring(0, input.length() - rest.length()), rest)
            || engine.next(rest).completeness() == Completeness.EMPTY; // a comment
    return new Piece(source, typed, rest, endsLine);
  }

  private static boolean breaksLine(String taken, String rest) {
    var gap = taken.substring(taken.stripTrailing().length()) + rest.substring(0, indent(rest));
    return gap.indexOf('\n') >= 0;
  }

  private static int indent(String text) {
    return text.length() - text.stripLeading().length();
  }

  boolean isEmpty() {
    return source.isEmpty();
  }
}
