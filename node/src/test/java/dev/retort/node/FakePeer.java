package dev.retort.node;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Something that listens on a port of 127.0.0.1, and says to each caller what a test wants. */
final class FakePeer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FakePeer.class.getName());

  private final ServerSocket listener;

  /** One conversation; the connection is closed when it returns. */
  interface Talk {
    void with(DataInputStream in, DataOutputStream out) throws IOException;
  }

  FakePeer(Talk talk) throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(() -> serve(talk));
  }

  private void serve(Talk talk) {
    while (!listener.isClosed()) {
      try (var socket = listener.accept()) {
        talk.with(
            new DataInputStream(socket.getInputStream()),
            new DataOutputStream(socket.getOutputStream()));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "a caller has gone", e);
      }
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The next packet of a handshake. */
  static byte[] read(DataInputStream in) throws IOException {
    var packet = new byte[in.readUnsignedShort()];
    in.readFully(packet);
    return packet;
  }

  static void write(DataOutputStream out, HandshakeMessage message) throws IOException {
    var bytes = message.encode();
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
