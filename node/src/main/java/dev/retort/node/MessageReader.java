package dev.retort.node;

import dev.retort.etf.AtomCache;
import dev.retort.etf.Decoder;
import dev.retort.etf.Identities;
import dev.retort.etf.Limits;
import dev.retort.term.Tuple;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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
    this.options = with(null);
  }

  @Override
  public void frame(ByteBuffer frame) throws ProtocolException {
    int tag = frame.get() & 0xff;
    if (tag == Frames.PASS_THROUGH) {
      message(frame, options);
      return;
    }
    if (tag != Frames.VERSION || !frame.hasRemaining()) {
      throw new ProtocolException("a message begins with byte " + tag);
    }
    int header = frame.get();
    switch (header) {
      case Frames.DIST_HEADER -> message(frame, with(headerAtoms.read(frame)));
      case Frames.DIST_FRAG_HEADER -> {
        need(frame, 16);
        long sequence = frame.getLong();
        long id = frame.getLong();
        var atoms = headerAtoms.read(frame);
        if (id == 1) {
          message(frame, with(atoms));
        } else {
          fragments.begin(sequence, id, atoms, frame);
        }
      }
      case Frames.DIST_FRAG_CONT -> {
        need(frame, 16);
        var whole = fragments.append(frame.getLong(), frame.getLong(), frame);
        if (whole != null) {
          message(whole.bytes(), 0, whole.size(), with(whole.atoms()));
        }
      }
      default -> throw new ProtocolException("a message with header " + header);
    }
  }

  private static void need(ByteBuffer in, int bytes) throws ProtocolException {
    if (in.remaining() < bytes) {
      throw new ProtocolException("a fragment ends within its header");
    }
  }

  private Decoder.Options with(@Nullable AtomCache atoms) {
    return new Decoder.Options(identities, Limits.DEFAULT, atoms, true);
  }

  private void message(ByteBuffer frame, Decoder.Options options) throws ProtocolException {
    if (frame.hasArray()) {
      int from = frame.arrayOffset() + frame.position();
      message(frame.array(), from, from + frame.remaining(), options);
    } else {
      var bytes = new byte[frame.remaining()];
      frame.get(bytes);
      message(bytes, 0, bytes.length, options);
    }
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
    if (number != number.intValue()) {
      throw new ProtocolException("control message " + number + " is unknown");
    }
    handler.message(number.intValue(), message, new WirePayload(bytes, payloadAt, to, options));
  }
}
