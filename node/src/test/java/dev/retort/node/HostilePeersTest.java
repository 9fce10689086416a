package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.Prices;
import dev.retort.Exports;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.etf.Encoder;
import dev.retort.term.Atom;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes over the wire: that connection ends, and the node goes on. */
@Timeout(60)
class HostilePeersTest {
  private final TestNodes nodes = new TestNodes();
  private final Random random = new Random(42);
  private Node node;

  @BeforeEach
  void startNode() throws IOException {
    node = nodes.start(TestNodes.options().withNetTickTime(Duration.ofSeconds(4)));
  }

  @AfterEach
  void nodeGoesOn() throws Exception {
    var other = nodes.start();
    assertThat(other.run(() -> Node.ping(node.name().name()))).isTrue();
    assertThat(node.run(Kernel::self)).isNotNull();
    nodes.close();
  }

  @Test
  void randomBytesInsteadOfAHandshake() throws IOException {
    for (int i = 0; i < 200; i++) {
      try (var socket = nodes.dial(node)) {
        var bytes = new byte[2 + random.nextInt(100)];
        random.nextBytes(bytes);
        bytes[0] = 0;
        bytes[1] = (byte) (bytes.length - 2);
        socket.getOutputStream().write(bytes);
        assertEnds(socket);
      }
    }
  }

  @Test
  void handshakeThatIsCutOff() throws IOException {
    var name = new HandshakeMessage.SendName(DistributionFlags.OFFERED, 1, "cut@off", false);
    var bytes = name.encode();
    for (int length = 0; length < bytes.length; length++) {
      try (var socket = nodes.dial(node)) {
        var packet = ByteBuffer.allocate(2 + length);
        packet.putShort((short) bytes.length).put(bytes, 0, length);
        socket.getOutputStream().write(packet.array());
        socket.shutdownOutput();
        assertEnds(socket);
      }
    }
  }

  @Test
  void peerThatStopsInTheMiddleOfTheHandshake() throws IOException {
    try (var socket = nodes.dial(node)) {
      var name = new HandshakeMessage.SendName(DistributionFlags.OFFERED, 1, "slow@peer", false);
      var bytes = name.encode();
      var packet = ByteBuffer.allocate(2 + bytes.length);
      packet.putShort((short) bytes.length).put(bytes);
      socket.getOutputStream().write(packet.array());
      long start = System.nanoTime();
      assertEnds(socket); // status and challenge come, then nothing for 7 s
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(12));
    }
  }

  @Test
  void lengthOfFourGigabytes() throws Exception {
    try (var peer = nodes.pretend(node)) {
      peer.raw(new byte[] {-1, -1, -1, -1, (byte) 131, 68, 0});
      peer.assertEnds();
    }
  }

  @Test
  void largeLengthIsNotBelievedBeforeItsBytesCome() throws Exception {
    long before = usedMemory();
    for (int i = 0; i < 20; i++) {
      var socket = nodes.pretend(node).socket();
      var frame = ByteBuffer.allocate(4 + 100_000).putInt((int) ConnectionReader.MAX_FRAME);
      socket.getOutputStream().write(frame.array());
    }
    await().until(() -> node.run(Node::list).size() == 20);
    assertThat(usedMemory() - before).isLessThan(200L << 20); // 20 times 256 MiB were announced
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void randomFrames() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (var peer = nodes.pretend(node)) {
        var frame = new byte[1 + random.nextInt(200)];
        random.nextBytes(frame);
        if (i % 2 == 0) {
          frame[0] = (byte) 131;
          frame[frame.length > 1 ? 1 : 0] = (byte) (68 + i % 3);
        }
        peer.frame(frame);
        peer.assertEnds();
      }
    }
  }

  @Test
  void damagedControlMessages() throws Exception {
    var whole = new Encoder();
    whole.u8(131);
    whole.u8(68);
    whole.u8(0);
    whole.write(
        Tuple.of(6L, dev.retort.term.Pid.of(Atom.of("a@b"), 1, 0, 1), Atom.of(""), Atom.of("x")));
    whole.write(Tuple.of(1L, 2L));
    var good = whole.toByteArray();
    for (int i = 0; i < 300; i++) {
      try (var peer = nodes.pretend(node)) {
        var frame = good.clone();
        for (int n = 0; n <= i % 3; n++) {
          frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
        peer.frame(frame);
        peer.frame(new byte[] {0}); // ends the connection, if the damage has not
        peer.assertEnds();
      }
    }
  }

  /** Functions and arguments that are none: nothing is left behind, and others are served. */
  @Test
  void spawnRequestsWithoutSense() throws Exception {
    node.export(Exports.of("prices", new Prices(2)));
    int before = node.processCount();
    var functions =
        List.of(
            Tuple.of(Atom.of("prices"), Atom.of("count"), 1L),
            Tuple.of(Atom.of("prices"), Atom.of("count"), -1L),
            Tuple.of(Atom.of("erpc"), Atom.of("execute_call"), 4L),
            Tuple.of(Atom.of("erpc"), Atom.of("execute_cast"), 3L),
            Tuple.of(Atom.of("global"), Atom.of("resolve_it"), 4L),
            Tuple.of(Atom.of("erlang"), Atom.of("apply"), 2L),
            Tuple.of("prices", 1L, 1L << 40));
    var arguments =
        List.of(
            1L, "text", List.of(), List.of(List.of()), List.of(1L, 2L, 3L), List.of(1, 2, 3, 4));
    try (var peer = nodes.pretend(node)) {
      var ref = Ref.of(peer.name(), 1, 1, 2, 3);
      for (var function : functions) {
        for (var list : arguments) {
          peer.send(Tuple.of(29L, ref, peer.pid(), peer.pid(), function, List.of()), list);
        }
      }
      peer.frame(new byte[] {0}); // ends the connection
      peer.assertEnds();
    }
    await().until(() -> node.processCount() == before);
  }

  @Test
  void silentPeerIsGivenUp() throws Exception {
    try (var peer = nodes.pretend(node)) {
      await().until(() -> node.run(Node::list).size() == 1);
      peer.assertEnds(); // ticks come, none goes
    }
    await().until(() -> node.run(Node::list).isEmpty());
  }

  /** Reads what comes, until the node closes the connection. */
  private static void assertEnds(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(10_000);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }
}
