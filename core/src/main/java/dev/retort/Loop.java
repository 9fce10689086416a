package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the loops of behaviours share: the start, which somebody waits for; calls and casts from
 * here and from other nodes; the end, which every call hears of. OTP's {@code gen} and {@code
 * proc_lib}.
 *
 * <p>Messages are {@link LocalCall} and {@link Cast} from this node, {@code $gen_call}, {@code
 * $gen_cast} and {@code system} tuples from others, and everything else.
 */
abstract class Loop extends Behaviour {
  private static final Atom ACK = Atom.of("ack");
  private static final Atom IGNORE = Atom.of("ignore");
  private static final Atom SUSPEND = Atom.of("suspend");
  private static final Atom RESUME = Atom.of("resume");
  private static final Atom GET_STATE = Atom.of("get_state");
  private static final Atom GET_STATUS = Atom.of("get_status");
  private static final Atom REPLACE_STATE = Atom.of("replace_state");
  private static final Atom DEBUG = Atom.of("debug");
  private static final Atom UNKNOWN_SYSTEM_MSG = Atom.of("unknown_system_msg");
  private static final Atom RUNNING = Atom.of("running");
  private static final Atom SUSPENDED = Atom.of("suspended");
  private static final Atom DATA = Atom.of("data");

  /** A message that has no reply; {@code {'$gen_cast', Message}} from another node. */
  record Cast(Object message) {}

  /** What a new loop gets of its start. */
  record Start(@Nullable Pid parent, LocalCall starter, StartOptions how) {}

  final @Nullable Pid parent;
  private final LocalCall starter;
  private final @Nullable Via via;

  /** What it does with its events; null while nobody debugs it. */
  @Nullable Debugging debugging;

  private boolean suspended;

  /**
   * Whether messages go through {@link #attend} first. One plain field, so that a server that does
   * without timeouts and debug functions pays for neither.
   */
  boolean attentive;

  /** The message being handled, for the crash report. */
  private @Nullable Object last;

  private boolean ignored;
  private boolean terminated;

  /** Calls that were left to be answered later; made with the first, guarded by this. */
  private @Nullable Set<LocalCall> unanswered;

  /** The call being handled: failed by {@link #ended} when another thread ends the process. */
  private volatile @Nullable LocalCall current;

  /** Why the process has ended; null while it has not. */
  private volatile @Nullable Object over;

  Loop(Start start) {
    parent = start.parent;
    starter = start.starter;
    via = start.how.via();
    for (var each : start.how.debug()) {
      var unused = debug(each.command());
    }
  }

  // ---- the start

  /**
   * Starts a process and waits until it is ready. Any thread.
   *
   * @param parent the process that it is linked to; null for none
   * @return null if it has chosen not to start, which is no error
   */
  @SuppressWarnings("NullAway") // only where the callbacks say so
  static Pid start(Function<Start, Loop> make, @Nullable LocalProcess parent, Option... options) {
    var how = StartOptions.of(options);
    var taken = how.via() == null ? null : how.via().whereis();
    if (taken != null) {
      throw StartException.alreadyStarted(taken);
    }
    var caller = parent != null ? parent : Runner.currentProcess();
    var starter = new LocalCall(ACK, caller, null);
    var loop = make.apply(new Start(parent == null ? null : parent.pid, starter, how));
    var pid = Node.current().startBehaviour(loop, caller, parent != null, how);
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
    return IGNORE.equals(starter.result()) ? null : pid;
  }

  @Override
  final void init() throws Exception {
    takeName();
    try {
      begin();
    } catch (ProcessEnded e) {
      throw e;
    } catch (Throwable e) {
      if (!isReady()) {
        freeName();
      }
      throw e;
    }
  }

  private void takeName() {
    var self = Kernel.process("init");
    if (via != null && !via.register(self.pid)) {
      var taken = via.whereis();
      throw endQuietly(StartException.alreadyStarted(taken == null ? self.pid : taken).reason());
    }
  }

  private void freeName() {
    if (via != null) {
      via.unregister();
    }
  }

  /** Runs the callback that makes the first state, and {@link #ready} when it has. */
  abstract void begin() throws Exception;

  /** Whoever started it may go on. */
  final void ready() {
    starter.reply(Atom.OK);
  }

  private boolean isReady() {
    return starter.isDone() && starter.failure() == null;
  }

  /** The callback has chosen not to start; ends the process, without a crash report. */
  final ProcessEnded ignoring() {
    ignored = true;
    freeName();
    return endQuietly(Atom.NORMAL);
  }

  /** It does not start, for a reason that is no crash; ends the process. */
  final ProcessEnded notStarting(Object reason) {
    freeName();
    return endQuietly(reason);
  }

  private ProcessEnded endQuietly(Object reason) {
    Kernel.process("init").end(reason);
    return new ProcessEnded();
  }

  // ---- messages

  @Override
  final void handle(Object message) throws Exception {
    last = message;
    if (attentive) {
      attend(message);
    }
    dispatch(message);
    last = null;
  }

  /** Sees a message before it is handled, while {@link #attentive}. */
  abstract void attend(Object message) throws Exception;

