package dev.retort;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link StateMachine} does after an event: {@code gen_statem}'s {@code
 * event_handler_result()}. Made by the functions of {@link StateMachine}.
 *
 * @param <S> the states
 * @param <D> the data
 */
public sealed interface Transition<S, D> {
  /** {@code {next_state, State, Data, Actions}}. */
  record NextState<S, D>(S state, D data, List<Action> actions) implements Transition<S, D> {}

  /** {@code {keep_state, Data, Actions}}. */
  record KeepState<S, D>(D data, List<Action> actions) implements Transition<S, D> {}

  /** {@code {keep_state_and_data, Actions}}. */
  record KeepStateAndData<S, D>(List<Action> actions) implements Transition<S, D> {}

  /** {@code {repeat_state, Data, Actions}}. */
  record RepeatState<S, D>(D data, List<Action> actions) implements Transition<S, D> {}

  /** {@code {repeat_state_and_data, Actions}}. */
  record RepeatStateAndData<S, D>(List<Action> actions) implements Transition<S, D> {}

  /** {@code {stop_and_reply, Reason, Replies, Data}}; {@code {stop, Reason, Data}} without any. */
  record Stop<S, D>(Object reason, @Nullable D data, List<Action.Reply> replies)
      implements Transition<S, D> {
    public Stop {
      ExitException.checked(reason);
    }
  }
}
