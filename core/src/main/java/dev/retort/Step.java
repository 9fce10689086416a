package dev.retort;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link GenServer} does next: the return values of OTP's {@code handle_call}, {@code
 * handle_cast} and {@code handle_info}.
 *
 * @param <S> the server's state
 */
public sealed interface Step<S> {
  /** {@code {:reply, reply, state}}. Made by {@link Call#reply(Object, Object)}. */
  record Reply<S>(@Nullable Object reply, S state) implements Step<S> {}

  /** {@code {:noreply, state}}. Made by {@link GenServer#noReply}. */
  record NoReply<S>(S state) implements Step<S> {}

  /** {@code {:stop, reason, state}}. Made by {@link GenServer#stopping}. */
  record Stop<S>(Object reason, S state) implements Step<S> {
    public Stop {
      ExitException.checked(reason);
    }
  }

  /** {@code {:stop, reason, reply, state}}. Made by {@link #andStop}. */
  record ReplyAndStop<S>(Object reason, @Nullable Object reply, S state) implements Step<S> {
    public ReplyAndStop {
      ExitException.checked(reason);
    }
  }

  /** The same, and the server ends afterwards: {@code {:stop, reason, reply, state}}. */
  default Step<S> andStop(Object reason) {
    return switch (this) {
      case Reply<S>(var reply, var state) -> new ReplyAndStop<>(reason, reply, state);
      case NoReply<S>(var state) -> new Stop<>(reason, state);
      case Stop<S> stop -> stop;
      case ReplyAndStop<S> stop -> stop;
    };
  }
}
