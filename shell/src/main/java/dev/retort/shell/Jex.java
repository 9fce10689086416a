package dev.retort.shell;

import dev.retort.Node;
import dev.retort.NodeOptions;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The command {@code jex}: a node and its shell. */
public final class Jex {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final Duration OTHERS_FINISH = Duration.ofMillis(200);

  /**
   * With {@code -Djex.rehearsal=true} the input's bytes are the keys of an imaginary terminal: so
   * the start-up cache of the JVM (-XX:AOTCacheOutput) gets what a session on a terminal needs,
   * where there is none.
   */
  private static final boolean REHEARSAL = Boolean.getBoolean("jex.rehearsal");

  private final Options options;

  private Jex(Options options) {
    this.options = options;
  }

  /**
   * Runs the shell and ends the JVM: with 0; with 1 if code failed or the node could not start;
   * with 2 if the command line was wrong.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    // Terms are UTF-8 text; a pipe's end rarely says otherwise.
    System.setOut(stream(FileDescriptor.out));
    System.setErr(stream(FileDescriptor.err));
    try {
      var options = Options.parse(arguments);
      if (options.help()) {
        System.out.print(Options.USAGE);
        return OK;
      }
      if (options.version()) {
        System.out.println(version());
        return OK;
      }
      return new Jex(options).run();
    } catch (Options.Refused e) {
      System.err.println("jex: " + e.getMessage() + " (see jex --help)");
      return MISUSED;
    } catch (IOException e) {
      System.err.println("jex: " + e.getMessage());
      return FAILED;
    }
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  private int run() throws IOException, Options.Refused {
    var other = options.check();
    if (other != null) {
      return check(other);
    }
    var far = options.remsh();
    if (far != null) {
      return remsh(far);
    }
    boolean batch = options.isBatch();
    boolean terminal = !batch && (isTerminal() || REHEARSAL);
    var preparation = new Preparation(terminal);
    try (var node = startNode()) {
      boolean well = batch ? evaluate(node, preparation) : interact(node, preparation, terminal);
      if (options.noHalt() && (well || !batch)) {
        stayUp();
      }
      return well ? OK : FAILED;
    }
  }

  /** Hidden, so that the other node's cluster does not notice. */
  private int check(String other) throws IOException, Options.Refused {
    var named = named();
    var node = NodeSettings.of(options, named == null ? nameFor("check-", other) : named);
    try (var _ = Node.start(node.withHidden(true))) {
      var found = Node.check(other);
      System.out.println(found);
      return found.passed() ? OK : FAILED;
    }
  }

  /** A shell on another node; hidden as well. */
  private int remsh(String other) throws IOException, Options.Refused {
    var named = named();
    var node = NodeSettings.of(options, named == null ? nameFor("remsh-", other) : named);
    try (var own = Node.start(node.withHidden(true))) {
      return new Remsh(own, other).run(Jex::consoleOf) ? OK : FAILED;
    }
  }

  private static Console consoleOf(Remsh far) throws IOException {
    return isTerminal()
        ? TerminalConsole.ofSystem(home().resolve(".jex_remote_history"), far::expand)
        : piped();
  }

  /** Of the same kind as the other node's, and for this JVM alone. */
  private static NodeOptions nameFor(String purpose, String other) {
    var name = purpose + ProcessHandle.current().pid();
    boolean longNames = other.substring(other.indexOf('@') + 1).matches(".*[.:].*");
    return longNames ? NodeOptions.longName(name + "@127.0.0.1") : NodeOptions.shortName(name);
  }

  private @Nullable NodeOptions named() {
    var name = options.shortName();
    var longName = options.longName();
    return name != null
        ? NodeOptions.shortName(name)
        : longName != null ? NodeOptions.longName(longName) : null;
  }

  private Node startNode() throws IOException, Options.Refused {
    var named = named();
    return named == null
        ? Node.current()
        : Node.start(
            NodeSettings.of(options, named).withAcceptClosures(true).withAcceptShells(true));
  }

  private boolean evaluate(Node node, Preparation preparation) throws IOException {
    try (var console = new BatchConsole()) {
      var session = new Session(node, console, preparation);
      for (var source : options.sources()) {
        boolean well =
            switch (source) {
              case Options.Source.Code(var text) -> session.load(text, "-e");
              case Options.Source.File(var path) -> session.load(read(path), path.toString());
            };
        if (!well) {
          return false;
        }
      }
      letOthersFinish(node);
      return true;
    }
  }

  /** What processes are about to print belongs to what was typed. */
  private static void letOthersFinish(Node node) {
    try {
      node.awaitIdle(OTHERS_FINISH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    } catch (IOException e) {
      throw new IOException("the file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private boolean interact(Node node, Preparation preparation, boolean terminal)
      throws IOException {
    try (var console = terminal ? onTerminal(preparation) : piped()) {
      var stream = new PrintStream(new ConsoleStream(console), true, StandardCharsets.UTF_8);
      System.setOut(stream);
      System.setErr(stream);
      console.print("Interactive " + banner());
      var session = new Session(node, console, preparation);
      if (console instanceof TerminalConsole screen) {
        screen.onInterrupt(session::interrupt);
      }
      boolean well = session.interact();
      if (!terminal) {
        letOthersFinish(node);
      }
      return terminal || well;
    } finally {
      System.setOut(stream(FileDescriptor.out));
      System.setErr(stream(FileDescriptor.err));
    }
  }

  private static Console onTerminal(Preparation preparation) throws IOException {
    if (REHEARSAL) {
      var temporary = Files.createTempFile("jex", ".history");
      temporary.toFile().deleteOnExit();
      // There is no terminal, but this loads the way to one.
      TerminalConsole.ofSystem(Path.of(""), preparation::engine).close();
      return TerminalConsole.imaginary(
          new FileInputStream(FileDescriptor.in),
          new FileOutputStream(FileDescriptor.out),
          temporary,
          preparation::engine);
    }
    return TerminalConsole.ofSystem(home().resolve(".jex_history"), preparation::engine);
  }

  /** Where other programs of the user's look, too: Java asks the password file. */
  private static Path home() {
    var home = System.getenv("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
  }

  private static Console piped() {
    var in = new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8);
    return new PipedConsole(new BufferedReader(in), System.out);
  }

  /** Whether both ends of the shell are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // java.base's is null where there is no terminal
  static boolean isTerminal() {
    System.setProperty("jdk.console", "java.base"); // the other one loads the JDK's line editor
    var console = System.console();
    return console != null && console.isTerminal();
  }

  private static void stayUp() {
    for (; ; ) {
      LockSupport.park();
    }
  }

  private static String banner() {
    return version() + " - press Ctrl+D to exit (type h() ENTER for help)\n";
  }

  static String version() {
    @Nullable String version = Jex.class.getPackage().getImplementationVersion();
    var retort = version == null ? "Retort" : "Retort " + version;
    return retort + " on Java " + Runtime.version().feature();
  }
}
