package dev.retort.node;

import dev.retort.etf.Inspect;
import dev.retort.etf.Terms;
import org.jspecify.annotations.Nullable;

/** A Java value for people at an Erlang tool: its term, or else its text. */
final class Shown {
  private Shown() {}

  static Object term(@Nullable Object value) {
    try {
      return Terms.toTerm(value);
    } catch (IllegalArgumentException noTerm) {
      return text(value);
    }
  }

  /** Its text, whatever it is. */
  static String text(@Nullable Object value) {
    try {
      return Inspect.inspect(value);
    } catch (RuntimeException | StackOverflowError ofToString) {
      return value == null ? "nil" : value.getClass().getName();
    }
  }
}
