package dev.retort.node;

import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What two nodes say to each other before they are connected, in the order in which they say it:
 * version 6 of the handshake in erl_dist_protocol. Each goes in a packet of its own, with its
 * length in two bytes before it.
 *
 * <p>Behind a name the protocol lets a node add what others ignore. A Retort node adds {@link
 * #MARK} there, so that two of them know each other: only between them closures can be spawned.
 */
sealed interface HandshakeMessage {
  /** Says "this is a Retort node" behind a name. */
  byte[] MARK = "retort/1".getBytes(StandardCharsets.ISO_8859_1);

  /** The message as it goes over the wire, without its length. */
  byte[] encode();

  /**
   * {@code send_name}: the node that connects says who it is.
   *
   * @param name its name; only its host, where {@link DistributionFlags#NAME_ME} asks for a name
   */
  record SendName(long flags, int creation, String name, boolean retort)
      implements HandshakeMessage {
    static SendName decode(byte[] message) throws ProtocolException {
      return reading(
          "name",
          message,
          'N',
          in -> {
            long flags = in.getLong();
            int creation = in.getInt();
            return new SendName(flags, creation, latin1(in, in.getShort() & 0xffff), isMark(in));
          });
    }

    @Override
    public byte[] encode() {
      var bytes = latin1(name);
      var out = ByteBuffer.allocate(15 + bytes.length + MARK.length);
      out.put((byte) 'N').putLong(flags).putInt(creation);
      out.putShort((short) bytes.length).put(bytes);
      return withMark(out, retort);
    }
  }

  /**
   * {@code send_status}: whether the other one goes on; and the answer to {@code alive}.
   *
   * @param text ok, ok_simultaneous, nok, not_allowed, alive, named:, true or false
   * @param name the name that a nameless node gets, with {@code named:} only
   * @param creation the creation that it gets with the name
   */
  record Status(String text, @Nullable String name, int creation) implements HandshakeMessage {
    static final String OK = "ok";
    static final String OK_SIMULTANEOUS = "ok_simultaneous";
    static final String NOK = "nok";
    static final String NOT_ALLOWED = "not_allowed";
    static final String ALIVE = "alive";
    static final String NAMED = "named:";
    static final String TRUE = "true";
    static final String FALSE = "false";

    static Status of(String text) {
      return new Status(text, null, 0);
    }

    static Status named(String name, int creation) {
      return new Status(NAMED, name, creation);
    }

    static Status decode(byte[] message) throws ProtocolException {
      return reading(
          "status",
          message,
          's',
          in -> {
            var text = latin1(in, Math.min(in.remaining(), NAMED.length()));
            return text.equals(NAMED)
                ? named(latin1(in, in.getShort() & 0xffff), in.getInt())
                : of(text + latin1(in, in.remaining()));
          });
    }

    @Override
    public byte[] encode() {
      var bytes = latin1("s" + text);
      if (name == null) {
        return bytes;
      }
      var nameBytes = latin1(name);
      var out = ByteBuffer.allocate(bytes.length + 6 + nameBytes.length).put(bytes);
      out.putShort((short) nameBytes.length).put(nameBytes).putInt(creation);
      return bytes(out);
    }
  }

  /** {@code send_challenge}: the node that was called says who it is, and asks for a digest. */
  record Challenge(long flags, int challenge, int creation, String name, boolean retort)
      implements HandshakeMessage {
    static Challenge decode(byte[] message) throws ProtocolException {
      return reading(
          "challenge",
          message,
          'N',
          in -> {
            long flags = in.getLong();
            int challenge = in.getInt();
            int creation = in.getInt();
            var name = latin1(in, in.getShort() & 0xffff);
            return new Challenge(flags, challenge, creation, name, isMark(in));
          });
    }

    @Override
    public byte[] encode() {
      var bytes = latin1(name);
      var out = ByteBuffer.allocate(19 + bytes.length + MARK.length);
      out.put((byte) 'N').putLong(flags).putInt(challenge).putInt(creation);
      out.putShort((short) bytes.length).put(bytes);
      return withMark(out, retort);
    }
  }

  /** {@code send_challenge_reply}: the proof, and a challenge in return. */
  record ChallengeReply(int challenge, Digest digest) implements HandshakeMessage {
    static ChallengeReply decode(byte[] message) throws ProtocolException {
      return reading(
          "challenge reply", message, 'r', in -> new ChallengeReply(in.getInt(), sum(in)));
    }

    @Override
    public byte[] encode() {
      var out = ByteBuffer.allocate(5 + Digest.LENGTH).put((byte) 'r').putInt(challenge);
      return bytes(digest.writeTo(out));
    }
  }

  /** {@code send_challenge_ack}: the proof of the other side. */
  record ChallengeAck(Digest digest) implements HandshakeMessage {
    static ChallengeAck decode(byte[] message) throws ProtocolException {
      return reading("challenge ack", message, 'a', in -> new ChallengeAck(sum(in)));
    }

    @Override
    public byte[] encode() {
      return bytes(digest.writeTo(ByteBuffer.allocate(1 + Digest.LENGTH).put((byte) 'a')));
    }
  }

  private static <T> T reading(String what, byte[] message, char tag, Reading<T> reading)
      throws ProtocolException {
    var in = ByteBuffer.wrap(message);
    if (message.length == 0 || in.get() != tag) {
      throw new ProtocolException(
          "a "
              + what
              + " was expected in the handshake, "
              + (message.length == 0 ? "an empty message" : "tag " + (message[0] & 0xff))
              + " came");
    }
    try {
      return reading.read(in);
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("the " + what + " in the handshake is too short");
    }
  }

  /** Reads a message's fields behind its tag. */
  @FunctionalInterface
  interface Reading<T> {
    T read(ByteBuffer in) throws ProtocolException;
  }

  private static Digest sum(ByteBuffer in) throws ProtocolException {
    if (in.remaining() != Digest.LENGTH) {
      throw new ProtocolException("a digest in the handshake has " + in.remaining() + " bytes");
    }
    var digest = new byte[Digest.LENGTH];
    in.get(digest);
    return new Digest(digest);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String latin1(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    var bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static boolean isMark(ByteBuffer in) {
    var rest = new byte[in.remaining()];
    in.get(rest);
    return Arrays.equals(rest, MARK);
  }

  private static byte[] withMark(ByteBuffer out, boolean retort) {
    if (retort) {
      out.put(MARK);
    }
    return bytes(out);
  }

  /** What has been put into a buffer. */
  private static byte[] bytes(ByteBuffer out) {
    var bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }
}
