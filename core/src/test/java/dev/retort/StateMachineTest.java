package dev.retort;

import static dev.retort.Action.cancelEventTimeout;
import static dev.retort.Action.cancelStateTimeout;
import static dev.retort.Action.cancelTimeout;
import static dev.retort.Action.eventTimeout;
import static dev.retort.Action.hibernate;
import static dev.retort.Action.nextEvent;
import static dev.retort.Action.postpone;
import static dev.retort.Action.stateTimeout;
import static dev.retort.Action.timeout;
import static dev.retort.Action.updateEventTimeout;
import static dev.retort.Action.updateStateTimeout;
import static dev.retort.Action.updateTimeout;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.trapExit;
import static dev.retort.StateMachine.keepState;
import static dev.retort.StateMachine.keepStateAndData;
import static dev.retort.StateMachine.nextState;
import static dev.retort.StateMachine.repeatState;
import static dev.retort.StateMachine.repeatStateAndData;
import static dev.retort.StateMachine.stopping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of {@code gen_statem}'s documentation, each by its name. */
@Timeout(30)
class StateMachineTest {
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration ZERO = Duration.ZERO;

  enum State {
    A,
    B,
    C
  }

  private interface Handler {
    Transition<State, String> handle(Event event, State state, String data) throws Exception;
  }

  private interface Enterer {
    Transition<State, String> enter(State old, State state, String data) throws Exception;
  }

  private record Get() implements Call<String> {}

  /** A cast that says what to do. */
  private record Do(@Shareable Handler what) {}

  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private Initial<State, String> initial = Initial.ok(State.A, "data");
  private Enterer enterer = (old, state, data) -> keepStateAndData();

  /** Notes every event but those that tell it what to do. */
  private final class Machine implements StateMachine<State, String> {
    @Override
    public Initial<State, String> init() {
      return initial;
    }

    @Override
    public Transition<State, String> handleEvent(Event event, State state, String data)
        throws Exception {
      return switch (event) {
        case Event.Cast(Do(var what)) -> what.handle(event, state, data);
        case Event.Internal(Do(var what)) -> what.handle(event, state, data);
        case Event.Call(Get get, var from) ->
            keepStateAndData(Action.reply(from, get, state + " " + data));
        default -> {
          seen.add(state + " " + Kernel.inspect(MachineLoop.term(event)));
          yield keepStateAndData();
        }
      };
    }

    @Override
    public Transition<State, String> stateEnter(State old, State state, String data)
        throws Exception {
      return enterer.enter(old, state, data);
    }

    @Override
    public void terminate(Object reason, State state, String data) {
      seen.add("terminate " + Kernel.inspect(reason) + " " + state + " " + data);
    }
  }

