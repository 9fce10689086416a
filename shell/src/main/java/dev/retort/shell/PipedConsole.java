package dev.retort.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A console without a terminal: reads lines from a stream, and shows prompts and results as an
 * interactive session would, without the input; what {@code iex < file} does.
 */
final class PipedConsole implements Console {
  private final BufferedReader in;
  private final PrintStream out;
  private boolean lineOpen; // guarded by this

  PipedConsole(BufferedReader in, PrintStream out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public @Nullable String read(Prompt prompt, Completeness completeness) {
    var input = new StringBuilder();
    write(prompt.first());
    for (; ; ) {
      var line = readLine();
      if (line == null) {
        write("\n");
        return input.isEmpty()
            ? null
            : input.toString(); // half an input is for the compiler to refuse
      }
      if (!input.isEmpty()) {
        input.append('\n');
      }
      input.append(line);
      // The line's end was "typed" by whoever wrote the file.
      setLineOpen(false);
      if (completeness.isComplete(input.toString())) {
        return input.toString();
      }
      write(prompt.continuation());
    }
  }

  private @Nullable String readLine() {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the input: " + e.getMessage(), e);
    }
  }

  @Override
  public void print(String text) {
    write(text);
  }

  private synchronized void write(String text) {
    if (!text.isEmpty()) {
      out.print(text);
      out.flush();
      lineOpen = !text.endsWith("\n");
    }
  }

  private synchronized void setLineOpen(boolean open) {
    lineOpen = open;
  }

  @Override
  public synchronized void printLines(String lines) {
    write(lineOpen ? "\n" + lines : lines);
  }

  @Override
  public Style style() {
    return Style.PLAIN;
  }

  @Override
  public void clear() {}

  @Override
  public void close() {
    out.flush();
  }
}
