package dev.retort.shell;

import dev.retort.term.Atom;
import org.jspecify.annotations.Nullable;

/**
 * What stands before an input.
 *
 * @param first before the first line
 * @param continuation before the lines that go on with it
 */
record Prompt(String first, String continuation) {
  /**
   * As iex has it: {@code jex(java@host)1> }.
   *
   * @param node the node's name; null where it has none
   * @param counter the number of the input, from 1
   */
  static Prompt of(@Nullable Atom node, int counter) {
    var rest = node == null ? "(" + counter + ")> " : "(" + node.name() + ")" + counter + "> ";
    return new Prompt("jex" + rest, "..." + rest);
  }

  /** For one line. */
  static Prompt line(String text) {
    return new Prompt(text, "");
  }
}
