package dev.retort.node;

import dev.retort.etf.AtomCache;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts large messages together again, which come in pieces of 64 KiB so that small ones get through
 * between them. Several may be on their way at once.
 */
final class Fragments {
  private static final int MAX_SEQUENCES = 10_000;

  /** How many more pieces a message gets room for at once because it says that they will come. */
  private static final int CLAIM = 64;

  private final long maxBytes;
  private final Map<Long, Sequence> sequences = new HashMap<>();

  /** How much room the unfinished messages have. */
  private long held;

  /** One message on its way. */
  private static final class Sequence {
    final AtomCache atoms;

    long next;
    byte[] bytes = new byte[0];
    int size;

    Sequence(AtomCache atoms, long next) {
      this.atoms = atoms;
      this.next = next;
    }
  }

  /** A message that is complete: its control message and what goes with it. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or prints it
  record Whole(byte[] bytes, int size, AtomCache atoms) {}

  /**
   * @param maxBytes how much all unfinished messages of a connection may have together
   */
  Fragments(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * A message begins.
   *
   * @param id the number of this piece, which is how many pieces there are
   * @param piece its first piece, which is copied
   */
  void begin(long sequence, long id, AtomCache atoms, ByteBuffer piece) throws ProtocolException {
    if (id < 2) {
      throw new ProtocolException("a message of " + id + " fragments");
    }
    if (sequences.size() >= MAX_SEQUENCES) {
      throw new ProtocolException("more than " + MAX_SEQUENCES + " unfinished messages");
    }
    var message = new Sequence(atoms, id - 1);
    add(message, piece, Math.min(id, CLAIM) * piece.remaining()); // if all are like the first one
    if (sequences.putIfAbsent(sequence, message) != null) {
      throw new ProtocolException("the fragmented message " + sequence + " begins twice");
    }
  }

  /** The next piece, which is copied; the whole message if it was the last one. */
  @Nullable Whole append(long sequence, long id, ByteBuffer piece) throws ProtocolException {
    var message = sequences.get(sequence);
    if (message == null) {
      throw new ProtocolException("a fragment of a message that has not begun");
    }
    if (message.next != id) {
      throw new ProtocolException("fragment " + id + " came, " + message.next + " was expected");
    }
    if (!piece.hasRemaining()) { // there could be any number of them
      throw new ProtocolException("a fragment without content");
    }
    add(message, piece, 2L * message.bytes.length);
    message.next--;
    if (id > 1) {
      return null;
    }
    sequences.remove(sequence);
    held -= message.bytes.length;
    return new Whole(message.bytes, message.size, message.atoms);
  }

  /** Adds a piece; where there is no room for it, there is to be as much as is wanted. */
  private void add(Sequence message, ByteBuffer piece, long wanted) throws ProtocolException {
    int length = piece.remaining();
    if (length > message.bytes.length - message.size) {
      long room = room(message, (long) message.size + length, wanted);
      held += room - message.bytes.length;
      message.bytes = Arrays.copyOf(message.bytes, (int) room);
    }
    piece.get(message.bytes, message.size, length);
    message.size += length;
  }

  /** As much as is wanted, or at least needed, within the limit. */
  private long room(Sequence message, long needed, long wanted) throws ProtocolException {
    long others = held - message.bytes.length;
    if (others + needed > maxBytes) {
      throw new ProtocolException(
          "unfinished messages of " + (others + needed) + " bytes, the limit is " + maxBytes);
    }
    return wanted > needed && others + wanted <= maxBytes ? wanted : needed;
  }
}
