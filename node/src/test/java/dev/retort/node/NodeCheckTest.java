package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.Node;
import dev.retort.NodeCheck;
import dev.retort.NodeOptions;
import dev.retort.node.HandshakeMessage.Challenge;
import dev.retort.node.HandshakeMessage.ChallengeAck;
import dev.retort.node.HandshakeMessage.ChallengeReply;
import dev.retort.node.HandshakeMessage.Status;
import dev.retort.term.Atom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever keeps two nodes from meeting is found, and said in one sentence. */
@Timeout(60)
class NodeCheckTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String PEER = "peer@127.0.0.1";
  private static final long FLAGS = DistributionFlags.OFFERED;

  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws IOException {
    nodes.close();
  }

  // ---- all is well

  @Test
  void nodesThatMeetPassEveryStep() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    var check = one.run(() -> Node.check(two.name().name()));
    assertThat(check.steps())
        .extracting(NodeCheck.Step::name)
        .containsExactly(
            "name", "host", "epmd", "registered", "port", "handshake", "flags", "cookie", "ping");
    assertThat(check.passed()).as(check.toString()).isTrue();
    assertThat(one.run(Node::list)).containsExactly(two.name());
    var again = one.run(() -> Node.check(two.name().name()));
    assertThat(again.toString()).contains("there is a connection with it already");
    assertThat(again.passed()).isTrue();
  }

  @Test
  void nodeFindsItself() throws Exception {
    var node = nodes.start();
    assertThat(node.run(() -> Node.check(node.name().name())).passed()).isTrue();
  }

  // ---- names and hosts

  @Test
  void nameWithoutAHost() throws Exception {
    assertFails(check("peer", 1), "name", "\"peer\" is no node name");
  }

  @Test
  void shortNameFromALongOne() throws Exception {
    assertFails(check("peer@host", 1), "name", "start both with --name or both with --sname");
  }

  @Test
  void longNameFromAShortOne() throws Exception {
    var node = nodes.start();
    var check = node.run(() -> Node.check(PEER));
    assertFails(check, "name", "start both with --sname or both with --name");
  }

  @Test
  void hostThatDoesNotResolve() throws Exception {
    assertFails(
        check("peer@nowhere.invalid", 1), "host", "the host nowhere.invalid is unknown here");
  }

  // ---- epmd

  @Test
  void nameThatIsNotRegistered() throws Exception {
    var node = nodes.start();
    var absent = "absent-" + ProcessHandle.current().pid() + "@" + host(node);
    var own = Objects.requireNonNull(NodeName.parse(node.name().name())).alive();
    var check = node.run(() -> Node.check(absent));
    assertFails(check, "registered", "no node absent-", own);
  }

  @Test
  void noEpmd() throws IOException {
    int port = freePort();
    assertThatThrownBy(() -> lookUp(port))
        .hasMessageContaining("no epmd answers on port " + port + " of 127.0.0.1");
  }

  @Test
  void epmdThatIsNone() throws IOException {
    try (var server = new FakePeer((in, out) -> out.writeBytes("SSH-2.0-x"))) {
      assertThatThrownBy(() -> lookUp(server.port())).hasMessageContaining("is no epmd");
    }
  }

  @Test
  void epmdThatHangsUp() throws IOException {
    try (var server = new FakePeer((in, out) -> {})) {
      assertThatThrownBy(() -> lookUp(server.port()))
          .hasMessageContaining("hangs up: it serves its own machine only");
    }
  }

  @Test
  void epmdThatKnowsNobody() throws IOException {
    try (var server = EpmdServer.start(0, null)) {
      assertThatThrownBy(() -> lookUp(server.port()))
          .hasMessage("no node peer runs on 127.0.0.1: its epmd knows none at all");
    }
  }

  private static void lookUp(int port) throws IOException {
    new Whereabouts.Asked(new Epmd(port))
        .port(new NodeName("peer", "127.0.0.1"), LOOPBACK, new Steps());
  }

  // ---- the port

  @Test
  void portOnWhichNobodyListens() throws Exception {
    int port = freePort();
    assertFails(check(PEER, port), "port", "nothing listens on port " + port + " of 127.0.0.1");
  }

  // ---- the handshake

  @Test
  void peerThatClosesAtOnce() throws Exception {
    assertFails((in, out) -> {}, "handshake", "closed the connection without a word");
  }

  @Test
  void peerThatSpeaksHttp() throws Exception {
    assertFails(
        (in, out) -> out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8)),
        "handshake",
        "does not speak Erlang's distribution protocol",
        "\"HT\"");
  }

  @Test
  void peerThatSpeaksTls() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          out.write(new byte[] {0x15, 3, 3, 0, 2, 2, 10}); // an alert: unexpected message
        },
        "handshake",
        "it speaks TLS");
  }

  @Test
  void peerThatDoesNotAllowUs() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of(Status.NOT_ALLOWED));
        },
        "handshake",
        "(not_allowed): its net_kernel:allow/1 lists others, or it has this name itself");
  }

  @Test
  void peerThatBelievesUsConnectedAndGoesAway() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of(Status.ALIVE));
          assertThat(Status.decode(FakePeer.read(in)).text()).isEqualTo(Status.TRUE);
        },
        "handshake",
        "closed the connection when it had said alive");
  }

  @Test
  void peerWithAnUnknownStatus() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of("perhaps"));
        },
        "handshake",
        "it answers with the status \"perhaps\"");
  }

  @Test
  void peerWithAnotherName() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of(Status.OK));
          FakePeer.write(out, new Challenge(FLAGS, 1, 1, "other@127.0.0.1", false));
        },
        "handshake",
        "it calls itself other@127.0.0.1");
  }

  @Test
  void peerOfAnOldRelease() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of(Status.OK));
          long old = FLAGS & ~DistributionFlags.UNLINK_ID & ~DistributionFlags.V4_NC;
          FakePeer.write(out, new Challenge(old, 1, 1, PEER, false));
        },
        "flags",
        "must be updated: it lacks UNLINK_ID, V4_NC");
  }

  @Test
  void peerThatClosesAtOurProof() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of(Status.OK));
          FakePeer.write(out, new Challenge(FLAGS, 1, 1, PEER, false));
          FakePeer.read(in);
        },
        "cookie",
        "the cookies differ, start both nodes with the same --cookie");
  }

  @Test
  void peerWhoseProofIsWrong() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of(Status.OK));
          FakePeer.write(out, new Challenge(FLAGS, 1, 1, PEER, false));
          var reply = ChallengeReply.decode(FakePeer.read(in));
          FakePeer.write(out, new ChallengeAck(Cookie.of("another").digest(reply.challenge())));
        },
        "cookie",
        "invalid challenge ack: the cookies differ");
  }

  @Test
  void peerThatDoesNotAnswerAfterTheHandshake() throws Exception {
    assertFails(
        (in, out) -> {
          FakePeer.read(in);
          FakePeer.write(out, Status.of(Status.OK));
          FakePeer.write(out, new Challenge(FLAGS, 1, 1, PEER, false));
          var reply = ChallengeReply.decode(FakePeer.read(in));
          var proof = Cookie.of(TestNodes.COOKIE).digest(reply.challenge());
          FakePeer.write(out, new ChallengeAck(proof));
          in.readInt(); // the call's length
        },
        "ping",
        "its net_kernel does not answer");
  }

  @Test
  void peerThatIsSilentInTheHandshake() throws Exception {
    try (var peer = new FakePeer((in, out) -> in.readAllBytes());
        var socket = new Socket(LOOPBACK, peer.port())) {
      var name = new NodeName("caller", "127.0.0.1");
      var handshake = new Handshake(name, 1, false, Cookie.of("x"), new Connections(name.atom()));
      var node = Atom.of(PEER);
      var limited = new HandshakeSocket(socket, Duration.ofMillis(50));
      assertThatThrownBy(() -> handshake.connect(limited, node, new Attempt(node)))
          .hasMessage("it did not finish the handshake within 50 ms");
    }
  }

  @Test
  void callerWithOurOwnNameIsNotAllowed() throws Exception {
    var node = nodes.start();
    try (var socket = nodes.dial(node)) {
      var name = Objects.requireNonNull(NodeName.parse(node.name().name()));
      var handshake = new Handshake(name, 1, false, Cookie.of("x"), new Connections(name.atom()));
      var limited = new HandshakeSocket(socket, Duration.ofSeconds(5));
      assertThatThrownBy(() -> handshake.connect(limited, node.name(), new Attempt(node.name())))
          .hasMessageContaining("or it has this name itself");
    }
  }

  /** What is found where {@code talk} listens. */
  private void assertFails(FakePeer.Talk talk, String step, String... sentence) throws Exception {
    try (var peer = new FakePeer(talk)) {
      assertFails(check(PEER, peer.port()), step, sentence);
    }
  }

  private static void assertFails(NodeCheck check, String step, String... sentence) {
    assertThat(check.passed()).isFalse();
    var last = check.steps().getLast();
    assertThat(last.name()).as(check.toString()).isEqualTo(step);
    assertThat(last.finding()).contains(sentence);
    assertThat(last.toString()).startsWith("failed ").doesNotContain("\n");
    assertThat(check.steps().stream().filter(each -> !each.passed())).hasSize(1);
  }

  /** By a node with a long name, and without epmd. */
  private NodeCheck check(String peer, int port) throws Exception {
    var options =
        NodeOptions.longName(TestNodes.options().name() + "@127.0.0.1")
            .withCookie(TestNodes.COOKIE)
            .withoutEpmd(port);
    var node = nodes.start(options);
    return node.run(() -> Node.check(peer));
  }

  private static String host(Node node) {
    return Objects.requireNonNull(NodeName.parse(node.name().name())).host();
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