  /** Sets {@link #attentive} if there is a reason to. */
  abstract void beAttentive();

  /** Handles a call of the server's protocol. */
  abstract void call(Call<?> request, From from) throws Exception;

  abstract void cast(Object message) throws Exception;

  abstract void info(Object message) throws Exception;

  /** A timer has fired; it may have been cancelled when that was on its way. */
  abstract void timedOut(TimedOut fired) throws Exception;

  private void dispatch(Object message) throws Exception {
    switch (message) {
      case LocalCall call -> call(call);
      case Cast(var cast) -> cast(cast);
      case Decoded(var term) -> handleTerm(term);
      case Exit exit when parent != null && parent.equals(exit.from()) -> stop(exit.reason());
      case TimedOut fired -> timedOut(fired);
      default -> info(message);
    }
  }

  private void call(LocalCall call) throws Exception {
    current = call;
    var tooLate = over;
    if (tooLate != null) {
      call.fail(tooLate); // ended() looked at `current` before
      throw new ProcessEnded();
    }
    var from = new From(call.callerPid(Node.current()), call);
    if (call.request instanceof Call<?> typed) {
      call(typed instanceof Call.Term(var term) ? request(term) : typed, from);
    } else if (call.request instanceof SystemRequest(var request)) {
      system(request, from);
    } else {
      call(request(call.request), from);
    }
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
      if (tuple.size() == 2 && tuple.get(0).equals(Calls.GEN_CAST)) {
        cast(read(tuple.get(1)));
        return;
      }
      if (tuple.size() == 3
          && tuple.get(1) instanceof Tuple caller
          && caller.size() == 2
          && caller.get(0) instanceof Pid pid) {
        var from = new From(pid, caller.get(1));
        if (tuple.get(0).equals(Calls.GEN_CALL)) {
          call(request(tuple.get(2)), from);
          return;
        }
        if (tuple.get(0).equals(SystemRequest.SYSTEM)) {
          system(tuple.get(2), from);
          return;
        }
      }
    }
    info(read(term));
  }

  private static Object read(Object term) {
    return Kernel.process("").vocabulary().read(term);
  }

  private static Call<?> request(Object term) {
    var request = read(term);
    return request instanceof Call<?> call ? call : new Call.Term(request);
  }

  // ---- system messages

  /** Whether it is a message of {@link Sys}, with which a timeout begins anew. */
  static boolean isSystem(Object message) {
    return switch (message) {
      case LocalCall call -> call.request instanceof SystemRequest;
      case Decoded(Tuple tuple) -> tuple.size() == 3 && tuple.get(0).equals(SystemRequest.SYSTEM);
      default -> false;
    };
  }

  /** A system message begins: a timeout stops. */
  void pause() {}

  /** It is over, and so is a suspension: a timeout begins anew. */
  void goOn() {}

  private void system(Object request, From from) throws Exception {
    if (suspended) {
      respond(request, from);
    } else {
      pause();
      respond(request, from);
      goOn();
    }
  }

  private void respond(Object request, From from) throws Exception {
    switch (request) {
      case Atom atom when atom.equals(SUSPEND) -> {
        answer(from, Atom.OK);
        suspend();
      }
      case Atom atom when atom.equals(RESUME) -> {
        suspended = false;
        answer(from, Atom.OK);
      }
      case Atom atom when atom.equals(GET_STATE) -> answer(from, systemState());
      case Atom atom when atom.equals(GET_STATUS) -> answer(from, systemStatus());
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(REPLACE_STATE) ->
          answer(from, replaceState(tuple.get(1)));
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(SystemRequest.TERMINATE) -> {
        answer(from, Atom.OK);
        stop(tuple.get(1));
      }
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(DEBUG) ->
          answer(from, debug(tuple.get(1)));
      default -> answer(from, Tuple.of(Atom.ERROR, Tuple.of(UNKNOWN_SYSTEM_MSG, request)));
    }
  }

  /** Answers a caller of this node with the thing itself, of another one with its term. */
  private static void answer(From from, @Nullable Object answer) {
    from.replyUnchecked(from.isLocal() ? answer : term(answer));
  }

  /** The term of a value; the parts that have none as they are printed. */
  private static Object term(@Nullable Object value) {
    try {
      return Terms.toTerm(value);
    } catch (IllegalArgumentException noTerm) {
      return switch (value) {
        case Tuple tuple -> Tuple.of(tuple.toList().stream().map(Loop::term).toArray());
        case List<?> list -> list.stream().map(Loop::term).toList();
        case null -> Atom.NIL;
        default -> CrashReport.inspect(value);
      };
    }
  }

  /** Handles system messages alone; all others stay in the mailbox. */
  private void suspend() throws Exception {
    if (suspended) {
      return; // again, in the loop below
    }
    suspended = true;
    var self = Kernel.process("suspend");
    while (suspended) {
      Object message =
          Objects.requireNonNull(
              self.<Object>receive(
                  any -> isSystem(any) || isParentsExit(any) ? any : null, Long.MAX_VALUE));
      switch (message) {
        case LocalCall call ->
            system(
                ((SystemRequest) call.request).term(),
                new From(call.callerPid(Node.current()), call));
        case Exit exit -> stop(exit.reason());
        case Decoded(var term) -> handleTerm(term);
        default -> throw new AssertionError(message);
      }
    }
  }

  private boolean isParentsExit(Object message) {
    return message instanceof Exit exit && parent != null && parent.equals(exit.from());
  }

  private Object debug(Object what) {
    var now = debugging != null ? debugging : new Debugging();
    var answer = now.command(what);
    debugging = now.isOff() ? null : now;
    beAttentive();
    return answer;
  }

  /** What logs call the running process. */
  static String shownName() {
    var self = Kernel.process("debug");
    var name = self.name;
    return name == null ? self.pid.toString() : name.toString();
  }

  /** What was given to a function has made it throw. */
  record Failed(Throwable thrown) {}

  @SuppressWarnings("unchecked") // who asks says what the server holds
  private @Nullable Object replaceState(Object function) {
    if (!(function instanceof UnaryOperator<?> operator)) { // one of another node
      var callback = Tuple.of(Atom.of(code().getName()), Atom.of("system_replace_state"));
      return Tuple.of(
          Atom.ERROR,
          Tuple.of(Atom.of("callback_failed"), callback, Tuple.of(Atom.ERROR, Atom.of("undef"))));
    }
    try {
      return replace((UnaryOperator<Object>) operator);
    } catch (ProcessEnded e) {
      throw e;
    } catch (Exception e) {
      return new Failed(e);
    }
  }

  /** What the callbacks work on. */
  abstract @Nullable Object systemState();

  /** Replaces that by what the function makes of it, which is returned. */
  abstract @Nullable Object replace(UnaryOperator<Object> function);

  /** {@code gen_server} or {@code gen_statem}. */
  abstract Atom module();

  /** {@code generic server} or {@code state machine}. */
  abstract String kind();

  /**
   * What the callbacks let others see of the state.
   *
   * @param log the events that have been kept
   * @param about what is shown beside the state, to which it may add
   */
  abstract @Nullable Object status(List<Object> log, List<Object> about);

  private Object systemStatus() {
    var self = Kernel.process("getStatus");
    return Tuple.of(
        Atom.of("status"),
        self.pid,
        Tuple.of(Atom.of("module"), module()),
        List.of(
            List.of(
                Tuple.of(
                    Atom.of("$initial_call"),
                    Tuple.of(Atom.of(code().getName()), Atom.of("init"), 1L)),
                Tuple.of(Atom.of("$ancestors"), parent == null ? List.of() : List.of(parent))),
            suspended ? SUSPENDED : RUNNING,
            parent == null ? self.pid : parent,
            List.of(),
            misc(self)));
  }

  private List<Object> misc(LocalProcess self) {
    var log = debugging == null ? List.of() : debugging.log();
    var about = new ArrayList<Object>();
    about.add(Tuple.of("Status", suspended ? SUSPENDED : RUNNING));
    about.add(Tuple.of("Parent", parent == null ? self.pid : parent));
    var state = status(log, about);
    return List.of(
        Tuple.of(Atom.of("header"), "Status for " + kind() + " " + shownName()),
        Tuple.of(DATA, List.copyOf(about)),
        Tuple.of(DATA, List.of(Tuple.of("State", state == null ? Atom.NIL : state))));
  }

  // ---- the end

  /** Runs the callback that cleans up. */
  abstract void cleanUp(Object reason) throws Exception;

  final void stop(Object reason) throws Exception {
    terminate(reason);
    throw new ExitException(reason);
  }

  final void terminate(Object reason) throws Exception {
    Kernel.checkCaller(); // a callback may return after the end of its process
    terminated = true;
    cleanUp(reason);
  }

  /** An exception has left a callback: the server ends with it. */
  @Override
  final void crashed(Object reason) throws Exception {
    if (!terminated && isReady()) {
      terminate(reason);
    }
  }

  @Override
  final void ended(Object reason) {
    over = reason;
    if (ignored) {
      starter.reply(IGNORE);
    } else {
      starter.fail(reason);
    }
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

  // ---- its crash report

  /** The message that was being handled, as it would look on another node; null if none was. */
  final @Nullable Object lastMessage() {
    return last == null ? null : shown(last);
  }

  /** A message as debugging shows it; the tag of a caller on this node is none of its business. */
  static Object event(Object message) {
    return message instanceof LocalCall call
        ? Tuple.of(
            Calls.GEN_CALL, Tuple.of(call.callerPid(Node.current()), Atom.UNDEFINED), call.term())
        : shown(message);
  }

  private static Object shown(Object message) {
    return switch (message) {
      case LocalCall call ->
          Tuple.of(
              call.request instanceof SystemRequest ? SystemRequest.SYSTEM : Calls.GEN_CALL,
              call.term());
      case Cast(var cast) -> Tuple.of(Calls.GEN_CAST, cast);
      case Decoded(var term) -> term;
      default -> message;
    };
  }
}
