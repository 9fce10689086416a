package dev.retort.node;

import dev.retort.etf.Limits;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection: bytes to frames. A frame is four bytes of length and its
 * content; one without content is a tick, which says that the other side lives.
 *
 * <p>The length is only believed as far as bytes arrive: a large frame gets room as it comes, twice
 * as much each time.
 */
final class ConnectionReader {
  /**
   * The longest frame, and how much of unfinished messages is kept; more ends the connection. Real
   * nodes send fragments of 64 KiB. Putting a message together, and its term, take as much again.
   */
  static final long MAX_FRAME =
      Math.min(Limits.DEFAULT.bytes(), Runtime.getRuntime().maxMemory() / 4);

  private static final int BUFFER = 256 << 10;

  /** After so few frames their answers may be written one by one; more are worth a batch. */
  private static final int FEW = 2;

  private final SocketChannel channel;
  private final ConnectionWriter writer;
  private final FrameHandler handler;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).limit(0);

  private volatile @Nullable Selector waiting;
  private byte @Nullable [] large;
  private int largeLength;
  private int largeHave;
  private final AtomicLong received = new AtomicLong();

  /** Takes one frame, without its length. */
  @FunctionalInterface
  interface FrameHandler {
    void frame(byte[] frame) throws IOException;
  }

  ConnectionReader(SocketChannel channel, ConnectionWriter writer, FrameHandler handler) {
    this.channel = channel;
    this.writer = writer;
    this.handler = handler;
  }

  /** How often something has come; it stands still when the other side is silent. */
  long received() {
    return received.get();
  }

  /**
   * Reads until the connection ends.
   *
   * @throws IOException always: how it ended
   */
  void run() throws IOException {
    try (var selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      waiting = selector;
      for (; ; ) {
        fill(selector);
        received.incrementAndGet();
        writer.allowDirect(complete() <= FEW);
        frames();
      }
    }
  }

  /** The channel has been closed, which a thread that waits for it does not notice by itself. */
  void wakeUp() {
    var selector = waiting;
    if (selector != null) {
      selector.wakeup();
    }
  }

  private void fill(Selector selector) throws IOException {
    in.compact();
    try {
      for (; ; ) {
        int n = channel.read(in);
        if (n > 0) {
          return;
        }
        if (n < 0) {
          throw new EOFException("the other side has closed it");
        }
        selector.select();
        selector.selectedKeys().clear();
      }
    } finally {
      in.flip();
    }
  }

  /** How many frames can be handled now; counts no further than it matters. */
  private int complete() {
    int count = 0;
    int at = in.position();
    while (count <= FEW && large == null && in.limit() - at >= 4) {
      long length = in.getInt(at) & 0xffff_ffffL;
      if (length > in.limit() - at - 4) {
        break;
      }
      at += (int) length + 4;
      count++;
    }
    return count;
  }

  private void frames() throws IOException {
    for (; ; ) {
      if (large != null) {
        if (!continueLarge(large)) {
          return;
        }
        continue;
      }
      if (in.remaining() < 4) {
        return;
      }
      long length = in.getInt(in.position()) & 0xffff_ffffL;
      if (length > MAX_FRAME) {
        throw new ProtocolException(
            "a message of " + length + " bytes is announced, the limit is " + MAX_FRAME);
      }
      if (length + 4 > in.capacity()) {
        in.getInt();
        largeLength = (int) length;
        largeHave = 0;
        large = new byte[BUFFER];
      } else if (in.remaining() < length + 4) {
        return;
      } else {
        in.getInt();
        if (length > 0) {
          var frame = new byte[(int) length];
          in.get(frame);
          handler.frame(frame);
        }
      }
    }
  }

  /** Whether the large frame is complete and handled. */
  private boolean continueLarge(byte[] buffer) throws IOException {
    int more = Math.min(in.remaining(), largeLength - largeHave);
    if (largeHave + more > buffer.length) {
      long wanted = Math.min(largeLength, Math.max(2L * buffer.length, (long) largeHave + more));
      buffer = Arrays.copyOf(buffer, (int) wanted);
      large = buffer;
    }
    in.get(buffer, largeHave, more);
    largeHave += more;
    if (largeHave < largeLength) {
      return false;
    }
    large = null;
    handler.frame(buffer.length == largeLength ? buffer : Arrays.copyOf(buffer, largeLength));
    return true;
  }
}
