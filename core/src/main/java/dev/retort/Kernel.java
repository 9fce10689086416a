package dev.retort;

import dev.retort.etf.Inspect;
import dev.retort.etf.Vocabulary;
import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Processes as functions: spawn, send, receive, link, monitor, exit. Import it statically.
 *
 * <pre>{@code
 * record Hello(String name) {}
 *
 * Pid pid = spawn(() -> {
 *     switch (receive()) {
 *         case Hello(var name) -> println("Hello " + name);
 *         default              -> println("I don't understand");
 *     }
 * });
 * send(pid, new Hello("John"));
 * }</pre>
 *
 * <p>The functions act on the process that runs them, as Elixir's {@code Kernel} and {@code
 * Process} do. Where a function needs one ({@code self}, {@code receive}, {@code link} ...), it
 * throws an {@link IllegalStateException} on a thread that is no process. In a process that has
 * been told to exit they throw an {@link Error} that must not be caught: it unwinds what is left of
 * it.
 */
public final class Kernel {
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");
  private static final Atom PUT_CHARS = Atom.of("put_chars");
  private static final Atom UNICODE = Atom.of("unicode");

  private Kernel() {}

  /** The running process, or an exception that says what to do. */
  static LocalProcess process(String function) {
    var process = Runner.currentProcess();
    if (process == null) {
      throw new IllegalStateException(
          function
              + " was called on a thread that is no process: call it inside spawn(() -> ...), or use"
              + " Node.current().run(() -> ...) to run code as a process and wait for its result");
    }
    process.checkEnded();
    return process;
  }

  /** The pid of the running process. {@code self/0}. */
  public static Pid self() {
    return process("self()").pid;
  }

  /**
   * Starts a process that runs {@code body} and returns its pid at once. From any thread; on one
   * that is no process, it starts on the default node. {@code spawn/1}.
   */
  public static Pid spawn(Body body) {
    Objects.requireNonNull(body, "body");
    var parent = Runner.currentProcess();
    return parent == null
        ? Node.current().spawn(body)
        : parent.pid.home.spawnFrom(parent, body, false, null);
  }

  /** Starts a process that is linked to this one from its birth. {@code spawn_link/1}. */
  public static Pid spawnLink(Body body) {
    Objects.requireNonNull(body, "body");
    var parent = process("spawnLink");
    return parent.pid.home.spawnFrom(parent, body, true, null);
  }

  /** Starts a process that this one monitors from its birth. {@code spawn_monitor/1}. */
  public static Monitored spawnMonitor(Body body) {
    Objects.requireNonNull(body, "body");
    var parent = process("spawnMonitor");
    var ref = parent.pid.home.newRef();
    return new Monitored(parent.pid.home.spawnFrom(parent, body, false, ref), ref);
  }

  /**
   * Sends a message and returns it. From any thread; never blocks, except while a connection to
   * another node is made or has too much to carry. A message to a process that has ended is
   * dropped. {@code send/2}.
   *
   * @param message a value that nobody changes any more ({@link Shareable} says how this is
   *     checked); not null, {@link Atom#NIL} stands for nil
   * @throws IllegalArgumentException if {@code to} is a name that is not registered on this node
   */
  public static <M> M send(Dest to, M message) {
    Objects.requireNonNull(message, "a message is never null: send Atom.NIL for nil");
    if (to instanceof LocalPid pid) {
      MessageCheck.check(message);
      var process = pid.process;
      if (process != null) {
        checkCaller();
        process.send(message);
      }
      return message;
    }
    var from = Runner.currentProcess();
    if (from != null) {
      from.checkEnded();
    }
    var node = from == null ? Node.current() : from.pid.home;
    if (to instanceof Name(var name, var at) && at == null && node.whereis(name) == null) {
      throw notRegistered(name);
    }
    MessageCheck.check(node, to, message);
    node.send(from == null ? null : from.pid, to, message);
    return message;
  }

  /** Sends to the process registered under {@code name} on this node. */
  public static <M> M send(String name, M message) {
    return send(Name.of(name), message);
  }

