package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawnMonitor;
import static org.awaitility.Awaitility.await;

import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.etf.Etf;
import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A node in a JVM of its own, with little memory and few file descriptors, so that whatever grows
 * without bound brings it down; and what it has written to its log.
 *
 * <p>Its process {@code target} does to each message what a careless receiver does. {@code {ask,
 * Pid}} is answered with {@code {seen, Messages, Crashes, KilobytesUsed, Descriptors, Threads}}.
 */
final class ForkedNode implements Closeable {
  static final int HEAP_MEGABYTES = 256;
  static final int DESCRIPTORS = 1000;
  static final Duration TICK_TIME = Duration.ofSeconds(4);

  private final Process process;
  private final Atom name;
  private final StringBuilder log = new StringBuilder();

  ForkedNode(String role) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + "; exec \"$@\"",
                "-",
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ForkedNode.class.getName(),
                role + "-" + ProcessHandle.current().pid(),
                TestNodes.COOKIE));
    process = new ProcessBuilder(command).start();
    Thread.ofVirtual().start(() -> collect(process.errorReader(StandardCharsets.UTF_8)));
    var first = process.inputReader(StandardCharsets.UTF_8).readLine();
    if (first == null) {
      throw new IOException("the node has not started: " + log);
    }
    name = Atom.of(first);
  }

  /** Nodes must have one idea of how long a peer may be silent. */
  static NodeOptions asTheOther(NodeOptions options) {
    return options.withNetTickTime(TICK_TIME);
  }

  private void collect(BufferedReader reader) {
    try (reader) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        log.append(line).append('\n');
      }
    } catch (IOException e) {
      // it has ended
    }
  }

  Atom name() {
    return name;
  }

  /** Waits until its log says so. */
  void awaitLog(String text) {
    await(text)
        .atMost(Duration.ofSeconds(30))
        .failFast("the node is there", () -> !process.isAlive())
        .until(() -> log.indexOf(text) >= 0);
  }

  String log() {
    return log.toString();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.destroyForcibly();
  }

  // ---- in that JVM

  /** Arguments: the node's name, its cookie. Ends with its input. */
  public static void main(String[] arguments) throws Exception {
    var node = Node.start(asTheOther(NodeOptions.shortName(arguments[0]).withCookie(arguments[1])));
    node.spawn(ForkedNode::target);
    node.run(
        () -> {
          while (Kernel.whereis("target") == null) {
            Thread.onSpinWait();
          }
          return null;
        });
    System.out.println(node.name().name());
    System.out.flush();
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static void target() {
    register("target", self());
    long seen = 0;
    long crashes = 0;
    while (true) {
      var message = receive();
      if (message instanceof Tuple question
          && question.size() == 2
          && question.get(0).equals(Atom.of("ask"))) {
        send((Pid) question.get(1), answer(seen, crashes));
        continue;
      }
      if (message instanceof Tuple order
          && order.size() == 2
          && order.get(0).equals(Atom.of("flood"))) {
        var victim = (Pid) order.get(1);
        Kernel.spawn(() -> flood(victim));
        continue;
      }
      var careless = spawnMonitor(() -> use(message));
      var down = receive(Down.class, d -> d.ref().equals(careless.ref()));
      seen++;
      if (!down.reason().equals(Atom.NORMAL)) {
        crashes++;
      }
    }
  }

  private static Tuple answer(long seen, long crashes) {
    System.gc();
    var runtime = Runtime.getRuntime();
    var descriptors = new File("/proc/self/fd").list();
    return Tuple.of(
        Atom.of("seen"),
        seen,
        crashes,
        (runtime.totalMemory() - runtime.freeMemory()) >> 10,
        descriptors == null ? 0L : (long) descriptors.length,
        (long) Thread.getAllStackTraces().size());
  }

  /** Prints, compares and hashes it. */
  private static void use(Object message) {
    var copy = Etf.decode(Etf.encode(message));
    if (Inspect.inspect(message).length() > 1_000_000) {
      throw new IllegalStateException("what is printed is long");
    }
    if (!copy.equals(message) || copy.hashCode() != message.hashCode()) {
      throw new IllegalStateException("a copy is not equal");
    }
  }

  /** Sends as much as the connection takes, and says in the log when it takes no more. */
  private static void flood(Pid victim) {
    var kilobyte = "x".repeat(1024);
    for (int i = 0; Node.list().contains(victim.node()); i++) {
      send(victim, kilobyte);
    }
    System.getLogger("flood").log(System.Logger.Level.WARNING, "the flood is over");
  }
}
