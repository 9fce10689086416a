package dev.retort;

import java.util.List;
import java.util.Objects;

/**
 * How a {@link StateMachine} starts, or that it does not: the return values of {@code gen_statem}'s
 * {@code init/1}.
 */
public sealed interface Initial<S, D> {
  /** {@code {ok, State, Data, Actions}}. Made by {@link Initial#ok}. */
  record Ok<S, D>(S state, D data, List<Action> actions) implements Initial<S, D> {}

  /** {@code ignore}. Made by {@link Initial#ignore}. */
  record Ignore<S, D>() implements Initial<S, D> {}

  /** {@code {stop, Reason}}. Made by {@link Initial#stop}. */
  record Stop<S, D>(Object reason) implements Initial<S, D> {
    public Stop {
      ExitException.checked(reason);
    }
  }

  /** It starts in {@code state}; there is no event that could be postponed. */
  static <S, D> Initial<S, D> ok(S state, D data, Action... actions) {
    return new Ok<>(state, data, List.of(Objects.requireNonNull(actions, "actions")));
  }

  /** As {@link Init#ignore}. */
  static <S, D> Initial<S, D> ignore() {
    return new Ignore<>();
  }

  /** As {@link Init#stop}. */
  static <S, D> Initial<S, D> stop(Object reason) {
    return new Stop<>(reason);
  }
}
