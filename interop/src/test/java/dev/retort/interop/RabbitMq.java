package dev.retort.interop;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A RabbitMQ server as Debian packages it, started for one test class: with a name, a cookie, ports
 * and a folder that no other has, and nothing of what the machine's own server may be configured
 * with.
 */
final class RabbitMq implements AutoCloseable {
  /** It takes five seconds of processor time, which a busy machine does not give at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What Debian's command in {@code sbin} runs after it has become another user. */
  private static final Path DEBIANS = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

  private final Console console;
  private final String node;
  private final int port;

  /** Starts one that keeps its files in {@code folder}, and waits until it serves. */
  RabbitMq(String name, String cookie, Path folder) throws IOException {
    node = name + "@" + Nodes.host();
    port = freePort();
    var environment = new HashMap<>(Map.of("HOME", folder.toString(), "RABBITMQ_NODENAME", node));
    environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(freePort()));
    environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput -setcookie " + cookie);
    environment.put("RABBITMQ_LOGS", "-");
    // The command becomes the Erlang runtime, so that its process is the one to be killed.
    environment.put("RABBITMQ_ALLOW_INPUT", "true");
    for (var file :
        List.of(
            "MNESIA_BASE",
            "LOG_BASE",
            "PID_FILE",
            "ENABLED_PLUGINS_FILE",
            "CONF_ENV_FILE",
            "CONFIG_FILE",
            "ADVANCED_CONFIG_FILE")) {
      environment.put("RABBITMQ_" + file, folder.resolve(file).toString());
    }
    console = new Console("rabbitmq-server", List.of(program().orElseThrow()), environment, folder);
    console.await(Pattern.compile("completed with \\d+ plugins"), PATIENCE);
  }

  /** The command that starts a server as the user who calls it. */
  private static Optional<String> program() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "rabbitmq-server"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(
            found ->
                found.getParent().endsWith("sbin") && Files.isExecutable(DEBIANS) ? DEBIANS : found)
        .map(Path::toString);
  }

  static boolean isInstalled() {
    return program().isPresent();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The full name of its Erlang node. */
  String node() {
    return node;
  }

  /** Where it takes connections of AMQP, on the loopback address. */
  int port() {
    return port;
  }

  /** Waits for it to end by itself. */
  int exitStatus() {
    return console.exitStatus();
  }

  /** The operating system's number of its process. */
  long pid() {
    return console.pid();
  }

  @Override
  public void close() {
    console.close();
  }
}
