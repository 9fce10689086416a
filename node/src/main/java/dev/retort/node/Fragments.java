package dev.retort.node;

import dev.retort.etf.AtomCache;
import java.net.ProtocolException;
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

  private final long maxBytes;
  private final Map<Long, Sequence> sequences = new HashMap<>();
  private long held;

  /** One message on its way. */
  private static final class Sequence {
    final AtomCache atoms;
    long next;
    byte[] bytes;
    int size;

    Sequence(AtomCache atoms, long next, byte[] first, int from) {
      this.atoms = atoms;
      this.next = next;
      this.bytes = Arrays.copyOfRange(first, from, first.length);
      this.size = bytes.length;
    }
  }

  /** A message that is complete: its control message and what goes with it, in {@code bytes}. */
  static final class Whole {
    final byte[] bytes;
    final int size;
    final AtomCache atoms;

    Whole(Sequence sequence) {
      this.bytes = sequence.bytes;
      this.size = sequence.size;
      this.atoms = sequence.atoms;
    }
  }

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
    if (sequences.putIfAbsent(sequence, new Sequence(atoms, id - 1, bytes, from)) != null) {
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
    int more = bytes.length - from;
    hold(more);
    if (message.size + (long) more > message.bytes.length) {
      long room = id == 1 ? message.size + more : Math.max(2L * message.size, message.size + more);
      message.bytes = Arrays.copyOf(message.bytes, (int) Math.min(room, Integer.MAX_VALUE - 8));
    }
    System.arraycopy(bytes, from, message.bytes, message.size, more);
    message.size += more;
    message.next--;
    if (id > 1) {
      return null;
    }
    sequences.remove(sequence);
    held -= message.size;
    return new Whole(message);
  }

  private void hold(int more) throws ProtocolException {
    held += more;
    if (held > maxBytes) {
      throw new ProtocolException(
          "unfinished messages of " + held + " bytes, the limit is " + maxBytes);
    }
  }
}
