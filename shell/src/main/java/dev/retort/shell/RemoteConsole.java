package dev.retort.shell;

import dev.retort.spi.RemoteShell.Expansion;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A console on a terminal of another node: lines are read and results written by Erlang's I/O
 * protocol. Line editing and history are the terminal's; it asks for completions.
 */
final class RemoteConsole implements Console {
  private static final Atom GET_LINE = Atom.of("get_line");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Tuple INTERRUPTED = Tuple.of(Atom.ERROR, Atom.of("interrupted"));

  /** Who pressed Tab does not wait longer; the first time JShell looks at all there is. */
  private static final long PATIENCE_SECONDS = 10;

  /** What the thread that reads is to look at. */
  private sealed interface Event {
    /** The terminal's answer to a request for a line. */
    record Line(Object answer) implements Event {}

    /** Somebody wants to know what may follow. */
    record Tab(String before, CompletableFuture<Expansion> found) implements Event {}
  }

  private final FarTerminal terminal;
  private final Style style;
  private final Function<String, Expansion> completions;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private boolean lineOpen; // guarded by this

  /**
   * A console on that terminal.
   *
   * @param completions what may follow a source; asked by the thread that reads, while it does
   */
  RemoteConsole(FarTerminal terminal, Style style, Function<String, Expansion> completions) {
    this.terminal = terminal;
    this.style = style;
    this.completions = completions;
  }

  @Override
  public @Nullable String read(Prompt prompt, Completeness completeness) throws Cancelled {
    var input = new StringBuilder();
    for (var before = prompt.first(); ; before = prompt.continuation()) {
      var line = readLine(before, input.toString());
      if (line == null) {
        return input.isEmpty() ? null : input.toString();
      }
      input.append(line);
      if (completeness.isComplete(input.toString())) {
        return input.toString();
      }
      input.append('\n');
    }
  }

  /** One line without its end; null at the end of the input. */
  private @Nullable String readLine(String prompt, String above) throws Cancelled {
    var unused =
        terminal
            .ask(Tuple.of(GET_LINE, FarTerminal.UNICODE, prompt))
            .thenAccept(answer -> events.add(new Event.Line(answer)));
    try {
      while (true) {
        switch (events.take()) {
          case Event.Line(var answer) -> {
            setLineOpen(false);
            return line(answer);
          }
          case Event.Tab(var before, var found) ->
              found.complete(completions.apply(above + before));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private @Nullable String line(Object answer) throws Cancelled {
    if (answer.equals(INTERRUPTED)) {
      setLineOpen(true);
      printLines(style.error("** interrupted") + "\n");
      throw new Cancelled();
    }
    return switch (answer) {
      case String text -> text.stripTrailing();
      default -> null; // eof, or the terminal is gone
    };
  }

  /** What may follow what was typed; nothing while no line is read. Any thread. */
  Expansion expand(String before) {
    var tab = new Event.Tab(before, new CompletableFuture<>());
    events.add(tab);
    try {
      return tab.found().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return Expansion.NONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Expansion.NONE;
    } finally {
      events.remove(tab);
    }
  }

  @Override
  public void print(String text) {
    if (!text.isEmpty()) {
      setLineOpen(!text.endsWith("\n"));
      var unused = terminal.ask(Tuple.of(PUT_CHARS, FarTerminal.UNICODE, text)).join();
    }
  }

  private synchronized boolean setLineOpen(boolean open) {
    boolean before = lineOpen;
    lineOpen = open;
    return before;
  }

  @Override
  public void printLines(String lines) {
    if (!lines.isEmpty()) {
      print(setLineOpen(false) ? "\n" + lines : lines);
    }
  }

  @Override
  public Style style() {
    return style;
  }

  /** By the sequences of the terminals that everybody has; those are what colours are for, too. */
  @Override
  public void clear() {
    if (style != Style.PLAIN) {
      print("\033[H\033[2J");
      setLineOpen(false);
    }
  }

  @Override
  public void close() {}
}
