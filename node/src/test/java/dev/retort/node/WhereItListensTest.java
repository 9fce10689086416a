package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.Node;
import dev.retort.NodeOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To whom a node and the epmd in its JVM listen, and with which cookies. */
@Timeout(60)
class WhereItListensTest {
  private static final String STRONG = "KQZPWMXRTNAVYBHSJFGD";

  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws IOException {
    nodes.close();
  }

  // ---- addresses

  @Test
  void nodeListensToItsOwnMachineUnlessToldOtherwise() throws Exception {
    int port = port(nodes.start(options()));
    assertThatCode(() -> dial("127.0.0.1", port)).doesNotThrowAnyException();
    // an address of this machine that its host's name does not stand for
    assertThatThrownBy(() -> dial("127.0.0.77", port)).isInstanceOf(ConnectException.class);
  }

  @Test
  void nodeListensOnTheAddressThatItIsTold() throws Exception {
    int port = port(nodes.start(options().withInterface(address("127.0.0.77"))));
    assertThatCode(() -> dial("127.0.0.77", port)).doesNotThrowAnyException();
    assertThatThrownBy(() -> dial("127.0.0.1", port)).isInstanceOf(ConnectException.class);
  }

  @Test
  void nodeListensEverywhereIfToldSo() throws Exception {
    int port = port(nodes.start(options().withInterface(address("0.0.0.0")).withCookie(STRONG)));
    assertThatCode(() -> dial("127.0.0.1", port)).doesNotThrowAnyException();
    assertThatCode(() -> dial("127.0.0.77", port)).doesNotThrowAnyException();
  }

  @Test
  void addressOfAnotherMachineIsRefused() {
    var options = options().withInterface(address("192.0.2.1")).withCookie(STRONG);
    assertThatThrownBy(() -> nodes.start(options))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot listen on any port of 192.0.2.1: ");
  }

  @Test
  void callersAreOfThisMachineOrNot() throws IOException {
    assertThat(ThisMachine.has(address("127.0.0.1"))).isTrue();
    assertThat(ThisMachine.has(address("::1"))).isTrue();
    assertThat(ThisMachine.has(address("192.0.2.1"))).isFalse();
    assertThat(ThisMachine.addresses("192.0.2.1"))
        .contains(address("127.0.0.1"))
        .doesNotContain(address("192.0.2.1"));
    assertThat(ThisMachine.addresses("127.0.0.77")).contains(address("127.0.0.77"));
  }

  @Test
  void epmdListensToItsOwnMachineUnlessItsNodeIsToldOtherwise() throws IOException {
    try (var server = EpmdServer.start(0, null)) {
      assertThatCode(() -> dial("127.0.0.1", server.port())).doesNotThrowAnyException();
      assertThatThrownBy(() -> dial("127.0.0.77", server.port()))
          .isInstanceOf(ConnectException.class);
    }
    try (var server = EpmdServer.start(0, address("0.0.0.0"))) {
      assertThatCode(() -> dial("127.0.0.77", server.port())).doesNotThrowAnyException();
    }
    try (var server = EpmdServer.start(0, address("127.0.0.77"))) {
      assertThatCode(() -> dial("127.0.0.1", server.port())).doesNotThrowAnyException();
    }
  }

  // ---- ports

  @Test
  void nodeTakesTheFirstFreePortOfARange() throws Exception {
    try (var taken = new ServerSocket(0)) {
      int first = taken.getLocalPort();
      int last = Math.min(first + 50, 65_535);
      int port = port(nodes.start(options().withPorts(first, last)));
      assertThat(port).isGreaterThan(first).isLessThanOrEqualTo(last);
    }
  }

  @Test
  void rangeThatIsTakenIsSaid() throws Exception {
    try (var taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      var options = options().withPorts(port, port);
      assertThatThrownBy(() -> nodes.start(options))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot listen on port " + port + ": ");
    }
  }

