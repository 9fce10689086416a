package dev.retort.node;

import java.nio.ByteBuffer;

/**
 * Buffers that the kernel reads and writes without a copy. A connection begins with small ones:
 * most never carry much, and a node may have many.
 */
final class DirectBuffers {
  static final int SMALL = 16 << 10;

  /** The kernel wakes the other side for each write: a few large ones are twice as fast. */
  static final int LARGE = 512 << 10;

  private DirectBuffers() {}

  static ByteBuffer small() {
    return ByteBuffer.allocateDirect(SMALL);
  }

  /**
   * A large buffer with the bytes before the position of this one, which is to be filled further;
   * this one itself if it is large, or where there is no memory for another.
   */
  static ByteBuffer enlarge(ByteBuffer filling) {
    if (filling.capacity() >= LARGE) {
      return filling;
    }
    try {
      return ByteBuffer.allocateDirect(LARGE).put(filling.duplicate().flip());
    } catch (OutOfMemoryError e) {
      return filling;
    }
  }
}
