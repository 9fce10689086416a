package dev.retort.term;

import dev.retort.etf.Inspect;
import java.util.Arrays;
import java.util.Objects;

/**
 * A sequence of bits, Erlang's {@code <<1:3>>}. One whose bits fill whole bytes is always a {@link
 * Binary}. Immutable; BIT_BINARY_EXT on the wire.
 */
public sealed class Bitstring permits Binary {
  /** The bits from the most significant one on; the unused ones of the last byte are 0. */
  private final byte[] bytes;

  private final long bitSize;

  /** Takes the array over; only this package's factories call it, with arrays of their own. */
  Bitstring(byte[] bytes, long bitSize) {
    this.bytes = bytes;
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
    return new Bitstring(copy, bitSize);
  }

  /** How many bits it has: {@code bit_size/1}. */
  public final long bitSize() {
    return bitSize;
  }

  /** How many bytes its bits need, the last one perhaps in part: {@code byte_size/1}. */
  public final int size() {
    return bytes.length;
  }

  /**
   * The byte at {@code index}, counted from 0; the unused bits of the last one are its low ones and
   * 0.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public final byte at(int index) {
    return bytes[Objects.checkIndex(index, bytes.length)];
  }

  /** A new array of its bytes. */
  public final byte[] toByteArray() {
    return bytes.clone();
  }

  /**
   * Copies all its bytes into {@code target}, from {@code position} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public final void copyTo(byte[] target, int position) {
    System.arraycopy(bytes, 0, target, position, bytes.length);
  }

  @Override
  public final boolean equals(Object other) {
    return this == other
        || (other instanceof Bitstring that
            && bitSize == that.bitSize
            && Arrays.equals(bytes, that.bytes));
  }

  @Override
  public final int hashCode() {
    return 31 * Arrays.hashCode(bytes) + (int) (bitSize % 8);
  }

  /** As Elixir's {@code inspect} prints it: {@code <<1, 2::size(3)>>}. */
  @Override
  public final String toString() {
    return Inspect.inspect(this);
  }
}
