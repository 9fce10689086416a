package dev.retort.shell;

import java.util.List;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** JShell's suggestions for the word before the cursor. */
final class Completion implements Completer {
  private final Supplier<JShellEngine> engine;

  Completion(Supplier<JShellEngine> engine) {
    this.engine = engine;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    var anchor = new int[1];
    int word = line.cursor() - line.word().length();
    engine.get().analysis().completionSuggestions(line.line(), line.cursor(), anchor).stream()
        .map(suggestion -> from(suggestion.continuation(), line.line(), anchor[0], word))
        .filter(suggestion -> suggestion.startsWith(line.word()))
        .distinct()
        .map(value -> new Candidate(value, value, null, null, null, null, false))
        .forEach(candidates::add);
  }

  /** A suggestion for what begins at {@code anchor}, as one for what begins at {@code word}. */
  private static String from(String suggestion, String line, int anchor, int word) {
    if (anchor >= word) {
      return line.substring(word, anchor) + suggestion;
    }
    int skipped = word - anchor;
    return suggestion.length() >= skipped ? suggestion.substring(skipped) : suggestion;
  }
}
