package dev.retort.shell;

import org.jspecify.annotations.Nullable;

/** For {@code -e} and files: prints go to the standard output, failures to the error output. */
final class BatchConsole implements Console {
  @Override
  public @Nullable String read(Prompt prompt, Completeness completeness) {
    return null;
  }

  @Override
  public void print(String text) {
    System.out.print(text);
    System.out.flush();
  }

  @Override
  public void printLines(String lines) {
    System.out.flush();
    System.err.print(lines);
    System.err.flush();
  }

  @Override
  public Style style() {
    return Jex.isTerminal() ? Style.ofTerminal() : Style.PLAIN;
  }

  @Override
  public void clear() {}

  @Override
  public void close() {
    System.out.flush();
    System.err.flush();
  }
}
