package dev.retort.node;

import dev.retort.Body;
import dev.retort.NodeCheck;
import dev.retort.NodeOptions;
import dev.retort.NodeType;
import dev.retort.spi.Distribution;
import dev.retort.spi.GlobalRegistry;
import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node on the network, by Erlang's distribution protocol over TCP: who is connected, and the way
 * there for what processes send.
 */
final class TcpDistribution implements Distribution, Connection.Owner {
  private static final Logger LOG = System.getLogger(TcpDistribution.class.getName());

  /** How long a handshake may take: net_setuptime. */
  private static final Duration SETUP_TIME = Duration.ofSeconds(7);

  private static final long PING_SECONDS = 10;
  private static final long CLOSE_SECONDS = 2;

  private final LocalNode local;
  private final @Nullable Acceptor acceptor;
  private final @Nullable EpmdRegistration registration;
  private final @Nullable Epmd epmd;
  private final boolean dynamic;
  private final Connections connections;
  private final Cookies cookies;
  private final AccessRules access;
  private final Handshake handshake;
  private final Dialer dialer;
  private final Replies replies = new Replies();
  private final Traffic traffic = new Traffic();
  private final SpawnRequests spawnRequests;
  private final NodeMonitors monitors;
  private final Ticker ticker;
  private final Pid netKernel;
  private final GlobalNameServer global;
  private final List<NodeListener> listeners;
  private final AtomicInteger useless = new AtomicInteger();

  /**
   * Brings a node on the network.
   *
   * @throws IOException with one sentence for the user
   */
  TcpDistribution(NodeOptions options, Host host) throws IOException {
    var name = NodeName.ofOwn(options.name(), options.longNames());
    cookies = new Cookies(cookie(options));
    access = new AccessRules(options.access());
    epmd = options.peerPort() == 0 ? Epmd.ofEnvironment() : null;
    dynamic = name.isDynamic();
    var tls = Tls.of(options.tls());
    acceptor = dynamic ? null : Acceptor.listen(options, name.host(), tls);
    try {
      registration =
          epmd == null || acceptor == null
              ? null
              : EpmdRegistration.start(
                  epmd, name.alive(), acceptor.port(), options.hidden(), options.address());
    } catch (IOException | RuntimeException e) {
      if (acceptor != null) {
        acceptor.close();
      }
      throw e;
    }
    local =
        dynamic
            ? LocalNode.nameless(host)
            : new LocalNode(name.atom(), creation(registration), host);
    connections = new Connections(local.name());
    var self =
        dynamic
            ? new DynamicName(name.host(), local)
            : new Handshake.Fixed(name.toString(), local.creation(), options.hidden());
    handshake = new Handshake(self, cookies, access, connections);
    dialer =
        new Dialer(
            name,
            options.longNames(),
            epmd == null ? new Whereabouts.Fixed(options.peerPort()) : new Whereabouts.Asked(epmd),
            connections,
            handshake,
            tls,
            SETUP_TIME,
            this::established);
    spawnRequests = new SpawnRequests(local, replies, options.acceptClosures());
    monitors = new NodeMonitors(host);
    ticker = new Ticker(connections, options.netTickTime());
    var post = Post.of(local, replies, this);
    netKernel = serve(NetKernel.NAME, new NetKernel(post, replies, local, options.longNames()));
    serve(Rex.NAME, new Rex(local, post));
    serve(LoggerProxy.NAME, new LoggerProxy());
    serve(LoggerProxy.LOGGER, new LoggerProxy());
    global = new GlobalNameServer(local, connections, replies, post, this::connect);
    global.start(serve(GlobalNameServer.NAME, global));
    host.provide(new OtpModules(local, traffic, options.netTickTime()));
    listeners = List.of(global, monitors);
  }

  /** A cookie that strangers can guess lets them run anything, where they can call. */
  private static Cookie cookie(NodeOptions options) throws IOException {
    var cookie = given(options);
    var address = options.address();
    if (address == null || address.isLoopbackAddress() || options.weakCookie()) {
      return cookie;
    }
    var weakness = cookie.weakness();
    if (weakness != null) {
      throw new IOException(
          "the cookie could be guessed by whoever can call "
              + address.getHostAddress()
              + ": "
              + weakness
              + "; take a longer one, or none for that of ~/.erlang.cookie, or leave out"
              + " --interface to be called by this machine only, or say --allow-weak-cookie"
              + " (NodeOptions.withWeakCookie)");
    }
    return cookie;
  }

