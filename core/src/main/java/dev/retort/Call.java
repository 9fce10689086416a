package dev.retort;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to a {@link GenServer}, whose reply is an {@code R}: the reply's type belongs to the
 * request, so that neither side casts.
 *
 * <pre>{@code
 * record Pop() implements Call<String> {}
 * }</pre>
 *
 * @param <R> what the server replies with
 */
public interface Call<R> {
  /** Replies, and goes on with {@code state}: {@code {:reply, reply, state}}. */
  default <S> Step<S> reply(@Nullable R reply, S state) {
    return new Step.Reply<>(reply, state);
  }

  /**
   * A request without a Java type of its own: from an Erlang or Elixir node and claimed by no
   * record, or sent with {@link GenServer#call(dev.retort.term.Dest, Object)}.
   *
   * @param request the term
   */
  record Term(Object request) implements Call<Object> {
    public Term {
      Objects.requireNonNull(request, "a request is never null: Atom.NIL for nil");
    }
  }
}
