package dev.retort.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A socket while the handshake goes over it: packets with their length in two bytes, in four where
 * TLS is in between, and one time limit for all of them; TLS before it has another.
 *
 * <p>Reads not a byte more than it is asked for: what follows the handshake is the connection's.
 */
final class HandshakeSocket {
  private static final Logger LOG = System.getLogger(HandshakeSocket.class.getName());

  /** A challenge with the longest name that is four bytes for each character, and more. */
  private static final int MAX_MESSAGE = 4096;

  /** How long the other side may take to read why there is no connection. */
  private static final Duration LAST_WORD = Duration.ofSeconds(1);

  /** How often what it still says is read in that time. */
  private static final int MAX_UNREAD = 32;

  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;

  private final Socket socket;
  private final InputStream in;
  private final Duration limit;
  private long deadline;
  private @Nullable TlsChannel tls;

  HandshakeSocket(Socket socket, Duration limit) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.limit = limit;
    socket.setTcpNoDelay(true); // a challenge follows its status at once
    restart();
  }

  private void restart() {
    deadline = System.nanoTime() + limit.toNanos();
  }

  /**
   * From now on all goes through TLS, whose own handshake is made first.
   *
   * @throws IOException with one sentence for the user if it fails
   */
  void encrypt(SSLEngine engine) throws IOException {
    var channel = new TlsChannel(engine, socket.getChannel(), this::readInTime);
    try {
      channel.handshake();
    } catch (IOException e) {
      awaitEnd();
      throw TlsFailure.in(e, engine.getUseClientMode());
    }
    tls = channel;
    restart(); // as Erlang does
  }

  /** To close with something unread would take back what has been said, if it is not read yet. */
  private void awaitEnd() {
    deadline = Math.min(deadline, System.nanoTime() + LAST_WORD.toNanos());
    try {
      socket.shutdownOutput();
      var unread = ByteBuffer.allocate(MAX_MESSAGE);
      int reads = 0;
      while (reads < MAX_UNREAD && readInTime(unread.clear()) >= 0) {
        reads++;
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the other side does not close its connection", e);
    }
  }

  /** Which protocol and cipher suite protect it; null without TLS. */
  @Nullable String protection() {
    return tls == null ? null : tls.protection();
  }

  /** What the connection goes over when the handshake is done; the socket does not block then. */
  Line line() throws IOException {
    var channel = socket.getChannel();
    channel.configureBlocking(false);
    if (tls == null) {
      return new Line(channel, channel);
    }
    tls.detach();
    return new Line(channel, tls);
  }

  void send(HandshakeMessage message) throws IOException {
    var bytes = message.encode();
    if (tls == null) {
      var packet = ByteBuffer.allocate(2 + bytes.length);
      packet.putShort((short) bytes.length).put(bytes);
      socket.getOutputStream().write(packet.array());
    } else {
      var packet = ByteBuffer.allocate(4 + bytes.length);
      write(tls, packet.putInt(bytes.length).put(bytes).flip());
    }
  }

  /**
   * The next message, as bytes; at most 4096 of them.
   *
   * @throws ProtocolException if what comes is of another protocol
   */
  byte[] receive() throws IOException {
    var head = read(tls == null ? 2 : 4);
    var number = ByteBuffer.wrap(head);
    int length = tls == null ? number.getShort() & 0xffff : number.getInt();
    if (length < 0 || length > MAX_MESSAGE) {
      throw foreign(head);
    }
    return read(length);
  }

  private static ProtocolException foreign(byte[] head) {
    int first = head[0] & 0xff;
    if ((first == TLS_ALERT || first == TLS_HANDSHAKE) && head[1] == 3) {
      return new ProtocolException(
          "it speaks TLS, and this node does not: start both with -proto_dist inet_tls, or both"
              + " without");
    }
    return new ProtocolException(
        "it does not speak Erlang's distribution protocol: it begins with the bytes "
            + first
            + " and "
            + (head[1] & 0xff)
            + (isText(head) ? ", \"" + new String(head, ISO_8859_1) + "\"" : ""));
  }

  private static boolean isText(byte[] bytes) {
    for (byte each : bytes) {
      if (each < ' ' || each > '~') {
        return false;
      }
    }
    return true;
  }

  private byte[] read(int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if ((tls == null ? readInTime(bytes) : readDecrypted(tls, bytes)) < 0) {
        throw new EOFException("closed by the other side");
      }
    }
    return bytes.array();
  }

  /** Another node that does not believe us may have said so and closed the connection. */
  private static void write(TlsChannel tls, ByteBuffer packet) throws IOException {
    try {
      tls.write(packet);
    } catch (IOException e) {
      if (readDecrypted(tls, ByteBuffer.allocate(1)) >= 0) {
        LOG.log(Level.DEBUG, "the other side has said something else before it closed");
      }
      throw e;
    }
  }

  /** Another node may say only now that it does not believe us. */
  private static int readDecrypted(TlsChannel tls, ByteBuffer into) throws IOException {
    try {
      return tls.read(into);
    } catch (SSLException e) {
      throw TlsFailure.in(e, true);
    }
  }

  private int readInTime(ByteBuffer into) throws IOException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw tooSlow();
    }
    socket.setSoTimeout((int) left);
    try {
      int n = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
      into.position(into.position() + Math.max(n, 0));
      return n;
    } catch (SocketTimeoutException e) {
      throw tooSlow();
    }
  }

  /** What is left of the time, in milliseconds, at least 1. */
  long millisLeft() {
    return Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
  }

  private SocketTimeoutException tooSlow() {
    return new SocketTimeoutException(
        "it did not finish the handshake within " + limit.toMillis() + " ms");
  }
}
