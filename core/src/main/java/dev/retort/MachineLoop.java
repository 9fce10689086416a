package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The process of a {@link StateMachine}: OTP's {@code gen_statem:loop}. Beside the mailbox it has a
 * store of events, which is empty whenever it looks for a message.
 */
final class MachineLoop extends Loop {
  private static final Atom CALL = Atom.of("call");
  private static final Atom CAST = Atom.of("cast");
  private static final Atom INFO = Atom.of("info");
  private static final Atom INTERNAL = Atom.of("internal");
  private static final Atom STATE_TIMEOUT = Atom.of("state_timeout");
  private static final Atom EVENT_TIMEOUT = Atom.of("timeout");
  private static final Atom IN = Atom.of("in");
  private static final Atom OUT = Atom.of("out");
  private static final Atom POSTPONE = Atom.of("postpone");
  private static final Atom CONSUME = Atom.of("consume");

  private final Supplier<? extends StateMachine<?, ?>> supplier;

  private @Nullable StateMachine<Object, Object> machine;
  private @Nullable Object state;
  private @Nullable Object data;

  /** Events that come before any message: inserted ones, and postponed ones that come again. */
  private final ArrayDeque<Event> store = new ArrayDeque<>();

  /** Events that wait for another state, oldest first. */
  private final List<Event> postponed = new ArrayList<>();

  private final MachineTimers timers = new MachineTimers();

  /** The event being handled, for the crash report. */
  private @Nullable Event handled;

  private MachineLoop(Supplier<? extends StateMachine<?, ?>> supplier, Start start) {
    super(start);
    this.supplier = supplier;
  }

  static Pid start(
      Supplier<? extends StateMachine<?, ?>> supplier,
      @Nullable LocalProcess parent,
      Option... options) {
    Objects.requireNonNull(supplier, "machine");
    return start(start -> new MachineLoop(supplier, start), parent, options);
  }

  @Override
  @SuppressWarnings("unchecked") // what the callbacks get is what the callbacks gave
  void begin() throws Exception {
    machine = (StateMachine<Object, Object>) supplier.get();
    switch (machine.init()) {
      case null ->
          throw new IllegalStateException(
              "init returned null: return Initial.ok(state, data), Initial.ignore() or"
                  + " Initial.stop(reason)");
      case Initial.Ignore<Object, Object> ignore -> throw ignoring();
      case Initial.Stop<Object, Object>(var reason) -> throw notStarting(reason);
      case Initial.Ok<Object, Object>(var first, var with, var actions) -> {
        state = first;
        data = with;
        ready();
        transition(new Transition.RepeatState<>(with, actions), null);
        handleStored();
      }
    }
  }

  // ---- messages are events

  @Override
  void call(Call<?> request, From from) throws Exception {
    take(new Event.Call(request, from));
  }

  @Override
  void cast(Object message) throws Exception {
    take(new Event.Cast(message));
  }

  @Override
  void info(Object message) throws Exception {
    take(new Event.Info(message));
  }

  @Override
  void timedOut(TimedOut fired) throws Exception {
    var event = timers.fired(fired);
    if (event != null) {
      take(event);
    }
  }

  private void take(Event event) throws Exception {
    handleEvent(event);
    handleStored();
  }

  private void handleStored() throws Exception {
    var self = Kernel.process("handleEvent");
    for (Event next; (next = store.isEmpty() ? timers.pollZero() : store.poll()) != null; ) {
      self.checkEnded();
      handleEvent(next);
    }
  }

  private void handleEvent(Event event) throws Exception {
    handled = event;
    if (debugging != null) {
      debugging.event(Tuple.of(IN, term(event), some(state)), systemState());
    }
    transition(machine().handleEvent(event, state(), data()), event);
    handled = null;
  }

  // ---- transitions

  /**
   * What the actions of an event's callback, and of the state enter calls after it, say together.
   */
  private static final class Collected {
    final List<Event> next = new ArrayList<>();
    final List<Action.SetTimeout> timeouts = new ArrayList<>();
    boolean postpone;
  }

