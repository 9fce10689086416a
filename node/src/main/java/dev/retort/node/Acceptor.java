package dev.retort.node;

import dev.retort.NodeOptions;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes the calls of other nodes, each on a virtual thread until its handshake is done.
 *
 * <p>Where nobody says on which address, it listens on those by which this machine calls itself,
 * and takes callers on this machine only: one of those addresses may be known to others, too.
 */
final class Acceptor {
  private static final Logger LOG = System.getLogger(Acceptor.class.getName());

  /** How many callers the operating system keeps until they are accepted: enough for a rush. */
  private static final int BACKLOG = 1024;

  /** A free port of one address may be taken on the next one. */
  private static final int ATTEMPTS = 20;

  /** How many callers may be silent at once, and how many in the rest of their handshake. */
  static final int MAX_HANDSHAKES = 256;

  /** How many more may be about to go, whose file descriptors are still open. */
  private static final int MAX_GOING = 64;

  /** When there are no file descriptors left, for example. */
  private static final long PAUSE_NANOS = 50_000_000;

  private final List<ServerSocketChannel> listeners;
  private final boolean localOnly;
  private final @Nullable Tls tls;
  private final Complaints complaints = new Complaints(LOG);
  private final WaitingRoom<SocketChannel> silent = new WaitingRoom<>(MAX_HANDSHAKES, complaints);
  private final WaitingRoom<SocketChannel> named = new WaitingRoom<>(MAX_HANDSHAKES, complaints);

  /** A permit is a caller that may have a file descriptor. */
  private final Semaphore callers = new Semaphore(2 * MAX_HANDSHAKES + MAX_GOING);

  private Acceptor(List<ServerSocketChannel> listeners, boolean localOnly, @Nullable Tls tls) {
    this.listeners = listeners;
    this.localOnly = localOnly;
    this.tls = tls;
  }

  /**
   * Listens from now on, but does not answer before {@link #start}.
   *
   * @param host the host in the node's name
   * @param tls in what callers must speak; null if they must not
   * @throws IOException with one sentence if none of the ports can be had
   */
  static Acceptor listen(NodeOptions options, String host, @Nullable Tls tls) throws IOException {
    var address = options.address();
    var addresses = address == null ? ThisMachine.addresses(host) : Set.of(address);
    int attempts = options.port() == 0 ? ATTEMPTS : options.lastPort() - options.port() + 1;
    IOException last = null;
    for (int i = 0; i < attempts; i++) {
      int port = options.port() == 0 ? 0 : options.port() + i;
      try {
        return new Acceptor(listen(addresses, port), address == null, tls);
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException(
        "cannot listen on "
            + (options.port() == 0 ? "any port" : "port " + options.port())
            + (options.lastPort() == options.port() ? "" : " to " + options.lastPort())
            + (address == null ? "" : " of " + address.getHostAddress())
            + ": "
            + (last == null ? "" : last.getMessage()),
        last);
  }

  /** On the same port of each address. */
  private static List<ServerSocketChannel> listen(Collection<InetAddress> addresses, int port)
      throws IOException {
    var listeners = new ArrayList<ServerSocketChannel>();
    try {
      int same = port;
      for (var address : addresses) {
        var listener = ServerSocketChannel.open();
        listeners.add(listener);
        listener.bind(new InetSocketAddress(address, same), BACKLOG);
        same = listener.socket().getLocalPort();
      }
      return List.copyOf(listeners);
    } catch (IOException | RuntimeException e) {
      closeAll(listeners);
      throw e instanceof IOException io ? io : new IOException(e.toString(), e);
    }
  }

  int port() {
    return listeners.getFirst().socket().getLocalPort();
  }

  void start(
      Connections connections,
      Handshake handshake,
      Duration limit,
      Dialer.Established established) {
    for (var listener : listeners) {
      Thread.ofVirtual()
          .name("accept")
          .start(() -> accept(listener, connections, handshake, limit, established));
    }
  }

  private void accept(
      ServerSocketChannel listener,
      Connections connections,
      Handshake handshake,
      Duration limit,
      Dialer.Established established) {
    while (listener.isOpen()) {
      callers.acquireUninterruptibly();
      try {
        var channel = listener.accept();
        silent.enter(channel);
        Thread.ofVirtual()
            .name("handshake")
            .start(() -> answer(channel, connections, handshake, limit, established));
      } catch (IOException e) {
        callers.release();
        if (listener.isOpen()) {
          LOG.log(Level.WARNING, "cannot accept a connection: {0}", e.getMessage());
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  private void answer(
      SocketChannel channel,
      Connections connections,
      Handshake handshake,
      Duration limit,
      Dialer.Established established) {
    var attempt = new Attempt();
    boolean heard = false;
    try {
      attempt.channel(channel);
      if (localOnly && !ThisMachine.has(channel.socket().getInetAddress())) {
        throw new IOException(
            "this node takes calls of its own machine only; with --interface ADDRESS"
                + " (NodeOptions.withInterface) it takes those of others");
      }
      var socket = new HandshakeSocket(channel.socket(), limit);
      if (tls != null) {
        socket.encrypt(tls.server());
      }
      var hello = handshake.hear(socket);
      heard = silent.leave(channel);
      if (heard) {
        named.enter(channel);
      }
      var peer = handshake.accept(hello, socket, attempt);
      established.connected(attempt, peer, socket.line()).startReading();
    } catch (Handshake.GivenUpException e) {
      fail(attempt, connections, e);
      close(channel);
    } catch (IOException | RuntimeException e) {
      boolean sentAway = !heard && !silent.leave(channel);
      if (!attempt.isAborted() && !sentAway) {
        complaints.log(
            level(attempt, e),
            "a connection attempt from "
                + (attempt.isNamed() ? attempt.node().name() : remote(channel))
                + " is rejected: "
                + e.getMessage());
      }
      fail(attempt, connections, e instanceof IOException io ? io : new IOException(e));
      close(channel);
    } finally {
      silent.leave(channel);
      named.leave(channel);
      callers.release();
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

  private static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing a socket", e);
    }
  }

  private static void closeAll(List<ServerSocketChannel> listeners) {
    listeners.forEach(Acceptor::close);
  }

  void close() {
    closeAll(listeners);
  }
}
