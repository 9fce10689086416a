package dev.retort.node;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Calls other nodes: finds where they listen, and speaks first in the handshake. */
final class Dialer implements Connections.Caller {
  private static final Logger LOG = System.getLogger(Dialer.class.getName());

  private final NodeName self;
  private final boolean longNames;
  private final Epmd epmd;
  private final Connections connections;
  private final Handshake handshake;
  private final Duration limit;
  private final Established established;

  /** Takes over when the handshake is done. */
  @FunctionalInterface
  interface Established {
    void connected(Attempt attempt, Handshake.Peer peer, SocketChannel channel) throws IOException;
  }

  /**
   * @param limit how long the handshake may take
   */
  Dialer(
      NodeName self,
      boolean longNames,
      Epmd epmd,
      Connections connections,
      Handshake handshake,
      Duration limit,
      Established established) {
    this.self = self;
    this.longNames = longNames;
    this.epmd = epmd;
    this.connections = connections;
    this.handshake = handshake;
    this.limit = limit;
    this.established = established;
  }

  /** A thread of its own: the process that waits for the connection may be told to exit. */
  @Override
  public void call(Attempt attempt) {
    Thread.ofVirtual().name("connect to " + attempt.node().name()).start(() -> dial(attempt));
  }

  private void dial(Attempt attempt) {
    var node = attempt.node().name();
    try {
      var name = NodeName.parse(node);
      if (name == null) {
        throw new ConnectException(
            "cannot connect to \"" + node + "\": name@host is expected of a node's name");
      }
      var mismatch = name.mismatch(longNames);
      if (mismatch != null) {
        throw new ConnectException("cannot connect to " + node + ": " + mismatch);
      }
      var channel = open(name, attempt);
      try {
        shakeHands(channel, attempt);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (Handshake.GivenUpException e) {
      connections.awaitReplacement(attempt, limit.toMillis());
    } catch (IOException | RuntimeException e) {
      connections.failed(
          attempt, e instanceof IOException io ? io : new IOException(e.toString(), e));
    }
  }

  private void shakeHands(SocketChannel channel, Attempt attempt) throws IOException {
    try {
      var socket = new HandshakeSocket(channel.socket(), limit);
      established.connected(attempt, handshake.connect(socket, attempt.node(), attempt), channel);
    } catch (Handshake.GivenUpException e) {
      throw e;
    } catch (ClosedChannelException e) {
      throw new IOException("the connection attempt was aborted", e);
    } catch (IOException e) {
      var message = "cannot connect to " + attempt.node().name() + ": " + e.getMessage();
      if (!attempt.isAborted()) {
        LOG.log(Level.WARNING, message);
      }
      throw new Handshake.FailedException(message, e);
    }
  }

  /** A TCP connection with the node, at the port that its epmd tells. */
  private SocketChannel open(NodeName node, Attempt attempt) throws IOException {
    IOException last = null;
    for (var address : addresses(node)) {
      try {
        var port = epmd.lookUp(address, node.alive());
        if (port == null) {
          last =
              new ConnectException(
                  "cannot connect to " + node + ": no node of this name runs on " + node.host());
          continue;
        }
        var channel = SocketChannel.open();
        try {
          attempt.channel(channel);
          var target = new InetSocketAddress(address, port);
          channel.socket().connect(target, (int) limit.toMillis());
          return channel;
        } catch (IOException e) {
          channel.close();
          throw e;
        }
      } catch (IOException e) {
        last =
            new ConnectException(
                "cannot connect to "
                    + node
                    + ": "
                    + (e instanceof ConnectException
                        ? "no epmd or no node answers at " + address.getHostAddress()
                        : String.valueOf(e.getMessage())));
        last.initCause(e);
      }
    }
    throw last == null ? new ConnectException("cannot connect to " + node) : last;
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
        throw new ConnectException(
            "cannot connect to " + node + ": the host " + node.host() + " is unknown");
      }
    }
    return addresses;
  }
}
