package dev.retort.etf;

/** Words that the code of {@link CodeWordsTest} mentions and does not declare. */
final class MentionedWords {
  record Ping(int n) {}

  sealed interface Reply {}

  record Pong(int n) implements Reply {}

  record Busy() implements Reply {}

  record Unused(int n) {}

  record Loud(String word) {
    static {
      if (true) {
        throw new IllegalStateException("was initialised");
      }
    }
  }

  private MentionedWords() {}
}
