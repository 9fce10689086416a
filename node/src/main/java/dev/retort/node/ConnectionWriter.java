package dev.retort.node;

import dev.retort.term.Pid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: a queue of frames, which whoever is at hand puts into few large
 * writes. A process that answers a single message writes its answer itself. Otherwise what
 * processes send is written on one of their threads when all who are ready have had a turn: it is
 * many messages then, and no thread is woken for them. What the socket does not take at once, or is
 * more than a batch, is left to the writer's own thread.
 *
 * <p>At most one thread writes at a time ({@link #writing}). The channel does not block, so an
 * interrupted process cannot close it.
 *
 * <p>A sender that finds {@link #BUSY_LIMIT} bytes or more in the queue waits until half of that is
 * gone: dist_buf_busy_limit. Of a large message one fragment at a time goes into the queue, and
 * those who wait to begin a message go before its next one. The thread that reads never waits, or
 * two nodes could wait for each other; what it leaves in the queue has a limit of its own, beyond
 * which the connection ends.
 */
final class ConnectionWriter implements Runnable {
  static final int BUSY_LIMIT = 1 << 20;
  static final int OVERFLOW_LIMIT = 64 << 20;

  /** So much a process writes on its own thread; more is the writer's thread's. */
  private static final int FLUSH_LIMIT = 128 << 10;

  private final SocketChannel socket;
  private final ByteChannel bytes;
  private final Connection connection;
  private final LocalNode local;
  private final Traffic traffic;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition notBusy = lock.newCondition();

  // Guarded by the lock.
  private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
  private long queued;

  /** Whose messages have begun, and what is to follow them. */
  private final Map<Pid, List<ByteBuffer[]>> begun = new HashMap<>();

  private int waiting;

  /** How many of those who wait have not begun their message: it goes before the rest of others. */
  private int waitingToBegin;

  /** How often those who wait have been woken. */
  private long wakeUps;

  private boolean writing;

  /** Whether somebody will write who has not begun. */
  private boolean flushing;

  private boolean closed;

  /** Not started before there is something for it to do. */
  private final Thread thread;

  // Owned by the thread that has set `writing`.
  private ByteBuffer batch = DirectBuffers.small().flip();
  private final AtomicLong written = new AtomicLong();

  private volatile @Nullable Selector selecting;

  /** Set by the reader: the answer to what it has just read may be written by its sender. */
  private volatile boolean direct;

  ConnectionWriter(Line line, Connection connection, LocalNode local, Traffic traffic) {
    this.socket = line.socket();
    this.bytes = line.bytes();
    this.connection = connection;
    this.local = local;
    this.traffic = traffic;
    thread = Thread.ofPlatform().name("to " + connection.node().name()).daemon().unstarted(this);
  }

  /** How often something has been written; it stands still when the socket takes nothing. */
  long written() {
    return written.get();
  }

  /** Whether there is something that the socket has not taken yet. */
  boolean isPending() {
    lock.lock();
    try {
      return writing || !queue.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  void allowDirect(boolean direct) {
    this.direct = direct;
  }

  /**
   * Sends the frames of one message.
   *
   * @param from the process whose message it is; null if it is nobody's
   * @param itself whether it sends this itself, and nothing once it has ended; what others send in
   *     its name goes after a message of its own that has begun
   * @param mayWait whether to wait while the connection is busy
   */
  void send(@Nullable Pid from, boolean itself, List<ByteBuffer[]> frames, boolean mayWait) {
    boolean more = frames.size() > 1;
    boolean self;
    boolean later;
    lock.lock();
    try {
      if ((mayWait && !awaitRoom()) || !mayQueue()) {
        return;
      }
      if (from != null) {
        if (itself && local.host().hasEnded(from)) {
          return; // others may have been told of its end
        }
        var following = begun.get(from);
        if (following != null) {
          following.addAll(frames);
          return;
        }
        if (more) {
          begun.put(from, new ArrayList<>());
        }
      }
      self = !more && direct && !writing && queue.isEmpty() && !batch.hasRemaining();
      if (self) {
        direct = false;
        writing = true;
      }
      queue(frames.getFirst());
      later = wantsFlush();
    } finally {
      lock.unlock();
    }
    if (self) {
      writeOnce();
    } else if (later) {
      local.host().later(this::flush);
    }
    if (more) {
      sendRest(from, frames.subList(1, frames.size()), mayWait);
    }
  }

  /** Of a message that has begun the rest must follow, whatever happens to its sender. */
  private void sendRest(@Nullable Pid from, List<ByteBuffer[]> frames, boolean mayWait) {
    try {
      for (var frame : frames) {
        lock.lock();
        try {
          if (mayWait) {
            awaitTurn();
          }
          leaveToWriter(frame);
        } finally {
          lock.unlock();
        }
      }
    } finally {
      if (from != null) {
        lock.lock();
        try {
          begun.remove(from).forEach(this::leaveToWriter);
        } finally {
          lock.unlock();
        }
      }
    }
  }

  /** Says that this side lives; the writer's thread does it, whatever became of a flush. */
  void tick() {
    lock.lock();
    try {
      leaveToWriter(Frames.tick());
    } finally {
      lock.unlock();
    }
  }

  private void leaveToWriter(ByteBuffer[] frame) {
    if (mayQueue()) {
      queue(frame);
      wakeThread();
    }
  }

  private boolean mayQueue() {
    if (!closed && queued > OVERFLOW_LIMIT) {
      connection.fail("it does not read what it asked for, " + queued + " bytes wait for it");
    }
    return !closed && queued <= OVERFLOW_LIMIT;
  }

  private void queue(ByteBuffer[] frame) {
    for (var part : frame) {
      queue.add(part);
      queued += part.remaining();
    }
  }

  /** Whether the caller is to have it written later; what is much is the writer's thread's. */
  private boolean wantsFlush() {
    if (writing || closed) {
      return false;
    }
    if (batch.hasRemaining() || queued > FLUSH_LIMIT) {
      wakeThread();
      return false;
    }
    boolean first = !flushing;
    flushing = true;
    return first;
  }

  /** Writes what processes have sent in their turns: few large writes without waking a thread. */
  private void flush() {
    lock.lock();
    try {
      flushing = false;
      if (writing || closed || queue.isEmpty() || batch.hasRemaining()) {
        return;
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    writeOnce();
  }

  /** False if the sender was interrupted while it waited. */
  private boolean awaitRoom() {
    while (queued >= BUSY_LIMIT && !closed) {
      waiting++;
      waitingToBegin++;
      try {
        notBusy.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        waiting--;
        waitingToBegin--;
        if (waitingToBegin == 0 && waiting > 0) {
          notBusy.signalAll(); // those who have given way
        }
      }
    }
    return true;
  }

  /**
   * The next fragment of a message has its turn when there is room, and others have had a chance to
   * begin theirs.
   */
  private void awaitTurn() {
    long before = wakeUps;
    while (!closed
        && (queued >= BUSY_LIMIT
            || (waitingToBegin > 0 && (wakeUps == before || queued > BUSY_LIMIT / 2)))) {
      waiting++;
      try {
        notBusy.awaitUninterruptibly();
      } finally {
        waiting--;
      }
    }
  }

  /** One write on the sender's thread; what is left goes to the writer's. */
  private void writeOnce() {
    try {
      if (fill()) {
        if (write() > 0) {
          written.incrementAndGet();
        }
      }
    } catch (IOException e) {
      connection.close(reason(e));
    } finally {
      leaveRest();
    }
  }

  private int write() throws IOException {
    int sent = bytes.write(batch);
    traffic.sent(sent);
    return sent;
  }

  private void leaveRest() {
    boolean later;
    lock.lock();
    try {
      writing = false;
      later = !queue.isEmpty() && wantsFlush();
      if (batch.hasRemaining() && !closed) {
        wakeThread();
      }
    } finally {
      lock.unlock();
    }
    if (later) {
      local.host().later(this::flush);
    }
  }

  /** Under the lock. Where little is sent, the first tick is the first thing for this thread. */
  private void wakeThread() {
    if (thread.getState() != Thread.State.NEW) {
      work.signal();
      return;
    }
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      connection.fail("there is no memory for the thread that writes to it");
    }
  }

  /** The writer's thread, from the first time that it is needed to the connection's end. */
  @Override
  public void run() {
    try (var selector = Selector.open()) {
      socket.register(selector, SelectionKey.OP_WRITE);
      selecting = selector;
      while (awaitWork()) {
        while (fill()) {
          while (true) {
            if (write() > 0) {
              written.incrementAndGet();
            }
            if (!batch.hasRemaining()) {
              break;
            }
            selector.select();
            selector.selectedKeys().clear();
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      connection.close(reason(e));
    }
  }

  private static String reason(Exception e) {
    return "it cannot be written to: " + e;
  }

  private boolean awaitWork() {
    lock.lock();
    try {
      while (!closed && (writing || (queue.isEmpty() && !batch.hasRemaining()))) {
        work.awaitUninterruptibly();
      }
      writing = !closed;
      return writing;
    } finally {
      lock.unlock();
    }
  }

  /** Moves frames into the batch; false if there is nothing to write, and then the turn is over. */
  private boolean fill() {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      batch.compact();
      if (queued > batch.remaining()) {
        batch = DirectBuffers.enlarge(batch);
      }
      ByteBuffer frame;
      while (batch.hasRemaining() && (frame = queue.peek()) != null) {
        int length = Math.min(frame.remaining(), batch.remaining());
        batch.put(batch.position(), frame, frame.position(), length);
        batch.position(batch.position() + length);
        frame.position(frame.position() + length);
        queued -= length;
        if (!frame.hasRemaining()) {
          queue.remove();
        }
      }
      batch.flip();
      if (waiting > 0 && queued <= BUSY_LIMIT / 2) {
        wakeUps++;
        notBusy.signalAll();
      }
      writing = batch.hasRemaining();
      return writing;
    } finally {
      lock.unlock();
    }
  }

  /** The channel has been closed, which a thread that waits for it does not notice by itself. */
  void wakeUp() {
    var selector = selecting;
    if (selector != null) {
      selector.wakeup();
    }
  }

  /** Nothing more goes out; senders that wait go on. */
  void close() {
    lock.lock();
    try {
      closed = true;
      queue.clear();
      queued = 0;
      work.signalAll();
      notBusy.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
