package dev.retort.shell;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types what a test gives it, and keeps what an interactive session would show, input included. */
final class ScriptedConsole implements Console {
  private final ArrayDeque<String> lines;
  private final StringBuilder screen = new StringBuilder();

  ScriptedConsole(String... lines) {
    this.lines = new ArrayDeque<>(List.of(lines));
  }

  @Override
  public @Nullable String read(Prompt prompt, Completeness completeness) {
    var input = new StringBuilder();
    for (var before = prompt.first(); ; before = prompt.continuation()) {
      var line = lines.poll();
      if (line == null) {
        return input.isEmpty() ? null : input.toString();
      }
      printLines(before + line + "\n");
      input.append(input.isEmpty() ? "" : "\n").append(line);
      if (completeness.isComplete(input.toString())) {
        return input.toString();
      }
    }
  }

  @Override
  public synchronized void print(String text) {
    screen.append(text);
  }

  @Override
  public synchronized void printLines(String lines) {
    screen.append(screen.isEmpty() || screen.toString().endsWith("\n") ? "" : "\n").append(lines);
  }

  synchronized String screen() {
    return screen.toString();
  }

  @Override
  public Style style() {
    return Style.PLAIN;
  }

  @Override
  public void clear() {}

  @Override
  public void close() {}
}
