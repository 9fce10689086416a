package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.spi.Distribution;
import dev.retort.spi.Evaluator;
import dev.retort.spi.GlobalRegistry;
import dev.retort.spi.Signal;
import dev.retort.spi.SystemModules;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Via;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A node: processes, their names, and (once {@linkplain #start started} with a name) its place in a
 * cluster of Retort, Erlang and Elixir nodes.
 *
 * <p>The static functions are those of Elixir's {@code Node} module. They act on the node of the
 * process that calls them; on a thread that is no process, on the JVM's default node: the first one
 * started, or else {@code nonode@nohost}, which has no network. A JVM can hold several nodes; an
 * instance is a handle for starting processes on one of them from outside, and for closing it.
 *
 * <pre>{@code
 * try (var node = Node.start(NodeOptions.shortName("java"))) {
 *   node.spawn(() -> println(Node.list()));
 * }
 * }</pre>
 */
public final class Node implements AutoCloseable {
  private static final Atom NONODE = Atom.of("nonode@nohost");

  /** What nodes ask of each other, whatever they export. */
  private static final Set<Atom> OWN_MODULES =
      Set.of(Atom.of("erlang"), Atom.of("erpc"), Atom.of("global"));

  /** What is said where the name of a node is null. */
  private static final String NODE = "node: a name such as java@host was expected";

  /** Pids are unique for 2^28 ids times 2^32 serials. */
  private static final int ID_BITS = 28;

  /** The first processes of a BEAM node are its own, too. */
  private static final int FIRST_ID = 100;

  /** Ids whose place was taken after which the table of processes grows. */
  private static final int MOST_TRIES = 16;

  /** Switched off, a node with applications is not closed when the JVM ends. */
  private static final String SHUTDOWN_HOOK = "dev.retort.shutdownHook";

  /** Looks, a millisecond apart, after which a node counts as idle. */
  private static final int IDLE_LOOKS = 4;

  private static volatile @Nullable Node defaultNode;

  private final String threadName;
  final Scheduler scheduler;

  private final ProcessTable processes = new ProcessTable();

  private final Map<Atom, LocalPid> names = new ConcurrentHashMap<>();
  final Map<Ref, LocalProcess> aliases = new ConcurrentHashMap<>();

  /** What each {@link PartitionSupervisor} has registered last under its name. */
  final Map<Atom, Partitions> partitions = new ConcurrentHashMap<>();

  /** What other nodes may call here, by module. */
  private final Map<Atom, Exports> exports = new ConcurrentHashMap<>();

  /** Of a node without a name. */
  private final GlobalRegistry ownGlobal = new OwnGlobal();

  /** By the names of the {@link Pg} scopes. */
  final Map<Atom, PgGroups> pgScopes = new ConcurrentHashMap<>();

  /** By the names of their supervisors; each until that ends. */
  final Map<Atom, RegistryTable> registries = new ConcurrentHashMap<>();

  final AtomicLong nextPid = new AtomicLong(FIRST_ID);

  /** Numbers that no process was given. */
  private final LongAdder skipped = new LongAdder();

  private final AtomicLong nextRef = new AtomicLong(System.nanoTime() & 0xffff_ffffL);
  private final Telemetry telemetry = new Telemetry();
  private final Reports reports = new Reports(ReportLimit.ofProperty());
  private final Applications applications = new Applications(this);
  private final LocalPid user;

  private final AtomicBoolean closing = new AtomicBoolean();

  /** Why it has ended. */
  private final CompletableFuture<Object> end = new CompletableFuture<>();

  private volatile Consumer<String> output =
      text -> {
        System.out.print(text);
        System.out.flush();
      };
  private volatile @Nullable Distribution distribution;

  /** What calls functions of shells; null if this node takes no code of others. */
  private volatile @Nullable Evaluator evaluator;

  private volatile @Nullable Timers timers;
  private volatile @Nullable Thread shutdownHook;
  private volatile @Nullable SystemModules systemModules;
  private volatile boolean closed;

  private Node(String threadName) {
    this.threadName = threadName;
    scheduler = new Scheduler(threadName, processes);
    user = new LocalPid(this, FIRST_ID - 1, 0);
    var process = new LocalProcess(user, new GroupLeader(text -> output.accept(text)), user, null);
    user.process = process;
    processes.add(process);
    register(Atom.of("user"), user);
    process.startIdle(); // before anybody can know of it
    telemetry.open(this);
  }

  /**
   * Starts a node that others can reach under {@code options.name()}; it becomes the JVM's default
   * node if there is none yet. Elixir's {@code Node.start/3}; closing it is {@code Node.stop/0}.
   *
   * @throws IOException with one sentence for the user: the name is in use, the cookie file cannot
   *     be read, the port cannot be bound
   * @throws IllegalStateException if {@code retort-node}, or {@code retort-shell} for a node that
   *     {@linkplain NodeOptions#withAcceptShells opens shells}, is not on the class or module path
   */
  public static Node start(NodeOptions options) throws IOException {
    return start(options, new Exports[0]);
  }

  /**
   * As {@link #start(NodeOptions)}, with functions that other nodes may call from the beginning;
   * see {@link #export}.
   */
  public static Node start(NodeOptions options, Exports... modules) throws IOException {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(modules, "modules");
    var provider =
        ServiceLoader.load(Distribution.Provider.class, Node.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "a named node needs dev.retort:retort-node among the dependencies"));
    var node = new Node(options.name());
    for (var module : modules) {
      node.export(module);
    }
    // messages bring functions without saying from whom, so no peer may be refused them
    if (options.acceptClosures() && options.access().stream().allMatch(PeerAccess::closures)) {
      node.evaluator =
          ServiceLoader.load(Evaluator.Provider.class, Node.class.getClassLoader())
              .findFirst()
              .map(each -> each.start(new ExportedHere()))
              .orElse(null);
    }
    try {
      var distribution = provider.start(options, new NodeHost(node));
      node.distribution = distribution;
      distribution.open();
    } catch (IOException | RuntimeException e) {
      node.close();
      throw e;
    }
    synchronized (Node.class) {
      if (defaultNode == null || defaultNode.distribution == null) {
        defaultNode = node;
      }
    }
    return node;
  }

  /** The node of the running process; on other threads the JVM's default node. */
  public static Node current() {
    var process = Runner.currentProcess();
    if (process != null) {
      process.checkEnded();
      return process.pid.home;
    }
    var node = defaultNode;
    return node != null ? node : makeDefault();
  }

  private static synchronized Node makeDefault() {
    if (defaultNode == null) {
      defaultNode = new Node(NONODE.name());
    }
    return defaultNode;
  }

  // ---- Elixir's Node

  /** The current node's name; {@code :nonode@nohost} if it has none. {@code Node.self/0}. */
  public static Atom self() {
    return current().name();
  }

  /** Whether the current node has a name and a network. {@code Node.alive?/0}. */
  public static boolean alive() {
    return current().distribution != null;
  }

  /** The visible nodes that the current node is connected to. {@code Node.list/0}. */
  public static List<Atom> list() {
    var distribution = current().distribution;
    return distribution == null ? List.of() : distribution.nodes(false);
  }

  /** The hidden nodes that the current node is connected to. {@code Node.list(:hidden)}. */
  public static List<Atom> listHidden() {
    var distribution = current().distribution;
    return distribution == null ? List.of() : distribution.nodes(true);
  }

  /** The nodes of these types, sorted by name. {@code Node.list/1}, {@code erlang:nodes/1}. */
  public static List<Atom> nodes(NodeType first, NodeType... more) {
    Objects.requireNonNull(first, "first: a NodeType was expected");
    Objects.requireNonNull(more, "more: further types were expected");
    var distribution = current().distribution;
    var nodes = new TreeSet<Atom>();
    for (var type : EnumSet.of(first, more)) {
      if (type == NodeType.THIS || distribution == null) {
        if (type == NodeType.THIS || type == NodeType.KNOWN) {
          nodes.add(self());
        }
        continue;
      }
      switch (type) {
        case VISIBLE -> nodes.addAll(distribution.nodes(false));
        case HIDDEN -> nodes.addAll(distribution.nodes(true));
        case KNOWN -> nodes.addAll(distribution.known());
        default -> {
          nodes.addAll(distribution.nodes(false));
          nodes.addAll(distribution.nodes(true));
        }
      }
    }
    return List.copyOf(nodes);
  }

  /**
   * The nodes that run on a machine and the ports they listen on, as its epmd knows them. {@code
   * net_adm:names/1}.
   *
   * @param host its name or address
   * @throws IOException if no epmd answers there, or there is no such machine
   */
  public static Map<String, Integer> names(String host) throws IOException {
    Objects.requireNonNull(host, "host: a machine's name was expected");
    return current().reaching(host).names(host);
  }

  /**
   * Sets the cookie for connections with {@code node}, in both directions, that are made from now
   * on; if it is the current node itself, for all nodes that no other has been set for. {@code
   * Node.set_cookie/2}.
   *
   * @throws IllegalArgumentException if it does not have 1 to 255 characters of Latin-1, or could
   *     be guessed where strangers can call, as at the start of a node: {@link
   *     NodeOptions#withWeakCookie}
   */
  public static void setCookie(String node, String cookie) {
    Objects.requireNonNull(node, NODE);
    Objects.requireNonNull(cookie, "cookie");
    NodeOptions.checkCookie(cookie);
    current().reaching(node).setCookie(Atom.of(node), cookie);
  }

  /**
   * Connects to {@code node}; whether there is a connection now. {@code Node.connect/1}. The reason
   * why there is none is in the log.
   */
  public static boolean connect(String node) {
    Objects.requireNonNull(node, NODE);
    var distribution = current().distribution;
    return distribution != null && (isSelf(node) || distribution.connect(Atom.of(node)));
  }

  /**
   * Walks the way to {@code node} as {@link #connect} does, and tells what was found: whether its
   * name fits, its host is known, epmd answers and knows it, its port is open, and what came of
   * each part of the handshake, up to its {@code net_kernel}'s answer. The node stays connected if
   * all is well. Takes as long as connecting does, a few seconds for each address that is silent.
   */
  public static NodeCheck check(String node) {
    Objects.requireNonNull(node, NODE);
    var distribution = current().distribution;
    return distribution == null
        ? NodeCheck.nameless(Atom.of(node))
        : distribution.check(Atom.of(node));
  }

  /** Whether {@code node} answers, connecting to it if need be. {@code Node.ping/1}. */
  public static boolean ping(String node) {
    Objects.requireNonNull(node, NODE);
    var distribution = current().distribution;
    return isSelf(node) || (distribution != null && distribution.ping(Atom.of(node)));
  }

  /** Closes the connection to {@code node}; whether there was one. {@code Node.disconnect/1}. */
  public static boolean disconnect(String node) {
    Objects.requireNonNull(node, NODE);
    var distribution = current().distribution;
    return distribution != null && distribution.disconnect(Atom.of(node));
  }

  /**
   * Asks for a {@link NodeDown} message when the connection to {@code node} is lost, or at once if
   * there can be none; {@code on} false takes one request back. {@code Node.monitor/2}.
   */
  public static void monitor(String node, boolean on) {
    Objects.requireNonNull(node, NODE);
    var self = Kernel.process("Node.monitor");
    var distribution = self.pid.home.distribution;
    if (distribution == null) {
      throw new IllegalStateException(
          "Node.monitor needs a named node: start one with Node.start or jex --sname NAME");
    }
    self.tieToOtherNode();
    distribution.monitorNode(self.pid, Atom.of(node), on);
  }

  /**
   * Asks for a {@link NodeUp} message whenever a visible node has been connected, and a {@link
   * NodeDown} when one is lost; {@code on} false takes that back, as the end of the process does.
   * {@code net_kernel:monitor_nodes/1}, but that it asks once, however often it is called.
   */
  public static void monitorNodes(boolean on) {
    var self = Kernel.process("Node.monitorNodes");
    var distribution = self.pid.home.distribution;
    if (distribution != null) { // else there are no others
      self.tieToOtherNode();
      distribution.monitorNodes(self.pid, on);
    }
  }

  /**
   * Asks for a {@link NodeChange} message whenever a node of this type has been connected or is
   * lost, which says whether it is hidden, and why it is lost; until the process ends, or {@link
   * #demonitorNodes}. {@code net_kernel:monitor_nodes/2} with {@code node_type} and {@code
   * nodedown_reason}, but that it asks once, however often it is called.
   *
   * @param type {@code VISIBLE}, {@code HIDDEN}, or {@code CONNECTED} for both
   */
  public static void monitorNodes(NodeType type) {
    Objects.requireNonNull(type, "type: a NodeType was expected");
    if (type == NodeType.THIS || type == NodeType.KNOWN) {
      throw new IllegalArgumentException(
          "type: VISIBLE, HIDDEN or CONNECTED was expected, this is " + type);
    }
    monitorChanges("Node.monitorNodes", type);
  }

  /** Takes {@link #monitorNodes(NodeType)} back. */
  public static void demonitorNodes() {
    monitorChanges("Node.demonitorNodes", null);
  }

  private static void monitorChanges(String function, @Nullable NodeType type) {
    var self = Kernel.process(function);
    var distribution = self.pid.home.distribution;
    if (distribution != null) { // else there are no others
      self.tieToOtherNode();
      distribution.monitorNodes(self.pid, type);
    }
  }

  /**
   * Runs {@code body} in a new process on another node, and returns its pid. The code and what it
   * captured travel along; the other node must be a Retort node that accepts closures, as shells
   * do. {@code Node.spawn/2}.
   *
   * @throws UnsupportedOperationException if it cannot run there, with the reason
   */
  public static Pid spawn(String node, Body body) {
    return spawn(node, body, false, null);
  }

  /** As {@link #spawn(String, Body)}, linked to the caller. {@code Node.spawn_link/2}. */
  public static Pid spawnLink(String node, Body body) {
    return spawn(node, body, true, null);
  }

  /** As {@link #spawn(String, Body)}, monitored by the caller. {@code Node.spawn_monitor/2}. */
  public static Monitored spawnMonitor(String node, Body body) {
    var ref = Kernel.makeRef();
    return new Monitored(spawn(node, body, false, ref), ref);
  }

  private static Pid spawn(String node, Body body, boolean link, @Nullable Ref monitor) {
    Objects.requireNonNull(node, NODE);
    Objects.requireNonNull(body, "body");
    var self = Kernel.process("Node.spawn");
    var home = self.pid.home;
    if (isSelf(node)) {
      return home.spawnFrom(self, body, link, monitor);
    }
    return home.reaching(node)
        .spawn(self.pid, self.groupLeader, Atom.of(node), body, link, monitor);
  }

  /**
   * Calls a function of {@code module} in a new process on another node, and returns its pid: on an
   * Erlang or Elixir node any that there is, on a Retort node one that is {@linkplain #export
   * exported}. Where it does not exist the process ends with {@code undef}. {@code Node.spawn/4}.
   *
   * @param module {@code "lists"}; {@code "Elixir.Enum"} for Elixir's {@code Enum}
   * @param arguments values that have terms
   */
  public static Pid spawn(String node, String module, String function, List<?> arguments) {
    return spawn(node, mfa(module, function, arguments), false, null);
  }

  /** As {@link #spawn(String, String, String, List)}, linked. {@code Node.spawn_link/4}. */
  public static Pid spawnLink(String node, String module, String function, List<?> arguments) {
    return spawn(node, mfa(module, function, arguments), true, null);
  }

  /** As {@link #spawn(String, String, String, List)}, monitored. {@code Node.spawn_monitor/4}. */
  public static Monitored spawnMonitor(
      String node, String module, String function, List<?> arguments) {
    var ref = Kernel.makeRef();
    return new Monitored(spawn(node, mfa(module, function, arguments), false, ref), ref);
  }

  static Mfa mfa(String module, String function, List<?> arguments) {
    Objects.requireNonNull(module, "module: its name was expected");
    Objects.requireNonNull(function, "function: its name was expected");
    Objects.requireNonNull(arguments, "arguments: a list was expected");
    return Mfa.of(Atom.of(module), Atom.of(function), (List<?>) Terms.toTerm(arguments));
  }

  private static Pid spawn(String node, Mfa mfa, boolean link, @Nullable Ref monitor) {
    Objects.requireNonNull(node, NODE);
    var self = Kernel.process("Node.spawn");
    var home = self.pid.home;
    if (isSelf(node)) {
      return home.spawnFrom(self, ForeignCode.calling(mfa), link, monitor);
    }
    return home.reaching(node)
        .spawn(
            self.pid,
            self.groupLeader,
            Atom.of(node),
            mfa.module(),
            mfa.function(),
            mfa.arguments(),
            link,
            monitor);
  }

  /** The distribution, to reach another node. */
  Distribution reaching(String node) {
    var distribution = this.distribution;
    if (distribution == null) {
      throw new UnsupportedOperationException(
          "this node has no name, so it cannot reach "
              + node
              + ": start it with Node.start or jex --sname NAME");
    }
    return distribution;
  }

  private static boolean isSelf(String node) {
    return current().name().name().equals(node);
  }

  // ---- a handle

  /** Its full name, such as {@code :java@host}; {@code :nonode@nohost} if it has none. */
  public Atom name() {
    var distribution = this.distribution;
    return distribution == null ? NONODE : distribution.name();
  }

  /**
   * Lets other nodes call the functions of a module from now on, in place of an earlier one of the
   * same name. Nothing else of this node can be called from others, but what {@link Global} needs
   * and what Erlang's tools ask to observe the node.
   *
   * @throws IllegalArgumentException if every node has a module of this name, as {@code erlang},
   *     {@code sys} or {@code supervisor}; see {@code docs/observing.md}
   */
  public void export(Exports module) {
    Objects.requireNonNull(module, "module: Exports.of(name, object) was expected");
    if (isOwn(module.module())) {
      throw ownModule(module.module());
    }
    exports.put(module.module(), module);
  }

  private static IllegalArgumentException ownModule(Atom name) {
    return new IllegalArgumentException(
        "the module " + name + " is every node's own: another name was expected");
  }

  private boolean isOwn(Atom module) {
    var system = systemModules;
    return OWN_MODULES.contains(module) || (system != null && system.names().contains(module));
  }

  /** Starts a process on this node, from any thread. */
  public Pid spawn(Body body) {
    return spawn(body, user);
  }

  /** Starts a process on this node whose output goes to {@code groupLeader}. */
  public Pid spawn(Body body, Pid groupLeader) {
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(groupLeader, "groupLeader");
    Kernel.checkCaller();
    return create(body, groupLeader, null, null).pid;
  }

  /**
   * Runs {@code body} in a new process of this node and waits for its result; for tests and main
   * methods.
   *
   * @throws Exception what {@code body} threw
   * @throws ExitException if the process was ended by an exit signal
   */
  public <T> T run(Callable<T> body) throws Exception {
    Objects.requireNonNull(body, "body");
    var result = new CompletableFuture<T>();
    var process = submit(body, user, result);
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (InterruptedException e) {
      signal(process.pid, process.pid, new Signal.Exit(process.pid, Atom.KILL, false));
      throw e;
    }
  }

  /** Runs {@code body} in a new process that completes {@code result}, also when it is killed. */
  <T> LocalProcess submit(Callable<T> body, Pid groupLeader, CompletableFuture<T> result) {
    return create(new Once<>(body, result), groupLeader, null, null);
  }

  /**
   * Waits until no process of this node has anything to do: all wait for messages, or have ended.
   * For programs that are about to end and want to let others finish what they have begun.
   *
   * @param atMost how long to wait
   * @return whether the node has become idle in that time
   * @throws IllegalStateException in a process of this node, which would wait for itself
   */
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    long deadline = Timers.deadline(atMost);
    var self = Runner.currentProcess();
    if (self != null && self.pid.home == this) {
      throw new IllegalStateException(
          "awaitIdle was called in "
              + self.pid
              + ": it would wait for itself; call it on a thread that is no process of the node");
    }
    // A process that has been woken is for a moment in nobody's hands: it takes several looks.
    for (int looks = 0; looks < IDLE_LOOKS; looks = scheduler.isIdle() ? looks + 1 : 0) {
      if (Timers.left(deadline) <= 0) {
        return false;
      }
      Thread.sleep(1);
    }
    return true;
  }

  /** The process registered under {@code name} on this node; null if there is none. */
  public @Nullable Pid whereis(String name) {
    return whereis(Atom.of(name));
  }

  /**
   * The pid of this node that is printed with these numbers, whether its process is alive or not.
   * {@code list_to_pid/1}.
   */
  public Pid process(int id, int serial) {
    return pid(id, serial);
  }

  /** How many processes are alive on this node. */
  public int processCount() {
    return processes.size();
  }

  /**
   * Counters of this node, for monitoring. Cheap enough to be read every second. {@code
   * erlang:statistics/1}, {@code erlang:system_info/1}.
   */
  public Statistics statistics() {
    long spawned = nextPid.get() - FIRST_ID - skipped.sum();
    int alive = processCount();
    return new Statistics(
        alive,
        spawned,
        Math.max(0, spawned - Math.max(0, alive - 1)), // one is `user`, which nobody spawned
        scheduler.handled(),
        scheduler.runQueue(),
        scheduler.runners(),
        pendingTimers(),
        telemetry.restarts());
  }

  /**
   * Where the output of plain threads and of processes that nobody else leads goes; {@code
   * System.out} by default. Called by any thread, one text at a time.
   */
  public void output(Consumer<String> output) {
    this.output = Objects.requireNonNull(output, "output");
  }

  /**
   * Has {@code handler} called with each report of this node: a crash, an end of a child, a start
   * or end of an application. Those of level {@code DEBUG} are made for it, too, whether they are
   * logged or not. {@code logger:add_handler/3}.
   *
   * @param handler called in the process that reports, which waits for it; one that throws is
   *     removed
   */
  public void addReportHandler(Consumer<Report> handler) {
    reports.add(Objects.requireNonNull(handler, "handler"));
  }

  /** Takes a handler back; false if it was none. {@code logger:remove_handler/1}. */
  public boolean removeReportHandler(Consumer<Report> handler) {
    return reports.remove(Objects.requireNonNull(handler, "handler"));
  }

  /**
   * Stops its applications, in the reverse order of their start, takes the node off the network and
   * ends its processes. Returns when that is done, however long the applications take; in one of
   * its own processes while applications run, at once, since they would wait for it. {@code
   * init:stop/0}.
   */
  @Override
  public void close() {
    close(Atom.NORMAL);
  }

  private void close(Object reason) {
    var self = Runner.currentProcess();
    boolean own = self != null && self.pid.home == this;
    if (closing.compareAndSet(false, true)) {
      if (own && applications.areRunning()) {
        Thread.ofPlatform().name("close " + threadName).start(() -> end(reason));
      } else {
        end(reason);
      }
    } else if (!own) {
      end.join();
    }
  }

  /** The node ends for this reason, on a thread of its own. */
  void closeElsewhere(Object reason) {
    Thread.ofPlatform().name("close " + threadName).start(() -> close(reason));
  }

  /**
   * The JVM's end is the node's from now on: for applications, which expect to be stopped. Switched
   * off by {@code -Ddev.retort.shutdownHook=off}, for a program that closes its nodes itself.
   */
  void closeWithJvm() {
    if (!"off".equals(System.getProperty(SHUTDOWN_HOOK))) {
      var hook = new Thread(this::close, "close " + threadName);
      try {
        Runtime.getRuntime().addShutdownHook(hook);
        shutdownHook = hook;
      } catch (IllegalStateException e) {
        // the JVM is ending
      }
    }
  }

  private void forgetShutdownHook() {
    var hook = shutdownHook;
    if (hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // it is what runs
      }
    }
  }

  private void end(Object reason) {
    try {
      applications.stopAll();
      forgetShutdownHook();
      endAll();
    } finally {
      end.complete(reason); // whoever waits for it waits for no more
    }
  }

  private void endAll() {
    synchronized (Node.class) {
      if (defaultNode == this) {
        defaultNode = null;
      }
    }
    closed = true;
    var distribution = this.distribution;
    if (distribution != null) {
      distribution.close();
    }
    processes.forEach(process -> process.signal(new Signal.Exit(process.pid, Atom.KILL, false)));
    var timers = this.timers;
    if (timers != null) {
      timers.close();
    }
    scheduler.close();
    telemetry.close();
  }

  /**
   * Completes when the node has ended, with why: {@code normal} after {@link #close}, {@code
   * {application_terminated, Name, Reason}} or {@code {application_start_failure, Name, Reason}}
   * when a permanent {@link Application} took it down. Nothing else comes of a node's end, and the
   * JVM goes on. A program that is to end with its node says so:
   *
   * <pre>{@code
   * var node = Node.current(); // while it is there
   * System.exit(node.onClose().join().equals(Atom.NORMAL) ? 0 : 1);
   * }</pre>
   */
  public CompletableFuture<Object> onClose() {
    return end.copy();
  }

  @Override
  public String toString() {
    return "Node[" + name() + "]";
  }

  // ---- for the kernel

  int creation() {
    var distribution = this.distribution;
    return distribution == null ? 0 : distribution.creation();
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Applications applications() {
    return applications;
  }

  Reports reports() {
    return reports;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  /** Made when somebody first asks. */
  Timers timers() {
    var timers = this.timers;
    return timers != null ? timers : makeTimers();
  }

  private int pendingTimers() {
    var timers = this.timers;
    return timers == null ? 0 : timers.pending();
  }

  private synchronized Timers makeTimers() {
    var timers = this.timers;
    if (timers == null) {
      timers = new Timers(this, threadName);
      this.timers = timers;
      if (closed) { // close() has perhaps not seen it
        timers.close();
      }
    }
    return timers;
  }

  LocalPid user() {
    return user;
  }

  GlobalRegistry global() {
    var distribution = this.distribution;
    return distribution == null ? ownGlobal : distribution.global();
  }

  /** The function that is meant, if it is exported or one of those that every node has. */
  @Nullable ExportedFunction exported(Mfa mfa) {
    return exported(mfa.module(), mfa.function(), mfa.arguments().size());
  }

  @Nullable ExportedFunction exported(Atom module, Atom function, int arity) {
    var functions = exports.get(module);
    var exported = functions == null ? null : functions.function(function, arity);
    return exported != null ? exported : ownFunction(module, function, arity);
  }

  private @Nullable ExportedFunction ownFunction(Atom module, Atom function, int arity) {
    var system = systemModules;
    var functions = system == null ? null : system.find(module, function);
    return functions == null ? null : functions.function(function, arity);
  }

  /** The module that a user exports under this name. */
  @Nullable Exports exported(Atom module) {
    return exports.get(module);
  }

  /** Other nodes find these modules from now on. */
  void provide(SystemModules modules) {
    for (var name : exports.keySet()) {
      if (modules.names().contains(name)) {
        throw ownModule(name);
      }
    }
    systemModules = modules;
  }

  @Nullable Distribution distribution() {
    return distribution;
  }

  @Nullable Evaluator evaluator() {
    return evaluator;
  }

  void write(String text) {
    output.accept(text);
  }

  long newUnlinkId() {
    return nextRef.incrementAndGet();
  }

  LocalRef newRef() {
    return new LocalRef(this, newRefNumber());
  }

  long newRefNumber() {
    return nextRef.incrementAndGet();
  }

  /** Creates and starts a process. */
  LocalProcess create(
      Object code, Pid groupLeader, @Nullable Pid link, Signal.@Nullable Monitor monitor) {
    var process = prepare(code, groupLeader, null);
    process.bear(link, monitor);
    process.start();
    return process;
  }

  private LocalProcess enter(Object code, Pid groupLeader, @Nullable MailboxLimit limit) {
    for (int tries = 0; ; tries++) {
      long number = nextPid.getAndIncrement();
      int id = (int) (number & ((1 << ID_BITS) - 1));
      if (processes.hasPlace(id)) {
        var pid = new LocalPid(this, id, (int) (number >>> ID_BITS));
        var process = new LocalProcess(pid, code, groupLeader, limit);
        pid.bear(process);
        if (processes.add(process)) {
          return process;
        }
      }
      skipped.increment();
      if (tries >= MOST_TRIES) {
        processes.grow();
        tries = 0;
      }
    }
  }

  private LocalProcess prepare(Object code, Pid groupLeader, @Nullable MailboxLimit limit) {
    if (closed) {
      throw new IllegalStateException("the node is closed");
    }
    var process = enter(code, groupLeader, limit);
    if (closed) { // close() has perhaps not seen it
      forget(process);
      throw new IllegalStateException("the node is closed");
    }
    return process;
  }

  /** Creates and starts a process with a bounded mailbox, from a thread that is none. */
  Pid spawnLimited(Body body, MailboxLimit limit) {
    var process = prepare(body, user, limit);
    process.start();
    return process.pid;
  }

  /** Creates and starts a process on behalf of one of this node's own. */
  LocalPid spawnFrom(LocalProcess parent, Object code, boolean link, @Nullable Ref monitor) {
    return spawnFrom(parent, code, link, monitor, null);
  }

  /** As above, with a bounded mailbox. */
  LocalPid spawnFrom(
      LocalProcess parent,
      Object code,
      boolean link,
      @Nullable Ref monitor,
      @Nullable MailboxLimit limit) {
    parent.checkEnded();
    if (code instanceof TaskProcess task) {
      task.startedBy(parent.pid);
    }
    var process = prepare(code, parent.groupLeader, limit);
    var pid = process.pid;
    try {
      if (link) {
        parent.addLink(pid);
      }
      if (monitor != null) {
        parent.addMonitor(monitor, new Watch(pid), null);
      }
    } catch (ProcessEnded e) {
      forget(process);
      throw e;
    }
    if (link || monitor != null) {
      process.bear(
          link ? parent.pid : null,
          monitor == null ? null : new Signal.Monitor(monitor, parent.pid, null));
    }
    try {
      parent.beginAct();
    } catch (ProcessEnded e) {
      process.end(Atom.KILLED);
      throw e;
    }
    process.start();
    parent.endAct();
    return pid;
  }

  /**
   * Creates and starts a behaviour's process, under a name if there is one.
   *
   * @param starter the process that starts it; null for a thread that is none
   * @throws StartException if the name is taken
   */
  LocalPid startBehaviour(
      Behaviour behaviour, @Nullable LocalProcess starter, boolean link, StartOptions how) {
    var process = prepare(behaviour, starter == null ? user : starter.groupLeader, how.limit());
    var name = how.name();
    if (name != null && !register(name, process.pid)) {
      forget(process);
      var taken = whereis(name);
      throw StartException.alreadyStarted(taken == null ? process.pid : taken);
    }
    if (link && starter != null) {
      try {
        starter.addLink(process.pid);
      } catch (ProcessEnded e) {
        process.end(Atom.KILLED); // not forget: who found its name may have called it
        throw e;
      }
      process.bear(starter.pid, null);
    }
    process.start();
    return process.pid;
  }

  /**
   * A process of this node has ended: its name is free, its pid leads nowhere, its timers are gone.
   */
  void forget(LocalProcess process) {
    processes.remove(process);
    var timers = this.timers;
    if (timers != null) {
      timers.ended(process.pid);
    }
    var name = process.name;
    if (name != null) {
      names.remove(name, process.pid);
      if (!registries.isEmpty()) {
        registries.values().removeIf(table -> table.supervisor.equals(process.pid));
      }
    }
  }

  /** All that are alive; see {@link ProcessTable#forEach}. */
  void forEachProcess(Consumer<LocalProcess> action) {
    processes.forEach(action);
  }

  void endedRemotely(LocalPid pid) {
    var distribution = this.distribution;
    if (distribution != null) {
      distribution.ended(pid);
    }
  }

  boolean register(Atom name, Pid pid) {
    var process = pid instanceof LocalPid local && local.home == this ? local.process : null;
    if (process == null) {
      return false;
    }
    synchronized (process) { // a process has one name, whoever gives it two at once
      if (process.name != null || !take(name, process.pid)) {
        return false;
      }
      process.name = name;
    }
    if (process.hasEnded()) {
      names.remove(name, process.pid); // forget() may have looked for a name too early
      return false;
    }
    return true;
  }

  /** Whether the name was free: nobody had it, or one that is about to be forgotten. */
  private boolean take(Atom name, LocalPid pid) {
    for (; ; ) {
      var holder = names.putIfAbsent(name, pid);
      if (holder == null) {
        return true;
      }
      if (!holder.hasEnded()) {
        return false;
      }
      names.remove(name, holder);
    }
  }

  boolean unregister(Atom name) {
    var pid = names.remove(name);
    if (pid == null || pid.hasEnded()) {
      return false;
    }
    var process = pid.process;
    if (process != null) {
      process.name = null;
    }
    return true;
  }

  @Nullable LocalPid whereis(Atom name) {
    var pid = names.get(name);
    return pid == null || pid.hasEnded() ? null : pid;
  }

  Set<Atom> registered() {
    return names.entrySet().stream()
        .filter(name -> !name.getValue().hasEnded())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  void addAlias(Ref alias, LocalProcess process) {
    aliases.put(alias, process);
  }

  void removeAlias(Ref alias) {
    aliases.remove(alias);
  }

  /** The pid with these numbers, alive or not. */
  LocalPid pid(int id, int serial) {
    var process = processes.get(id, serial);
    return process != null ? process.pid : new LocalPid(this, id, serial);
  }

  /** Sends a message anywhere; dropped where there is nobody. */
  void send(@Nullable Pid from, Dest to, Object message) {
    switch (to) {
      case LocalPid pid -> {
        var process = pid.process;
        if (process != null) {
          process.send(message);
        }
      }
      case Name(var name, var node) when node == null || node.equals(name()) -> {
        var pid = whereis(name);
        if (pid != null) {
          send(from, pid, message);
        }
      }
      case Ref alias when aliases.containsKey(alias) -> {
        var process = aliases.get(alias);
        if (process != null) {
          process.signal(new Signal.ToAlias(alias, message, false));
        }
      }
      case Via via -> {
        var pid = via.whereis();
        if (pid != null) {
          send(from, pid, message);
        }
      }
      case Pid pid when pid.node().equals(name()) -> {
        if (pid.creation() == creation()) {
          send(from, pid(pid.id(), pid.serial()), message);
        }
      }
      default -> {
        var distribution = this.distribution;
        if (distribution != null) {
          distribution.send(from, to, message);
        }
      }
    }
  }

  /** Sends a message through an alias that may be a priority alias. */
  void sendPriority(@Nullable Pid from, Ref alias, Object message) {
    var process = aliases.get(alias);
    var distribution = this.distribution;
    if (process != null) {
      process.signal(new Signal.ToAlias(alias, message, true));
    } else if (distribution != null) {
      distribution.sendPriority(from, alias, message);
    }
  }

  /** Gives a signal to a process or a name anywhere. */
  void signal(Pid from, Dest to, Signal signal) {
    signal(from, to, signal, null);
  }

  /** Gives a signal on behalf of a running process: before its end, or not at all. */
  void signal(LocalProcess actor, Dest to, Signal signal) {
    signal(actor.pid, to, signal, actor);
    actor.checkEnded();
  }

  private void signal(Pid from, Dest to, Signal signal, @Nullable LocalProcess actor) {
    switch (to) {
      case LocalPid pid -> {
        var process = pid.process;
        if (process == null || !process.signal(signal, actor)) {
          refuse(pid, signal);
        }
      }
      case Name(var name, var node) when node == null || node.equals(name()) -> {
        var pid = whereis(name);
        var process = pid == null ? null : pid.process;
        if (process == null || !process.signal(signal, actor)) {
          refuse(from, signal);
        }
      }
      case Ref alias when aliases.containsKey(alias) -> {
        var process = aliases.get(alias);
        if (process != null) {
          process.signal(signal, actor);
        }
      }
      case Pid pid when pid.node().equals(name()) -> {
        if (pid.creation() == creation() && pid(pid.id(), pid.serial()).process != null) {
          signal(from, pid(pid.id(), pid.serial()), signal, actor);
        } else {
          refuse(pid, signal);
        }
      }
      default -> {
        var distribution = this.distribution;
        if (distribution != null) {
          distribution.signal(from, to, signal, actor != null);
        } else {
          answer(to, signal, Atom.NOCONNECTION);
        }
      }
    }
  }

  /** Answers a signal to a process that is not there. */
  void refuse(Pid dead, Signal signal) {
    answer(dead, signal, Atom.NOPROC);
  }

  private void answer(Dest to, Signal signal, Atom reason) {
    switch (signal) {
      case Signal.Link link when to instanceof Pid pid ->
          signal(pid, link.from, new Signal.Exit(pid, reason, true));
      case Signal.Monitor monitor ->
          signal(
              to instanceof Pid pid ? pid : monitor.watcher,
              monitor.watcher,
              new Signal.Down(monitor.ref, reason));
      case Signal.Unlink unlink when unlink.id != 0 && to instanceof Pid pid ->
          signal(pid, unlink.from, new Signal.UnlinkAck(pid, unlink.id));
      default -> {}
    }
  }

  /** Runs a callable as a process and keeps its outcome, also if a signal ends it. */
  private static final class Once<T> extends Behaviour {
    private final Callable<T> body;
    private final CompletableFuture<T> result;

    Once(Callable<T> body, CompletableFuture<T> result) {
      this.body = body;
      this.result = result;
    }

    @Override
    void init() throws Exception {
      try {
        result.complete(body.call());
      } catch (ProcessEnded e) {
        throw e;
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
      throw new ExitException(Atom.NORMAL);
    }

    @Override
    void handle(Object message) {
      throw new AssertionError("ends in init");
    }

    @Override
    Class<?> code() {
      return body.getClass();
    }

    @Override
    void ended(Object reason) {
      result.completeExceptionally(new ExitException(reason));
    }
  }
}
