package dev.retort;

import dev.retort.term.Dest;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A process that is in one of several states and reacts to events by what its state says: OTP's
 * {@code gen_statem}.
 *
 * <pre>{@code
 * import static dev.retort.StateMachine.*;
 *
 * final class Door implements StateMachine<Door.State, Integer> {
 *   sealed interface State {}
 *   record Locked() implements State {}
 *   record Open() implements State {}
 *
 *   record Enter(int code) {}                       // a cast
 *   record Opened() implements Call<Integer> {}     // how often it was
 *
 *   public Initial<State, Integer> init() {
 *     return Initial.ok(new Locked(), 0);
 *   }
 *
 *   public Transition<State, Integer> handleEvent(Event event, State state, Integer opened) {
 *     return switch (state) {
 *       case Locked locked -> switch (event) {
 *         case Event.Cast(Enter(int code)) when code == 1234 -> nextState(
 *             new Open(), opened + 1, Action.stateTimeout(Duration.ofSeconds(10), "lock"));
 *         case Event.Cast wrong -> keepStateAndData();
 *         default -> always(event, opened);
 *       };
 *       case Open open -> switch (event) {
 *         case Event.StateTimeout lock -> nextState(new Locked(), opened);
 *         case Event.Cast early -> keepStateAndData(Action.postpone()); // until it is locked
 *         default -> always(event, opened);
 *       };
 *     };
 *   }
 *
 *   private Transition<State, Integer> always(Event event, Integer opened) {
 *     return event instanceof Event.Call(Opened request, From from)
 *         ? keepStateAndData(Action.reply(from, request, opened))
 *         : StateMachine.unknown(event);
 *   }
 * }
 *
 * Pid door = StateMachine.startLink(Door::new);
 * StateMachine.cast(door, new Door.Enter(4321));
 * StateMachine.cast(door, new Door.Enter(1234));
 * int opened = StateMachine.call(door, new Door.Opened()); // => 1
 * }</pre>
 *
 * <p>A state is any value; two states are the same where they are {@linkplain Object#equals equal}.
 * The data is what is kept beside it. The callbacks run in the machine's process, as those of a
 * {@link GenServer} do, and all that is said there of messages, names, crashes, {@link Sys} and
 * Elixir holds here. OTP's state functions are methods of the states: {@code handleEvent} then is
 * {@code return state.handle(event, data)}.
 *
 * <p>Supervise it as a server: {@code child("door", () -> StateMachine.startLink(Door::new))}. Do
 * not use it where a GenServer's one state will do: it pays when the same event means different
 * things at different times, when events must wait for another state, or when states end by
 * themselves.
 *
 * <h2>What comes when</h2>
 *
 * <ol>
 *   <li>{@code handleEvent} is called with an event; its actions are done in order, and then those
 *       of {@link #stateEnter} where the state has changed or is repeated.
 *   <li>If the event is postponed, it is kept. If the state has changed, all that were kept are to
 *       be handled again, oldest first, before what is in store.
 *   <li>Events of {@link Action#nextEvent} go before all of them.
 *   <li>A change of state cancels the state timeout, any event the event timeout; then the timeouts
 *       of the actions are set.
 *   <li>The oldest event in store is handled; if there is none, that of a timeout of zero; if there
 *       is none, the next message.
 * </ol>
 *
 * @param <S> the states
 * @param <D> the data
 */
public interface StateMachine<S, D> {
  // ---- callbacks

  /**
   * Says how the machine starts; {@code startLink} waits for it. {@code init/1}.
   *
   * @throws Exception to not start: {@code startLink} throws a {@link StartException} with it
   */
  Initial<S, D> init() throws Exception;

  /**
   * Handles an event. {@code handle_event/4}.
   *
   * @return {@link #nextState}, {@link #keepState} and their like, or {@link #stopping}
   */
  Transition<S, D> handleEvent(Event event, S state, D data) throws Exception;

  /**
   * Called whenever a state begins: at the start (then both states are the same), after a change,
   * and after {@link #repeatState}. OTP's state enter call.
   *
   * @return anything but another state; actions other than {@link Action#postpone} and {@link
   *     Action#nextEvent}
   */
  default Transition<S, D> stateEnter(S oldState, S state, D data) throws Exception {
    return keepStateAndData();
  }

  /**
   * Cleans up before the machine ends by itself; when that is, {@link GenServer#terminate} says.
   */
  default void terminate(Object reason, S state, D data) throws Exception {}

  /**
   * Makes of state and data those that this code works on, as {@link GenServer#codeChange}; by
   * default they are the same. Timeouts and postponed events stay, and no state is entered. {@code
   * code_change/4}.
   *
   * @return {@link Initial#ok Initial.ok(state, data)}, without actions
   * @throws Exception to refuse: code, state and data stay what they were
   */
  @SuppressWarnings("unchecked") // where they are the same
  default Initial<S, D> codeChange(Object oldVersion, Object state, Object data, Object extra)
      throws Exception {
    return Initial.ok((S) state, (D) data);
  }

  /** What logs and {@link Sys#getStatus} show of this machine. {@code format_status/1}. */
  default MachineStatus formatStatus(MachineStatus status) {
    return status;
  }

  // ---- transitions

  /** Goes to {@code state}, which may be the same: then it is as {@link #keepState}. */
  static <S, D> Transition<S, D> nextState(S state, D data, Action... actions) {
    return new Transition.NextState<>(
        state, data, List.of(Objects.requireNonNull(actions, "actions")));
  }

  /** Stays in the state, with {@code data}. */
  static <S, D> Transition<S, D> keepState(D data, Action... actions) {
    return new Transition.KeepState<>(data, List.of(Objects.requireNonNull(actions, "actions")));
  }

  /** Stays in the state, with the data as they are. */
  static <S, D> Transition<S, D> keepStateAndData(Action... actions) {
    return new Transition.KeepStateAndData<>(List.of(Objects.requireNonNull(actions, "actions")));
  }

  /**
   * Stays in the state, with {@code data}, and calls {@link #stateEnter} again. Postponed events
   * stay so, and a state timeout goes on.
   */
  static <S, D> Transition<S, D> repeatState(D data, Action... actions) {
    return new Transition.RepeatState<>(data, List.of(Objects.requireNonNull(actions, "actions")));
  }

  /** As {@link #repeatState}, with the data as they are. */
  static <S, D> Transition<S, D> repeatStateAndData(Action... actions) {
    return new Transition.RepeatStateAndData<>(List.of(Objects.requireNonNull(actions, "actions")));
  }

  /** Sends the replies, then ends the machine with {@code reason}. */
  static <S, D> Transition<S, D> stopping(Object reason, D data, Action.Reply... replies) {
    return new Transition.Stop<>(reason, data, List.of(Objects.requireNonNull(replies, "replies")));
  }

  /**
   * For the {@code default} of a switch over events: the machine has no case for it.
   *
   * @throws IllegalArgumentException always, which ends the machine
   */
  @SuppressWarnings("DoNotCallSuggester") // its type lets it stand in a switch
  static <S, D> Transition<S, D> unknown(Event event) {
    throw new IllegalArgumentException(
        CrashReport.whose()
            + "no case for "
            + CrashReport.inspect(MachineLoop.term(event))
            + ": add one to handleEvent");
  }

  // ---- starting, and talking to one

  /**
   * Starts a machine, linked to this process, and waits until its {@code init} is done. {@code
   * gen_statem:start_link/3}. The options are those of {@link GenServer#startLink}.
   *
   * @param machine makes the object whose callbacks run; called in the new process
   * @return its pid; null where {@code init} gives {@link Initial#ignore}
   * @throws StartException if {@code init} fails, or the name is taken
   */
  static Pid startLink(Supplier<? extends StateMachine<?, ?>> machine, Option... options) {
    return MachineLoop.start(machine, Kernel.process("startLink"), options);
  }

  /** As {@link #startLink}, without a link; from any thread. {@code gen_statem:start/3}. */
  static Pid start(Supplier<? extends StateMachine<?, ?>> machine, Option... options) {
    return MachineLoop.start(machine, null, options);
  }

  /**
   * Sends a request and waits for the reply, for ever: it may be long until the machine is in a
   * state in which it answers. {@code gen_statem:call/2}.
   *
   * @throws CallException as {@link GenServer#call(Dest, Call)}
   */
  static <R> R call(Dest machine, Call<R> request) {
    return GenServer.call(machine, request, Duration.ofNanos(Long.MAX_VALUE));
  }

  /** As {@link #call(Dest, Call)}, waiting up to {@code timeout}. {@code gen_statem:call/3}. */
  static <R> R call(Dest machine, Call<R> request, Duration timeout) {
    return GenServer.call(machine, request, timeout);
  }

  /** Sends a request and goes on. {@code gen_statem:send_request/2}. */
  static <R> Request<R> sendRequest(Dest machine, Call<R> request) {
    return GenServer.sendRequest(machine, request);
  }

  /** Sends a message that has no reply. {@code gen_statem:cast/2}. */
  static void cast(Dest machine, Object message) {
    GenServer.cast(machine, message);
  }

  /**
   * Asks a machine to end and waits until it has; {@link GenServer#stop(Dest)} says the rest.
   * {@code gen_statem:stop/1}.
   */
  static void stop(Dest machine) {
    GenServer.stop(machine);
  }

  /** As {@link #stop(Dest)}, with another exit reason: {@link GenServer#stop(Dest, Object)}. */
  static void stop(Dest machine, Object reason) {
    GenServer.stop(machine, reason);
  }

  /**
   * As {@link #stop(Dest, Object)}, waiting up to {@code timeout}: {@link GenServer#stop(Dest,
   * Object, Duration)}. {@code gen_statem:stop/3}.
   */
  static void stop(Dest machine, Object reason, Duration timeout) {
    GenServer.stop(machine, reason, timeout);
  }
}
