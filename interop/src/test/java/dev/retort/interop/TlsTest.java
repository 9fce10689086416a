package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeCheck;
import dev.retort.NodeOptions;
import dev.retort.TlsOptions;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Retort nodes and a real Erlang node that runs with {@code -proto_dist inet_tls}, with
 * certificates that the script of the documentation makes.
 */
@Timeout(120)
class TlsTest {
  private static final String HOST = "127.0.0.1";
  private static final String UNIQUE =
      Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
  private static final String COOKIE = "cookie_of_tls_" + UNIQUE;
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** So that Erlang makes new keys, and another handshake in TLS 1.2, every now and then. */
  private static final String OFTEN = "{renegotiate_at, 400}, {key_update_at, 8000000}, ";

  @TempDir private static Path folder;

  private static Path ours;
  private static Path theirs;
  private static Iex elixir;
  private static Iex plain;

  /** What a node says who calls one that waits for something else than TLS; it takes its time. */
  private static CompletableFuture<NodeCheck> checkOfPlain;

  /** Held, since it would be forgotten together with its handler otherwise. */
  private static final Logger LOGGER = Logger.getLogger("dev.retort");

  private static final Handler LOG =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          LOGGED.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /** What Retort nodes have logged in this class. */
  private static final Queue<String> LOGGED = new ConcurrentLinkedQueue<>();

