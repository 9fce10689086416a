package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a behaviour's process answers to {@link Sys}, and to {@code sys} of other nodes: OTP's
 * {@code sys:handle_system_msg/6}.
 */
abstract class SystemLoop extends Behaviour {
  private static final Atom SUSPEND = Atom.of("suspend");
  private static final Atom RESUME = Atom.of("resume");
  private static final Atom GET_STATE = Atom.of("get_state");
  private static final Atom GET_STATUS = Atom.of("get_status");
  private static final Atom REPLACE_STATE = Atom.of("replace_state");
  private static final Atom DEBUG = Atom.of("debug");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom RUNNING = Atom.of("running");
  private static final Atom SUSPENDED = Atom.of("suspended");
  private static final Atom DATA = Atom.of("data");

  /** What was given to a function has made it throw. */
  record Failed(Throwable thrown) {}

  /** The process that has started and linked it; null if none has. */
  final @Nullable Pid parent;

  /** What it does with its events; null while nobody debugs it. */
  @Nullable Debugging debugging;

  private boolean suspended;

  SystemLoop(@Nullable Pid parent) {
    this.parent = parent;
  }

  @Override
  final @Nullable Pid starter() {
    return parent;
  }

  // ---- what the behaviour is and does

  /** Handles a message of another node. */
  abstract void handleTerm(Object term) throws Exception;

  /** Cleans up and ends. */
  abstract void stop(Object reason) throws Exception;

  /** {@link #debugging} is there now, or is no more. */
  abstract void beAttentive();

  /** A system message begins: a timeout stops. */
  void pause() {}

  /** It is over, and so is a suspension: a timeout begins anew. */
  void goOn() {}

  /** What the callbacks work on. */
  abstract @Nullable Object systemState();

  /** Replaces that by what the function makes of it, which is returned. */
  abstract @Nullable Object replace(UnaryOperator<Object> function);

  /**
   * Goes on with other code, whose {@code codeChange} has made of the state what it works on.
   *
   * @param code makes the object with the callbacks; null for the one that it has
   */
  abstract void changeCode(@Nullable Supplier<?> code, Object oldVersion, Object extra)
      throws Exception;

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

  // ---- requests

  /** Whether it is a message of {@link Sys}, with which a timeout begins anew. */
  static boolean isSystem(Object message) {
    return switch (message) {
      case LocalCall call -> call.request instanceof SystemRequest;
      case Decoded(Tuple tuple) -> tuple.size() == 3 && tuple.get(0).equals(SystemRequest.SYSTEM);
      default -> false;
    };
  }

  final void system(Object request, From from) throws Exception {
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
      case Atom atom when atom.equals(GET_STATE) -> answerState(from, systemState());
      case Atom atom when atom.equals(GET_STATUS) -> answer(from, systemStatus());
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(REPLACE_STATE) ->
          replaceState(from, tuple.get(1));
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(SystemRequest.TERMINATE) -> {
        answer(from, Atom.OK);
        stop(tuple.get(1));
      }
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(DEBUG) ->
          answer(from, debug(tuple.get(1)));
      case Tuple tuple
          when suspended && tuple.size() == 4 && tuple.get(0).equals(Sys.CHANGE_CODE) ->
          answer(from, codeChanged(tuple.get(1), tuple.get(2), tuple.get(3)));
      default -> answer(from, Tuple.of(Atom.ERROR, Tuple.of(Sys.UNKNOWN_SYSTEM_MSG, request)));
    }
  }

  /** As {@link #answer}, as other nodes expect a state. */
  private static void answerState(From from, @Nullable Object state) {
    if (from.isLocal()) {
      from.replyUnchecked(state);
    } else {
      ForeignState.answer(from, term(state));
    }
  }

  /** Answers a caller of this node with the thing itself, of another one with its term. */
  private static void answer(From from, @Nullable Object answer) {
    from.replyUnchecked(
        from.isLocal()
            ? answer
            : term(
                answer instanceof Failed(var thrown)
                    ? Tuple.of(Atom.ERROR, Tuple.of(EXIT, LocalProcess.reason(thrown)))
                    : answer));
  }

  /** The term of a value; the parts that have none as they are printed. */
  static Object term(@Nullable Object value) {
    try {
      return Terms.toTerm(value);
    } catch (IllegalArgumentException noTerm) {
      return switch (value) {
        case Tuple tuple -> Tuple.of(tuple.toList().stream().map(SystemLoop::term).toArray());
        case List<?> list -> list.stream().map(SystemLoop::term).toList();
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

  final Object debug(Object what) {
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

  @SuppressWarnings("unchecked") // who asks says what the server holds
  private void replaceState(From from, Object function) {
    if (!(function instanceof UnaryOperator<?> operator)) { // one of another node
      var callback = Tuple.of(Atom.of(code().getName()), Atom.of("system_replace_state"));
      answer(
          from,
          Tuple.of(
              Atom.ERROR,
              Tuple.of(
                  Atom.of("callback_failed"), callback, Tuple.of(Atom.ERROR, Atom.of("undef")))));
      return;
    }
    @Nullable Object replaced;
    try {
      replaced = replace((UnaryOperator<Object>) operator);
    } catch (ProcessEnded e) {
      throw e;
    } catch (Exception e) {
      answer(from, new Failed(e));
      return;
    }
    answerState(from, replaced);
  }

  private Object codeChanged(Object module, Object oldVersion, Object extra) {
    var self = Kernel.process("changeCode");
    var before = self.vocabulary();
    try {
      changeCode(module instanceof Supplier<?> code ? code : null, oldVersion, extra);
      return Atom.OK;
    } catch (ProcessEnded e) {
      throw e;
    } catch (Exception e) {
      self.vocabulary(before);
      return new Failed(e);
    }
  }

  /** What the other code is made of; the records of its messages may be others, too. */
  static <T> T made(Supplier<?> code, Class<T> type) {
    var made = code.get();
    if (!type.isInstance(made)) {
      throw new IllegalArgumentException(
          "a "
              + type.getSimpleName()
              + " was expected from the function that makes the new code,"
              + " not "
              + (made == null ? "null" : "a " + made.getClass().getName()));
    }
    Kernel.process("changeCode").vocabulary(Vocabulary.ofCode(made.getClass()));
    return type.cast(made);
  }

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
}