  private static Cookie given(NodeOptions options) throws IOException {
    if (options.cookie() != null) {
      return Cookie.of(options.cookie());
    }
    var file = options.cookieFile();
    return Cookie.read(file == null ? Cookie.defaultFile() : file);
  }

  /** Epmd's word, or a number of our own, greater than those of old nodes. */
  private static int creation(@Nullable EpmdRegistration registration) {
    return registration == null
        ? ThreadLocalRandom.current().nextInt(4, Integer.MAX_VALUE)
        : registration.creation();
  }

  private Pid serve(Atom name, MessageHandler handler) {
    var pid = local.host().serve(handler);
    if (!local.host().register(name, pid)) {
      throw new IllegalStateException("the name " + name + " is taken on this node");
    }
    return pid;
  }

  @Override
  public void open() {
    ticker.start();
    if (acceptor != null) {
      acceptor.start(connections, handshake, SETUP_TIME, this::established);
    }
  }

  @Override
  public Atom name() {
    return local.name();
  }

  @Override
  public int creation() {
    return local.creation();
  }

  // ---- connections

  /** A handshake is done, in either role. */
  private void established(Attempt attempt, Handshake.Peer peer, Line line) throws IOException {
    line.socket().setOption(StandardSocketOptions.TCP_NODELAY, true);
    var limits = access.limits(peer.node());
    var connection =
        new Connection(local, peer, line, replies, spawnRequests, traffic, limits, this);
    if (!connections.up(attempt, connection)) {
      throw new Handshake.GivenUpException();
    }
    for (var listener : listeners) {
      listener.up(connection);
    }
    connection.start();
    connections.announce(connection);
    LOG.log(Level.DEBUG, "connected to {0}", peer.node().name());
  }

  @Override
  public void ended(Connection connection, String why) {
    replies.lost(connection);
    monitors.down(connection.node());
    for (var listener : listeners) {
      listener.down(connection);
    }
    connections.down(connection);
    if (dynamic && connections.all().isEmpty()) {
      local.becomeNameless();
    }
  }

  /**
   * The connection with a node, made if need be; null if there can be none, or the calling process
   * has been told to exit while it waited.
   *
   * @param reason the level at which the reason is logged
   */
  private @Nullable Connection connection(Atom node, Level reason) {
    var open = connections.get(node);
    if (open != null) {
      return open;
    }
    if (node.equals(local.name()) || dynamic) {
      return null; // a node with a dynamic name connects where it is told to
    }
    return connect(node, reason);
  }

