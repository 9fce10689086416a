package dev.retort.node;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An epmd inside this JVM, for machines where none runs. It serves every node of the machine, real
 * Erlang nodes included, until the JVM ends.
 *
 * <p>It serves this machine only: it listens on the loopback addresses, and where the machine's own
 * name stands for another address, there too, but refuses callers from elsewhere. Where a node has
 * been told an address that others can call, and where {@code ERL_EPMD_ADDRESS} is set, as for
 * Erlang's own, it listens there as well, open to all. Only this machine's nodes can register.
 *
 * <p>A virtual thread per connection; bytes that are no request close the connection they came on.
 */
final class EpmdServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(EpmdServer.class.getName());

  /** How long a request may take to arrive; no node needs longer. */
  private static final int REQUEST_MILLIS = 5000;

  /** ALIVE2_REQ with the longest name and a little extra. */
  private static final int MAX_REQUEST = 2048;

  /** How many connections may be without a request. */
  private static final int MAX_SILENT = 256;

  private static final int MAX_NODES = 1024;

  /** When there are no file descriptors left, for example. */
  private static final long PAUSE_NANOS = 50_000_000;

  /** One registered node. */
  private record Entry(int port, byte type, byte protocol, int high, int low, Socket socket) {}

  private final int port;
  private final boolean localOnly;
  private final List<ServerSocket> listeners;
  private final Map<String, Entry> nodes = new ConcurrentSkipListMap<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Complaints complaints = new Complaints(LOG);
  private final WaitingRoom<Socket> silent = new WaitingRoom<>(MAX_SILENT, complaints);

  private EpmdServer(int port, boolean localOnly, List<ServerSocket> listeners) {
    this.port = port;
    this.localOnly = localOnly;
    this.listeners = listeners;
  }

  /**
   * Starts to serve.
   *
   * @param node the address that the node listens on for which it is started; null for this
   *     machine's own
   * @throws java.net.BindException if the port is taken, by another epmd most likely
   */
  static EpmdServer start(int port, @Nullable InetAddress node) throws IOException {
    var told = System.getenv("ERL_EPMD_ADDRESS");
    var open = new LinkedHashSet<InetAddress>();
    if (told != null && !told.isBlank()) {
      for (var address : told.strip().split("[,\\s]+")) {
        open.add(InetAddress.getByName(address));
      }
    } else if (node != null && !node.isLoopbackAddress()) {
      open.add(node);
    }
    return open.isEmpty()
        ? start(port, ThisMachine.addresses(ownName()), true)
        : start(port, withLoopback(open), false);
  }

  /** The first address decides the race between several JVMs; the rest are extras. */
  private static EpmdServer start(int port, Set<InetAddress> addresses, boolean localOnly)
      throws IOException {
    var listeners = new ArrayList<ServerSocket>();
    try {
      int bound = port;
      for (var address : addresses) {
        try {
          listeners.add(listen(address, bound));
          bound = listeners.getFirst().getLocalPort();
        } catch (IOException e) {
          if (listeners.isEmpty()) {
            throw e;
          }
          LOG.log(localOnly ? Level.DEBUG : Level.WARNING, "epmd does not listen on " + address, e);
        }
      }
      var server = new EpmdServer(bound, localOnly, listeners);
      for (var listener : listeners) {
        Thread.ofVirtual().name("epmd " + listener).start(() -> server.accept(listener));
      }
      return server;
    } catch (IOException | RuntimeException e) {
      for (var listener : listeners) {
        listener.close();
      }
      throw e;
    }
  }

  private static Set<InetAddress> withLoopback(Set<InetAddress> open) {
    for (var address : open) {
      if (address.isAnyLocalAddress()) {
        return Set.of(address); // loopback is among them
      }
    }
    var addresses = new LinkedHashSet<InetAddress>();
    addresses.add(ThisMachine.LOOPBACK);
    addresses.addAll(open);
    return addresses;
  }

  private static ServerSocket listen(InetAddress address, int port) throws IOException {
    var listener = new ServerSocket();
    try {
      listener.setReuseAddress(true); // connections of an epmd that has ended may linger
      listener.bind(new InetSocketAddress(address, port), 128);
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  private static String ownName() {
    try {
      return NodeName.hostName(); // the name service might take its time
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "this machine does not know its own name", e);
      return "localhost";
    }
  }

  int port() {
    return port;
  }

  private void accept(ServerSocket listener) {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        sockets.add(socket);
        silent.enter(socket);
        Thread.ofVirtual().name("epmd connection").start(() -> serve(socket));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          LOG.log(Level.WARNING, "epmd cannot accept: {0}", e.getMessage());
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      if (localOnly && !ThisMachine.has(socket.getInetAddress())) {
        LOG.log(
            Level.INFO,
            "epmd refuses {0}: it serves this machine only, unless ERL_EPMD_ADDRESS is set or its"
                + " node has an --interface",
            socket.getRemoteSocketAddress());
        return;
      }
      socket.setSoTimeout(REQUEST_MILLIS);
      socket.setTcpNoDelay(true);
      request(socket);
    } catch (SocketTimeoutException e) {
      complaints.log(Level.INFO, "epmd closes a connection that made no request in time");
    } catch (EOFException e) {
      LOG.log(Level.DEBUG, "an epmd request ends in the middle");
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "an epmd connection is lost", e);
    } finally {
      sockets.remove(socket);
      silent.leave(socket);
    }
  }

  private void request(Socket socket) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    int length = in.readUnsignedShort();
    if (length == 0 || length > MAX_REQUEST) {
      LOG.log(Level.INFO, "epmd closes a connection: a request of {0} bytes", length);
      return;
    }
    // a slow sender must not hold the connection for longer by a byte now and then
    var request = ByteBuffer.wrap(readWithin(socket, in, length));
    byte tag = request.get();
    boolean forItsOwn = tag == Epmd.ALIVE2_REQ || tag == Epmd.DUMP_REQ;
    if (forItsOwn && !ThisMachine.has(socket.getInetAddress())) {
      LOG.log(Level.INFO, "epmd refuses request {0} of another machine", tag);
      return;
    }
    switch (tag) {
      case Epmd.ALIVE2_REQ -> alive(socket, request);
      case Epmd.PORT_PLEASE2_REQ -> {
        var name = utf8(request, request.remaining());
        socket.getOutputStream().write(portResponse(name, nodes.get(name)));
      }
      case Epmd.NAMES_REQ -> list(socket, "name %s at port %d\n");
      case Epmd.DUMP_REQ -> list(socket, "active name %s at port %d, fd = 0\n");
      default -> LOG.log(Level.INFO, "epmd closes a connection: request {0} is unknown", tag);
    }
  }

  private static byte[] readWithin(Socket socket, DataInputStream in, int length)
      throws IOException {
    long deadline = System.nanoTime() + REQUEST_MILLIS * 1_000_000L;
    var bytes = new byte[length];
    int read = 0;
    while (read < length) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      socket.setSoTimeout((int) left);
      int n = in.read(bytes, read, length - read);
      if (n < 0) {
        throw new EOFException();
      }
      read += n;
    }
    return bytes;
  }

  private void alive(Socket socket, ByteBuffer request) throws IOException {
    if (request.remaining() < 12) {
      LOG.log(Level.INFO, "epmd closes a connection: a registration without a name");
      return;
    }
    int nodePort = request.getShort() & 0xffff;
    byte type = request.get();
    byte protocol = request.get();
    int high = request.getShort() & 0xffff;
    int low = request.getShort() & 0xffff;
    int nameLength = request.getShort() & 0xffff;
    if (nameLength == 0 || nameLength > request.remaining()) {
      LOG.log(Level.INFO, "epmd closes a connection: a registration without a name");
      return;
    }
    var name = utf8(request, nameLength);
    boolean valid = name.chars().noneMatch(c -> c <= ' ' || c == 0x7f);
    var entry = new Entry(nodePort, type, protocol, high, low, socket);
    boolean taken = !valid || nodes.size() >= MAX_NODES || nodes.putIfAbsent(name, entry) != null;
    try {
      socket.getOutputStream().write(aliveResponse(taken, high));
      if (!taken) {
        silent.leave(socket);
        socket.setSoTimeout(0);
        awaitEnd(socket);
      }
    } finally {
      nodes.remove(name, entry);
    }
  }

  /** A registered node says nothing more; whatever it says, its end ends the registration. */
  private static void awaitEnd(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var ignored = new byte[64];
    while (in.read(ignored) >= 0) {
      // as Erlang's does
    }
  }

  private static byte[] aliveResponse(boolean taken, int high) {
    // a creation of 4 bits was 1 to 3 once: real ones begin above, and never are 0
    int creation = taken ? 0 : ThreadLocalRandom.current().nextInt(4, Integer.MAX_VALUE);
    var response = ByteBuffer.allocate(high >= Epmd.DIST_VERSION ? 6 : 4);
    response.put(high >= Epmd.DIST_VERSION ? Epmd.ALIVE2_X_RESP : Epmd.ALIVE2_RESP);
    response.put((byte) (taken ? 1 : 0));
    if (high >= Epmd.DIST_VERSION) {
      response.putInt(creation);
    } else {
      response.putShort((short) (taken ? 0 : 1 + creation % 3));
    }
    return response.array();
  }

  private static byte[] portResponse(String name, @Nullable Entry entry) {
    if (entry == null) {
      return new byte[] {Epmd.PORT2_RESP, 1};
    }
    var nameBytes = name.getBytes(StandardCharsets.UTF_8);
    var response = ByteBuffer.allocate(14 + nameBytes.length);
    response.put(Epmd.PORT2_RESP).put((byte) 0).putShort((short) entry.port);
    response.put(entry.type).put(entry.protocol);
    response.putShort((short) entry.high).putShort((short) entry.low);
    response.putShort((short) nameBytes.length).put(nameBytes);
    response.putShort((short) 0);
    return response.array();
  }

  private void list(Socket socket, String format) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(ByteBuffer.allocate(4).putInt(port).array());
    var text =
        nodes.entrySet().stream()
            .map(node -> String.format(format, node.getKey(), node.getValue().port))
            .collect(Collectors.joining());
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String utf8(ByteBuffer bytes, int length) {
    var name = new byte[length];
    bytes.get(name);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** Ends the service; the nodes registered here look for another epmd, or start one. */
  @Override
  public void close() {
    for (var listener : listeners) {
      closeQuietly(listener);
    }
    for (var socket : sockets) {
      closeQuietly(socket);
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "closing epmd", e);
    }
  }
}
