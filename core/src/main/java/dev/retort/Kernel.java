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
import dev.retort.term.Via;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
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
              + " was called on a thread that is no process: call it inside spawn(() -> ...), or"
              + " use Node.current().run(() -> ...) to run code as a process and wait for its"
              + " result");
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

  /** As {@link #spawn(Body)}, with a bounded mailbox. {@code spawn_opt/2}. */
  public static Pid spawn(Body body, MailboxLimit limit) {
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(limit, "limit");
    var parent = Runner.currentProcess();
    return parent == null
        ? Node.current().spawnLimited(body, limit)
        : parent.pid.home.spawnFrom(parent, body, false, null, limit);
  }

  /** As {@link #spawnLink(Body)}, with a bounded mailbox. {@code spawn_opt/2} with {@code link}. */
  public static Pid spawnLink(Body body, MailboxLimit limit) {
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(limit, "limit");
    var parent = process("spawnLink");
    return parent.pid.home.spawnFrom(parent, body, true, null, limit);
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
    var ref = newRef(parent);
    return new Monitored(parent.pid.home.spawnFrom(parent, body, false, ref), ref);
  }

  /**
   * Sends a message and returns it. From any thread; never blocks, except while a connection to
   * another node is made or has too much to carry. A message to a process that has ended is
   * dropped. {@code send/2}.
   *
   * @param message a value that nobody changes any more ({@link Shareable} says how this is
   *     checked); not null, {@link Atom#NIL} stands for nil
   * @throws IllegalArgumentException if {@code to} is a name that is not registered on this node,
   *     or in its registry
   * @throws MailboxFullException if the receiver's mailbox is bounded, full and refuses
   */
  public static <M> M send(Dest to, M message) {
    Objects.requireNonNull(message, "a message is never null: send Atom.NIL for nil");
    var runner = Runner.current();
    var from = runner == null ? null : runner.process();
    if (from != null) {
      from.checkEnded();
    }
    if (to instanceof LocalPid pid) {
      MessageCheck.check(message);
      deliver(pid, message, runner);
      return message;
    }
    Objects.requireNonNull(to, "to: a pid, a name or an alias was expected");
    if (to instanceof Via via) {
      var pid = via.whereis();
      if (pid == null) {
        throw new IllegalArgumentException("no process is registered as " + via);
      }
      return send(pid, message);
    }
    var node = from == null ? Node.current() : from.pid.home;
    if (to instanceof Name(var name, var at) && (at == null || at.equals(node.name()))) {
      var pid = node.whereis(name);
      if (pid != null) {
        MessageCheck.check(message);
        deliver(pid, message, runner);
      } else if (at == null) {
        throw notRegistered(name);
      }
      return message;
    }
    MessageCheck.check(node, to, message);
    node.send(from == null ? null : from.pid, to, message);
    return message;
  }

  private static void deliver(LocalPid to, Object message, @Nullable Runner runner) {
    var process = to.process;
    if (process != null) {
      process.send(message, runner);
      if (runner != null) {
        runner.sent();
      }
    }
  }

  /**
   * Sends a message that goes before all ordinary ones in the receiver's mailbox, behind other such
   * messages. OTP 28's {@code erlang:send/3} with {@code priority}.
   *
   * @param alias one that the receiver made with {@link #priorityAlias}; through any other it is an
   *     ordinary message, as it is to nodes before OTP 28, or dropped if it is no active alias
   */
  public static <M> M sendPriority(Ref alias, M message) {
    Objects.requireNonNull(alias, "alias");
    Objects.requireNonNull(message, "a message is never null: send Atom.NIL for nil");
    checkCaller();
    MessageCheck.check(message);
    var from = Runner.currentProcess();
    Node.current().sendPriority(from == null ? null : from.pid, alias, message);
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
    Objects.requireNonNull(type, "type");
    return process.<M>receive(message -> typed(process, type, message), deadline);
  }

  private static Object open(LocalProcess process, Object message) {
    return switch (message) {
      case Decoded(var term) -> process.vocabulary().read(term);
      // A process that is no GenServer sees what gen_server sends to one.
      case LocalCall call ->
          Tuple.of(
              call.request instanceof SystemRequest ? SystemRequest.SYSTEM : Calls.GEN_CALL,
              new From(call.callerPid(process.pid.home), call),
              call.term());
      case Loop.Cast(var cast) -> Tuple.of(Calls.GEN_CAST, cast);
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
   * Takes the first message that is an {@code M} and that {@code which} accepts, and leaves the
   * others in the mailbox, in order: a receive with a guard.
   *
   * @param which must have no effects of its own: it may be asked about a message more than once
   */
  public static <M> M receive(Class<M> type, Predicate<? super M> which) {
    return Objects.requireNonNull(receive(null, type, which, Long.MAX_VALUE));
  }

  /**
   * As {@link #receive(Class, Predicate)}, for no longer than {@code after}; null when none came.
   */
  public static <M> @Nullable M receive(Class<M> type, Predicate<? super M> which, Duration after) {
    return receive(null, type, which, Timers.deadline(after));
  }

  /**
   * As {@link #receive(Class, Predicate)} for a message that has {@code since} in it: an answer to
   * a request that was sent with this fresh reference. Messages that were in the mailbox before the
   * reference was made are not looked at, so the wait costs nothing more where ten thousand of them
   * are: OTP's receive optimisation.
   *
   * <pre>{@code
   * record Request(Pid client, Ref ref) {}
   * record Answer(Ref ref, String text) {}
   *
   * Pid server = spawn(() -> {
   *   var request = receive(Request.class);
   *   send(request.client(), new Answer(request.ref(), "yes"));
   * });
   *
   * var ref = makeRef();
   * send(server, new Request(self(), ref));
   * receive(ref, Answer.class, a -> a.ref().equals(ref)).text(); // => "yes"
   * }</pre>
   *
   * @param since a reference that this process has made with {@link #makeRef}, {@link #monitor} or
   *     {@link #alias}; the last four are remembered, with any other all messages are looked at
   */
  public static <M> M receive(Ref since, Class<M> type, Predicate<? super M> which) {
    Objects.requireNonNull(since, "since");
    return Objects.requireNonNull(receive(since, type, which, Long.MAX_VALUE));
  }

  /**
   * As {@link #receive(Ref, Class, Predicate)}, for no longer than {@code after}; null when none
   * came.
   */
  public static <M> @Nullable M receive(
      Ref since, Class<M> type, Predicate<? super M> which, Duration after) {
    Objects.requireNonNull(since, "since");
    return receive(since, type, which, Timers.deadline(after));
  }

  private static <M> @Nullable M receive(
      @Nullable Ref since, Class<M> type, Predicate<? super M> which, long deadline) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(which, "which");
    var process = process("receive");
    return since == null
        ? process.<M>receive(message -> guarded(process, type, which, message), deadline)
        : process.<M>receiveSince(
            since, message -> guarded(process, type, which, message), deadline);
  }

  private static <M> @Nullable M guarded(
      LocalProcess process, Class<M> type, Predicate<? super M> which, Object message) {
    var typed = typed(process, type, message);
    return typed != null && which.test(typed) ? typed : null;
  }

  /**
   * Sets which records, enums and sealed types the messages from other nodes may become in this
   * process; without it, those that the code it was spawned with declares or mentions.
   */
  public static void vocabulary(Vocabulary vocabulary) {
    process("vocabulary").vocabulary(Objects.requireNonNull(vocabulary, "vocabulary"));
  }

  // ---- links, monitors, exits

  /**
   * Links this process with another: when one ends, the other gets an exit signal. Linking twice is
   * linking once. {@code Process.link/1}.
   *
   * @return true, as in Elixir; if there is no such process, an exit signal {@code noproc} follows
   * @throws ExitException with {@code noproc} if there is no such process on this node and this one
   *     does not trap exits, as in Erlang
   */
  public static boolean link(Pid other) {
    Objects.requireNonNull(other, "other: the pid of a process was expected");
    var self = process("link");
    if (other instanceof LocalPid local && local.process == null && !self.trapsExits()) {
      throw new ExitException(Atom.NOPROC, "cannot link to " + other + ": it has ended");
    }
    if (!other.equals(self.pid) && self.addLink(other)) {
      self.pid.home.signal(self, other, new Signal.Link(self.pid));
    }
    return true;
  }

  /**
   * Takes the link back. No exit signal arrives through it after this. {@code Process.unlink/1}.
   *
   * @return true, as in Elixir
   */
  public static boolean unlink(Pid other) {
    unlinkIfLinked(other);
    return true;
  }

  /** Whether there was a link that has not been broken. */
  static boolean unlinkIfLinked(Pid other) {
    Objects.requireNonNull(other, "other: the pid of a process was expected");
    var self = process("unlink");
    var home = self.pid.home;
    self.settle(); // also a link that the other side has made, and that is on its way
    self.checkEnded();
    var signal = self.removeLink(other, home.newUnlinkId());
    if (signal != null) {
      home.signal(self, other, signal);
    }
    return signal != null;
  }

  /**
   * Asks for a {@link Down} message when the process ends, or at once if there is none. Each call
   * makes a monitor of its own. {@code Process.monitor/1}.
   *
   * @param object a pid, or a registered name here or on another node; a name means the process
   *     that has it now
   */
  public static Ref monitor(Dest object) {
    return monitor(object, null, null);
  }

  /**
   * As {@link #monitor(Dest)}; the reference is an alias of this process, too. A server that sends
   * its reply to it cannot reach this process when it is too late. {@code monitor/3} with {@code
   * {alias, _}}.
   *
   * @param alias when the alias ends; not {@link AliasMode#REPLY}
   */
  public static Ref monitor(Dest object, AliasMode alias) {
    Objects.requireNonNull(alias, "alias");
    if (alias == AliasMode.REPLY) {
      throw new IllegalArgumentException(
          "an alias of a monitor ends with EXPLICIT_UNALIAS, DEMONITOR or REPLY_DEMONITOR");
    }
    return monitor(object, new Alias(alias, false), null);
  }

  /**
   * As {@link #monitor(Dest)}; the message is the tuple {@code {tag, ref, :process, object,
   * reason}} instead of a {@link Down}. {@code monitor/3} with {@code {tag, _}}.
   */
  public static Ref monitorTagged(Dest object, Object tag) {
    Objects.requireNonNull(tag, "tag");
    return monitor(object, null, tag);
  }

  private static Ref monitor(Dest object, @Nullable Alias alias, @Nullable Object tag) {
    Objects.requireNonNull(object, "object: a pid or a name was expected");
    var self = process("monitor");
    var home = self.pid.home;
    var ref = newRef(self);
    var watch =
        switch (object) {
          case Pid pid -> new Watch(pid, pid, tag);
          case Name(var name, var at) when at == null || at.equals(home.name()) -> {
            var pid = home.whereis(name);
            var named = new Name(name, home.name());
            yield new Watch(pid == null ? named : pid, named, tag);
          }
          case Name name -> new Watch(name, name, tag);
          case Via via -> {
            var pid = via.whereis();
            yield new Watch(pid == null ? home.pid(0, 0) : pid, via, tag); // which is nobody's
          }
          case Ref other ->
              throw new IllegalArgumentException(
                  "a pid or a name was expected, this is a reference: " + other);
        };
    if (watch.target().equals(self.pid)) {
      if (alias != null) {
        self.addAlias(ref, alias);
      }
      return ref; // nobody sees its own end
    }
    self.addMonitor(ref, watch, alias);
    var name = object instanceof Name(var registered, var node) ? registered : null;
    home.signal(self, watch.target(), new Signal.Monitor(ref, self.pid, name));
    return ref;
  }

  /** Takes a monitor back; its {@code Down} may already be in the mailbox. {@code demonitor/1}. */
  public static boolean demonitor(Ref ref) {
    Objects.requireNonNull(ref, "ref");
    var self = process("demonitor");
    var watch = self.monitor(ref);
    if (watch == null) {
      return false;
    }
    // Before the monitor is forgotten here: a process that ends takes back those that it knows of.
    self.pid.home.signal(self, watch.target(), new Signal.Demonitor(ref, self.pid));
    return self.removeMonitor(ref) != null; // unless it has fired just now
  }

  /**
   * Takes a monitor back and its {@code Down} out of the mailbox, if it is there: none is received
   * after this. {@code demonitor(ref, [flush])}.
   */
  public static boolean demonitorFlush(Ref ref) {
    boolean active = demonitor(ref);
    if (!active) {
      process("demonitorFlush")
          .receiveSince(ref, message -> isOf(ref, message) ? message : null, System.nanoTime());
    }
    return active;
  }

  /** Whether it is the message of this monitor, with a tag or without. */
  private static boolean isOf(Ref ref, Object message) {
    return switch (message) {
      case Down down -> down.ref().equals(ref);
      case Tuple tuple -> tuple.size() == 5 && tuple.get(1).equals(ref);
      default -> false;
    };
  }

  // ---- aliases

  /**
   * Makes an alias: a reference that others can send to as to this process, until it is taken back
   * or, with {@link AliasMode#REPLY}, has been used once. A message through an alias that has ended
   * is dropped. {@code alias/1}.
   *
   * @param mode {@link AliasMode#EXPLICIT_UNALIAS} or {@link AliasMode#REPLY}
   */
  public static Ref alias(AliasMode mode) {
    return alias("alias", mode, false);
  }

  /** An alias that lasts until it is taken back. {@code alias/0}. */
  public static Ref alias() {
    return alias(AliasMode.EXPLICIT_UNALIAS);
  }

  /**
   * An alias that takes messages which go before all others in the mailbox: those that are sent to
   * it with {@link #sendPriority}. OTP 28's {@code alias([priority])}.
   */
  public static Ref priorityAlias(AliasMode mode) {
    return alias("priorityAlias", mode, true);
  }

  private static Ref alias(String function, AliasMode mode, boolean priority) {
    Objects.requireNonNull(mode, "mode");
    var self = process(function);
    if (mode.endsWithMonitor()) {
      throw new IllegalArgumentException(
          "EXPLICIT_UNALIAS or REPLY was expected: " + mode + " is for the alias of a monitor");
    }
    var ref = newRef(self);
    self.addAlias(ref, new Alias(mode, priority));
    return ref;
  }

  /** Takes an alias back; false if it is no active alias of this process. {@code unalias/1}. */
  public static boolean unalias(Ref alias) {
    return process("unalias").removeAlias(Objects.requireNonNull(alias, "alias"));
  }

  // ---- flags, and what is known of a process

  /**
   * Ends this process's code, and lets it begin again with {@code next} when a message comes; at
   * once if one is there. Until then it holds no thread and no stack, as a server that waits does:
   * the smallest a process can be. Messages, links, monitors, flags and dictionary stay. {@code
   * erlang:hibernate/3}.
   *
   * <p>Only for a process that was spawned with a body: a server that waits for messages always
   * holds nothing.
   *
   * @throws Error always, which must not be caught: it unwinds the stack
   */
  public static void hibernate(Body next) {
    Objects.requireNonNull(next, "next");
    process("hibernate").checkBody("hibernate");
    throw new Hibernation(next);
  }

  /**
   * When this process runs among those that are ready to. {@code process_flag(priority, _)}.
   *
   * @return what it was before
   */
  public static Priority priority(Priority priority) {
    Objects.requireNonNull(priority, "priority");
    var self = process("priority");
    var before = self.priority();
    self.priority(priority);
    return before;
  }

  /**
   * What a process of this node is and does; null if it has ended. From any thread. {@code
   * process_info/1}.
   *
   * @throws IllegalArgumentException for a pid of another node, as in Erlang
   */
  public static @Nullable ProcessInfo processInfo(Pid pid) {
    var process = local(pid);
    return process == null ? null : process.info();
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
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(reason, "reason: Atom.NIL for nil");
    var self = Runner.currentProcess();
    if (self != null) {
      self.checkEnded();
    }
    if (self == null) {
      var home = Node.current();
      home.signal(home.user(), pid, new Signal.Exit(home.user(), reason, false));
    } else {
      self.pid.home.signal(self, pid, new Signal.Exit(self.pid, reason, false));
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
    Objects.requireNonNull(pid, "pid");
    var node = Node.current();
    var atom = new Option.Named(Atom.of(name)).name();
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
                  : pid.node().equals(node.name()) && alive(pid)
                      ? "it has a name already"
                      : "there is no such process here"));
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

  /** The names of processes that are registered on this node. {@code Process.registered/0}. */
  public static Set<Atom> registered() {
    return Node.current().registered();
  }

  /**
   * The processes of this node that are alive, in no particular order: a list for people to look
   * at, made at once from however many there are. {@code Process.list/0}.
   */
  public static List<Pid> processes() {
    var all = new ArrayList<Pid>();
    Node.current().forEachProcess(process -> all.add(process.pid));
    all.removeIf(pid -> !alive(pid));
    return List.copyOf(all);
  }

  /**
   * Whether a process of this node is alive. {@code Process.alive?/1}.
   *
   * @throws IllegalArgumentException for a pid of another node, as in Erlang
   */
  public static boolean alive(Pid pid) {
    var process = local(pid);
    return process != null && process.isAlive();
  }

  /** The process of this node, null if it has ended; throws for a pid of another node. */
  static @Nullable LocalProcess local(Pid pid) {
    Objects.requireNonNull(pid, "pid");
    if (pid instanceof LocalPid local) {
      var process = local.process;
      return process == null || process.hasEnded() ? null : process;
    }
    var node = Node.current();
    if (!pid.node().equals(node.name())) {
      throw new IllegalArgumentException(
          pid
              + " is a process of "
              + pid.node()
              + ": only its own node can tell; monitor it instead");
    }
    return pid.creation() == node.creation() ? node.pid(pid.id(), pid.serial()).process : null;
  }

  /** A reference that is unique in the cluster. {@code make_ref/0}. */
  public static Ref makeRef() {
    var self = Runner.currentProcess();
    if (self == null) {
      return Node.current().newRef();
    }
    self.checkEnded();
    return newRef(self);
  }

  /** A reference of which the process knows how far its mailbox had come when it was made. */
  private static Ref newRef(LocalProcess self) {
    var ref = self.pid.home.newRef();
    self.mark(ref);
    return ref;
  }

  // ---- timers

  /**
   * Sends {@code message} to {@code to} after {@code delay}. {@code Process.send_after/3}, {@code
   * erlang:send_after/3}.
   *
   * <p>The message never leaves early, and about a millisecond late while the machine keeps up.
   * Messages whose time has come leave in the order of their times, and in the order in which the
   * timers were set where the times are the same.
   *
   * <p>A timer for a process of this node is gone when that process ends, or has ended already. A
   * name of this node is looked up when the timer fires: if it is not registered then, the message
   * is dropped. Erlang has no timers for processes of other nodes; here there are, and they stay
   * until they fire.
   *
   * <p>From any thread; on one that is no process it is a timer of the default node. A timer goes
   * on when the process that set it ends, and is gone when its node is closed.
   *
   * @param message a value that nobody changes any more; not null, {@link Atom#NIL} stands for nil
   * @param delay 0 to 146 years; the resolution is a millisecond, the rest is rounded up
   * @return the timer, for {@link #cancelTimer} and {@link #readTimer}
   * @throws IllegalArgumentException if {@code delay} is negative or too long
   */
  public static Ref sendAfter(Dest to, Object message, Duration delay) {
    return timers(to, message).sendAfter(to, message, delay);
  }

  /**
   * As {@link #sendAfter}, at a point in time instead of after a delay; a chain of timers that are
   * set so does not drift. {@code Process.send_after/4} with {@code abs: true}.
   *
   * @param nanoTime when to send, as {@link System#nanoTime} counts: what Erlang's monotonic time
   *     is there; if that is over, the message is sent at once
   * @throws IllegalArgumentException if that is more than 146 years away
   */
  public static Ref sendAt(Dest to, Object message, long nanoTime) {
    return timers(to, message).sendAt(to, message, nanoTime);
  }

  /**
   * As {@link #sendAfter}, but what is sent is a {@link Timeout} with the timer and {@code
   * message}. So the receiver can tell the timeout that it waits for from one that was on its way
   * when its timer was cancelled. {@code erlang:start_timer/3}.
   */
  public static Ref startTimer(Dest to, Object message, Duration delay) {
    return timers(to, message).startTimer(to, message, delay);
  }

  /**
   * As {@link #startTimer}, at a point in time as {@link System#nanoTime} counts. {@code
   * erlang:start_timer/4} with {@code {abs, true}}.
   */
  public static Ref startTimerAt(Dest to, Object message, long nanoTime) {
    return timers(to, message).startTimerAt(to, message, nanoTime);
  }

  /**
   * Stops a timer, whoever set it. Either it returns a time and nothing is sent, or it returns null
   * and the timer has fired, was stopped before, has lost its receiver, or never was; if it has
   * fired, its message may still be on the way. {@code Process.cancel_timer/1}.
   *
   * <p>Erlang's options {@code async} and {@code info} are not needed: a timer of this node is
   * stopped here and now, by whatever thread, without asking another one.
   *
   * @return the time that was left; null if there was nothing to stop
   */
  public static @Nullable Duration cancelTimer(Ref timer) {
    return Node.current().timers().cancel(Objects.requireNonNull(timer, "timer"));
  }

  /**
   * The time that is left until a timer fires; null in the cases in which {@link #cancelTimer}
   * returns null. {@code Process.read_timer/1}.
   */
  public static @Nullable Duration readTimer(Ref timer) {
    return Node.current().timers().read(Objects.requireNonNull(timer, "timer"));
  }

  private static Timers timers(Dest to, Object message) {
    Objects.requireNonNull(to, "to: a pid, a name or an alias was expected");
    Objects.requireNonNull(message, "a message is never null: send Atom.NIL for nil");
    var node = Node.current();
    MessageCheck.check(node, to, message);
    return node.timers();
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
    var answer = self.<Object>receiveSince(ref, message -> ioReply(message, ref), Long.MAX_VALUE);
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
    Objects.requireNonNull(leader, "leader");
    Objects.requireNonNull(pid, "pid");
    checkCaller();
    var self = Runner.currentProcess();
    if (self == null) {
      var home = Node.current();
      home.signal(home.user(), pid, new Signal.GroupLeader(leader));
    } else {
      self.pid.home.signal(self, pid, new Signal.GroupLeader(leader));
    }
  }
}
