package dev.retort.node;

import dev.retort.etf.AtomCache;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts large messages together again, which come in pieces of 64 KiB so that small ones get through
 * between them. Several may be on their way at once.
 */
final class Fragments {
  private static final int MAX_SEQUENCES = 10_000;

  /** What a piece takes here beside its bytes: one without any is not for nothing. */
  static final int PIECE = 128;

  private final long maxBytes;
  private final Map<Long, Sequence> sequences = new HashMap<>();
  private long held;

  /** One message on its way. */
  private static final class Sequence {
    final AtomCache atoms;
    final List<ByteBuffer> pieces = new ArrayList<>();
    long next;
    int size;

    /** What it takes of the limit. */
    long held;

    Sequence(AtomCache atoms, long next) {
      this.atoms = atoms;
      this.next = next;
    }

    void add(byte[] bytes, int from) {
      pieces.add(ByteBuffer.wrap(bytes, from, bytes.length - from));
      size = Math.addExact(size, bytes.length - from);
      held += bytes.length - from + PIECE;
    }

    byte[] join() {
      var whole = ByteBuffer.allocate(size);
      pieces.forEach(whole::put);
      return whole.array();
    }
  }

  /** A message that is complete: its control message and what goes with it. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or prints it
  record Whole(byte[] bytes, AtomCache atoms) {}

  /**
   * @param maxBytes how much all unfinished messages of a connection may take together, {@link
   *     #PIECE} bytes more for each piece
   */
  Fragments(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * A message begins.
   *
   * @param id the number of this piece, which is how many pieces there are
   * @param bytes its first piece, from {@code from} on
   */
  void begin(long sequence, long id, AtomCache atoms, byte[] bytes, int from)
      throws ProtocolException {
    if (id < 2) {
      throw new ProtocolException("a message of " + id + " fragments");
    }
    if (sequences.size() >= MAX_SEQUENCES) {
      throw new ProtocolException("more than " + MAX_SEQUENCES + " unfinished messages");
    }
    hold(bytes.length - from);
    var message = new Sequence(atoms, id - 1);
    message.add(bytes, from);
    if (sequences.putIfAbsent(sequence, message) != null) {
      throw new ProtocolException("the fragmented message " + sequence + " begins twice");
    }
  }

  /** The next piece; the whole message if it was the last one. */
  @Nullable Whole append(long sequence, long id, byte[] bytes, int from) throws ProtocolException {
    var message = sequences.get(sequence);
    if (message == null) {
      throw new ProtocolException("a fragment of a message that has not begun");
    }
    if (message.next != id) {
      throw new ProtocolException("fragment " + id + " came, " + message.next + " was expected");
    }
    hold(bytes.length - from);
    message.add(bytes, from);
    message.next--;
    if (id > 1) {
      return null;
    }
    sequences.remove(sequence);
    held -= message.held;
    return new Whole(message.join(), message.atoms);
  }

  private void hold(int more) throws ProtocolException {
    held += more + PIECE;
    if (held > maxBytes) {
      throw new ProtocolException(
          "unfinished messages of " + held + " bytes, the limit is " + maxBytes);
    }
  }
}
