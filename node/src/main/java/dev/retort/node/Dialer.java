package dev.retort.node;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Calls other nodes: finds where they listen, and speaks first in the handshake. */
final class Dialer implements Connections.Caller {
  private static final Logger LOG = System.getLogger(Dialer.class.getName());

  private final LocalNode local;
  private final NodeName self;
  private final boolean longNames;
  private final Whereabouts whereabouts;
  private final Connections connections;
  private final Handshake handshake;
  private final @Nullable Tls tls;
  private final Duration limit;
  private final Established established;

  /** Takes over when the handshake is done. */
  @FunctionalInterface
  interface Established {
    /** The connection, which nobody reads from yet. */
    Connection connected(Attempt attempt, Handshake.Peer peer, Line line) throws IOException;
  }

  /**
   * @param tls what others are called in; null for none
   * @param limit how long the handshake may take
   */
  Dialer(
      LocalNode local,
      NodeName self,
      boolean longNames,
      Whereabouts whereabouts,
      Connections connections,
      Handshake handshake,
      @Nullable Tls tls,
      Duration limit,
      Established established) {
    this.local = local;
    this.self = self;
    this.longNames = longNames;
    this.whereabouts = whereabouts;
    this.connections = connections;
    this.handshake = handshake;
    this.tls = tls;
    this.limit = limit;
    this.established = established;
  }

  /**
   * On the thread that will read from the connection: the process that waits for it may be told to
   * exit.
   */
  @Override
  public void call(Attempt attempt) {
    var made = new AtomicReference<@Nullable Connection>();
    var thread =
        local
            .host()
            .lendingThread(
                "from " + attempt.node().name(),
                here -> {
                  var connection = dial(attempt);
                  if (connection != null) {
                    made.set(connection);
                    connection.read(here);
                  }
                },
                () -> Objects.requireNonNull(made.get()).startReading());
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      failed(attempt, new IOException("there is no memory for another thread", e));
    }
  }

  /** Null if there is no connection. */
  private @Nullable Connection dial(Attempt attempt) {
    try {
      var name = name(attempt);
      var channel = open(name, attempt);
      try {
        var socket = new HandshakeSocket(channel.socket(), limit);
        if (tls != null) {
          attempt.steps().at(Stage.TLS);
          socket.encrypt(tls.client(name.host(), channel.socket().getPort()));
        }
        var peer = handshake.connect(socket, attempt.node(), attempt);
        return established.connected(attempt, peer, socket.line());
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (Handshake.GivenUpException e) {
      connections.awaitReplacement(attempt, limit.toMillis());
    } catch (ClosedChannelException e) {
      failed(attempt, new IOException("the connection attempt was aborted", e));
    } catch (IOException e) {
      failed(attempt, e);
    } catch (RuntimeException e) {
      failed(attempt, new IOException(e.toString(), e));
    }
    return null;
  }

  /** What the other side has done in the handshake is worth a warning, once. */
  private void failed(Attempt attempt, IOException reason) {
    if (!attempt.isAborted()) {
      attempt.steps().failed(String.valueOf(reason.getMessage()));
    }
    var message = "cannot connect to " + attempt.node().name() + ": " + reason.getMessage();
    boolean met = attempt.steps().stage().compareTo(Stage.PORT) > 0;
    if (met && !attempt.isAborted() && !attempt.isReported()) {
      LOG.log(Level.WARNING, message);
    }
    connections.failed(
        attempt,
        met ? new Handshake.FailedException(message, reason) : new IOException(message, reason));
  }

  private NodeName name(Attempt attempt) throws IOException {
    var steps = attempt.steps();
    steps.at(Stage.NAME);
    var node = attempt.node().name();
    var name = NodeName.parse(node);
    if (name == null) {
      throw new IOException("\"" + node + "\" is no node name, which is name@host");
    }
    var mismatch = name.mismatch(longNames);
    if (mismatch != null) {
      throw new IOException(mismatch);
    }
    var kind = longNames ? "long" : "short";
    steps.passed(node + " is a " + kind + " name, as this node's: " + self);
    return name;
  }

  /** A TCP connection with the node, at the first of its host's addresses that leads to it. */
  private SocketChannel open(NodeName node, Attempt attempt) throws IOException {
    var steps = attempt.steps();
    steps.at(Stage.HOST);
    var addresses = addresses(node);
    steps.passed(
        node.host()
            + " is "
            + addresses.stream().map(InetAddress::getHostAddress).collect(joining(", ")));
    IOException failure = null;
    Steps farthest = steps;
    for (var address : addresses) {
      var here = steps.copy();
      try {
        int port = whereabouts.port(node, address, here);
        here.at(Stage.PORT);
        var channel = open(attempt, new InetSocketAddress(address, port));
        here.passed(port + " of " + address.getHostAddress() + " is open");
        steps.follow(here);
        return channel;
      } catch (IOException e) {
        if (failure == null || here.stage().compareTo(farthest.stage()) > 0) {
          failure = e;
          farthest = here;
        }
      }
    }
    steps.follow(farthest);
    throw failure == null ? new IOException(node.host() + " has no address") : failure;
  }

  private SocketChannel open(Attempt attempt, InetSocketAddress target) throws IOException {
    var channel = SocketChannel.open();
    try {
      attempt.channel(channel);
      channel.socket().connect(target, (int) limit.toMillis());
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      if (attempt.isAborted()) {
        throw e;
      }
      var where = "port " + target.getPort() + " of " + target.getAddress().getHostAddress();
      throw Unreachable.because(
          e,
          where,
          "nothing listens on " + where + ": the node there listens on another address or port");
    }
  }

  /** On our own machine a node is found even where the machine's name leads nowhere. */
  private Set<InetAddress> addresses(NodeName node) throws IOException {
    var addresses = new LinkedHashSet<InetAddress>();
    if (node.host().equals(self.host())) {
      addresses.add(InetAddress.getLoopbackAddress());
    }
    try {
      addresses.addAll(List.of(InetAddress.getAllByName(node.host())));
    } catch (UnknownHostException e) {
      if (addresses.isEmpty()) {
        throw new IOException(
            "the host "
                + node.host()
                + " is unknown here: enter its address in /etc/hosts, or name both nodes with"
                + " addresses (--name NAME@ADDRESS)",
            e);
      }
    }
    return addresses;
  }
}
