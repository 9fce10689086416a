package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The process of a {@link GenServer}: OTP's {@code gen_server:loop}.
 *
 * <p>Messages are {@link LocalCall} and {@link Cast} from this node, {@code $gen_call} and {@code
 * $gen_cast} tuples from others, {@link Stop} and everything else.
 */
final class ServerLoop extends Behaviour {
  private static final Atom ACK = Atom.of("ack");
  private static final Atom SYSTEM = Atom.of("system");
  private static final Atom TERMINATE = Atom.of("terminate");

  record Cast(Object message) {}

  /** A request to end, from this node; {@code {system, From, {terminate, Reason}}} from another. */
  record Stop(Object reason, Pid from, Ref ref) {
    /** {@code {system, {Pid, Ref}, {terminate, Reason}}}. */
    Tuple asTerm() {
      return Tuple.of(SYSTEM, Tuple.of(from, ref), Tuple.of(TERMINATE, reason));
    }
  }

  private final Supplier<? extends GenServer<?>> supplier;
  private final @Nullable Pid parent;
  private final LocalCall starter;
  private final @Nullable Via via;

  private @Nullable GenServer<Object> server;
  private @Nullable Object state;
  private @Nullable Object last;
  private boolean terminated;

  /** Calls that were left to be answered later; made with the first, guarded by this. */
  private @Nullable Set<LocalCall> unanswered;

  /** The call being handled: failed by {@link #ended} when another thread ends the process. */
  private volatile @Nullable LocalCall current;

  /** Why the process has ended; null while it has not. */
  private volatile @Nullable Object over;

  private ServerLoop(
      Supplier<? extends GenServer<?>> supplier,
      @Nullable Pid parent,
      LocalCall starter,
      @Nullable Via via) {
    this.supplier = supplier;
    this.parent = parent;
    this.starter = starter;
    this.via = via;
  }

  static Pid start(
      Supplier<? extends GenServer<?>> supplier, @Nullable LocalProcess parent, Option... options) {
    Objects.requireNonNull(supplier, "server");
    var caller = parent != null ? parent : Runner.currentProcess();
    var node = Node.current();
    var starter = new LocalCall(ACK, caller, null);
    var how = StartOptions.of(options);
    var taken = how.via() == null ? null : how.via().whereis();
    if (taken != null) {
      throw StartException.alreadyStarted(taken);
    }
    var loop = new ServerLoop(supplier, parent == null ? null : parent.pid, starter, how.via());
    var pid = node.startBehaviour(loop, caller, parent != null, how);
    if (!starter.await(Timers.deadline(how.initTimeout()))) {
      if (parent != null) {
        Kernel.unlink(pid);
      }
      Kernel.exit(pid, Atom.KILL);
      throw new StartException(Atom.TIMEOUT);
    }
    var failure = starter.failure();
    if (failure != null) {
      throw new StartException(failure);
    }
    return pid;
  }

  static void terminate(Dest server, Object reason, Ref ref) {
    var self = Kernel.process("stop");
    var node = self.pid.home;
    var stop = new Stop(reason, self.pid, ref);
    if (Calls.isLocal(node, server)) {
      var process = Calls.find(node, server);
      if (process != null) {
        process.sendSystem(stop);
      }
    } else {
      node.send(self.pid, server, stop.asTerm());
    }
  }

  @Override
  @SuppressWarnings("unchecked") // what the callbacks get is what the callbacks gave
  void init() throws Exception {
    takeName();
    try {
      server = (GenServer<Object>) supplier.get();
      state = server.init();
    } catch (Throwable e) {
      if (via != null) {
        via.unregister();
      }
      throw e;
    }
    starter.reply(Atom.OK);
  }

  private void takeName() {
    var self = Kernel.process("init");
    if (via != null && !via.register(self.pid)) {
      var taken = via.whereis();
      starter.fail(StartException.alreadyStarted(taken == null ? self.pid : taken).reason());
      throw new ExitException(Atom.NORMAL);
    }
  }

  @Override
  void handle(Object message) throws Exception {
    last = message;
    switch (message) {
      case LocalCall call -> call(call);
      case Cast(var cast) -> step(server().handleCast(cast, state()), null);
      case Stop stop -> stop(stop.reason);
      case Decoded(var term) -> handleTerm(term);
      case Exit exit when parent != null && parent.equals(exit.from()) -> stop(exit.reason());
      default -> step(server().handleInfo(message, state()), null);
    }
    last = null;
  }