  /**
   * @param event null at the start, where there is none to postpone
   */
  private void transition(@Nullable Transition<Object, Object> result, @Nullable Event event)
      throws Exception {
    var before = state();
    var dataBefore = data;
    var collected = new Collected();
    boolean enter = follow(result, collected, true);
    boolean changed = !before.equals(state());
    while (enter) {
      enter = follow(entered(before, dataBefore), collected, false);
    }
    if (event != null) {
      finish(event, collected.postpone, before);
    }
    if (changed) {
      postponed.reversed().forEach(store::addFirst);
      postponed.clear();
      timers.cancelStateTimeout();
    }
    timers.cancelEventTimeout();
    timers.set(collected.timeouts);
    collected.next.reversed().forEach(store::addFirst);
  }

  /** A state that cannot be entered is not: what comes of that is a matter of the one before. */
  private @Nullable Transition<Object, Object> entered(Object before, @Nullable Object dataBefore)
      throws Exception {
    try {
      return machine().stateEnter(before, state(), data());
    } catch (Throwable e) {
      state = before;
      data = dataBefore;
      throw e;
    }
  }

  private void finish(Event event, boolean postpone, Object before) {
    if (postpone) {
      postponed.add(event);
    }
    if (debugging != null) {
      debugging.event(
          Tuple.of(postpone ? POSTPONE : CONSUME, term(event), before, state()), systemState());
    }
  }

  /**
   * Takes over what a callback has returned.
   *
   * @param handled whether it was that of an event; else it was a state enter call
   * @return whether a state is entered
   */
  private boolean follow(
      @Nullable Transition<Object, Object> result, Collected collected, boolean handled)
      throws Exception {
    return switch (result) {
      case null ->
          throw new IllegalStateException(
              "a callback returned null: return nextState(state, data), keepState(data),"
                  + " keepStateAndData() or stopping(reason, data)");
      case Transition.NextState<Object, Object>(var next, var with, var actions) -> {
        boolean enter = !state().equals(Objects.requireNonNull(next, "a state is never null"));
        if (enter && !handled) {
          throw new IllegalStateException(
              "stateEnter must keep the state, which is " + CrashReport.inspect(state()));
        }
        state = next;
        data = with;
        act(actions, collected, handled);
        yield enter;
      }
      case Transition.KeepState<Object, Object>(var with, var actions) -> {
        data = with;
        act(actions, collected, handled);
        yield false;
      }
      case Transition.KeepStateAndData<Object, Object>(var actions) -> {
        act(actions, collected, handled);
        yield false;
      }
      case Transition.RepeatState<Object, Object>(var with, var actions) -> {
        data = with;
        act(actions, collected, handled);
        yield true;
      }
      case Transition.RepeatStateAndData<Object, Object>(var actions) -> {
        act(actions, collected, handled);
        yield true;
      }
      case Transition.Stop<Object, Object>(var reason, var with, var replies) -> {
        data = with;
        replies.forEach(this::reply);
        stop(reason);
        yield false;
      }
    };
  }

  private void act(List<Action> actions, Collected collected, boolean handled) {
    for (var action : actions) {
      switch (action) {
        case Action.Reply reply -> reply(reply);
        case Action.Postpone postpone -> {
          checkHandled(action, handled);
          collected.postpone = true;
        }
        case Action.NextEvent(var event) -> {
          checkHandled(action, handled);
          collected.next.add(event);
        }
        case Action.SetTimeout timeout -> collected.timeouts.add(timeout);
        case Action.Hibernate hibernate -> {}
      }
    }
  }

  private static void checkHandled(Action action, boolean handled) {
    if (!handled) {
      throw new IllegalStateException("stateEnter cannot postpone or insert events: " + action);
    }
  }

  private void reply(Action.Reply action) {
    action.from().reply(action.reply());
    if (debugging != null) {
      var to = Tuple.of(action.from().pid(), Atom.UNDEFINED);
      debugging.event(Tuple.of(OUT, some(action.reply()), to), systemState());
    }
  }

