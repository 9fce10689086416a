package dev.retort.node;

import dev.retort.etf.Encoder;
import dev.retort.term.Tuple;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes the frames of a message, in the way that a connection has agreed on. A frame is some
 * buffers that belong together.
 */
final class Frames {
  static final int PASS_THROUGH = 112;
  static final int VERSION = 131;
  static final int DIST_HEADER = 68;
  static final int DIST_FRAG_HEADER = 69;
  static final int DIST_FRAG_CONT = 70;

  /** The size of OTP's fragments. */
  static final int FRAGMENT_SIZE = 64 << 10;

  /** Binaries of so many bytes are not copied into a frame. */
  private static final int ASIDE = 16 << 10;

  private final boolean header;
  private final boolean fragments;
  private final AtomicLong nextSequence = new AtomicLong();

  Frames(Handshake.Peer peer) {
    this.fragments = peer.has(DistributionFlags.FRAGMENTS);
    this.header = fragments || peer.has(DistributionFlags.DIST_HDR_ATOM_CACHE);
  }

  /** What says that this side lives. */
  static ByteBuffer[] tick() {
    return new ByteBuffer[] {ByteBuffer.allocate(4)};
  }

  /** A message without anything but itself. */
  List<ByteBuffer[]> of(Tuple control) {
    return encode(control, null);
  }

  /**
   * A message and what goes with it.
   *
   * @throws IllegalArgumentException if the payload has no term
   */
  List<ByteBuffer[]> of(Tuple control, Object payload) {
    return encode(control, payload);
  }

  private List<ByteBuffer[]> encode(Tuple control, @Nullable Object payload) {
    var out = new Encoder(ASIDE);
    out.u32(0); // the length, known later
    if (header) {
      out.u8(VERSION);
      out.u8(DIST_HEADER);
      out.u8(0); // no atoms of a cache
    } else {
      out.u8(PASS_THROUGH);
      out.writeVersion();
    }
    int controlAt = out.size();
    out.write(control);
    int payloadAt = out.size();
    if (payload != null) {
      if (!header) {
        out.writeVersion();
      }
      out.write(payload);
    }
    out.u32At(0, out.size() - 4);
    var buffers = out.buffers();
    if (!fragments || out.size() - payloadAt <= FRAGMENT_SIZE) {
      return List.<ByteBuffer[]>of(buffers.toArray(ByteBuffer[]::new));
    }
    buffers.getFirst().position(controlAt);
    return split(buffers, payloadAt - controlAt, out.size() - payloadAt);
  }

  /** The control message goes with the first piece of the payload. */
  private List<ByteBuffer[]> split(List<ByteBuffer> buffers, int control, int payload) {
    long sequence = nextSequence.incrementAndGet();
    int id = (payload + FRAGMENT_SIZE - 1) / FRAGMENT_SIZE;
    var frames = new ArrayList<ByteBuffer[]>(id);
    var rest = new ArrayDeque<>(buffers);
    int left = control + payload;
    int length = control + FRAGMENT_SIZE;
    boolean first = true;
    while (left > 0) {
      int headerSize = first ? 19 : 18;
      var head = ByteBuffer.allocate(4 + headerSize);
      head.putInt(headerSize + length);
      head.put((byte) VERSION).put((byte) (first ? DIST_FRAG_HEADER : DIST_FRAG_CONT));
      head.putLong(sequence).putLong(id--);
      if (first) {
        head.put((byte) 0); // no atoms of a cache
      }
      frames.add(frame(head.flip(), rest, length));
      first = false;
      left -= length;
      length = Math.min(FRAGMENT_SIZE, left);
    }
    return frames;
  }

  /** The head and the next bytes of the buffers. */
  private static ByteBuffer[] frame(ByteBuffer head, ArrayDeque<ByteBuffer> buffers, int bytes) {
    var frame = new ArrayList<ByteBuffer>(3);
    frame.add(head);
    while (bytes > 0) {
      var from = buffers.element();
      int length = Math.min(bytes, from.remaining());
      frame.add(from.slice(from.position(), length));
      from.position(from.position() + length);
      bytes -= length;
      if (!from.hasRemaining()) {
        buffers.remove();
      }
    }
    return frame.toArray(ByteBuffer[]::new);
  }
}