  private void call(LocalCall call) throws Exception {
    current = call;
    var tooLate = over;
    if (tooLate != null) {
      call.fail(tooLate); // ended() looked at `current` before
      throw new ProcessEnded();
    }
    var request = call.request instanceof Call<?> typed ? typed : new Call.Term(call.request);
    if (request instanceof Call.Term(var term)) {
      request = request(term);
    }
    var from = new From(call.callerPid(Node.current()), call);
    step(server().handleCall(request, from, state()), from);
    if (!call.isDone()) {
      remember(call);
    }
    current = null;
  }

  private synchronized void remember(LocalCall call) {
    if (unanswered == null) {
      unanswered = new LinkedHashSet<>();
    }
    unanswered.removeIf(LocalCall::isDone);
    unanswered.add(call);
  }

  private void handleTerm(Object term) throws Exception {
    if (term instanceof Tuple tuple && tuple.size() > 0) {
      if (tuple.size() == 3
          && tuple.get(0).equals(Calls.GEN_CALL)
          && tuple.get(1) instanceof Tuple caller
          && caller.size() == 2
          && caller.get(0) instanceof Pid pid) {
        var from = new From(pid, caller.get(1));
        step(server().handleCall(request(tuple.get(2)), from, state()), from);
        return;
      }
      if (tuple.size() == 2 && tuple.get(0).equals(Calls.GEN_CAST)) {
        step(server().handleCast(read(tuple.get(1)), state()), null);
        return;
      }
      if (tuple.size() == 3
          && tuple.get(0).equals(SYSTEM)
          && tuple.get(2) instanceof Tuple request
          && request.size() == 2
          && request.get(0).equals(TERMINATE)) {
        stop(request.get(1));
        return;
      }
    }
    step(server().handleInfo(read(term), state()), null);
  }

  private Object read(Object term) {
    return Kernel.process("").vocabulary().read(term);
  }

  private Call<?> request(Object term) {
    var request = read(term);
    return request instanceof Call<?> call ? call : new Call.Term(request);
  }

  private void step(@Nullable Step<Object> step, @Nullable From from) throws Exception {
    switch (step) {
      case null ->
          throw new IllegalStateException(
              "a callback returned null: return request.reply(reply, state), noReply(state) or"
                  + " stopping(reason, state)");
      case Step.NoReply<Object>(var next) -> state = next;
      case Step.Reply<Object>(var reply, var next) -> {
        state = next;
        caller(from).reply(reply);
      }
      case Step.Stop<Object>(var reason, var next) -> {
        state = next;
        stop(reason);
      }
      case Step.ReplyAndStop<Object>(var reason, var reply, var next) -> {
        state = next;
        try {
          terminate(reason);
        } finally {
          caller(from).reply(reply);
        }
        throw new ExitException(reason);
      }
    }
  }

  private static From caller(@Nullable From from) {
    if (from == null) {
      throw new IllegalStateException(
          "only handleCall has a caller to reply to: return noReply(state) here");
    }
    return from;
  }

  private void stop(Object reason) throws Exception {
    terminate(reason);
    throw new ExitException(reason);
  }

  private void terminate(Object reason) throws Exception {
    terminated = true;
    server().terminate(reason, state());
  }

  /** An exception has left a callback: the server ends with it. */
  @Override
  void crashed(Object reason) throws Exception {
    if (server != null && !terminated && starter.isDone() && starter.failure() == null) {
      terminate(reason);
    }
  }

  @Override
  void ended(Object reason) {
    over = reason;
    starter.fail(reason);
    var call = current;
    if (call != null) {
      call.fail(reason);
    }
    synchronized (this) {
      if (unanswered != null) {
        unanswered.forEach(waiting -> waiting.fail(reason));
        unanswered = null;
      }
    }
  }

  @Override
  Class<?> code() {
    return server != null ? server.getClass() : supplier.getClass();
  }

  @Override
  String describe() {
    return "GenServer";
  }

  @Override
  String circumstances() {
    return "\nLast message: "
        + (last == null ? "none" : CrashReport.inspect(shown(last)))
        + "\nState: "
        + (state == null ? "nil" : CrashReport.inspect(state));
  }

  private static Object shown(Object message) {
    return switch (message) {
      case LocalCall call -> Tuple.of(Calls.GEN_CALL, call.term());
      case Cast(var cast) -> Tuple.of(Calls.GEN_CAST, cast);
      case Decoded(var term) -> term;
      case Stop stop -> stop.asTerm();
      default -> message;
    };
  }

  private GenServer<Object> server() {
    if (server == null) {
      throw new IllegalStateException("init has not run");
    }
    return server;
  }

  @SuppressWarnings("NullAway") // a state may be null if the server's init says so
  private Object state() {
    return state;
  }
}
