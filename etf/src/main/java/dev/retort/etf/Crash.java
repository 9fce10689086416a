package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Java exception as Erlang's reason of an error: {@code {{illegal_state_exception, "message"},
 * Stacktrace}}.
 */
final class Crash {
  private Crash() {}

  static Tuple term(Throwable thrown) {
    var name = thrown.getClass().getSimpleName();
    if (name.isEmpty()) {
      name = thrown.getClass().getName().replaceAll(".*\\.", "");
    }
    var stack = new ArrayList<Object>();
    for (var frame : thrown.getStackTrace()) {
      stack.add(
          Tuple.of(atom(frame.getClassName()), atom(frame.getMethodName()), 0L, location(frame)));
    }
    return Tuple.of(Tuple.of(atom(SnakeCase.of(name)), message(thrown)), stack);
  }

  private static Object message(Throwable thrown) {
    var message = thrown.getMessage();
    return message == null ? Atom.NIL : message;
  }

  private static List<Object> location(StackTraceElement frame) {
    var location = new ArrayList<Object>();
    if (frame.getFileName() != null) {
      location.add(Tuple.of(Atom.of("file"), charlist(frame.getFileName())));
    }
    if (frame.getLineNumber() >= 0) {
      location.add(Tuple.of(Atom.of("line"), (long) frame.getLineNumber()));
    }
    return location;
  }

  private static List<Object> charlist(@Nullable String text) {
    var list = new ArrayList<Object>();
    if (text != null) {
      text.codePoints().forEach(codePoint -> list.add((long) codePoint));
    }
    return list;
  }

  /** Class names made by compilers can be longer than an atom. */
  private static Atom atom(String name) {
    return Atom.of(
        name.codePointCount(0, name.length()) <= Atom.MAX_LENGTH
            ? name
            : name.substring(0, name.offsetByCodePoints(0, Atom.MAX_LENGTH)));
  }
}
