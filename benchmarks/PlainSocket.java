import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * What the machine's loopback gives to two threads that block, without any protocol: the limit of
 * what nodes can reach there.
 */
final class PlainSocket {
  /** As much as a small message and its control message. */
  private static final int SMALL = 64;

  private static final int SMALLEST_ONE_WAY = 64 << 10;

  private PlainSocket() {}

  public static void main(String[] args) throws IOException {
    var listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().daemon().start(() -> acceptAll(listener));
    Side.serve("Plain socket", command -> measure(command, listener.getLocalAddress()));
  }

  // ---- the server

  private static void acceptAll(ServerSocketChannel listener) {
    while (true) {
      try {
        var socket = listener.accept();
        Thread.ofPlatform().daemon().start(() -> answer(socket));
      } catch (IOException e) {
        throw new IllegalStateException("loopback cannot be listened to", e);
      }
    }
  }

  /**
   * Answers with {@value #SMALL} bytes as often as so many have come, until the client closes. The
   * first 8 bytes say how many that is.
   */
  private static void answer(SocketChannel socket) {
    try (socket) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      var header = ByteBuffer.allocate(Long.BYTES);
      readFully(socket, header);
      long due = header.flip().getLong();
      var read = ByteBuffer.allocateDirect(1 << 20);
      var small = ByteBuffer.allocateDirect(SMALL);
      while (true) {
        for (long left = due; left > 0; left -= read.position()) {
          read.clear().limit((int) Math.min(left, read.capacity()));
          if (socket.read(read) < 0) {
            return;
          }
        }
        writeFully(socket, small.clear());
      }
    } catch (IOException e) {
      // The client has closed.
    }
  }

  // ---- the client

  private static double[] measure(Side.Command c, SocketAddress server) throws Exception {
    return switch (c.name()) {
      case "round_trips" -> c.size(0) == 1 ? exchange(c, server, SMALL, 1, c.size(1), 1) : null;
      case "one_way" ->
          c.size(0) < SMALLEST_ONE_WAY
              ? null
              : exchange(c, server, c.size(0), c.size(1), 1, c.size(1));
      case "connect" -> connect(c, server, c.size(0));
      default -> null;
    };
  }

  /**
   * So many times: writes, each of so many bytes, and the answer.
   *
   * @param operations what one exchange counts for
   */
  private static double[] exchange(
      Side.Command c, SocketAddress server, int size, int writes, int times, int operations)
      throws Exception {
    try (var socket = SocketChannel.open(server)) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      writeFully(socket, ByteBuffer.allocate(Long.BYTES).putLong((long) size * writes).flip());
      var message = ByteBuffer.allocateDirect(size);
      var reply = ByteBuffer.allocateDirect(SMALL);
      return Side.rate(
          c,
          (long) times * operations,
          () -> {
            for (int i = 0; i < times; i++) {
              for (int j = 0; j < writes; j++) {
                writeFully(socket, message.clear());
              }
              readFully(socket, reply.clear());
            }
          });
    }
  }

  private static double[] connect(Side.Command c, SocketAddress server, int connections)
      throws Exception {
    var rate =
        Side.rate(
            c,
            connections,
            () -> {
              for (int i = 0; i < connections; i++) {
                SocketChannel.open(server).close();
              }
            });
    return new double[] {1e3 / rate[0]};
  }

  private static void writeFully(SocketChannel socket, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  private static void readFully(SocketChannel socket, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (socket.read(bytes) < 0) {
        throw new IOException("the other end has closed");
      }
    }
  }
}