  private final List<Pid> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(machine -> Kernel.exit(machine, Atom.KILL));
  }

  private Pid start() {
    return start(Machine::new);
  }

  private Pid start(Supplier<StateMachine<?, ?>> machine) {
    var pid = StateMachine.start(machine);
    if (pid != null) {
      started.add(pid);
    }
    return pid;
  }

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  private static void tell(Pid machine, Handler what) {
    StateMachine.cast(machine, new Do(what));
  }

  private static String get(Pid machine) {
    return StateMachine.call(machine, new Get());
  }

  /** What was noted when the machine has handled everything. */
  private List<String> seenBy(Pid machine) {
    get(machine);
    var all = new ArrayList<String>();
    seen.drainTo(all);
    return all;
  }

  private static Action insert(String content) {
    return nextEvent(new Event.Internal(content));
  }

  // ---- events

  @Test
  void callsCastsAndOtherMessagesAreEvents() {
    var machine = start();
    assertThat(get(machine)).isEqualTo("A data");
    StateMachine.cast(machine, "cast");
    send(machine, "info");
    assertThat(seenBy(machine)).containsExactly("A {:cast, \"cast\"}", "A {:info, \"info\"}");
    StateMachine.stop(machine);
    assertThat(seen).containsExactly("terminate :normal A data");
  }

  @Test
  void aReplyMayComeInALaterEvent() throws Exception {
    var waits = new LinkedBlockingQueue<Object>();
    var late =
        StateMachine.start(
            () ->
                new StateMachine<Integer, From>() {
                  @Override
                  public Initial<Integer, From> init() {
                    return Initial.ok(0, null);
                  }

                  @Override
                  public Transition<Integer, From> handleEvent(
                      Event event, Integer state, From asker) {
                    return switch (event) {
                      case Event.Call(var request, var from) -> {
                        waits.add("asked");
                        yield nextState(1, from);
                      }
                      case Event.Cast go -> keepState(null, Action.reply(asker, "late"));
                      default -> StateMachine.unknown(event);
                    };
                  }
                });
    Kernel.spawn(() -> waits.add(StateMachine.call(late, new Get())));
    assertThat(waits.take()).isEqualTo("asked");
    StateMachine.cast(late, "go");
    assertThat(waits.take()).isEqualTo("late");
    StateMachine.stop(late);
  }

  @Test
  void nextStateChangesStateAndData() {
    var machine = start();
    tell(machine, (event, state, data) -> nextState(State.B, "new"));
    assertThat(get(machine)).isEqualTo("B new");
    tell(machine, (event, state, data) -> keepState("newer"));
    assertThat(get(machine)).isEqualTo("B newer");
    tell(machine, (event, state, data) -> keepStateAndData(hibernate()));
    assertThat(get(machine)).isEqualTo("B newer");
  }

  // ---- inserted events

  @Test
  void insertedEventsGoBeforeQueuedOnesInTheOrderGiven() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                nextEvent(
                    new Event.Internal(
                        new Do((e, s, d) -> keepStateAndData(insert("1.1"), insert("1.2"))))),
                insert("2")));
    send(machine, "3");
    assertThat(seenBy(machine))
        .containsExactly(
            "A {:internal, \"1.1\"}",
            "A {:internal, \"1.2\"}",
            "A {:internal, \"2\"}",
            "A {:info, \"3\"}");
  }

  @Test
  void anEventOfAnyTypeMayBeInserted() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                nextEvent(new Event.Info("info")),
                nextEvent(new Event.Cast("cast")),
                nextEvent(new Event.StateTimeout("time")),
                nextEvent(new Event.Timeout("name", "time"))));
    assertThat(seenBy(machine))
        .containsExactly(
            "A {:info, \"info\"}",
            "A {:cast, \"cast\"}",
            "A {:state_timeout, \"time\"}",
            "A {{:timeout, \"name\"}, \"time\"}");
  }

  // ---- postpone

  /** Postpones what comes in A. */
  private static final class Patient implements StateMachine<State, List<String>> {
    @Override
    public Initial<State, List<String>> init() {
      return Initial.ok(State.A, List.of());
    }

    @Override
    public Transition<State, List<String>> handleEvent(
        Event event, State state, List<String> data) {
      return switch (event) {
        case Event.Cast(State next) -> nextState(next, data);
        case Event.Cast(Duration again) ->
            nextState(State.B, data, insert("inserted"), stateTimeout(again, "zero"));
        case Event.Info info when state == State.A -> keepStateAndData(postpone());
        case Event.Call(var request, var from) when state == State.A ->
            keepStateAndData(postpone());
        case Event.Call(var request, var from) ->
            keepStateAndData(Action.reply(from, String.join(" ", data)));
        default -> {
          var more = new ArrayList<>(data);
          more.add(MachineLoop.term(event).get(1).toString());
          yield keepState(List.copyOf(more));
        }
      };
    }
  }

  @Test
  void postponedEventsComeAgainInOrderWhenTheStateHasChangedBeforeLaterOnes() {
    var machine = start(Patient::new);
    send(machine, "1");
    send(machine, "2");
    StateMachine.cast(machine, State.A); // the same state is no change
    Sys.suspend(machine);
    StateMachine.cast(machine, State.B);
    send(machine, "3");
    Sys.resume(machine);
    assertThat(get(machine)).isEqualTo("1 2 3");
  }

  @Test
  void anEventMayBePostponedAgain() {
    var machine = start(Patient::new);
    send(machine, "1");
    StateMachine.cast(machine, State.B);
    StateMachine.cast(machine, State.A);
    send(machine, "2");
    StateMachine.cast(machine, State.C);
    assertThat(get(machine)).isEqualTo("1 2");
  }

  @Test
  void aPostponedCallIsAnsweredInAnotherState() throws Exception {
    var machine = start(Patient::new);
    var answer = new LinkedBlockingQueue<String>();
    Kernel.spawn(() -> answer.add(get(machine)));
    Kernel.spawn(() -> StateMachine.cast(machine, State.B));
    assertThat(answer.take()).isEmpty();
  }

  @Test
  void insertedEventsGoBeforePostponedOnesAndTimeoutsOfZeroBehind() {
    var machine = start(Patient::new);
    send(machine, "postponed");
    Sys.suspend(machine);
    StateMachine.cast(machine, ZERO);
    send(machine, "later");
    Sys.resume(machine);
    assertThat(get(machine)).isEqualTo("inserted postponed zero later");
  }

  @Test
  void aPostponedEventOfAChangeOfStateComesAgainAtOnce() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            state == State.A ? nextState(State.B, data, postpone()) : keepState("again"));
    assertThat(get(machine)).isEqualTo("B again");
  }

  @Test
  void callsThatArePostponedFailWhenTheMachineEnds() throws Exception {
    var machine = start(Patient::new);
    var failure = new LinkedBlockingQueue<Object>();
    Kernel.spawn(
        () -> failure.add(catchThrowableOfType(CallException.class, () -> get(machine)).why()));
    await().until(() -> Kernel.inspect(Sys.getStatus(machine).misc()).contains("get"));
    StateMachine.stop(machine);
    assertThat(failure.take()).isEqualTo(Atom.NORMAL);
  }

  // ---- timeouts

  @Test
  void aStateTimeoutComesWhenTheStateHasLasted() throws Exception {
    var machine = start();
    tell(machine, (event, state, data) -> nextState(State.B, data, stateTimeout(SHORT, "over")));
    StateMachine.cast(machine, "other events do not matter");
    assertThat(seen.take()).startsWith("B {:cast");
    assertThat(seen.take()).isEqualTo("B {:state_timeout, \"over\"}");
  }

  @Test
  void aChangeOfStateCancelsTheStateTimeout() {
    var machine = start();
    tell(machine, (event, state, data) -> keepState(data, stateTimeout(LONG, "over")));
    tell(machine, (event, state, data) -> nextState(State.A, data));
    get(machine);
    assertThat(timeouts(machine)).isEqualTo("{1, [state_timeout: \"over\"]}");
    tell(machine, (event, state, data) -> nextState(State.B, data));
    assertThat(timeouts(machine)).isEqualTo("{0, []}");
  }

  /** What the machine says of its timeouts. */
  private static String timeouts(Pid machine) {
    var misc = (List<?>) Sys.getStatus(machine).misc();
    var about = (List<?>) ((Tuple) misc.get(1)).get(1);
    return about.stream()
        .map(Tuple.class::cast)
        .filter(each -> each.get(0).equals("Time-outs"))
        .map(each -> Kernel.inspect(each.get(1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aStateTimeoutOfTheTransitionBelongsToTheNewState() throws Exception {
    var machine = start();
    tell(machine, (event, state, data) -> keepState(data, stateTimeout(LONG, "of A")));
    tell(machine, (event, state, data) -> nextState(State.B, data, stateTimeout(SHORT, "of B")));
    assertThat(seen.take()).isEqualTo("B {:state_timeout, \"of B\"}");
  }

  @Test
  void anEventTimeoutComesWhenNoEventDoes() throws Exception {
    var machine = start();
    tell(machine, (event, state, data) -> keepStateAndData(eventTimeout(SHORT, "quiet")));
    assertThat(seen.take()).isEqualTo("A {:timeout, \"quiet\"}");
  }

  @Test
  void anyEventCancelsTheEventTimeout() {
    var machine = start();
    tell(machine, (event, state, data) -> keepStateAndData(eventTimeout(LONG, "quiet")));
    get(machine);
    assertThat(timeouts(machine)).isEqualTo("{0, []}");
    tell(
        machine,
        (event, state, data) -> keepStateAndData(eventTimeout(ZERO, "quiet"), insert("event")));
    assertThat(seenBy(machine)).containsExactly("A {:internal, \"event\"}");
  }

  @Test
  void anEventTimeoutOfZeroComesBeforeAnyMessageThatHasNotBeenTaken() {
    var machine = start();
    Sys.suspend(machine);
    tell(machine, (event, state, data) -> keepStateAndData(eventTimeout(ZERO, "quiet")));
    send(machine, "message");
    Sys.resume(machine);
    assertThat(seenBy(machine))
        .containsExactly("A {:timeout, \"quiet\"}", "A {:info, \"message\"}");
  }

  @Test
  void genericTimeoutsGoOnWhateverHappensEachByItsName() throws Exception {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            nextState(
                State.B,
                data,
                timeout("x", Duration.ofMillis(20), 1),
                timeout("y", Duration.ofMillis(30), 2)));
    tell(machine, (event, state, data) -> nextState(State.C, data));
    assertThat(seen.take()).isEqualTo("C {{:timeout, \"x\"}, 1}");
    assertThat(seen.take()).isEqualTo("C {{:timeout, \"y\"}, 2}");
  }

  @Test
  void timeoutsMayEndAtAPointInTime() throws Exception {
    var machine = start();
    long soon = System.nanoTime() + SHORT.toNanos();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                Action.timeoutAt("name", soon + 1, "generic"),
                Action.stateTimeoutAt(soon, "state"),
                Action.timeoutAt("never", soon + LONG.toNanos(), "never")));
    assertThat(seen.take()).isEqualTo("A {:state_timeout, \"state\"}");
    assertThat(seen.take()).isEqualTo("A {{:timeout, \"name\"}, \"generic\"}");
    tell(machine, (event, state, data) -> keepStateAndData(Action.eventTimeoutAt(soon, "over")));
    assertThat(seen.take()).isEqualTo("A {:timeout, \"over\"}");
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                Action.stateTimeoutAt(soon, "replaced"), stateTimeout(LONG, "replaces it")));
    tell(machine, (event, state, data) -> keepStateAndData(updateTimeout("never", "updated")));
    tell(machine, (event, state, data) -> keepStateAndData(cancelTimeout("never")));
    assertThat(seenBy(machine)).isEmpty();
  }

  @Test
  void aTimeoutThatIsSetAnewBeginsAnew() throws Exception {
    var machine = start();
    tell(machine, (event, state, data) -> keepStateAndData(timeout("x", LONG, 1)));
    tell(machine, (event, state, data) -> keepStateAndData(timeout("x", SHORT, 2)));
    assertThat(seen.take()).isEqualTo("A {{:timeout, \"x\"}, 2}");
    assertThat(timeouts(machine)).isEqualTo("{0, []}");
  }

  /** Where OTP 25 loses the timer (ADR 29). */
  @Test
  void aTimerTakesThePlaceOfATimeoutOfZeroThatIsPending() throws Exception {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                timeout("x", ZERO, 1),
                nextEvent(
                    new Event.Internal(
                        new Do((e, s, d) -> keepStateAndData(timeout("x", SHORT, 2)))))));
    assertThat(seen.take()).isEqualTo("A {{:timeout, \"x\"}, 2}");
    assertThat(seenBy(machine)).isEmpty();
  }

  @Test
  void ofSeveralActionsForOneTimeoutTheLastCounts() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                timeout("x", ZERO, 1), stateTimeout(ZERO, "state"), timeout("x", ZERO, 2)));
    assertThat(seenBy(machine))
        .containsExactly("A {:state_timeout, \"state\"}", "A {{:timeout, \"x\"}, 2}");
  }

  @Test
  void anUpdateChangesTheContentAndNotTheTime() throws Exception {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(timeout("x", Duration.ofMillis(30), 1), stateTimeout(LONG, "s")));
    tell(
        machine,
        (event, state, data) -> keepStateAndData(updateTimeout("x", 2), updateStateTimeout("t")));
    assertThat(timeouts(machine)).contains("state_timeout, \"t\"");
    assertThat(seen.take()).isEqualTo("A {{:timeout, \"x\"}, 2}");
  }

  @Test
  void anUpdateOfATimeoutThatDoesNotRunComesAtOnce() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                updateTimeout("x", 1), updateStateTimeout("s"), updateEventTimeout("e")));
    assertThat(seenBy(machine))
        .containsExactly(
            "A {{:timeout, \"x\"}, 1}", "A {:state_timeout, \"s\"}"); // which cancel the third
  }

  @Test
  void timeoutsAreCancelled() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(timeout("x", LONG, 1), stateTimeout(LONG, 2), eventTimeout(LONG, 3)));
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                cancelTimeout("x"),
                cancelStateTimeout(),
                cancelEventTimeout(),
                cancelTimeout("never set")));
    assertThat(timeouts(machine)).isEqualTo("{0, []}");
    assertThat(seenBy(machine)).isEmpty();
  }

  @Test
  void aTimeoutOfZeroIsCancelledByAChangeOfStateToo() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(
                stateTimeout(ZERO, "of A"),
                nextEvent(new Event.Internal(new Do((e, s, d) -> nextState(State.B, d))))));
    assertThat(seenBy(machine)).isEmpty();
  }

  @Test
  void aTimeoutThatIsTooLongForAnyClockNeverComes() {
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            keepStateAndData(timeout("x", Duration.ofSeconds(Long.MAX_VALUE), 1)));
    assertThat(timeouts(machine)).isEqualTo("{0, []}");
  }

  // ---- state enter calls

  @Test
  void aStateIsEnteredAtTheStartAndAfterEachChange() {
    enterer =
        (old, state, data) -> {
          seen.add(old + " -> " + state + " " + data);
          return keepState(data + "+");
        };
    var machine = start();
    tell(machine, (event, state, data) -> nextState(State.A, data));
    tell(machine, (event, state, data) -> keepState(data));
    tell(machine, (event, state, data) -> nextState(State.B, data + "!"));
    assertThat(seenBy(machine)).containsExactly("A -> A data", "A -> B data+!");
    assertThat(get(machine)).isEqualTo("B data+!+");
  }

  @Test
  void repeatStateEntersItAgainAndKeepsPostponedEventsAndTheStateTimeout() {
    enterer =
        (old, state, data) -> {
          seen.add(old + " -> " + state);
          return keepStateAndData();
        };
    var machine = start();
    tell(
        machine,
        (event, state, data) ->
            state == State.A
                ? keepStateAndData(postpone(), stateTimeout(LONG, 1))
                : keepState("x"));
    tell(machine, (event, state, data) -> repeatState("repeated"));
    tell(machine, (event, state, data) -> repeatStateAndData());
    assertThat(seenBy(machine)).containsExactly("A -> A", "A -> A", "A -> A");
    assertThat(get(machine)).isEqualTo("A repeated");
    assertThat(timeouts(machine)).startsWith("{1,");
    tell(machine, (event, state, data) -> nextState(State.B, data));
    assertThat(get(machine)).isEqualTo("B x");
  }

  @Test
  void actionsOfTheEnterCallComeBehindThoseOfTheEvent() {
    enterer =
        (old, state, data) ->
            state == State.B
                ? keepStateAndData(stateTimeout(ZERO, "enter"), timeout("x", ZERO, "enter"))
                : keepStateAndData();
    var machine = start();
    tell(
        machine,
        (event, state, data) -> nextState(State.B, data, stateTimeout(LONG, "event"), insert("i")));
    assertThat(seenBy(machine))
        .containsExactly(
            "B {:internal, \"i\"}",
            "B {:state_timeout, \"enter\"}",
            "B {{:timeout, \"x\"}, \"enter\"}");
  }

  @Test
  void anEnterCallMayStopTheMachine() throws Exception {
    enterer = (old, state, data) -> stopping(Atom.SHUTDOWN, "entered");
    run(
        () -> {
          trapExit(true);
          StateMachine.startLink(Machine::new); // the start itself has succeeded
          assertThat(receive(Exit.class).reason()).isEqualTo(Atom.SHUTDOWN);
          return true;
        });
    assertThat(seen.take()).isEqualTo("terminate :shutdown A entered");
  }

  /** In {@code gen_statem}, too, the transition that has failed has not been made. */
  @Test
  void aStateWhoseEnterCallThrowsIsNotEntered() throws Exception {
    enterer =
        (old, state, data) -> {
          if (state == State.B) {
            throw new IllegalStateException("no entry");
          }
          return keepStateAndData();
        };
    tell(start(), (event, state, data) -> nextState(State.B, "new"));
    assertThat(seen.take()).startsWith("terminate ").contains("no entry").endsWith(" A data");
  }

  @Test
  void anEnterCallMustKeepTheStateAndNeitherPostponeNorInsert() throws Exception {
    for (Enterer wrong :
        List.<Enterer>of(
            (old, state, data) -> nextState(State.C, data),
            (old, state, data) -> keepStateAndData(postpone()),
            (old, state, data) -> keepStateAndData(insert("i")))) {
      enterer = wrong;
      run(
          () -> {
            trapExit(true);
            StateMachine.startLink(Machine::new);
            assertThat((Throwable) receive(Exit.class).reason())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("stateEnter ");
            return true;
          });
    }
  }

  // ---- init

  @Test
  void initMayHaveActions() {
    initial = Initial.ok(State.B, "data", insert("first"), stateTimeout(ZERO, "then"), postpone());
    var machine = start();
    assertThat(seenBy(machine))
        .containsExactly("B {:internal, \"first\"}", "B {:state_timeout, \"then\"}");
  }

  @Test
  void initMayIgnoreAndStop() {
    initial = Initial.ignore();
    assertThat(start()).isNull();
    initial = Initial.stop(Atom.of("boom"));
    assertThat(catchThrowableOfType(StartException.class, this::start).reason())
        .isEqualTo(Atom.of("boom"));
    initial = null;
    assertThatThrownBy(this::start)
        .hasRootCauseMessage(
            "init returned null: return Initial.ok(state, data), Initial.ignore() or"
                + " Initial.stop(reason)");
    assertThat(seen).isEmpty();
  }

  // ---- the end

  @Test
  void stopRepliesThenTerminates() throws Exception {
    var machine =
        StateMachine.start(
            () ->
                new StateMachine<State, Integer>() {
                  @Override
                  public Initial<State, Integer> init() {
                    return Initial.ok(State.A, 1);
                  }

                  @Override
                  public Transition<State, Integer> handleEvent(
                      Event event, State state, Integer data) {
                    return event instanceof Event.Call(Get get, var from)
                        ? stopping(Atom.NORMAL, 2, Action.reply(from, get, "bye"))
                        : StateMachine.unknown(event);
                  }

                  @Override
                  public void terminate(Object reason, State state, Integer data) {
                    seen.add(reason + " " + state + " " + data);
                  }
                });
    assertThat(get(machine)).isEqualTo("bye");
    assertThat(seen.take()).isEqualTo(":normal A 2");
  }

  @Test
  void aCrashIsReportedWithEventStateAndData() throws Exception {
    var machine = start();
    try (var log = new CapturedLog()) {
      run(
          () -> {
            monitor(machine);
            tell(
                machine,
                (event, state, data) -> {
                  throw new ArithmeticException("on purpose");
                });
            assertThat(receive(Down.class).reason()).isInstanceOf(ArithmeticException.class);
            return true;
          });
      assertThat(log.with("StateMachine", "terminating", "Last event: {:cast,", "State: :a"))
          .hasSize(1);
    }
    assertThat(seen.take()).startsWith("terminate ");
  }

  @Test
  void anUnknownEventSaysWhatToAdd() {
    var machine =
        StateMachine.start(
            () ->
                new StateMachine<State, Integer>() {
                  @Override
                  public Initial<State, Integer> init() {
                    return Initial.ok(State.A, 1);
                  }

                  @Override
                  public Transition<State, Integer> handleEvent(
                      Event event, State state, Integer data) {
                    return StateMachine.unknown(event);
                  }
                });
    assertThatThrownBy(() -> get(machine))
        .rootCause()
        .hasMessageMatching(
            ".* has no case for \\{\\{:call, .*\\}, :get\\}: add one to handleEvent");
  }

  @Test
  void aCallbackThatReturnsNullIsToldWhatToReturn() throws Exception {
    var machine = start();
    run(
        () -> {
          monitor(machine);
          tell(machine, (event, state, data) -> null);
          assertThat((Throwable) receive(Down.class).reason())
              .hasMessageStartingWith("a callback returned null: return nextState(state, data)");
          return true;
        });
  }

  @Test
  void aMachineThatNeverComesToItsMailboxCanBeKilled() throws Exception {
    var begun = new CountDownLatch(1);
    var machine = start();
    run(
        () -> {
          monitor(machine);
          tell(machine, endless(begun));
          begun.await();
          Kernel.exit(machine, Atom.KILL);
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.KILLED);
          return true;
        });
  }

  private static Handler endless(CountDownLatch begun) {
    return (event, state, data) -> {
      begun.countDown();
      return keepStateAndData(nextEvent(new Event.Internal(new Do(endless(begun)))));
    };
  }

  // ---- sys

  @Test
  void sysSeesStateAndData() {
    var machine = start();
    assertThat(Sys.getState(machine)).isEqualTo(Tuple.of(State.A, "data"));
    assertThat(Sys.replaceState(machine, (Tuple old) -> Tuple.of(State.C, "new")))
        .isEqualTo(Tuple.of(State.C, "new"));
    assertThat(get(machine)).isEqualTo("C new");
    assertThatThrownBy(() -> Sys.<Object>replaceState(machine, old -> "nonsense"))
        .hasRootCauseMessage("{State, Data} was expected");
    assertThat(Sys.getStatus(machine).module()).isEqualTo(Atom.of("gen_statem"));
    Sys.log(machine, true);
    tell(machine, (event, state, data) -> nextState(State.A, data));
    get(machine);
    assertThat(Sys.log(machine)).map(Kernel::inspect).anyMatch(line -> line.contains(":c, :a}"));
  }
}