  /** A process that has been killed does nothing any more, even while its code still runs. */
  static void checkCaller() {
    var caller = Runner.currentProcess();
    if (caller != null) {
      caller.checkEnded();
    }
  }

  private static IllegalArgumentException notRegistered(Atom name) {
    return new IllegalArgumentException(
        "no process is registered as " + name + " on this node; see register and GenServer's name");
  }

  // ---- receive

  /** Takes the first message out of the mailbox, waiting for one if need be. */
  public static Object receive() {
    var process = process("receive()");
    return Objects.requireNonNull(
        process.<Object>receive(message -> open(process, message), Long.MAX_VALUE));
  }

  /** As {@link #receive()}, for no longer than {@code after}; null when nothing came. */
  public static @Nullable Object receive(Duration after) {
    var process = process("receive");
    return process.<Object>receive(message -> open(process, message), Timers.deadline(after));
  }

  /**
   * Takes the first message that is an {@code M} and leaves the others in the mailbox, in order. A
   * message from another node, or a tuple, is one if its term has the shape of {@code M} or of a
   * record that {@code M} permits.
   */
  public static <M> M receive(Class<M> type) {
    return Objects.requireNonNull(receive(process("receive"), type, Long.MAX_VALUE));
  }

  /**
   * As {@link #receive(Class)}, for no longer than {@code after}; null when none came: {@code case
   * null} reads as Erlang's {@code after}.
   */
  public static <M> @Nullable M receive(Class<M> type, Duration after) {
    return receive(process("receive"), type, Timers.deadline(after));
  }

  private static <M> @Nullable M receive(LocalProcess process, Class<M> type, long deadline) {
    return process.<M>receive(message -> typed(process, type, message), deadline);
  }

  private static Object open(LocalProcess process, Object message) {
    return switch (message) {
      case Decoded(var term) -> process.vocabulary().read(term);
      // A process that is no GenServer sees what gen_server sends to one.
      case LocalCall call ->
          Tuple.of(Calls.GEN_CALL, new From(call.callerPid(process.pid.home), call), call.term());
      case ServerLoop.Cast(var cast) -> Tuple.of(Calls.GEN_CAST, cast);
      case ServerLoop.Stop stop -> stop.asTerm();
      default -> message;
    };
  }

  private static <M> @Nullable M typed(LocalProcess process, Class<M> type, Object message) {
    if (message instanceof Decoded(var term)) {
      return type == Object.class
          ? type.cast(process.vocabulary().read(term))
          : process.vocabulary().read(term, type);
    }
    var opened = open(process, message);
    if (type.isInstance(opened)) {
      return type.cast(opened);
    }
    return opened instanceof Tuple || opened instanceof Atom
        ? process.vocabulary().read(opened, type)
        : null;
  }

  /**
   * Sets which records, enums and sealed types the messages from other nodes may become in this
   * process; without it, those that the code it was spawned with declares or mentions.
   */
  public static void vocabulary(Vocabulary vocabulary) {
    process("vocabulary").vocabulary(vocabulary);
  }

  // ---- links, monitors, exits

  /**
   * Links this process with another: when one ends, the other gets an exit signal. Linking twice is
   * linking once. {@code Process.link/1}.
   *
   * @return true, as in Elixir; if there is no such process, an exit signal {@code noproc} follows
   */
  public static boolean link(Pid other) {
    var self = process("link");
    if (!other.equals(self.pid) && self.addLink(other)) {
      self.pid.home.signal(self.pid, other, new Signal.Link(self.pid));
      self.checkEnded();
    }
    return true;
  }

  /**
   * Takes the link back. No exit signal arrives through it after this. {@code Process.unlink/1}.
   *
   * @return true, as in Elixir
   */
  public static boolean unlink(Pid other) {
    var self = process("unlink");
    var home = self.pid.home;
    long id = other instanceof LocalPid ? 0 : home.newUnlinkId();
    var signal = self.removeLink(other, id);
    if (signal != null) {
      home.signal(self.pid, other, signal);
    }
    return true;
  }

