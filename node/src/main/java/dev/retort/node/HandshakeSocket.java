package dev.retort.node;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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

  /** The next message, as bytes; at most 64 KiB of them. */
  byte[] receive() throws IOException {
    var length = ByteBuffer.wrap(read(2)).getShort() & 0xffff;
    return read(length);
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
        "the handshake was not finished within " + limit.toMillis() + " ms");
  }
}
