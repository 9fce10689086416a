package dev.retort.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A socket while the handshake goes over it: packets with their length in two bytes, and one time
 * limit for all of them together.
 *
 * <p>Reads not a byte more than it is asked for: what follows the handshake is the connection's.
 */
final class HandshakeSocket {
  /** A challenge with the longest name that is four bytes for each character, and more. */
  private static final int MAX_MESSAGE = 4096;

  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;

  private final Socket socket;
  private final InputStream in;
  private final Duration limit;
  private final long deadline;

  HandshakeSocket(Socket socket, Duration limit) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.limit = limit;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  void send(HandshakeMessage message) throws IOException {
    var bytes = message.encode();
    var packet = ByteBuffer.allocate(2 + bytes.length);
    packet.putShort((short) bytes.length).put(bytes);
    socket.getOutputStream().write(packet.array());
  }

  /**
   * The next message, as bytes; at most 4096 of them.
   *
   * @throws ProtocolException if what comes is of another protocol
   */
  byte[] receive() throws IOException {
    var head = read(2);
    int length = ByteBuffer.wrap(head).getShort() & 0xffff;
    if (length > MAX_MESSAGE) {
      throw foreign(head);
    }
    return read(length);
  }

  private static ProtocolException foreign(byte[] head) {
    int first = head[0] & 0xff;
    if ((first == TLS_ALERT || first == TLS_HANDSHAKE) && head[1] == 3) {
      return new ProtocolException(
          "it speaks TLS (erl -proto_dist inet_tls), which this node does not: start it without");
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
    var bytes = new byte[length];
    int have = 0;
    while (have < length) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw tooSlow();
      }
      socket.setSoTimeout((int) left);
      int n;
      try {
        n = in.read(bytes, have, length - have);
      } catch (SocketTimeoutException e) {
        throw tooSlow();
      }
      if (n < 0) {
        throw new EOFException("closed by the other side");
      }
      have += n;
    }
    return bytes;
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
