package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.NodeOptions;
import dev.retort.etf.Identities;
import dev.retort.node.GoldenBytes.Message;
import dev.retort.node.HandshakeMessage.Challenge;
import dev.retort.node.HandshakeMessage.ChallengeAck;
import dev.retort.node.HandshakeMessage.ChallengeReply;
import dev.retort.node.HandshakeMessage.SendName;
import dev.retort.node.HandshakeMessage.Status;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each release of OTP says, in its own bytes: it is understood, and said in the same way. */
class GoldenBytesTest {
  private static final Cookie COOKIE = Cookie.of(GoldenRecorder.COOKIE);

  /** A control message, and the term that goes with it. */
  private record Said(Tuple control, @Nullable Object payload) {}

  static List<String> releases() throws Exception {
    var folder = Path.of(Objects.requireNonNull(GoldenBytes.class.getResource("/golden")).toURI());
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("otp-"))
          .sorted()
          .toList();
    }
  }

  @Test
  void theReleaseOfTheTestsIsAmongThem() throws Exception {
    assertThat(releases()).contains("otp-25.txt");
  }

  @ParameterizedTest
  @MethodSource("releases")
  void handshakeIsEncodedToTheSameBytes(String release) throws IOException {
    for (var session : GoldenBytes.of(release)) {
      var messages = session.messages();
      var name = SendName.decode(messages.get(0).bytes());
      var status = Status.decode(messages.get(1).bytes());
      var challenge = Challenge.decode(messages.get(2).bytes());
      var reply = ChallengeReply.decode(messages.get(3).bytes());
      var ack = ChallengeAck.decode(messages.get(4).bytes());

      assertThat(List.of(name, status, challenge, reply, ack))
          .extracting(HandshakeMessage::encode)
          .containsExactlyElementsOf(messages.stream().limit(5).map(Message::bytes).toList());
      assertThat(reply.digest()).isEqualTo(COOKIE.digest(challenge.challenge()));
      assertThat(ack.digest()).isEqualTo(COOKIE.digest(reply.challenge()));
      assertThat(DistributionFlags.missing(name.flags())).isEmpty();
      assertThat(DistributionFlags.missing(challenge.flags())).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void nodeWithoutANameIsGivenOne(String release) throws IOException {
    var messages = GoldenBytes.of(release).get(1).messages();
    var name = SendName.decode(messages.get(0).bytes());
    var status = Status.decode(messages.get(1).bytes());

    assertThat(DistributionFlags.has(name.flags(), DistributionFlags.NAME_ME)).isTrue();
    assertThat(name.name()).isEqualTo("127.0.0.2");
    assertThat(status.text()).isEqualTo(Status.NAMED);
    assertThat(status.name()).endsWith("@127.0.0.2");
  }

  @ParameterizedTest
  @MethodSource("releases")
  void messagesAreUnderstoodAndSaidAgain(String release) throws IOException {
    for (var session : GoldenBytes.of(release)) {
      for (boolean first : new boolean[] {true, false}) {
        var said = said(frames(session, first));

        assertThat(said).isNotEmpty();
        assertThat(said(again(said, DistributionFlags.OFFERED))).isEqualTo(said);
        long plain = DistributionFlags.MANDATORY;
        assertThat(said(again(said, plain))).isEqualTo(said);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void everyKindOfMessageIsAmongThem(String release) throws IOException {
    var kinds = new TreeSet<Long>();
    var session = GoldenBytes.of(release).getFirst();
    for (boolean first : new boolean[] {true, false}) {
      said(frames(session, first)).forEach(each -> kinds.add((Long) each.control().get(0)));
    }
    // 28 and later send to aliases in another way
    boolean old = release.compareTo("otp-28") < 0;
    assertThat(kinds)
        .contains(
            (long) Control.LINK,
            (long) Control.REG_SEND,
            (long) Control.REG_SEND_TT,
            (long) Control.GROUP_LEADER,
            (long) Control.MONITOR_P,
            (long) Control.DEMONITOR_P,
            (long) Control.SEND_SENDER,
            (long) Control.SEND_SENDER_TT,
            (long) Control.PAYLOAD_EXIT,
            (long) Control.PAYLOAD_EXIT_TT,
            (long) Control.PAYLOAD_EXIT2,
            (long) Control.PAYLOAD_MONITOR_P_EXIT,
            (long) Control.SPAWN_REQUEST,
            (long) Control.SPAWN_REQUEST_TT,
            (long) Control.SPAWN_REPLY,
            (long) Control.SPAWN_REPLY_TT,
            (long) Control.UNLINK_ID,
            (long) Control.UNLINK_ID_ACK,
            (long) (old ? Control.ALIAS_SEND : Control.ALTACT_SIG_SEND));
  }

  @ParameterizedTest
  @MethodSource("releases")
  void nodeTakesAllOfThem(String release) throws Exception {
    for (var session : GoldenBytes.of(release)) {
      for (boolean first : new boolean[] {true, false}) {
        try (var nodes = new TestNodes()) {
          take(nodes, session, first);
        }
      }
    }
  }

  /** A node of ours hears what one of the two has said, under the name of the other. */
  private static void take(TestNodes nodes, GoldenBytes session, boolean first) throws Exception {
    var options = NodeOptions.longName(speaker(session, !first).toString());
    var node = nodes.start(options.withCookie(TestNodes.COOKIE).withWeakCookie(true));
    try (var peer = nodes.pretend(node, speaker(session, first))) {
      var frames = new ArrayList<>(frames(session, first));
      var ref = Ref.of(peer.name(), 1, 1, 2, 3);
      var question = Tuple.of((long) Control.MONITOR_P, peer.pid(), Atom.of("nobody_there"), ref);
      frames.addAll(again(List.of(new Said(question, null)), DistributionFlags.MANDATORY));
      var out = new DataOutputStream(peer.socket().getOutputStream());
      for (var frame : frames) {
        out.writeInt(frame.length);
        out.write(frame);
      }
      awaitDown(new DataInputStream(peer.socket().getInputStream()), ref);
    }
  }

  /** The name of the one whose messages these are: it is in the pids of their senders. */
  private static NodeName speaker(GoldenBytes session, boolean first) throws ProtocolException {
    for (var said : said(frames(session, first))) {
      boolean altact = said.control().get(0).equals((long) Control.ALTACT_SIG_SEND);
      if (said.control().get(altact ? 2 : 1) instanceof Pid sender) {
        return NodeName.parse(sender.node().name());
      }
    }
    throw new AssertionError("nobody has said who it is");
  }

  /** The answer to the last message, which comes where no other has ended the connection. */
  private static void awaitDown(DataInputStream in, Ref ref) throws IOException {
    var answered = new boolean[1];
    var reader =
        new MessageReader(
            Identities.PLAIN,
            (operation, control, payload) ->
                answered[0] =
                    operation == Control.PAYLOAD_MONITOR_P_EXIT && control.get(3).equals(ref));
    while (!answered[0]) {
      var frame = new byte[in.readInt()];
      in.readFully(frame);
      if (frame.length > 0) {
        reader.frame(ByteBuffer.wrap(frame));
      }
    }
  }

  // ---- frames to messages, and back

  private static List<byte[]> frames(GoldenBytes session, boolean first) {
    return session.messages().stream()
        .skip(5) // the handshake
        .filter(message -> message.first() == first && message.bytes().length > 0)
        .map(Message::bytes)
        .toList();
  }

  private static List<Said> said(List<byte[]> frames) throws ProtocolException {
    var said = new ArrayList<Said>();
    var reader =
        new MessageReader(
            Identities.PLAIN,
            (operation, control, payload) ->
                said.add(new Said(control, payload.isEmpty() ? null : payload.decode())));
    for (var frame : frames) {
      reader.frame(ByteBuffer.wrap(frame));
    }
    return said;
  }

  private static List<byte[]> again(List<Said> said, long flags) {
    var frames = new Frames(new Handshake.Peer(Atom.of("a@b"), 1, flags, false));
    return said.stream()
        .map(
            each ->
                each.payload() == null
                    ? frames.of(each.control())
                    : frames.of(each.control(), each.payload()))
        .flatMap(List::stream)
        .map(GoldenBytesTest::withoutLength)
        .toList();
  }

  private static byte[] withoutLength(ByteBuffer[] frame) {
    int size = 0;
    for (var part : frame) {
      size += part.remaining();
    }
    var all = ByteBuffer.allocate(size);
    for (var part : frame) {
      all.put(part.duplicate());
    }
    var bytes = new byte[size - 4];
    all.get(4, bytes);
    return bytes;
  }
}
