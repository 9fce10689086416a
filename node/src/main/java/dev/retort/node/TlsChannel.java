package dev.retort.node;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a socket: bytes go in and out as they are, and over the socket as records. While the
 * socket blocks so does this, and no longer than the socket does.
 *
 * <p>One thread reads and another one writes. What TLS has to say by itself, such as the answer to
 * an update of the keys, is written by whoever comes to know of it; a lock keeps the records in
 * their order. Nobody holds it while waiting for the socket, once that does not block.
 */
final class TlsChannel implements ByteChannel {
  private static final Logger LOG = System.getLogger(TlsChannel.class.getName());

  // Types of records.
  private static final int CHANGE_CIPHER_SPEC = 0x14;
  private static final int HANDSHAKE = 0x16;
  private static final int APPLICATION_DATA = 0x17;

  /** A fatal alert. */
  private static final byte[] UNEXPECTED_MESSAGE = {0x15, 3, 3, 0, 2, 2, 10};

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** So many records go in one system call, in either direction, when the handshake is over. */
  private static final int RECORDS = 8;

  /** How records come in: from the socket, or with a time limit as well. */
  @FunctionalInterface
  interface Source {
    /** As {@link SocketChannel#read(ByteBuffer)}. The buffer has an array. */
    int read(ByteBuffer into) throws IOException;
  }

  private final SSLEngine engine;
  private final SocketChannel socket;

  /** How long a record may be. */
  private final int record;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private ByteBuffer out;

  /** Whether nobody reads what is written. */
  private boolean unheard;

  /** How many bytes of the next buffer to be written are in {@link #out} already. */
  private int underWay;

  // Owned by the thread that reads.
  private ByteBuffer in;
  private final ByteBuffer plain;
  private Source source;