  /** An event as OTP has it: its type and its content. */
  static Tuple term(Event event) {
    return switch (event) {
      case Event.Call(var request, var from) ->
          Tuple.of(
              Tuple.of(CALL, Tuple.of(from.pid(), Atom.UNDEFINED)),
              request instanceof Call.Term(var term) ? term : request);
      case Event.Cast(var message) -> Tuple.of(CAST, message);
      case Event.Info(var message) -> Tuple.of(INFO, message);
      case Event.Internal(var content) -> Tuple.of(INTERNAL, content);
      case Event.StateTimeout(var content) -> Tuple.of(STATE_TIMEOUT, content);
      case Event.EventTimeout(var content) -> Tuple.of(EVENT_TIMEOUT, content);
      case Event.Timeout(var name, var content) -> Tuple.of(Tuple.of(EVENT_TIMEOUT, name), content);
    };
  }

  // ---- sys

  @Override
  void attend(Object message) {}

  @Override
  void beAttentive() {}

  @Override
  Object systemState() {
    return Tuple.of(some(state), some(data));
  }

  @Override
  Object replace(UnaryOperator<Object> function) {
    if (!(function.apply(systemState()) instanceof Tuple replaced && replaced.size() == 2)) {
      throw new IllegalArgumentException("{State, Data} was expected");
    }
    state = replaced.get(0);
    data = replaced.get(1);
    return replaced;
  }

  @Override
  @SuppressWarnings("unchecked") // what the callbacks get is what the callbacks gave
  void changeCode(@Nullable Supplier<?> code, Object oldVersion, Object extra) throws Exception {
    var next =
        code == null ? machine() : (StateMachine<Object, Object>) made(code, StateMachine.class);
    if (!(next.codeChange(oldVersion, state(), data(), extra)
            instanceof Initial.Ok<Object, Object>(var nextState, var nextData, var actions)
        && actions.isEmpty())) {
      throw new IllegalStateException(
          "Initial.ok(state, data) without actions was expected of codeChange");
    }
    state = Objects.requireNonNull(nextState, "a state is never null");
    data = nextData;
    machine = next;
  }

  @Override
  Atom module() {
    return Atom.of("gen_statem");
  }

  @Override
  String kind() {
    return "state machine";
  }

  @Override
  Object status(List<Object> log, List<Object> about) {
    var shown = status(new MachineStatus(state, data, null, postponedTerms(), log));
    about.add(Tuple.of("Time-outs", timers.terms()));
    about.add(Tuple.of("Logged Events", shown.log()));
    about.add(Tuple.of("Postponed", shown.postponed()));
    return Tuple.of(some(shown.state()), some(shown.data()));
  }

  private List<Object> postponedTerms() {
    return postponed.stream().<Object>map(MachineLoop::term).toList();
  }

  // ---- the end, and what is said of it

  @Override
  void cleanUp(Object reason) throws Exception {
    machine().terminate(reason, state(), data());
  }

  @Override
  Class<?> code() {
    return machine != null ? machine.getClass() : supplier.getClass();
  }

  @Override
  String describe() {
    return "StateMachine";
  }

  @Override
  Map<String, Object> circumstances() {
    if (!isReady()) {
      return Map.of();
    }
    var event = handled == null ? lastMessage() : term(handled);
    var shown = status(new MachineStatus(state, data, event, postponedTerms(), List.of()));
    var all = new LinkedHashMap<String, Object>();
    if (shown.event() != null) {
      all.put("Last event", shown.event());
    }
    all.put("State", some(shown.state()));
    all.put("Data", some(shown.data()));
    all.put("Postponed", shown.postponed());
    return Collections.unmodifiableMap(all);
  }

  /** What the machine wants to be shown of it. */
  private MachineStatus status(MachineStatus status) {
    if (machine == null) {
      return status;
    }
    try {
      return Objects.requireNonNull(machine.formatStatus(status), "formatStatus");
    } catch (RuntimeException e) { // and nothing that it wanted to hide is shown
      var failed = "formatStatus of " + machine.getClass().getName() + " has failed: " + e;
      return new MachineStatus(failed, failed, failed, List.of(), List.of());
    }
  }

  private static Object some(@Nullable Object value) {
    return value == null ? Atom.NIL : value;
  }

  private StateMachine<Object, Object> machine() {
    return Objects.requireNonNull(machine, "init has not run");
  }

  private Object state() {
    return Objects.requireNonNull(state, "a state is never null");
  }

  @SuppressWarnings("NullAway") // the data may be null if the machine says so
  private Object data() {
    return data;
  }
}
