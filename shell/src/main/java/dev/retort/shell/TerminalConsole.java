package dev.retort.shell;

import dev.retort.spi.RemoteShell.Expansion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * A console on a terminal: line editing, history and completion by JLine.
 *
 * <p>Read by one thread. Everybody may print: while a prompt is up, lines appear above it.
 */
final class TerminalConsole implements Console {
  /** What JLine shows for a character that is not to be shown. */
  private static final Character NOTHING = '\0';

  private final Terminal terminal;
  private final LineReader reader;
  private final InputParser parser = new InputParser();
  private final Style style;

  private volatile boolean promptUp;
  private volatile boolean lineOpen;
  private final Presses presses = new Presses();

  /**
   * A console on the JVM's terminal.
   *
   * @param history where inputs are kept
   * @param engine completes; asked when Tab is first pressed
   * @throws IOException if the terminal cannot be used
   */
  static TerminalConsole ofSystem(Path history, Supplier<JShellEngine> engine) throws IOException {
    return new TerminalConsole(system(), history, engine);
  }

  /**
   * The same for lines of another language.
   *
   * @param expand says what may follow what has been typed; asked when Tab is pressed
   */
  static TerminalConsole ofSystem(Path history, Function<String, Expansion> expand)
      throws IOException {
    Completer none = (reader, line, candidates) -> {};
    return new TerminalConsole(
        system(), history, none, reader -> new FarTabKey(reader, expand).bind());
  }

  /** By the way to it that starts fastest; JLine itself would load all that it has first. */
  private static Terminal system() throws IOException {
    try {
      return TerminalBuilder.builder().system(true).provider("jni").dumb(false).build();
    } catch (IOException | RuntimeException | LinkageError e) {
      return TerminalBuilder.builder().system(true).providers("ffm,exec").dumb(true).build();
    }
  }

  /**
   * A console on an imaginary terminal: its keys come from a stream, its screen goes to another.
   */
  static TerminalConsole imaginary(
      InputStream keys, OutputStream screen, Path history, Supplier<JShellEngine> engine)
      throws IOException {
    var terminal = new DumbTerminal("jex", "xterm-256color", keys, screen, StandardCharsets.UTF_8);
    terminal.setSize(new Size(120, 40));
    var attributes = terminal.getAttributes();
    attributes.setControlChar(ControlChar.VEOF, 'D' - '@');
    terminal.setAttributes(attributes);
    return new TerminalConsole(terminal, history, engine);
  }

  private TerminalConsole(Terminal terminal, Path history, Supplier<JShellEngine> engine) {
    this(terminal, history, new Completion(engine), reader -> new TabKey(reader, engine).bind());
  }

  private TerminalConsole(
      Terminal terminal, Path history, Completer completer, Consumer<LineReader> bindTab) {
    this.terminal = terminal;
    if (terminal.getWidth() <= 0 || terminal.getHeight() <= 0) {
      terminal.setSize(new Size(80, 24)); // a pseudo-terminal whose owner did not say
    }
    var dumb = terminal.getType().startsWith(Terminal.TYPE_DUMB);
    style = dumb ? Style.PLAIN : Style.ofTerminal();
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("jex")
            .parser(parser)
            .completer(completer)
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.BELL_STYLE, "none")
            .variable(LineReader.BLINK_MATCHING_PAREN, 0)
            .option(Option.DISABLE_EVENT_EXPANSION, true)
            .option(Option.HISTORY_TIMESTAMPED, false)
            .option(Option.AUTO_MENU, false)
            .option(Option.INSERT_TAB, false)
            .build();
    bindTab.accept(reader);
  }

  /**
   * What Ctrl-C does while nothing is read.
   *
   * @param interrupt called on a thread of the terminal's
   */
  void onInterrupt(Runnable interrupt) {
    terminal.handle(
        Terminal.Signal.INT,
        signal -> {
          lineOpen = true; // the terminal has echoed it
          interrupt.run();
        });
  }

  @Override
  public @Nullable String read(Prompt prompt, Completeness completeness) throws Cancelled {
    reader.setVariable(LineReader.SECONDARY_PROMPT_PATTERN, pattern(prompt.continuation()));
    return read(completeness, () -> reader.readLine(pattern(prompt.first())));
  }

  @Override
  public @Nullable String readSecret() throws Cancelled {
    return read(source -> true, () -> reader.readLine("", NOTHING));
  }

  private @Nullable String read(Completeness completeness, Supplier<String> line) throws Cancelled {
    parser.completeness(completeness);
    if (lineOpen) {
      write("\n");
    }
    promptUp = true;
    try {
      var input = line.get();
      presses.forget();
      return input;
    } catch (UserInterruptException e) {
      if (!e.getPartialLine().isBlank()) {
        presses.forget(); // that was for what had been typed
      } else if (presses.isSecond()) {
        return null;
      } else {
        promptUp = false;
        write(style.remark("Ctrl-C again or Ctrl-D ends the shell") + "\n");
      }
      throw new Cancelled();
    } catch (EndOfFileException e) {
      return null;
    } finally {
      promptUp = false;
    }
  }

  /** A prompt in which nothing stands for something else. */
  private static String pattern(String prompt) {
    return prompt.replace("%", "%%");
  }

  @Override
  public void print(String text) {
    if (text.isEmpty()) {
      return;
    }
    if (promptUp) {
      reader.printAbove(text);
    } else {
      write(text);
    }
  }

  @Override
  public void printLines(String lines) {
    print(lineOpen ? "\n" + lines : lines);
  }

  private void write(String text) {
    synchronized (terminal) {
      terminal.writer().write(text);
      terminal.flush();
      lineOpen = !text.endsWith("\n");
    }
  }

  @Override
  public Style style() {
    return style;
  }

  @Override
  public @Nullable Extent extent() {
    boolean dumb = terminal.getType().startsWith(Terminal.TYPE_DUMB);
    return dumb ? null : new Extent(terminal.getWidth(), terminal.getHeight());
  }

  @Override
  public void clear() {
    terminal.puts(Capability.clear_screen);
    terminal.flush();
  }

  @Override
  public void close() {
    try {
      reader.getHistory().save();
    } catch (IOException e) {
      // A history that cannot be kept is no reason to complain at the end of a session.
    }
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
