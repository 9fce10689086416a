package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the loops of behaviours share: the start, which somebody waits for; calls and casts from
 * here and from other nodes; the end, which every call hears of. OTP's {@code gen} and {@code
 * proc_lib}.
 *
 * <p>Messages are {@link LocalCall} and {@link Cast} from this node, {@code $gen_call}, {@code
 * $gen_cast} and {@code system} tuples from others, and everything else.
 */
abstract class Loop extends SystemLoop {
  private static final Atom ACK = Atom.of("ack");
  private static final Atom IGNORE = Atom.of("ignore");

  /** A message that has no reply; {@code {'$gen_cast', Message}} from another node. */
  record Cast(Object message) {}

  /** What a new loop gets of its start. */
  record Start(@Nullable Pid parent, LocalCall starter, StartOptions how) {}

  private final LocalCall starter;
  private final @Nullable Via via;

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
    super(start.parent);
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
    boolean ignored = IGNORE.equals(starter.result());
    if ((failure != null || ignored) && parent != null && parent.trapsExits()) {
      takeExit(pid);
    }
    if (failure != null) {
      throw new StartException(failure);
    }
    return ignored ? null : pid;
  }

  /**
   * Who starts a process that does not start gets one answer, and no exit of the link besides: the
   * {@code flush_EXIT} of {@code proc_lib} since OTP 26.
   */
  private static void takeExit(Pid pid) {
    Kernel.unlink(pid);
    Kernel.receive(Exit.class, exit -> exit.from().equals(pid), Duration.ZERO);
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

  final boolean isReady() {
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

  @Override
  final void handleTerm(Object term) throws Exception {
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

  // ---- the end

  /** Runs the callback that cleans up. */
  abstract void cleanUp(Object reason) throws Exception;

  @Override
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

  /** A starter that ends with the process by their link must not go on before. */
  @Override
  final void announced(Object reason) {
    if (ignored) {
      starter.reply(IGNORE);
    } else {
      starter.fail(reason);
    }
  }

  // ---- its crash report

  @Override
  final @Nullable Pid client() {
    return switch (last) {
      case LocalCall call -> call.caller == null ? null : call.caller.pid;
      case Decoded(Tuple tuple)
          when isCall(tuple)
              && tuple.get(1) instanceof Tuple from
              && from.size() == 2
              && from.get(0) instanceof Pid pid ->
          pid;
      case null, default -> null;
    };
  }

  private static boolean isCall(Tuple tuple) {
    return tuple.size() == 3 && tuple.get(0).equals(Calls.GEN_CALL);
  }

  /** The message that was being handled, that of a call alone; null if none was. */
  final @Nullable Object lastMessage() {
    return switch (last) {
      case LocalCall call when !(call.request instanceof SystemRequest) -> call.term();
      case Decoded(Tuple tuple) when isCall(tuple) -> tuple.get(2);
      case null -> null;
      default -> shown(last);
    };
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
