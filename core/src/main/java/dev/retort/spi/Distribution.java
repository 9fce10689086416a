package dev.retort.spi;

import dev.retort.ApplicationSpec;
import dev.retort.Body;
import dev.retort.Exports;
import dev.retort.NodeChange;
import dev.retort.NodeCheck;
import dev.retort.NodeOptions;
import dev.retort.NodeType;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's way to other nodes. Its methods are called by the process (or plain thread) that acts,
 * and may block it: while a connection is being made, or while a connection is too busy to take
 * more.
 */
public interface Distribution extends AutoCloseable {
  /** Starts a distribution for {@code host}; found with {@link java.util.ServiceLoader}. */
  interface Provider {
    /**
     * Brings the node on the network under {@code options.name()}.
     *
     * @throws java.io.IOException with one sentence for the user when that is not possible
     */
    Distribution start(NodeOptions options, Host host) throws java.io.IOException;
  }

  /**
   * Begins to take calls of other nodes; called once by the node, as soon as it uses this
   * distribution and can therefore answer.
   */
  void open();

  /** The node's full name, such as {@code java@host}. */
  Atom name();

  /** This incarnation of the node. */
  int creation();

  /**
   * Sends a message to {@code to} (a pid of another node, or an alias made there) or to a name on
   * another node, connecting first if need be. Dropped silently where there is no way to it, as in
   * Erlang.
   *
   * @param from the sending process, of which nothing is sent once it has ended; null when a plain
   *     thread sends
   */
  void send(@Nullable Pid from, dev.retort.term.Dest to, Object message);

  /**
   * As {@link #send} to an alias of another node, before ordinary messages where the receiver wants
   * that and its node can tell it.
   */
  void sendPriority(@Nullable Pid from, Ref alias, Object message);

  /**
   * Sends a signal to a process of another node. Where there is no way to it, {@link Signal.Link}
   * is answered with an {@link Signal.Exit} {@code noconnection}, {@link Signal.Monitor} with a
   * {@link Signal.Down} {@code noconnection}, both through {@link Host#signal}.
   *
   * @param from the process whose signal it is
   * @param to a {@link Pid} or a {@link dev.retort.term.Name} with a node
   * @param itself whether the process does this itself: then nothing is sent once it has ended.
   *     Otherwise it is a signal of its end, or an answer in its name, and goes after all that it
   *     has sent itself.
   */
  void signal(Pid from, dev.retort.term.Dest to, Signal signal, boolean itself);

  /**
   * Runs {@code body} in a new process on {@code node} and returns its pid; the caller waits for
   * the answer. A body that cannot run there raises {@link UnsupportedOperationException} with the
   * reason. The link and the monitor are made by {@link Signal.Spawned}, which {@code from} has
   * been given when this returns.
   *
   * @param from the process that spawns
   * @param link whether the new process is linked to {@code from} from its start
   * @param monitor the reference of a monitor of the new process by {@code from}, or null
   */
  Pid spawn(Pid from, Pid groupLeader, Atom node, Body body, boolean link, @Nullable Ref monitor);

  /**
   * As above, for a function of a module of the other node, which may be an Erlang node.
   *
   * @param arguments terms
   */
  Pid spawn(
      Pid from,
      Pid groupLeader,
      Atom node,
      Atom module,
      Atom function,
      List<Object> arguments,
      boolean link,
      @Nullable Ref monitor);

  /**
   * Calls a function in a new process on another node without waiting for it; what comes is the
   * reason that the process ends with, as a term or a {@link Payload}. {@code noconnection} if the
   * node is lost; where no process could be started, the future fails with an {@link
   * dev.retort.ErlangException} {@code error:{erpc, Reason}}. A connection is made in the
   * background if need be. Whoever wants no result any more cancels the future.
   *
   * @param from in whose name; it gets no message
   * @param arguments terms
   */
  CompletableFuture<Object> request(
      Pid from, Pid groupLeader, Atom node, Atom module, Atom function, List<Object> arguments);

  /** {@code net_kernel:connect_node/1}: whether there is a connection now. */
  boolean connect(Atom node);

  /** {@code net_adm:ping/1}: connects, and asks its {@code net_kernel} whether it is there. */
  boolean ping(Atom node);

  /** What is found on the way to a node, step by step, up to its answer. */
  NodeCheck check(Atom node);

  /** {@code erlang:disconnect_node/1}: whether there was a connection. */
  boolean disconnect(Atom node);

  /** {@code nodes(visible)} or {@code nodes(hidden)}: the nodes connected now. */
  List<Atom> nodes(boolean hidden);

  /** {@code erlang:monitor_node/2}: {@code watcher} gets one {@code {nodedown, node}} per call. */
  void monitorNode(Pid watcher, Atom node, boolean on);

  /**
   * {@code net_kernel:monitor_nodes/1}: {@code watcher} gets {@code {nodeup, Node}} and {@code
   * {nodedown, Node}} for every visible node.
   */
  void monitorNodes(Pid watcher, boolean on);

  /**
   * {@code net_kernel:monitor_nodes/2}: {@code watcher} gets a {@link NodeChange} for every node of
   * the type ({@code VISIBLE}, {@code HIDDEN} or {@code CONNECTED}); null to stop.
   */
  void monitorNodes(Pid watcher, @Nullable NodeType type);

  /** {@code nodes(known)}: this node, and all that it is or was connected with. */
  Set<Atom> known();

  /**
   * {@code net_adm:names/1}: the ports of the nodes of a machine, as its epmd knows them.
   *
   * @throws java.io.IOException if none answers, or there is no such machine
   */
  Map<String, Integer> names(String host) throws java.io.IOException;

