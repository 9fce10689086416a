package dev.retort.node;

import dev.retort.etf.AtomCache;
import dev.retort.etf.Decoder;
import dev.retort.etf.Identities;
import dev.retort.etf.Limits;
import dev.retort.term.Tuple;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Frames of a peer to its control messages and what goes with them; the other way of {@link
 * Frames}. Runs on the connection's reading thread.
 */
final class MessageReader implements ConnectionReader.FrameHandler {
  private final Identities identities;
  private final Handler handler;
  private final Decoder.Options options;
  private final HeaderAtoms headerAtoms = new HeaderAtoms();
  private final Fragments fragments = new Fragments(ConnectionReader.MAX_FRAME);

  /** Takes one message. */
  @FunctionalInterface
  interface Handler {
    /**
     * A message has come.
     *
     * @param operation what {@code control} begins with, one of {@link Control}
     * @param payload what goes with it, still in its bytes
     * @throws ProtocolException if the protocol does not allow it, which ends the connection
     */
    void message(int operation, Tuple control, WirePayload payload) throws ProtocolException;
  }

  MessageReader(Identities identities, Handler handler) {
    this.identities = identities;
    this.handler = handler;
    this.options = new Decoder.Options(identities, Limits.DEFAULT, null);
  }

  @Override
  public void frame(byte[] frame) throws ProtocolException {
    int tag = frame[0] & 0xff;
    if (tag == Frames.PASS_THROUGH) {
      message(frame, 1, frame.length, options);
      return;
    }
    if (tag != Frames.VERSION || frame.length < 2) {
      throw new ProtocolException("a message begins with byte " + tag);
    }
    var in = ByteBuffer.wrap(frame).position(2);
    switch (frame[1]) {
      case Frames.DIST_HEADER -> message(frame, headerAtoms.read(in), in);
      case Frames.DIST_FRAG_HEADER -> {
        need(in, 16);
        long sequence = in.getLong();
        long id = in.getLong();
        var atoms = headerAtoms.read(in);
        if (id == 1) {
          message(frame, atoms, in);
        } else {
          fragments.begin(sequence, id, atoms, frame, in.position());
        }
      }
      case Frames.DIST_FRAG_CONT -> {
        need(in, 16);
        var whole = fragments.append(in.getLong(), in.getLong(), frame, in.position());
        if (whole != null) {
          message(whole.bytes(), 0, whole.bytes().length, with(whole.atoms()));
        }
      }
      default -> throw new ProtocolException("a message with header " + frame[1]);
    }
  }

  private static void need(ByteBuffer in, int bytes) throws ProtocolException {
    if (in.remaining() < bytes) {
      throw new ProtocolException("a fragment ends within its header");
    }
  }

  private Decoder.Options with(AtomCache atoms) {
    return new Decoder.Options(identities, Limits.DEFAULT, atoms);
  }

  private void message(byte[] frame, AtomCache atoms, ByteBuffer in) throws ProtocolException {
    message(frame, in.position(), frame.length, with(atoms));
  }

  /** A control message, and behind it what goes with it. */
  private void message(byte[] bytes, int from, int to, Decoder.Options options)
      throws ProtocolException {
    Object control;
    int payloadAt;
    try {
      var decoder = new Decoder(bytes, from, to, options);
      control = decoder.read();
      payloadAt = decoder.position();
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("a malformed control message: " + e.getMessage());
    }
    if (!(control instanceof Tuple message
        && message.size() > 0
        && message.get(0) instanceof Long number)) {
      throw new ProtocolException("a control message was expected, another term came");
    }
    handler.message(number.intValue(), message, new WirePayload(bytes, payloadAt, to, options));
  }
}
