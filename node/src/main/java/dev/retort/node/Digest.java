package dev.retort.node;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** The proof that a node has the cookie: an MD5 sum of 16 bytes. */
final class Digest {
  static final int LENGTH = 16;

  private final byte[] bytes;

  Digest(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a digest of " + bytes.length + " bytes");
    }
    this.bytes = bytes.clone();
  }

  ByteBuffer writeTo(ByteBuffer out) {
    return out.put(bytes);
  }

  /** In the same time whatever the difference is. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