  /**
   * @param source where records come from until {@link #detach}
   */
  TlsChannel(SSLEngine engine, SocketChannel socket, Source source) {
    this.engine = engine;
    this.socket = socket;
    this.source = source;
    record = engine.getSession().getPacketBufferSize();
    in = ByteBuffer.allocate(record).limit(0);
    out = ByteBuffer.allocate(record).limit(0);
    plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  /** In a few words, for people: {@code TLSv1.3 with TLS_AES_256_GCM_SHA384}. */
  String protection() {
    var session = engine.getSession();
    return session.getProtocol() + " with " + session.getCipherSuite();
  }

  /**
   * From now on records come from the socket alone, and there may be many. Happens before the
   * connection's threads start.
   */
  void detach() {
    source = socket::read;
    in = ByteBuffer.allocate(RECORDS * record).put(in).flip();
    out = ByteBuffer.allocate(RECORDS * record).limit(0);
  }

  /**
   * The handshake of TLS, from its first byte to its last.
   *
   * @throws SSLException if the two sides do not agree, or do not believe each other
   */
  void handshake() throws IOException {
    engine.beginHandshake();
    try {
      if (!converse()) {
        throw new EOFException("closed by the other side");
      }
    } catch (SSLException e) {
      sayWhy();
      throw e;
    } catch (TlsFailure e) {
      throw e;
    } catch (IOException e) {
      hearWhy();
      throw e;
    }
  }

  /** Goes on with the handshake until it is over; false if the other side closes before. */
  private boolean converse() throws IOException {
    while (!advance()) {
      if (receive() < 0) {
        return false;
      }
      checkFirst();
    }
    return true;
  }

  /** What begins with another byte is told in TLS that this is TLS, so that it can say so. */
  private void checkFirst() throws TlsFailure {
    int first = in.hasRemaining() ? in.get(in.position()) : HANDSHAKE;
    if (first < CHANGE_CIPHER_SPEC || first > APPLICATION_DATA) {
      try {
        socket.write(ByteBuffer.wrap(UNEXPECTED_MESSAGE));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the other side is not told that this is TLS", e);
      }
      throw new TlsFailure(
          "it speaks no TLS, and this node does: start both with -proto_dist inet_tls, or both"
              + " without");
    }
  }

  /** Whether the handshake is over; otherwise more must come. */
  private boolean advance() throws IOException {
    for (; ; ) {
      switch (engine.getHandshakeStatus()) {
        case NOT_HANDSHAKING, FINISHED -> {
          return true;
        }
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> speak();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          var result = engine.unwrap(in, NOTHING.duplicate());
          if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            return false;
          }
          if (result.getStatus() == Status.CLOSED) {
            throw new EOFException("closed by the other side");
          }
        }
      }
    }
  }

  /** The alert that tells the other side what is wrong, if it can still be told. */
  private void sayWhy() {
    try {
      speak();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the other side is not told what is wrong", e);
    }
  }

  /**
   * Who has closed the connection may have told before what is wrong.
   *
   * @throws SSLException what the other side has said
   * @throws TlsFailure if that is not TLS
   */
  private void hearWhy() throws SSLException, TlsFailure {
    unheard = true;
    try {
      var unused = converse();
    } catch (SSLException | TlsFailure e) {
      throw e;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the other side has not told what is wrong", e);
    }
  }

  private void runTasks() {
    for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  // ---- reading

  @Override
  public int read(ByteBuffer into) throws IOException {
    int before = into.position();
    for (; ; ) {
      if (plain.hasRemaining()) {
        move(plain, into);
      }
      while (into.hasRemaining() && in.hasRemaining() && unwrap(into)) {
        // as many records as are there
      }
      if (into.position() > before) {
        return into.position() - before;
      }
      if (engine.isInboundDone()) {
        return -1;
      }
      int n = receive();
      if (n <= 0) {
        return n;
      }
    }
  }

  private static void move(ByteBuffer from, ByteBuffer to) {
    int length = Math.min(from.remaining(), to.remaining());
    to.put(to.position(), from, from.position(), length);
    to.position(to.position() + length);
    from.position(from.position() + length);
  }

  /** One record; false if it is not there in full. */
  private boolean unwrap(ByteBuffer into) throws IOException {
    var result = engine.unwrap(in, into);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      plain.clear();
      result = engine.unwrap(in, plain);
      plain.flip();
      move(plain, into);
    }
    return answer(result) || (result.getStatus() == Status.OK && result.bytesConsumed() > 0);
  }

  /**
   * Does what TLS itself has to do after a record: new keys, or another handshake. Whether that may
   * be what kept the next record from being read.
   */
  private boolean answer(SSLEngineResult result) throws IOException {
    var status = result.getHandshakeStatus();
    boolean tasks = status == HandshakeStatus.NEED_TASK;
    if (tasks) {
      runTasks();
      status = engine.getHandshakeStatus();
    }
    if (status == HandshakeStatus.NEED_WRAP) {
      speak();
    }
    return tasks;
  }

  private int receive() throws IOException {
    in.compact();
    try {
      return source.read(in);
    } finally {
      in.flip();
    }
  }

  // ---- writing

  /** Records with nothing of the user's, as long as TLS has something to say. */
  private void speak() throws IOException {
    lock.lock();
    try {
      do {
        wrap(NOTHING.duplicate());
      } while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && hasRoom());
      flush();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    lock.lock();
    try {
      int written = 0;
      for (; ; ) {
        if (!flush()) {
          return written;
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
          wrap(NOTHING.duplicate()); // there was no room for it when the reading thread wanted it
          continue;
        }
        from.position(from.position() + underWay);
        written += underWay;
        underWay = 0;
        if (!from.hasRemaining()) {
          return written;
        }
        var rest = from.duplicate();
        while (rest.hasRemaining() && hasRoom() && wrap(rest)) {
          // as many records as fit
        }
        underWay = rest.position() - from.position();
        if (!out.hasRemaining()) {
          return written; // another handshake goes on, which the reading thread moves
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom() {
    return out.capacity() - out.limit() >= record;
  }

  /** One record; false if TLS has to hear something first. */
  private boolean wrap(ByteBuffer from) throws IOException {
    int read = out.position();
    out.position(out.limit()).limit(out.capacity());
    SSLEngineResult result;
    try {
      result = engine.wrap(from, out);
    } finally {
      out.limit(out.position()).position(read);
    }
    if (result.getStatus() == Status.CLOSED && result.bytesProduced() == 0) {
      throw new EOFException("TLS has ended");
    }
    return result.bytesProduced() > 0;
  }

  /** Whether the socket has taken all of it. */
  private boolean flush() throws IOException {
    while (out.hasRemaining() && !unheard) {
      if (socket.write(out) == 0) {
        return false;
      }
    }
    out.clear().limit(0);
    return true;
  }

  // ---- the end

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  /** Takes leave if that is possible without waiting, and closes the socket. */
  @Override
  public void close() throws IOException {
    try {
      engine.closeOutbound();
      if (!socket.isBlocking()) {
        sayWhy();
      }
    } finally {
      socket.close();
    }
  }
}
