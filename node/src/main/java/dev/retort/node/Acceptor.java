package dev.retort.node;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Takes the calls of other nodes, each on a virtual thread until its handshake is done. */
final class Acceptor {
  private static final Logger LOG = System.getLogger(Acceptor.class.getName());
  private static final int BACKLOG = 128;

  /** How many callers may be in their handshake at once; others wait for their turn. */
  private static final int MAX_HANDSHAKES = 256;

  /** When there are no file descriptors left, for example. */
  private static final long PAUSE_NANOS = 50_000_000;

  private final ServerSocketChannel listener;
  private final Semaphore room = new Semaphore(MAX_HANDSHAKES);

  /** Listens from now on, but does not answer before {@link #start}. */
  Acceptor(@Nullable InetAddress bind, int port) throws IOException {
    listener = ServerSocketChannel.open();
    try {
      listener.bind(
          bind == null ? new InetSocketAddress(port) : new InetSocketAddress(bind, port), BACKLOG);
    } catch (BindException e) {
      listener.close();
      throw new IOException(
          "cannot listen on port "
              + port
              + (bind == null ? "" : " of " + bind.getHostAddress())
              + ": "
              + e.getMessage(),
          e);
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw new IOException("cannot listen on port " + port + ": " + e.getMessage(), e);
    }
  }

  int port() {
    return listener.socket().getLocalPort();
  }

  void start(
      Connections connections,
      Handshake handshake,
      Duration limit,
      Dialer.Established established) {
    Thread.ofVirtual()
        .name("accept")
        .start(
            () -> {
              while (listener.isOpen()) {
                try {
                  var channel = listener.accept();
                  room.acquireUninterruptibly();
                  Thread.ofVirtual()
                      .name("handshake")
                      .start(() -> answer(channel, connections, handshake, limit, established));
                } catch (IOException e) {
                  if (listener.isOpen()) {
                    LOG.log(Level.WARNING, "cannot accept a connection: {0}", e.getMessage());
                    LockSupport.parkNanos(PAUSE_NANOS);
                  }
                }
              }
            });
  }

  private void answer(
      SocketChannel channel,
      Connections connections,
      Handshake handshake,
      Duration limit,
      Dialer.Established established) {
    var attempt = new Attempt();
    try {
      attempt.channel(channel);
      var socket = new HandshakeSocket(channel.socket(), limit);
      var peer = handshake.accept(socket, attempt);
      established.connected(attempt, peer, channel);
    } catch (Handshake.GivenUpException e) {
      fail(attempt, connections, e);
      close(channel);
    } catch (IOException | RuntimeException e) {
      if (!attempt.isAborted()) {
        LOG.log(
            level(attempt, e),
            "a connection attempt from {0} is rejected: {1}",
            attempt.isNamed() ? attempt.node().name() : remote(channel),
            e.getMessage());
      }
      fail(attempt, connections, e instanceof IOException io ? io : new IOException(e));
      close(channel);
    } finally {
      room.release();
    }
  }

  /**
   * Who goes away before saying a name has changed its mind, and is no cause for concern: BEAM does
   * where both connect at the same time, and so does whoever only looks whether the port is open.
   */
  static Level level(Attempt attempt, Exception e) {
    return e instanceof EOFException && !attempt.isNamed() ? Level.DEBUG : Level.WARNING;
  }

  private static void fail(Attempt attempt, Connections connections, IOException reason) {
    if (attempt.isNamed()) {
      connections.failed(attempt, reason);
    }
  }

  private static String remote(SocketChannel channel) {
    try {
      return String.valueOf(channel.getRemoteAddress());
    } catch (IOException e) {
      return "an unknown address";
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a connection", e);
    }
  }

  void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing the listening socket", e);
    }
  }
}
