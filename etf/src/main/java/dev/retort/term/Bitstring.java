package dev.retort.term;

import dev.retort.etf.Inspect;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A sequence of bits, Erlang's {@code <<1:3>>}. One whose bits fill whole bytes is always a {@link
 * Binary}. Immutable; BIT_BINARY_EXT on the wire.
 */
public sealed class Bitstring permits Binary {
  /**
   * The bits from {@link #from} on, the most significant one first; what is unused of the last byte
   * is 0.
   */
  private final byte[] bytes;

  private final int from;
  private final long bitSize;

  /** Takes the array over; only this package's factories call it. */
  Bitstring(byte[] bytes, int from, long bitSize) {
    this.bytes = bytes;
    this.from = from;
    this.bitSize = bitSize;
  }

  /**
   * The first {@code bitSize} bits of {@code bytes}, most significant first; a {@link Binary} if
   * they fill whole bytes.
   *
   * @throws IllegalArgumentException if there are not that many bits
   */
  public static Bitstring of(byte[] bytes, long bitSize) {
    if (bitSize < 0 || bitSize > 8L * bytes.length) {
      throw new IllegalArgumentException(
          "expected 0 to " + 8L * bytes.length + " bits, the array's, not " + bitSize);
    }
    var copy = Arrays.copyOf(bytes, (int) ((bitSize + 7) / 8));
    int used = (int) (bitSize % 8);
    if (used == 0) {
      return Binary.owning(copy);
    }
    copy[copy.length - 1] &= (byte) (0xff << (8 - used));
    return new Bitstring(copy, 0, bitSize);
  }

  /** How many bits it has: {@code bit_size/1}. */
  public final long bitSize() {
    return bitSize;
  }

  /** How many bytes its bits need, the last one perhaps in part: {@code byte_size/1}. */
  public final int size() {
    return (int) ((bitSize + 7) / 8);
  }

  /**
   * The byte at {@code index}, counted from 0; the unused bits of the last one are its low ones and
   * 0.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public final byte at(int index) {
    return bytes[from + Objects.checkIndex(index, size())];
  }

  /** A new array of its bytes. */
  public final byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, from, from + size());
  }

  /** Its bytes to read, without a copy. */
  public final ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(bytes, from, size()).slice().asReadOnlyBuffer();
  }

  /**
   * Copies all its bytes into {@code target}, from {@code position} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public final void copyTo(byte[] target, int position) {
    System.arraycopy(bytes, from, target, position, size());
  }

  @Override
  public final boolean equals(Object other) {
    return this == other
        || (other instanceof Bitstring that
            && bitSize == that.bitSize
            && Arrays.equals(
                bytes, from, from + size(), that.bytes, that.from, that.from + size()));
  }

  @Override
  public final int hashCode() {
    int hash = 1;
    for (int i = from; i < from + size(); i++) {
      hash = 31 * hash + bytes[i];
    }
    return 31 * hash + (int) (bitSize % 8);
  }

  /** As Elixir's {@code inspect} prints it: {@code <<1, 2::size(3)>>}. */
  @Override
  public final String toString() {
    return Inspect.inspect(this);
  }
}