  /**
   * Asks for a {@link Down} message when the process ends, or at once if there is none. Each call
   * makes a monitor of its own. {@code Process.monitor/1}.
   *
   * @param object a pid, or a registered name here or on another node
   */
  public static Ref monitor(Dest object) {
    var self = process("monitor");
    if (object instanceof Ref) {
      throw new IllegalArgumentException("a pid or a name was expected, this is a reference");
    }
    var ref = self.pid.home.newRef();
    self.addMonitor(ref, object);
    var name = object instanceof Name(var registered, var node) ? registered : null;
    self.pid.home.signal(self.pid, object, new Signal.Monitor(ref, self.pid, name));
    return ref;
  }

  /** Takes a monitor back; its {@code Down} may already be in the mailbox. {@code demonitor/1}. */
  public static boolean demonitor(Ref ref) {
    var self = process("demonitor");
    var object = self.removeMonitor(ref);
    if (object != null) {
      self.pid.home.signal(self.pid, object, new Signal.Demonitor(ref, self.pid));
    }
    return object != null;
  }

  /**
   * Takes a monitor back and its {@code Down} out of the mailbox, if it is there: none is received
   * after this. {@code demonitor(ref, [flush])}.
   */
  public static boolean demonitorFlush(Ref ref) {
    boolean active = demonitor(ref);
    if (!active) {
      process("demonitorFlush").awaitDown(ref, System.nanoTime());
    }
    return active;
  }

  /**
   * Ends this process with {@code reason}. {@code exit/1}.
   *
   * @param reason a term: {@link Atom#NORMAL}, {@link Atom#SHUTDOWN}, {@code Tuple.of(SHUTDOWN,
   *     why)}, or anything else for a crash
   * @throws ExitException always; it can be caught, as in Elixir
   */
  public static void exit(Object reason) {
    process("exit");
    throw new ExitException(reason);
  }

  /**
   * Sends an exit signal. {@code normal} is ignored by others, {@code kill} cannot be trapped and
   * arrives as {@code killed}. From any thread. {@code Process.exit/2}.
   *
   * @return true, as in Elixir
   */
  public static boolean exit(Pid pid, Object reason) {
    Objects.requireNonNull(reason, "reason");
    var self = Runner.currentProcess();
    if (self != null) {
      self.checkEnded();
    }
    var home = self == null ? Node.current() : self.pid.home;
    var from = self == null ? home.user() : self.pid;
    home.signal(from, pid, new Signal.Exit(from, reason, false));
    if (self != null) {
      self.checkEnded();
    }
    return true;
  }

  /**
   * Whether exit signals come as {@link Exit} messages instead of ending this process. {@code
   * Process.flag(:trap_exit, on)}.
   *
   * @return what it was before
   */
  public static boolean trapExit(boolean on) {
    return process("trapExit").trapExit(on);
  }

  // ---- names

  /**
   * Gives a process of this node a name. {@code Process.register/2}.
   *
   * @throws IllegalArgumentException if the name is taken, the process has one already or has ended
   */
  public static void register(String name, Pid pid) {
    var node = Node.current();
    var atom = Atom.of(name);
    if (atom.equals(Atom.UNDEFINED) || atom.equals(Atom.NIL)) {
      throw new IllegalArgumentException(atom + " cannot be a process's name");
    }
    if (!node.register(atom, pid)) {
      var taken = node.whereis(atom);
      throw new IllegalArgumentException(
          "could not register "
              + pid
              + " as "
              + atom
              + ": "
              + (taken != null
                  ? "the name is taken by " + taken
                  : alive(pid) ? "it has a name already" : "there is no such process here"));
    }
  }

  /**
   * Takes a name back. {@code Process.unregister/1}.
   *
   * @throws IllegalArgumentException if it is not registered
   */
  public static void unregister(String name) {
    if (!Node.current().unregister(Atom.of(name))) {
      throw notRegistered(Atom.of(name));
    }
  }

  /** The process registered under {@code name} on this node; null if none is. */
  public static @Nullable Pid whereis(String name) {
    return Node.current().whereis(Atom.of(name));
  }