  /**
   * {@code erlang:set_cookie/2}: for connections that are made from now on.
   *
   * @param node this one, for all that have no cookie of their own
   * @throws IllegalArgumentException if it is no cookie, or one that strangers could guess who can
   *     call
   */
  void setCookie(Atom node, String cookie);

  /** {@code global}'s names and locks. */
  GlobalRegistry global();

  /** A local process with ties to other nodes (links, monitors, node monitors) has ended. */
  void ended(Pid process);

  /** Closes every connection and takes the name back from epmd. */
  @Override
  void close();

  /**
   * What a distribution needs of the node that it serves. All of it may be called by any thread.
   */
  interface Host {
    /**
     * Puts a message in the mailbox of a local process; dropped where there is none.
     *
     * @param to a pid, an alias or a name (without node) of this node
     * @param message a term, or a {@link Payload} that its receiver decodes
     */
    void send(dev.retort.term.Dest to, Object message);

    /** As {@link #send} to an alias, before ordinary messages if it is a priority alias. */
    void sendPriority(Ref alias, Object message);

    /**
     * Gives a signal to a local process. Where there is none, a {@link Signal.Link} is answered
     * with {@code Exit noproc}, a {@link Signal.Monitor} with {@code Down noproc}, through {@link
     * Distribution#signal}.
     *
     * @param to a pid of this node, a name (without node), or an alias, for an exit signal
     */
    void signal(dev.retort.term.Dest to, Signal signal);

    /** The pid with these numbers on this node, which need not be alive. */
    Pid pid(int id, int serial);

    /** Whether this was a process of this node and has ended; others are told of it after that. */
    boolean hasEnded(Pid pid);

    /** A fresh reference of this node. */
    Ref newRef();

    /**
     * Starts a process on behalf of another node's.
     *
     * @param groupLeader where its output goes
     * @param link a pid that it is linked to from its start, or null
     * @param monitor a monitor that it has from its start, or null
     */
    Pid spawn(Body body, Pid groupLeader, @Nullable Pid link, Signal.@Nullable Monitor monitor);

    /**
     * What a process runs that another node starts by the name of a function: what is exported
     * under it, {@code erpc}'s execution of such a function, or what ends with {@code undef}.
     *
     * @param arguments gives the list of arguments; called in the new process
     */
    Body function(Atom module, Atom function, int arity, Callable<Object> arguments);

    /**
     * Calls a function as the running process.
     *
     * @return what {@code rpc:call} gives: its value, what it has thrown, or {@code {badrpc,
     *     {'EXIT', Reason}}}, as a term
     */
    Object rpc(Atom module, Atom function, List<?> arguments);

    /** Registers a process that the distribution itself runs, such as {@code net_kernel}. */
    boolean register(Atom name, Pid process);

    /** Runs {@code handler} as a process of this node, once for each message, decoded as terms. */
    Pid serve(MessageHandler handler);

    /**
     * Runs a short task that never blocks on a thread that runs processes, once those have had
     * their turn who are ready now.
     */
    void later(Runnable task);

    /**
     * A platform thread that wakes processes and may lend itself to one of them. It has not been
     * started, and does not keep the JVM alive.
     *
     * @param task what it does; it never blocks between {@link Lender#begin} and {@link Lender#end}
     * @param relief called by another thread when the thread has lent itself for longer than a
     *     millisecond or so: somebody else should do its task meanwhile
     */
    Thread lendingThread(String name, Consumer<Lender> task, Runnable relief);

    /** The process that has this name, or null. */
    @Nullable Pid whereis(Atom name);

    /**
     * Lets other nodes call these modules from now on.
     *
     * @throws IllegalArgumentException if a user exports a module of one of their names
     */
    void provide(SystemModules modules);

    /** The module of this name that a user exports, or null. */
    @Nullable Exports exported(Atom module);

    /**
     * What a process of this node is; null if it has ended.
     *
     * @param withStack whether to find out where its thread is, which takes a while
     */
    @Nullable ProcessDetails details(Pid pid, boolean withStack);

    /**
     * The messages that wait in the mailbox of a process of this node, as terms; empty if it has
     * ended.
     */
    List<Object> messages(Pid pid);

    /** The applications that are loaded. */
    List<ApplicationSpec> loadedApplications();

    /** The applications that run, the last first. */
    List<RunningApplication> runningApplications();
  }

  /**
   * A thread as its task sees it. Only the thread itself calls its functions; whatever thread is
   * one of these must never wait for a process.
   */
  interface Lender {
    /**
     * From now on, processes that it wakes are a batch: other threads are woken for few of them and
     * go on with the rest.
     *
     * @param lends whether they are kept back for {@link #lend}, if another thread would have to be
     *     woken for them
     */
    void begin(boolean lends);

    /** The batch is over. Whether something was kept back, for {@link #lend} or {@link #cancel}. */
    boolean end();

    /**
     * Runs what was kept back, until all of that waits or has had its time; it may run for long.
     */
    void lend();

    /** As {@link #end}; what was kept back runs elsewhere. */
    void cancel();
  }

  /** One message at a time, in a process of its own. */
  @FunctionalInterface
  interface MessageHandler {
    /** Handles one message; what it throws ends the process. */
    void handle(Object message) throws Exception;
  }

  /** A message still in the bytes that came from a peer. */
  interface Payload {
    /**
     * The term; called by the receiving process, once.
     *
     * @throws IllegalArgumentException if the bytes are malformed: the message is dropped and
     *     logged
     */
    Object decode();
  }
}
