package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What those can do who reach the port and do not have the cookie: nothing to anybody else. */
@Timeout(60)
class StrangersTest {
  private static final int CALLERS = 10_000;

  /** What the JVM opens apart from callers: its jars and modules, epmd, honest peers. */
  private static final int DESCRIPTORS_OF_THE_JVM = 150;

  private static final TestNodes nodes = new TestNodes();
  private static ForkedNode target;
  private static Node other;

  @BeforeAll
  static void startNodes() throws IOException {
    target = new ForkedNode("strange");
    other = nodes.start(ForkedNode.asTheOther(TestNodes.options()));
  }

  @AfterAll
  static void stopNodes() throws IOException {
    target.close();
    nodes.close();
  }

  @AfterEach
  void nodeGoesOn() throws Exception {
    assertThat(target.log()).doesNotContain("OutOfMemoryError").doesNotContain("Too many open");
    ask(other);
  }

  /** {@code {seen, Messages, Crashes, KilobytesUsed, Descriptors, Threads}}. */
  private static Tuple ask(Node node) throws Exception {
    return node.run(
        () -> {
          send(new Name(Atom.of("target"), target.name()), Tuple.of(Atom.of("ask"), self()));
          return Objects.requireNonNull(receive(Tuple.class, Duration.ofSeconds(20)));
        });
  }

  @Test
  void callersOfOtherProtocolsAreToldApart() throws Exception {
    assertRefused("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "begins with the bytes 71 and 69");
    assertRefused("SSH-2.0-OpenSSH_9.2\r\n", "it begins with the bytes 83 and 83, \"SS\"");
    var hello = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003";
    assertRefused(hello, "it speaks TLS");
    assertRefused("\u0000\u0003abc", "a name was expected in the handshake, tag 97 came");
    assertRefused("\u0000\u0001N", "the name in the handshake is too short");
    assertRefused("\u0000\u0000", "an empty message came");
  }

  @Test
  void randomBytesAreNoNode() throws Exception {
    var random = new Random(7);
    for (int i = 0; i < 300; i++) {
      var bytes = new byte[3 + random.nextInt(200)];
      random.nextBytes(bytes);
      talk(bytes);
    }
    assertThat(target.log()).contains("it does not speak Erlang's distribution protocol");
  }

  private static void assertRefused(String said, String reason) throws IOException {
    talk(said.getBytes(StandardCharsets.ISO_8859_1));
    target.awaitLog(reason);
  }

  private static void talk(byte[] bytes) throws IOException {
    try (var socket = nodes.dial(target.name())) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(1000);
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching(".*(reset|Broken pipe).*");
    }
  }

  /**
   * The node hears so many at once; one more takes the place of who has been silent the longest. So
   * it needs a bounded number of descriptors: it has {@value ForkedNode#DESCRIPTORS}.
   */
  @Test
  void tenThousandCallersWhoSayNothing() throws Exception {
    var port = portOfTarget();
    var silent = new ArrayList<SocketChannel>();
    try {
      int many = callers();
      for (int i = 0; i < many; i++) {
        silent.add(SocketChannel.open(port));
        if (i % (many / 4) == many / 8) {
          assertNodesMeet();
        }
      }
      assertNodesMeet();
      var state = ask(other);
      long descriptors = (Long) state.get(4);
      long threads = (Long) state.get(5);
      assertThat(descriptors).isLessThan(2 * Acceptor.MAX_HANDSHAKES + DESCRIPTORS_OF_THE_JVM);
      assertThat(threads).isLessThan(100);
    } finally {
      for (var channel : silent) {
        channel.close();
      }
    }
    target.awaitLog("callers wait to be heard; who has waited longest is sent away");
    assertNodesMeet();
  }

  /** So many as this JVM may have; less where the machine does not let it have 10,000. */
  private static int callers() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - 200;
    if (free < CALLERS) {
      System.out.println(
          "StrangersTest: " + free + " callers instead of " + CALLERS + ": raise ulimit -n");
    }
    return (int) Math.min(CALLERS, free);
  }

  private static InetSocketAddress portOfTarget() throws IOException {
    try (var socket = nodes.dial(target.name())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getPort());
    }
  }

  /** A node that has not been connected before, and one that has. */
  private static void assertNodesMeet() throws Exception {
    ask(other);
    var fresh = nodes.start(ForkedNode.asTheOther(TestNodes.options()));
    assertThat(fresh.run(() -> Node.connect(target.name().name()))).isTrue();
    ask(fresh);
    fresh.close();
  }
}
