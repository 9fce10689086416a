package dev.retort.node;

import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.term.Atom;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes of a test, with names that nobody else on the machine uses; closed with it. */
final class TestNodes implements Closeable {
  static final String COOKIE = "a cookie of tests";

  private static final AtomicInteger NEXT = new AtomicInteger();

  private final List<Closeable> open = new ArrayList<>();

  static NodeOptions options() {
    var name = "nodetest-" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet();
    return NodeOptions.shortName(name).withCookie(COOKIE).withAcceptClosures(true);
  }

  Node start() throws IOException {
    return start(options());
  }

  Node start(NodeOptions options) throws IOException {
    var node = Node.start(options);
    open.add(node::close);
    return node;
  }

  /** A socket to the port that the node listens on. */
  Socket dial(Node node) throws IOException {
    return dial(node.name());
  }

  Socket dial(Atom node) throws IOException {
    var alive = Objects.requireNonNull(NodeName.parse(node.name())).alive();
    var port = Epmd.ofEnvironment().lookUp(InetAddress.getLoopbackAddress(), alive);
    var socket = new Socket(InetAddress.getLoopbackAddress(), Objects.requireNonNull(port));
    socket.setSoTimeout(30_000);
    open.add(socket);
    return socket;
  }

  /** A node that has finished the handshake, and does nothing else that is not told. */
  Pretender pretend(Node node) throws IOException {
    return pretend(node.name());
  }

  Pretender pretend(Atom node) throws IOException {
    return pretend(node, new NodeName("pretender" + NEXT.incrementAndGet(), "nowhere"));
  }

  Pretender pretend(Node node, NodeName name) throws IOException {
    return pretend(node.name(), name);
  }

  private Pretender pretend(Atom node, NodeName name) throws IOException {
    var socket = dial(node);
    var handshake = new Handshake(name, 1, false, Cookie.of(COOKIE), new Connections(name.atom()));
    handshake.connect(new HandshakeSocket(socket, Duration.ofSeconds(5)), node, new Attempt(node));
    socket.setSoTimeout(30_000);
    return new Pretender(socket, name.atom());
  }

  @Override
  public void close() throws IOException {
    for (var closeable : open.reversed()) {
      closeable.close();
    }
  }
}