  private @Nullable Connection connect(Atom node, Level reason) {
    try {
      return connections.connect(node, dialer);
    } catch (Handshake.FailedException e) {
      return null;
    } catch (IOException e) {
      LOG.log(reason, String.valueOf(e.getMessage()));
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public boolean connect(Atom node) {
    return node.equals(local.name()) || connect(node, Level.INFO) != null;
  }

  @Override
  public boolean ping(Atom node) {
    if (node.equals(local.name())) {
      return true;
    }
    var connection = connect(node, Level.INFO);
    return connection != null && answers(connection);
  }

  /** Whether its {@code net_kernel} says yes. */
  private boolean answers(Connection connection) {
    var ref = local.host().newRef();
    var answer = replies.expect(ref, connection);
    var kernel = new Name(NetKernel.NAME, connection.node());
    connection.signal(netKernel, kernel, new Signal.Monitor(ref, netKernel, NetKernel.NAME), true);
    connection.send(
        netKernel,
        kernel,
        Tuple.of(
            GenMessage.CALL, Tuple.of(netKernel, ref), Tuple.of(NetKernel.IS_AUTH, local.name())));
    try {
      boolean pong = answer.get(PING_SECONDS, TimeUnit.SECONDS).equals(NetKernel.YES);
      connection.signal(netKernel, kernel, new Signal.Demonitor(ref, netKernel), true);
      return pong;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      replies.forget(ref);
    }
  }

  @Override
  public NodeCheck check(Atom node) {
    if (node.equals(local.name())) {
      return new NodeCheck(node, List.of(Stage.NAME.passed("this is the node itself")));
    }
    var steps = new Steps();
    try {
      var open = connections.get(node);
      if (open == null) {
        open =
            connections.connect(
                node,
                attempt -> {
                  attempt.report(steps);
                  dialer.call(attempt);
                });
        steps.connected();
      } else {
        steps.connectedBefore();
      }
      steps.at(Stage.PING);
      if (answers(open)) {
        steps.passed("its net_kernel answers");
      } else {
        steps.failed("its net_kernel does not answer: the node is stopped, or too busy to answer");
      }
    } catch (IOException e) {
      steps.failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      steps.failed("interrupted");
    }
    return new NodeCheck(node, steps.all());
  }

  @Override
  public boolean disconnect(Atom node) {
    var connection = connections.get(node);
    if (connection == null) {
      return false;
    }
    connection.close("disconnected", NodeDownReason.DISCONNECTED);
    awaitEnd(connection);
    return true;
  }

  private static void awaitEnd(Connection connection) {
    try {
      if (!connection.awaitEnd(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(Level.DEBUG, "{0} does not end", connection);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<Atom> nodes(boolean hidden) {
    return connections.all().stream()
        .filter(connection -> connection.isOpen() && connection.isHidden() == hidden)
        .map(Connection::node)
        .sorted()
        .toList();
  }

  @Override
  public Set<Atom> known() {
    var known = new TreeSet<>(connections.known());
    known.add(local.name());
    return known;
  }

  @Override
  public Map<String, Integer> names(String host) throws IOException {
    var names = new TreeMap<String, Integer>();
    var asked = epmd == null ? Epmd.ofEnvironment() : epmd;
    for (var each : asked.names(InetAddress.getByName(host))) {
      names.put(each.name(), each.port());
    }
    return names;
  }

  @Override
  public void setCookie(Atom node, String cookie) {
    if (node.equals(local.name())) {
      cookies.own(Cookie.of(cookie));
    } else {
      cookies.set(node, Cookie.of(cookie));
    }
  }

  @Override
  public void monitorNode(Pid watcher, Atom node, boolean on) {
    if (!on) {
      monitors.remove(watcher, node);
    } else if (!node.equals(local.name())) {
      monitors.add(watcher, node);
      var connection = connection(node, Level.DEBUG);
      if (connection == null || !connection.isOpen()) {
        monitors.unreachable(watcher, node);
      }
    }
  }

  @Override
  public void monitorNodes(Pid watcher, boolean on) {
    monitors.all(watcher, on);
  }

  @Override
  public void monitorNodes(Pid watcher, @Nullable NodeType type) {
    monitors.changes(watcher, type);
  }

  // ---- messages and signals

  @Override
  public void send(@Nullable Pid from, Dest to, Object message) {
    var connection = way(to, true);
    if (connection != null) {
      connection.send(from, to, message);
    }
  }

  @Override
  public void sendPriority(@Nullable Pid from, Ref alias, Object message) {
    var connection = way(alias, true);
    if (connection != null) {
      connection.sendPriority(from, alias, message);
    }
  }

  /** As {@link #send}, for a message that is not worth a new connection. */
  void sendIfConnected(@Nullable Pid from, Dest to, Object message) {
    var connection = way(to, false);
    if (connection != null) {
      connection.send(from, to, message);
    }
  }

  /** The connection to a process, an alias or a name; null if it cannot be reached any more. */
  private @Nullable Connection way(Dest to, boolean connect) {
    if (to instanceof RemotePid pid && pid.connection().isOpen()) {
      return pid.connection();
    }
    return switch (to) {
      case Pid pid -> way(pid.node(), pid.creation(), connect);
      case Ref ref -> way(ref.node(), ref.creation(), connect);
      case Name(var name, var node) -> node == null ? null : way(node, connect);
      case Via via -> throw new IllegalArgumentException("not looked up: " + via);
    };
  }

  /** Processes of an earlier incarnation of the node are dead, even if it is there again. */
  private @Nullable Connection way(Atom node, int creation, boolean connect) {
    var connection = way(node, connect);
    return connection != null && connection.creation() == creation ? connection : null;
  }

  private @Nullable Connection way(Atom node, boolean connect) {
    return connect ? connection(node, Level.DEBUG) : connections.get(node);
  }

  @Override
  public void signal(Pid from, Dest to, Signal signal, boolean itself) {
    // What follows from a link or a monitor has lost its reason with the connection.
    boolean connect =
        switch (signal) {
          case Signal.Link link -> true;
          case Signal.Monitor monitor -> true;
          case Signal.GroupLeader leader -> true;
          case Signal.Exit exit -> !exit.linked;
          default -> false;
        };
    var connection = way(to, connect);
    if (connection == null) {
      unreachable(from, to, signal);
      return;
    }
    connection.signal(from, to, signal, itself);
    if (!connection.isOpen() && connect) {
      // it may have told its processes of its end before it knew of this one
      local.host().signal(from, new Signal.NoConnection(connection.node()));
    }
  }

  private void unreachable(Pid from, Dest to, Signal signal) {
    var node =
        switch (to) {
          case Pid pid -> pid.node();
          case Ref ref -> ref.node();
          case Name(var name, var at) -> at;
          case Via via -> throw new IllegalArgumentException("not looked up: " + via);
        };
    // a node that is there, but not the one that the pid was from, says what is true of it
    boolean there = node != null && (connections.get(node) != null || node.equals(name()));
    var reason = there ? Atom.NOPROC : Atom.NOCONNECTION;
    switch (signal) {
      case Signal.Link link when to instanceof Pid pid ->
          local.host().signal(from, new Signal.Exit(pid, reason, true));
      case Signal.Monitor monitor ->
          local.host().signal(from, new Signal.Down(monitor.ref, reason));
      default -> {}
    }
  }

  @Override
  public Pid spawn(
      Pid from, Pid groupLeader, Atom node, Body body, boolean link, @Nullable Ref monitor) {
    var connection = connection(node, Level.INFO);
    var pid =
        connection == null
            ? null
            : spawnRequests.request(connection, from, groupLeader, body, link, monitor);
    return pid == null ? uselessPid(from, node, link, monitor) : pid;
  }

  @Override
  public Pid spawn(
      Pid from,
      Pid groupLeader,
      Atom node,
      Atom module,
      Atom function,
      List<Object> arguments,
      boolean link,
      @Nullable Ref monitor) {
    var connection = connection(node, Level.INFO);
    var pid =
        connection == null
            ? null
            : spawnRequests.request(
                connection,
                from,
                groupLeader,
                Tuple.of(module, function, (long) arguments.size()),
                arguments,
                link,
                monitor,
                result -> node.name() + " starts no process for functions: it answers " + result);
    return pid == null ? uselessPid(from, node, link, monitor) : pid;
  }

  @Override
  public CompletableFuture<Object> request(
      Pid from, Pid groupLeader, Atom node, Atom module, Atom function, List<Object> arguments) {
    var result = new CompletableFuture<Object>();
    var name = Tuple.of(module, function, (long) arguments.size());
    var open = connections.get(node);
    if (open != null) {
      spawnRequests.call(open, from, groupLeader, name, arguments, result);
    } else {
      Thread.ofVirtual()
          .name("call to " + node.name())
          .start(
              () -> {
                var connection = connection(node, Level.INFO);
                if (connection == null) {
                  result.complete(Atom.NOCONNECTION);
                } else { // also where nobody wants the result any more
                  spawnRequests.call(connection, from, groupLeader, name, arguments, result);
                }
              });
    }
    return result;
  }

  /** As {@code erlang:spawn/4} on a node that cannot be reached: a pid that leads nowhere. */
  private Pid uselessPid(Pid from, Atom node, boolean link, @Nullable Ref monitor) {
    var pid = Pid.of(node, useless.incrementAndGet(), 0, 0);
    if (link || monitor != null) {
      local.host().signal(from, new Signal.Spawned(pid, link, monitor));
    }
    if (link) {
      local.host().signal(from, new Signal.Exit(pid, Atom.NOCONNECTION, true));
    }
    if (monitor != null) {
      local.host().signal(from, new Signal.Down(monitor, Atom.NOCONNECTION));
    }
    return pid;
  }

  @Override
  public GlobalRegistry global() {
    return global.registrar();
  }

  @Override
  public void ended(Pid process) {
    for (var connection : connections.all()) {
      connection.untie(process);
    }
    monitors.ended(process);
  }

  @Override
  public void close() {
    if (registration != null) {
      registration.close();
    }
    global.close();
    if (acceptor != null) {
      acceptor.close();
    }
    ticker.close();
    connections.close();
    var all = connections.all();
    for (var connection : all) {
      connection.close("this node is closed", NodeDownReason.NO_NETWORK);
    }
    for (var connection : all) {
      awaitEnd(connection);
    }
  }
}