  private final List<Node> open = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Nodes.isInstalled("iex"), "Elixir is not installed");
    Certificates.needOpenSsl();
    ours = folder.resolve("ours");
    theirs = folder.resolve("theirs");
    LOGGER.addHandler(LOG);
    Certificates.make(ours, HOST, -1);
    for (var file : List.of(".pem", "-key.pem")) {
      Files.move(ours.resolve(HOST + file), ours.resolve("expired" + file));
    }
    var conf = Files.readString(Certificates.make(ours, HOST, 365));
    Certificates.make(theirs, HOST, 365);
    var often =
        Files.writeString(
            folder.resolve("often.conf"), conf.replace("[{cert", "[" + OFTEN + "{cert"));
    elixir = iex("--erl", "-proto_dist inet_tls -ssl_dist_optfile " + often);
    plain = iex();
    elixir.value("1", Duration.ofSeconds(80));
    plain.value("1", Duration.ofSeconds(80));
    var caller = Node.start(options().withTls(mutual()));
    // Erlang loads the code of TLS for its first connection, which is no part of any other
    Awaitility.await()
        .atMost(Duration.ofSeconds(80))
        .until(() -> caller.run(() -> Node.ping(elixir.node())));
    checkOfPlain =
        CompletableFuture.supplyAsync(
            () -> {
              try (caller) {
                return caller.run(() -> Node.check(plain.node()));
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
  }

  private static Iex iex(String... flags) throws IOException {
    var name = "elixir_" + UNIQUE + NEXT.incrementAndGet() + "@" + HOST;
    var command = new ArrayList<>(List.of("iex", "--name", name, "--cookie", COOKIE));
    command.addAll(List.of(flags));
    return new Iex(name, command, Map.of("TERM", "dumb"), Nodes.HOME);
  }

  @AfterAll
  static void stop() {
    LOGGER.removeHandler(LOG);
    for (var iex : new Iex[] {elixir, plain}) {
      if (iex != null) {
        iex.close();
      }
    }
  }

  @AfterEach
  void closeNodes() {
    open.forEach(Node::close);
  }

  // ---- what goes well

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void messagesGoBothWaysWhoeverHasCalled(String version) throws Exception {
    var java = withEcho(only(version));
    var check = check(java);
    assertThat(check.passed()).as(check.toString()).isTrue();
    assertThat(check.toString()).contains("ok      tls         " + version.replace("tls", "TLS"));
    assertThat(elixir.value("Node.list()")).contains(java.name().toString());
    echoes(java);
    // while Erlang's global still gets to know the node, it would call it again
    assertThat(elixir.value(":global.sync()")).isEqualTo(":ok");
    assertThat(java.run(() -> Node.disconnect(elixir.node()))).isTrue();
    Awaitility.await().until(() -> !elixir.value("Node.list()").contains(java.name().toString()));

    assertThat(elixir.value("Node.ping(" + java.name() + ")")).isEqualTo(":pong");
    assertThat(java.run(Node::list)).extracting(Object::toString).contains(elixir.atom());
    echoes(java);
  }

  /** Small and large messages come back, in the order in which they were sent. */
  private static void echoes(Node java) {
    elixir.run("echo = {:echo, " + java.name() + "}");
    elixir.run("back = fn -> receive do {_, number, term} -> {number, term} end end");
    elixir.run("big = :binary.copy(<<0, 1, 2, 254, 255>>, 1_048_576)");
    assertThat(
            elixir.value(
                "for(n <- 1..1000, do: send(echo, {self(), n, :small}));"
                    + " (for _ <- 1..1000, do: back.()) == for n <- 1..1000, do: {n, :small}"))
        .isEqualTo("true");
    assertThat(
            elixir.value(
                "for(n <- 1..4, do: send(echo, {self(), n, big}));"
                    + " for _ <- 1..4, do: (fn {n, b} -> {n, b == big} end).(back.())",
                Duration.ofSeconds(60)))
        .isEqualTo("[{1, true}, {2, true}, {3, true}, {4, true}]");
  }

  // ---- what keeps nodes from meeting

  @Test
  void caOfTheOtherIsUnknownHere() throws Exception {
    var java = start(options(theirs, HOST));
    assertFails(check(java), "tls", "is of a CA that is not in");
    assertThat(elixir.value("Node.ping(" + java.name() + ")")).isEqualTo(":pang");
    assertLogged("it says unknown_ca: our certificate is of a CA that is");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void ourCaIsUnknownToTheOther(String version) throws Exception {
    var tls = options(theirs, HOST);
    var client = tls.client();
    var believing = role(client, false, version);
    var java = start(new TlsOptions(tls.server(), believing));
    assertFails(check(java), "tls", "it says unknown_ca: our certificate is of a CA that is not");
  }

  @Test
  void ourCertificateHasExpired() throws Exception {
    var java = start(options(ours, "expired"));
    assertFails(check(java), "tls", "it says certificate_expired: our certificate has expired or");
    assertThat(elixir.value("Node.ping(" + java.name() + ")")).isEqualTo(":pang");
  }

  @Test
  void oneOfTheTwoSpeaksNoTls() throws Exception {
    var java = start(mutual());
    assertThat(plain.value("Node.ping(" + java.name() + ")")).isEqualTo(":pang");
    assertLogged("it speaks no TLS, and this node does");
    var simple = Node.start(options());
    open.add(simple);
    assertFails(check(simple), "handshake", "it speaks TLS, and this node does not");
    assertFails(checkOfPlain.join(), "tls", "start it with -proto_dist inet_tls");
  }

  // ---- helpers

  private static NodeOptions options() {
    return NodeOptions.longName("java_" + UNIQUE + NEXT.incrementAndGet() + "@" + HOST)
        .withCookie(COOKIE);
  }

  private static TlsOptions mutual() {
    return options(ours, HOST);
  }

  private static TlsOptions options(Path folder, String name) {
    var certificate = folder.resolve(name + ".pem");
    var key = folder.resolve(name + "-key.pem");
    return TlsOptions.mutual(certificate, key, folder.resolve("ca.pem"));
  }

  private static TlsOptions.Role role(TlsOptions.Role role, boolean verify, String version) {
    return new TlsOptions.Role(
        role.certfile(),
        role.keyfile(),
        role.password(),
        role.cacertfile(),
        verify,
        verify && role.failIfNoPeerCert(),
        role.depth(),
        List.of(version),
        role.ciphers());
  }

  private static TlsOptions only(String version) {
    var tls = mutual();
    return new TlsOptions(role(tls.server(), true, version), role(tls.client(), true, version));
  }

  private Node withEcho(TlsOptions tls) throws Exception {
    var node = start(tls);
    node.spawn(
        () -> {
          Kernel.register("echo", Kernel.self());
          for (; ; ) {
            var message = (Tuple) Kernel.receive();
            Kernel.send((Pid) message.get(0), message);
          }
        });
    Awaitility.await().until(() -> node.whereis("echo") != null);
    return node;
  }

  private static NodeCheck check(Node java) throws Exception {
    return java.run(() -> Node.check(elixir.node()));
  }

  private static void assertFails(NodeCheck check, String step, String sentence) {
    assertThat(check.toString().lines().toList().getLast())
        .startsWith("failed  " + step + " ")
        .contains(sentence);
  }

  private static void assertLogged(String sentence) {
    Awaitility.await().until(() -> LOGGED.stream().anyMatch(line -> line.contains(sentence)));
  }

  private Node start(TlsOptions tls) throws IOException {
    var node = Node.start(options().withTls(tls));
    open.add(node);
    return node;
  }
}