  @Test
  void nodesMeetWithoutEpmd() throws Exception {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    // the same port on two addresses, as on two machines
    var one = nodes.start(on("127.0.0.77").withPort(port).withoutEpmd(port));
    var two = nodes.start(on("127.0.0.78").withPort(port).withoutEpmd(port));
    assertThat(one.run(() -> Node.ping(two.name().name()))).isTrue();
    assertThat(two.run(Node::list)).containsExactly(one.name());
    assertThat(one.run(() -> Node.disconnect(two.name().name()))).isTrue();
    await().until(() -> two.run(Node::list).isEmpty()); // or it checks what is about to end
    assertThat(two.run(() -> Node.check(one.name().name())).passed()).isTrue();
    var alive = Objects.requireNonNull(NodeName.parse(one.name().name())).alive();
    var epmd = nodes.start(); // so that there is one to ask
    assertThat(epmd.name()).isNotNull();
    assertThat(Epmd.ofEnvironment().lookUp(InetAddress.getLoopbackAddress(), alive)).isNull();
  }

  private static NodeOptions on(String address) {
    return NodeOptions.longName(TestNodes.options().name() + "@" + address)
        .withCookie(TestNodes.COOKIE)
        .withInterface(address(address));
  }

  // ---- cookies

  @ParameterizedTest
  @ValueSource(
      strings = {
        "monster",
        "secret",
        "cookie",
        "nocookie",
        "x",
        "KQZPWMXRTNAVYBH",
        "emqxsecretcookie",
        "Very Secret Cookie",
        "rabbit_cluster_node",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababab"
      })
  void cookieThatCanBeGuessedIsForThisMachineOnly(String weak) throws IOException {
    var open = options().withCookie(weak).withInterface(address("0.0.0.0"));
    assertThatThrownBy(() -> nodes.start(open))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the cookie could be guessed by whoever can call 0.0.0.0: ")
        .hasMessageContaining("--allow-weak-cookie")
        .hasMessageNotContaining(": " + weak);
    assertThatCode(() -> nodes.start(open.withWeakCookie(true))).doesNotThrowAnyException();
    assertThatCode(() -> nodes.start(options().withCookie(weak))).doesNotThrowAnyException();
    var loopback = options().withCookie(weak).withInterface(address("127.0.0.1"));
    assertThatCode(() -> nodes.start(loopback)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        STRONG,
        "0F603647-75B4-4B68-BF13-B801F666932B",
        "3141592653589793",
        "kG8+/x1Zq0PmTfwa",
        "a phrase of words with a secret in it"
      })
  void longCookieOfChanceIsForAll(String strong) {
    assertThat(Cookie.of(strong).weakness()).isNull();
  }

  @Test
  void cookieThatCanBeGuessedIsNotSetLaterEither() throws Exception {
    var weak = "monster";
    var open = nodes.start(options().withCookie(STRONG).withInterface(address("0.0.0.0")));
    for (var node : List.of(open.name().name(), "somebody@else")) {
      assertThatThrownBy(() -> open.run(() -> setCookie(node, weak)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the cookie could be guessed by whoever can call 0.0.0.0: ")
          .hasMessageNotContaining(weak);
      assertThat(open.run(() -> setCookie(node, STRONG))).isTrue();
    }
    var forced = options().withCookie(STRONG).withInterface(address("0.0.0.0"));
    for (var options : List.of(forced.withWeakCookie(true), options())) {
      var node = nodes.start(options);
      assertThat(node.run(() -> setCookie(node.name().name(), weak))).isTrue();
    }
  }

  private static boolean setCookie(String node, String cookie) {
    Node.setCookie(node, cookie);
    return true;
  }

  // ---- helpers

  private static NodeOptions options() {
    return TestNodes.options();
  }

  private static int port(Node node) throws IOException {
    var alive = Objects.requireNonNull(NodeName.parse(node.name().name())).alive();
    return Objects.requireNonNull(
        Epmd.ofEnvironment().lookUp(InetAddress.getLoopbackAddress(), alive));
  }

  private static void dial(String address, int port) throws IOException {
    new Socket(address(address), port).close();
  }

  private static InetAddress address(String address) {
    return InetAddress.ofLiteral(address);
  }
}
