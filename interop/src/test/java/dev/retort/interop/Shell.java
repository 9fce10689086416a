package dev.retort.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A shell on a node: {@code iex} or {@code jex}, both of which print what {@link #show} wraps. */
abstract class Shell extends Console {
  private static final AtomicInteger MARKS = new AtomicInteger();

  private final String node;

  Shell(String node, List<String> command, Map<String, String> environment, Path folder)
      throws IOException {
    super(node, command, environment, folder);
    this.node = node;
  }

  /** The node's full name, such as {@code java_17@host}. */
  String node() {
    return node;
  }

  /** The node's name as an atom, as Elixir writes and prints it. */
  String atom() {
    return atom(node);
  }

  static String atom(String name) {
    return name.matches("[a-zA-Z_][a-zA-Z0-9_@]*") ? ":" + name : ":\"" + name + "\"";
  }

  /** The code that prints {@code «MARK value»}, the expression's value as Elixir inspects it. */
  abstract String show(int mark, String expression);

  /** Types the expression and returns its value as Elixir inspects it. */
  String value(String expression) {
    return value(expression, PATIENCE);
  }

  String value(String expression, Duration patience) {
    int mark = MARKS.incrementAndGet();
    type(show(mark, expression));
    // The mark is put together by the program that prints it, so its echo is not taken for it.
    return await(Pattern.compile("«" + mark + " (.*?) " + mark + "»", Pattern.DOTALL), patience)
        .group(1);
  }

  /** Types a statement and waits until it has run. */
  void run(String statement) {
    type(statement);
    value("1");
  }
}
