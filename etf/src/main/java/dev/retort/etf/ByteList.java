package dev.retort.etf;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

/** A list of integers from 0 to 255, as STRING_EXT brings it: one byte for each. Immutable. */
final class ByteList extends AbstractList<Object> implements RandomAccess {
  private final byte[] bytes;

  ByteList(byte[] bytes, int from, int to) {
    this.bytes = Arrays.copyOfRange(bytes, from, to);
  }

  @Override
  public Object get(int index) {
    return (long) (bytes[Objects.checkIndex(index, bytes.length)] & 0xff);
  }

  @Override
  public int size() {
    return bytes.length;
  }

  void writeTo(Encoder encoder) {
    encoder.bytes(bytes);
  }
}
