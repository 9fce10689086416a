package dev.retort.shell;

import org.jspecify.annotations.Nullable;

/** Where the user is: reads inputs, shows results and what processes print. */
interface Console extends AutoCloseable {
  /** The user has given up the input that was being typed. */
  final class Cancelled extends Exception {
    private static final long serialVersionUID = 1;

    Cancelled() {
      super("cancelled", null, false, false);
    }
  }

  /**
   * How much fits on the screen.
   *
   * @param columns at least 1, as are the rows
   */
  record Extent(int columns, int rows) {}

  /** Says where an input ends. */
  @FunctionalInterface
  interface Completeness {
    boolean isComplete(String source);
  }

  /**
   * Reads one input, of several lines if need be.
   *
   * @return null at the end of the input
   */
  @Nullable String read(Prompt prompt, Completeness completeness) throws Cancelled;

  /**
   * Reads one line without showing or keeping it. Where there is no terminal, which {@link #extent}
   * says, the line would be shown.
   *
   * @return null at the end of the input
   * @throws UnsupportedOperationException without a terminal
   */
  default @Nullable String readSecret() throws Cancelled {
    throw new UnsupportedOperationException("a terminal was expected");
  }

  /**
   * Shows text; while a prompt is up, above it. Any thread.
   *
   * @param text as it is to appear, line ends included
   */
  void print(String text);

  /** Shows whole lines, beginning with a new one if the last text did not end one. Any thread. */
  void printLines(String lines);

  /** Whether colours are wanted. */
  Style style();

  /** The size of the screen; null where there is none. */
  default @Nullable Extent extent() {
    return null;
  }

  /** Empties the screen, where there is one. */
  void clear();

  @Override
  void close();
}
