package dev.retort.shell;

import jdk.jshell.SourceCodeAnalysis.Completeness;

/**
 * The first snippet of an input, and what follows it.
 *
 * @param source complete, with the semicolon that may have been missing
 * @param typed the same without that semicolon
 * @param rest what remains of the input after it
 * @param endsLine whether nothing follows it on its line
 */
record Piece(String source, String typed, String rest, boolean endsLine) {
  /**
   * Cuts the first snippet off; one that is incomplete or wrong takes all, for the compiler to say.
   */
  static Piece first(JShellEngine engine, String input) {
    var info = engine.next(input);
    return switch (info.completeness()) {
      case EMPTY -> new Piece("", "", "", true);
      case DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE, UNKNOWN ->
          new Piece(input, input, "", true);
      case COMPLETE, COMPLETE_WITH_SEMI -> {
        var rest = info.remaining();
        if (rest.length() >= input.length()) {
          yield new Piece(input, input, "", true);
        }
        var taken = input.substring(0, input.length() - rest.length());
        boolean endsLine =
            rest.isBlank()
                || breaksLine(taken, rest)
                || engine.next(rest).completeness() == Completeness.EMPTY; // a comment
        var source = info.source();
        var typed =
            info.completeness() == Completeness.COMPLETE_WITH_SEMI && source.endsWith(";")
                ? source.substring(0, source.length() - 1)
                : source;
        yield new Piece(source, typed, rest, endsLine);
      }
    };
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