  /**
   * Whether a process of this node is alive. {@code Process.alive?/1}.
   *
   * @throws IllegalArgumentException for a pid of another node, as in Erlang
   */
  public static boolean alive(Pid pid) {
    if (pid instanceof LocalPid local) {
      return local.process != null;
    }
    var node = Node.current();
    if (!pid.node().equals(node.name())) {
      throw new IllegalArgumentException(
          pid
              + " is a process of "
              + pid.node()
              + ": only its own node can tell; monitor it instead");
    }
    return pid.creation() == node.creation() && node.pid(pid.id(), pid.serial()).process != null;
  }

  /** A reference that is unique in the cluster. {@code make_ref/0}. */
  public static Ref makeRef() {
    return Node.current().newRef();
  }

  // ---- timers

  /**
   * Sends {@code message} to {@code to} after {@code delay}. {@code Process.send_after/3}.
   *
   * @return the timer, for {@link #cancelTimer}
   */
  public static Ref sendAfter(Dest to, Object message, Duration delay) {
    Objects.requireNonNull(message, "message");
    var node = Node.current();
    MessageCheck.check(node, to, message);
    return node.timers().sendAfter(to, message, delay);
  }

  /**
   * Stops a timer; the time that was left, null if it has fired. {@code Process.cancel_timer/1}.
   */
  public static @Nullable Duration cancelTimer(Ref timer) {
    return Node.current().timers().cancel(timer);
  }

  /** The time left until it fires; null if it has. {@code Process.read_timer/1}. */
  public static @Nullable Duration readTimer(Ref timer) {
    return Node.current().timers().read(timer);
  }

  // ---- output

  /**
   * Prints a line where this process's group leader is: with a process that another node's shell
   * spawned here, in that shell. Strings as they are, everything else as {@link #inspect} shows it.
   * {@code IO.puts/1}.
   *
   * @return {@code :ok}, as in Elixir
   */
  public static Atom println(@Nullable Object value) {
    return write((value instanceof String text ? text : inspect(value)) + "\n");
  }

  /** As {@link #println}, without the line's end. {@code IO.write/1}. */
  public static Atom print(@Nullable Object value) {
    return write(value instanceof String text ? text : inspect(value));
  }

  /** How a value looks as a term: {@code {:hello, "John"}}. {@code Kernel.inspect/1}. */
  public static String inspect(@Nullable Object value) {
    return Inspect.inspect(value);
  }

  private static Atom write(String text) {
    var self = Runner.currentProcess();
    if (self == null) {
      Node.current().write(text);
      return Atom.OK;
    }
    self.checkEnded();
    var leader = self.groupLeader;
    var ref = monitor(leader);
    send(leader, Tuple.of(IO_REQUEST, self.pid, ref, Tuple.of(PUT_CHARS, UNICODE, text)));
    var answer = self.<Object>receive(message -> ioReply(message, ref), Long.MAX_VALUE);
    if (answer instanceof Down down) {
      throw new ExitException(
          Atom.of("terminated"),
          "could not print: the group leader " + leader + " has ended: " + inspect(down.reason()));
    }
    demonitorFlush(ref);
    return Atom.OK;
  }

  private static @Nullable Object ioReply(Object message, Ref ref) {
    if (message instanceof Down down && down.ref().equals(ref)) {
      return down;
    }
    var term = message instanceof Decoded(var decoded) ? decoded : message;
    return term instanceof Tuple reply
            && reply.size() == 3
            && reply.get(0).equals(IO_REPLY)
            && reply.get(1).equals(ref)
        ? reply
        : null;
  }

  /** The process that this one's output goes to. {@code Process.group_leader/0}. */
  public static Pid groupLeader() {
    return process("groupLeader()").groupLeader;
  }

  /** Sets where the output of {@code pid} goes. {@code Process.group_leader/2}. */
  public static void groupLeader(Pid leader, Pid pid) {
    checkCaller();
    var self = Runner.currentProcess();
    var home = self == null ? Node.current() : self.pid.home;
    home.signal(self == null ? home.user() : self.pid, pid, new Signal.GroupLeader(leader));
  }
}
