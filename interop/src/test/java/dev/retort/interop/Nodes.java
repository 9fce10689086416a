package dev.retort.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The nodes of one test: real {@code iex} and {@code jex} processes with names and a cookie that no
 * other test has. They are killed when the test ends; when it fails, what they printed is shown,
 * and where their threads are.
 *
 * <p>Register it with {@code @RegisterExtension final Nodes nodes = new Nodes();}, or as a static
 * field: then they are those of the whole class, and are killed after its last test. Where Erlang
 * is not installed, the tests are skipped.
 */
final class Nodes
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /** The folder of the clone. */
  static final Path HOME = home();

  private final String unique =
      Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
  private final String cookie = "cookie_" + unique;
  private final Map<String, String> environment = new HashMap<>(Map.of("TERM", "dumb"));
  private final List<Console> consoles = new ArrayList<>();
  private final List<Terminal> terminals = new ArrayList<>();
  private List<String> prefix = List.of();
  private boolean ofTheClass;

  private static Path home() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(folder.resolve("jex"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** Comes to extensions in static fields only. */
  @Override
  public void beforeAll(ExtensionContext context) {
    ofTheClass = true;
    beforeEach(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    assumeTrue(isInstalled("iex"), "Elixir is not installed");
    Builds.ready();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      System.out.println("==== " + context.getDisplayName() + " failed; its nodes said:");
      consoles.forEach(
          console -> System.out.println(console.transcript() + ThreadDump.of(console.pid())));
      terminals.forEach(
          terminal ->
              System.out.println(
                  "---- terminal ----\n"
                      + terminal.screen()
                      + "\n"
                      + ThreadDump.of(terminal.pid())));
    }
    if (!ofTheClass) {
      afterAll(context);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    consoles.forEach(Console::close);
    terminals.forEach(Terminal::close);
  }

  static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** This machine's name as short-name nodes use it. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
    } catch (IOException e) {
      throw new AssertionError("this machine has no name", e);
    }
  }

  /** A node name that only this test has, without its host. */
  String name(String role) {
    return role + "_" + unique;
  }

  /** The full short name of the node with this role: {@code java_x2@host}. */
  String node(String role) {
    return name(role) + "@" + host();
  }

  String cookie() {
    return cookie;
  }

  /**
   * A port that nobody listens on, and that the system gives to nobody who asks for any: not to
   * another test's node, before ours has it.
   */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 30_000);
      try (var free = new ServerSocket(port)) {
        return free.getLocalPort();
      } catch (BindException e) {
        // another one
      }
    }
  }

  /** Sets a variable in the environment of the programs that are started from now on. */
  Nodes with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Starts programs with this before their command from now on; nothing for none. */
  Nodes behind(String... prefix) {
    this.prefix = List.of(prefix);
    return this;
  }

  /** A JVM node of this test's cluster, ready. */
  Jex jex(String role, String... flags) throws IOException {
    return ready(startJex(role, flags));
  }

  /** A BEAM node of this test's cluster, ready. */
  Iex iex(String role, String... flags) throws IOException {
    return ready(startIex(role, flags));
  }

  /** As {@link #jex}, and does not wait: several nodes are {@link #ready} sooner side by side. */
  Jex startJex(String role, String... flags) throws IOException {
    var command = command(HOME.resolve("jex").toString(), role, flags);
    var jex = new Jex(nodeOf(role, flags), command, environment, HOME);
    consoles.add(jex);
    return jex;
  }

  /** As {@link #iex}, and does not wait. */
  Iex startIex(String role, String... flags) throws IOException {
    var iex = new Iex(nodeOf(role, flags), command("iex", role, flags), environment, HOME);
    consoles.add(iex);
    return iex;
  }

  static <S extends Shell> S ready(S shell) {
    shell.value("1");
    return shell;
  }

  private List<String> command(String program, String role, String... flags) {
    var command = new ArrayList<>(prefix);
    command.add(program);
    command.addAll(List.of(flags));
    var given = List.of(flags);
    if (!given.contains("--sname") && !given.contains("--name")) {
      command.addAll(List.of("--sname", name(role)));
    }
    if (!given.contains("--cookie")) {
      command.addAll(List.of("--cookie", cookie));
    }
    return command;
  }

  private String nodeOf(String role, String... flags) {
    var given = List.of(flags);
    int name = given.indexOf("--name");
    return name < 0 ? node(role) : given.get(name + 1);
  }

  /** Any program, in this test's environment. */
  Console run(String... command) throws IOException {
    return runIn(HOME, command);
  }

  /** Any program, started in {@code folder}. */
  Console runIn(Path folder, String... command) throws IOException {
    var whole = new ArrayList<>(prefix);
    whole.addAll(List.of(command));
    var console = new Console(String.join(" ", command), whole, environment, folder);
    consoles.add(console);
    return console;
  }

  /** A real terminal with jex in it. */
  Terminal terminal(String flags) throws IOException {
    return terminalWith("'" + HOME.resolve("jex") + "' " + flags);
  }

  /** A real terminal with any program in it. */
  Terminal terminalWith(String command) throws IOException {
    assumeTrue(isInstalled("tmux"), "tmux is not installed");
    var terminal = new Terminal("retort-" + unique + "-" + terminals.size(), command);
    terminals.add(terminal);
    return terminal;
  }

  /** Once per test run: jex is built, which can take minutes, and a real epmd serves the names. */
  private static final class Builds {
    static {
      try {
        var jex =
            new Console(
                "building jex",
                List.of(HOME.resolve("jex").toString(), "-e", "println(\"built\")"),
                Map.of(),
                HOME);
        jex.await(Pattern.compile("built\\R"), Duration.ofMinutes(10));
        jex.exitStatus();
        new ProcessBuilder("epmd", "-daemon").inheritIO().start().waitFor();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError("jex is not built", e);
      }
    }

    static void ready() {
      // Loading this class has done it.
    }
  }
}
