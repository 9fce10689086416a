package dev.retort.shell;

import dev.retort.term.Atom;

/**
 * What stands before an input, as iex has it: {@code jex(java@host)1> }.
 *
 * @param node the node's name; null where it has none
 * @param counter the number of the input, from 1
 */
record Prompt(@org.jspecify.annotations.Nullable Atom node, int counter) {
  /** Before the first line. */
  String first() {
    return "jex" + rest();
  }

  /** Before the lines that go on with it. */
  String continuation() {
    return "..." + rest();
  }

  private String rest() {
    return node == null ? "(" + counter + ")> " : "(" + node.name() + ")" + counter + "> ";
  }
}
