package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.Node;
import dev.retort.NodeCheck;
import dev.retort.NodeOptions;
import dev.retort.TlsOptions;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that speak TLS with each other, and what is said where they cannot. */
@Timeout(60)
class TlsTest {
  private static final String HOST = "127.0.0.1";
  private static final Atom ECHO = Atom.of("echo");

  @TempDir static Path folder;
  private static Certificates ours;
  private static Certificates theirs;

  private final TestNodes nodes = new TestNodes();

  @BeforeAll
  static void makeCertificates() throws IOException {
    // new keys after each MiB, if TLS has not been used in this JVM before
    Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 2^20");
    Certificates.needOpenSsl();
    ours = Certificates.make(folder.resolve("ours"), HOST, "elsewhere");
    theirs = Certificates.make(folder.resolve("theirs"), HOST);
    ours.sign(HOST, "expired", "20200101000000Z", "20200201000000Z");
    ours.sign(HOST, "early", "20900101000000Z", "20900201000000Z");
  }

  @AfterEach
  void closeNodes() throws IOException {
    nodes.close();
  }

  // ---- what goes well

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void nodesTalkInBothDirections(String version) throws Exception {
    var one = start(mutual("server_versions", version));
    var two = withEcho(mutual("client_versions", version));
    var check = one.run(() -> Node.check(two.name().name()));
    assertThat(check.passed()).as(check.toString()).isTrue();
    assertThat(check.steps())
        .extracting(NodeCheck.Step::name)
        .containsExactly(
            "name",
            "host",
            "epmd",
            "registered",
            "port",
            "tls",
            "handshake",
            "flags",
            "cookie",
            "ping");
    // whoever calls, it is the other one that speaks no other version
    assertThat(one.run(() -> Node.disconnect(two.name().name()))).isTrue();
    await().until(() -> two.run(Node::list).isEmpty());
    assertThat(check(two, one)).contains("ok      tls         " + version.replace("tls", "TLS"));
    for (int size : new int[] {16_383, 16_384, 65_536, 300_000, 5 << 20}) {
      var message = Binary.of(bytes(size));
      assertThat(one.run(() -> answer(two, message)).equals(message)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void muchInBothDirectionsKeepsItsOrder(String version) throws Exception {
    var one = start(mutual("client_versions", version));
    var two = withEcho(mutual("server_versions", version));
    int count = 200;
    one.run(
        () -> {
          var large = Binary.of(bytes(200_000));
          for (long i = 0; i < count; i++) {
            send(new Name(ECHO, two.name()), Tuple.of(self(), i, large));
          }
          for (long i = 0; i < count; i++) {
            assertThat(((Tuple) receive()).get(1)).isEqualTo(i);
          }
          return null;
        });
  }

  @Test
  void neitherHasToShowACertificateUnlessItIsAsked() throws Exception {
    var one = start(server("client_verify", "verify_none"));
    var two = withEcho(server("client_verify", "verify_none"));
    assertThat(one.run(() -> answer(two, Atom.OK))).isEqualTo(Atom.OK);
  }

  @Test
  void certificatesAreReadAnewWhenTheyHaveChanged() throws Exception {
    var file = Files.copy(ours.certificate("expired"), folder.resolve("renewed.pem"));
    var one = start(mutual());
    var two = start(mutual("server_certfile", file.toString()));
    assertThat(check(one, two)).contains("has expired on");
    Files.copy(ours.certificate(HOST), file, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));
    assertThat(check(one, two)).doesNotContain("failed");
  }

  @Test
  void theCipherSuiteIsOneOfThoseThatAreNamed() throws Exception {
    var suite = "ECDHE-ECDSA-AES128-GCM-SHA256";
    var one = start(mutual("client_ciphers", suite));
    var two = start(mutual());
    assertThat(check(one, two))
        .contains("TLSv1.2 with TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        .doesNotContain("failed");
    assertThatThrownBy(() -> start(mutual("client_ciphers", "RC4-MD5")))
        .isInstanceOf(IOException.class)
        .hasMessage("ciphers: this JVM has none of RC4-MD5");
  }

  // ---- what the one that calls finds

  @Test
  void certificateOfAnotherCa() throws Exception {
    var other = mutual("server_certfile", theirs.certificate(HOST).toString());
    assertFails(
        mutual(),
        withKey(other, theirs.key(HOST)),
        "is of a CA that is not in",
        "ca.pem: CN=CA of nodes");
  }

  @Test
  void certificateThatHasExpired() throws Exception {
    assertFails(
        mutual(),
        mutual("server_certfile", ours.certificate("expired").toString()),
        "its certificate (CN=127.0.0.1) has expired on 2020-02-01T00:00:00Z: renew it, or set the"
            + " clock of this machine, which shows 20");
  }

  @Test
  void certificateThatIsNotValidYet() throws Exception {
    assertFails(
        mutual(),
        mutual("server_certfile", ours.certificate("early").toString()),
        "is valid from 2090-01-01T00:00:00Z on, or set the clock of this machine");
  }

  @Test
  void certificateOfAnotherHost() throws Exception {
    var elsewhere = mutual("server_certfile", ours.certificate("elsewhere").toString());
    var key = ours.key("elsewhere");
    assertFails(
        mutual(),
        withKey(elsewhere, key),
        "its certificate is for elsewhere and not for 127.0.0.1, the host in its node's name");
    var one = start(mutual("client_verify", "verify_none"));
    assertThat(check(one, start(withKey(elsewhere, key)))).doesNotContain("failed");
  }

  @Test
  void noCommonVersion() throws Exception {
    assertFails(
        mutual("client_versions", "tlsv1.2"),
        mutual("server_versions", "tlsv1.3"),
        "no version of TLS in common");
  }

  @Test
  void noCommonCipherSuite() throws Exception {
    assertFails(
        mutual("client_ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256", "client_versions", "tlsv1.2"),
        mutual("server_ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384", "server_versions", "tlsv1.2"),
        "no cipher suite is common to both");
  }

  // ---- what the one that is called finds, and tells

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void callerWithoutACertificate(String version) throws Exception {
    var ca = ours.file("ca.pem").toString();
    assertFails(
        server("client_cacertfile", ca, "client_versions", version),
        mutual(),
        version.equals("tlsv1.3")
            ? "it says certificate_required: it wants a certificate: client_certfile"
            : "our certificate is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tlsv1.2", "tlsv1.3"})
  void callerWithACertificateThatIsNotBelieved(String version) throws Exception {
    assertFails(
        mutual(
            "client_certfile", ours.certificate("expired").toString(), "client_versions", version),
        mutual(),
        "it says certificate_unknown: it does not believe our certificate; its log tells why");
  }

  // ---- where one of the two speaks no TLS

  @Test
  void weSpeakTlsAndTheOtherDoesNot() throws Exception {
    assertThat(lastStep(start(mutual()), nodes.start(options())))
        .startsWith("failed  tls")
        .contains("it speaks no TLS (start it with -proto_dist inet_tls, too");
  }

  @Test
  void weDoNotSpeakTlsAndTheOtherDoes() throws Exception {
    assertThat(lastStep(nodes.start(options()), start(mutual())))
        .startsWith("failed  handshake")
        .contains("it speaks TLS, and this node does not");
  }

  @Test
  void otherThatSpeaksSomethingElse() throws Exception {
    try (var peer = new FakePeer(TlsTest::greet)) {
      assertThatThrownBy(() -> encrypt(peer.port(), Duration.ofSeconds(10)))
          .isInstanceOf(TlsFailure.class)
          .hasMessageContaining("it speaks no TLS, and this node does");
    }
  }

  @Test
  void otherThatWaitsForMore() throws Exception {
    try (var peer = new FakePeer((in, out) -> in.readAllBytes())) {
      assertThatThrownBy(() -> encrypt(peer.port(), Duration.ofMillis(300)))
          .isInstanceOf(TlsFailure.class)
          .hasMessageContaining("the handshake of TLS within 300 ms: it speaks none (start it");
    }
  }

  @Test
  void otherThatTellsWhyAndHasClosedBeforeWeWrite() throws Exception {
    byte[] unknownCa = {0x15, 3, 3, 0, 2, 2, 48};
    try (var listener = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST));
        var channel = SocketChannel.open(listener.getLocalSocketAddress())) {
      try (var peer = listener.accept()) {
        peer.setSoLinger(true, 0); // a reset
        peer.getOutputStream().write(unknownCa);
      }
      assertThatThrownBy(() -> encrypt(channel, Duration.ofSeconds(10)))
          .isInstanceOf(TlsFailure.class)
          .hasMessageContaining("it says unknown_ca: our certificate is of a CA");
    }
  }

  private static void greet(DataInputStream in, DataOutputStream out) throws IOException {
    out.writeBytes("SSH-2.0-x\r\n");
    in.readAllBytes();
  }

  private static void encrypt(int port, Duration limit) throws IOException {
    var address = new InetSocketAddress(InetAddress.ofLiteral(HOST), port);
    try (var channel = SocketChannel.open(address)) {
      encrypt(channel, limit);
    }
  }

  private static void encrypt(SocketChannel channel, Duration limit) throws IOException {
    var tls = Objects.requireNonNull(Tls.of(mutual()));
    var socket = channel.socket();
    new HandshakeSocket(socket, limit).encrypt(tls.client(HOST, socket.getPort()));
  }

  // ---- files and options that cannot be used

  @Test
  void nodeDoesNotStartWithoutWhatItNeeds() throws Exception {
    var key = ours.key(HOST).toString();
    assertRefused(
        "there is no file nowhere.pem with certificate", "server_certfile", "nowhere.pem");
    assertRefused("holds no private key", "server_keyfile", ours.certificate(HOST).toString());
    assertRefused("holds no certificate", "server_certfile", key);
    assertRefused("is not that of the first", "server_keyfile", theirs.key(HOST).toString());
    var text = Files.writeString(folder.resolve("text"), "hello");
    assertRefused("with a line -----BEGIN", "server_cacertfile", text.toString());
    assertThatThrownBy(() -> start(TlsOptions.of("client_verify", "verify_none")))
        .hasMessageStartingWith("server_certfile: a file with this node's certificate");
  }

  private void assertRefused(String sentence, String... options) {
    assertThatThrownBy(() -> start(mutual(options)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(sentence);
  }

  // ---- helpers

  private static NodeOptions options() {
    return NodeOptions.longName(TestNodes.options().name() + "@" + HOST)
        .withCookie(TestNodes.COOKIE);
  }

  private Node start(TlsOptions tls) throws IOException {
    return nodes.start(options().withTls(tls));
  }

  /** Certificates of one CA on both sides, and then what {@code options} say. */
  private static TlsOptions mutual(String... options) {
    var all = new ArrayList<String>();
    for (var role : List.of("server_", "client_")) {
      all.addAll(List.of(role + "certfile", ours.certificate(HOST).toString()));
      all.addAll(List.of(role + "keyfile", ours.key(HOST).toString()));
      all.addAll(List.of(role + "cacertfile", ours.file("ca.pem").toString()));
      all.addAll(List.of(role + "verify", "verify_peer"));
    }
    all.addAll(List.of("server_fail_if_no_peer_cert", "true"));
    all.addAll(List.of(options));
    return TlsOptions.of(all.toArray(String[]::new));
  }

  private static TlsOptions withKey(TlsOptions tls, Path key) {
    var server = tls.server();
    return new TlsOptions(
        new TlsOptions.Role(
            server.certfile(),
            key,
            null,
            server.cacertfile(),
            server.verifyPeer(),
            server.failIfNoPeerCert(),
            server.depth(),
            server.versions(),
            server.ciphers()),
        tls.client());
  }

  /** A certificate for the server alone. */
  private static TlsOptions server(String... options) {
    var all = new ArrayList<String>();
    all.addAll(List.of("server_certfile", ours.certificate(HOST).toString()));
    all.addAll(List.of("server_keyfile", ours.key(HOST).toString()));
    all.addAll(List.of(options));
    return TlsOptions.of(all.toArray(String[]::new));
  }

  private static String check(Node caller, Node called) throws Exception {
    return caller.run(() -> Node.check(called.name().name())).toString();
  }

  private static String lastStep(Node caller, Node called) throws Exception {
    return check(caller, called).lines().toList().getLast();
  }

  private void assertFails(TlsOptions caller, TlsOptions called, String... sentence)
      throws Exception {
    assertThat(lastStep(start(caller), start(called)))
        .startsWith("failed  tls ")
        .contains(sentence);
  }

  private Node withEcho(TlsOptions tls) throws Exception {
    var node = start(tls);
    node.spawn(
        () -> {
          register(ECHO.name(), self());
          for (; ; ) {
            var message = (Tuple) receive();
            send((Pid) message.get(0), message);
          }
        });
    await().until(() -> node.whereis(ECHO.name()) != null);
    return node;
  }

  private static Object answer(Node echo, Object message) throws InterruptedException {
    send(new Name(ECHO, echo.name()), Tuple.of(self(), message));
    return ((Tuple) receive()).get(1);
  }

  private static byte[] bytes(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
