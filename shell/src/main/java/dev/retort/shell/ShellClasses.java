package dev.retort.shell;

import dev.retort.etf.Vocabulary;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records, enums and sealed interfaces declared at the prompt, each in its newest form: the
 * vocabulary of the shell's process.
 */
final class ShellClasses {
  // Written by the thread that evaluates, read by the shell's process; guarded by this.
  private final Map<String, Class<?>> newest = new LinkedHashMap<>();
  private @Nullable Vocabulary vocabulary = Vocabulary.EMPTY;

  /** Takes the classes of a snippet in. */
  synchronized void add(Class<?> snippet) {
    if (snippet.getDeclaringClass() == null) {
      addMembers("", snippet);
    }
  }

  private void addMembers(String path, Class<?> owner) {
    for (var member : owner.getDeclaredClasses()) {
      var name = path + member.getSimpleName();
      if (member.isRecord() || member.isEnum() || member.isSealed()) {
        newest.remove(name); // the newest comes last
        newest.put(name, member);
        vocabulary = null;
      }
      addMembers(name + ".", member);
    }
  }

  synchronized Vocabulary vocabulary() {
    if (vocabulary == null) {
      vocabulary = Vocabulary.of(newest.values().toArray(Class<?>[]::new));
    }
    return vocabulary;
  }
}
