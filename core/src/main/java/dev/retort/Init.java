package dev.retort;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link GenServer} starts, or that it does not: the return values of OTP's {@code init}. For
 * {@link GenServer#starting}.
 *
 * @param <S> the server's state
 */
public sealed interface Init<S> {
  /** {@code {:ok, state}} and {@code {:ok, state, next}}. Made by {@link Init#ok}. */
  record Ok<S>(S state, @Nullable Next next) implements Init<S> {}

  /** {@code :ignore}. Made by {@link Init#ignore}. */
  record Ignore<S>() implements Init<S> {}

  /** {@code {:stop, reason}}. Made by {@link Init#stop}. */
  record Stop<S>(Object reason) implements Init<S> {
    public Stop {
      ExitException.checked(reason);
    }
  }

  /** It starts with {@code state}. */
  static <S> Init<S> ok(S state) {
    return new Ok<>(state, null);
  }

  /**
   * It does not start, and that is no error: {@code startLink} returns null, and a supervisor keeps
   * the child without a process.
   */
  static <S> Init<S> ignore() {
    return new Ignore<>();
  }

  /**
   * It does not start: {@code startLink} throws a {@link StartException} with {@code reason}. Other
   * than after an exception nothing is logged.
   */
  static <S> Init<S> stop(Object reason) {
    return new Stop<>(reason);
  }

  /**
   * The same, and {@link GenServer#handleContinue} is called before the first message, while who
   * started the server goes on: for what takes long.
   *
   * @throws IllegalStateException if it does not start, or says already what comes next
   */
  default Init<S> continueWith(Object what) {
    return then(new Next.Continue(what));
  }

  /** The same, and if no message comes in this time, there is a timeout: {@link Step#timeout}. */
  default Init<S> timeout(Duration after) {
    return then(new Next.Timeout(after));
  }

  /** The same, as {@link Step#hibernate}. */
  default Init<S> hibernate() {
    return then(new Next.Hibernate());
  }

  private Init<S> then(Next next) {
    if (this instanceof Ok<S>(var state, var before) && before == null) {
      return new Ok<>(state, next);
    }
    throw new IllegalStateException(
        "one of continueWith, timeout and hibernate was expected after Init.ok, not after " + this);
  }
}
