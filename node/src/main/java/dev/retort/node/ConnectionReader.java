package dev.retort.node;

import dev.retort.etf.Limits;
import dev.retort.spi.Distribution;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** What a frame gets at first that is too large for a buffer. */
  private static final int FIRST_ROOM = 256 << 10;

  /** After so few frames their answers may be written one by one; more are worth a batch. */
  private static final int FEWEST = 2;

  /** So few frames are no stream. */
  private static final int FEW = 16;

  /** After so many times of only a few frames it is a conversation. */
  private static final int FEWS = 4;

  /** What runs longer than this had better had a thread of its own. */
  private static final long LONG_NANOS = 200_000;

  /** How often then a few frames are read without lending. */
  private static final int REST = 32;

  private final SocketChannel socket;
  private final ByteChannel bytes;
  private final ConnectionWriter writer;
  private final Traffic traffic;
  private final FrameHandler handler;

  /** Whether nobody reads: nobody has begun, or whoever reads has lent itself. */
  private final AtomicBoolean free = new AtomicBoolean(true);

  private volatile @Nullable Selector selector;

  // Owned by whoever has set `free` to false.
  private ByteBuffer in = DirectBuffers.small().limit(0);

  private int untilLending = FEWS;

  private final BusyWait busyWait = new BusyWait();

  /** Whether the last read took as much as there was room for; TLS may have something at first. */
  private boolean mayBeMore = true;

  private byte @Nullable [] large;
  private int largeLength;
  private int largeHave;
  private final AtomicLong received = new AtomicLong();

  /** Takes one frame, without its length; it may keep the buffer's array, if there is one. */
  @FunctionalInterface
  interface FrameHandler {
    void frame(ByteBuffer frame) throws IOException;
  }

  ConnectionReader(Line line, ConnectionWriter writer, Traffic traffic, FrameHandler handler) {
    this.socket = line.socket();
    this.bytes = line.bytes();
    this.writer = writer;
    this.traffic = traffic;
    this.handler = handler;
  }

  /** How often something has come; it stands still when the other side is silent. */
  long received() {
    return received.get();
  }

  /**
   * Reads until the connection ends, or somebody else does it.
   *
   * @return true: the caller has been relieved
   * @throws IOException how the connection has ended
   */
  boolean run(Distribution.Lender thread) throws IOException {
    if (!free.compareAndSet(true, false)) {
      return true; // who was to be relieved is back
    }
    var selector = selector();
    do {
      fill(selector);
      received.incrementAndGet();
      int frames = complete();
      boolean few = frames <= FEW;
      writer.allowDirect(frames <= FEWEST);
      untilLending = few ? Math.max(0, untilLending - 1) : Math.max(FEWS, untilLending);
    } while (framesAndLend(thread));
    return true;
  }

  private Selector selector() throws IOException {
    var known = selector;
    if (known == null) {
      known = Selector.open();
      selector = known; // it is to be closed also where the socket is closed already
      socket.register(known, SelectionKey.OP_READ);
    }
    return known;
  }

  /**
   * In a conversation, processes that wait for what has come run here and now: to wake another
   * thread for them would take as long as their answers. Should they run for long, somebody else
   * goes on to read.
   *
   * @return false if somebody else does
   */
  private boolean framesAndLend(Distribution.Lender thread) throws IOException {
    thread.begin(untilLending == 0);
    boolean handled = false;
    try {
      frames();
      handled = true;
    } finally {
      if (!handled) {
        thread.cancel();
      }
    }
    if (!thread.end()) {
      return true;
    }
    long start = System.nanoTime();
    free.set(true);
    thread.lend();
    if (!free.compareAndSet(true, false)) {
      return false;
    }
    if (System.nanoTime() - start > LONG_NANOS) {
      untilLending = REST;
    }
    return true;
  }

  /** Ends what belongs to it; called once it has ended by itself. */
  void close() throws IOException {
    if (selector != null) {
      selector.close();
    }
  }

  /** The channel has been closed, which a thread that waits for it does not notice by itself. */
  void wakeUp() {
    var selector = this.selector;
    if (selector != null) {
      selector.wakeup();
    }
  }

  private void fill(Selector selector) throws IOException {
    in.compact();
    try {
      for (; ; ) {
        int n = mayBeMore ? bytes.read(in) : await(selector);
        mayBeMore = !in.hasRemaining();
        if (mayBeMore) {
          in = DirectBuffers.enlarge(in);
        }
        if (n > 0) {
          traffic.received(n);
          return;
        }
        if (n < 0) {
          throw new EOFException("the other side has closed it");
        }
      }
    } finally {
      in.flip();
    }
  }

  private int await(Selector selector) throws IOException {
    if (busyWait.begin(untilLending == 0)) {
      do {
        int n = bytes.read(in);
        if (n != 0) {
          busyWait.hasFound();
          return n;
        }
      } while (busyWait.isWorthwhile());
    }
    selector.select();
    selector.selectedKeys().clear();
    busyWait.hasSlept();
    return bytes.read(in);
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
        large = new byte[Math.min(largeLength, FIRST_ROOM)];
      } else if (in.remaining() < length + 4) {
        return;
      } else {
        in.getInt();
        if (length > 0) {
          handler.frame(in.slice(in.position(), (int) length));
          in.position(in.position() + (int) length);
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
    handler.frame(ByteBuffer.wrap(buffer, 0, largeLength));
    return true;
  }
}
