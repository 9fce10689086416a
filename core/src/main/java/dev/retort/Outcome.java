package dev.retort;

import dev.retort.etf.Tag;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link Task}: its value, or the reason why it ended without one. Elixir's {@code
 * {:ok, value}} and {@code {:exit, reason}}. Of a {@link Request}: the reply, or why there is none.
 *
 * <pre>{@code
 * var task = Task.async(() -> 6 * 7);
 * String said = switch (task.yield(Duration.ofSeconds(1))) {
 *   case Outcome.Value(var value)   -> "it is " + value;
 *   case Outcome.Exited(var reason) -> "failed: " + inspect(reason);
 *   case null                       -> "not yet";
 * }; // => "it is 42"
 * }</pre>
 *
 * @param <T> the value's type
 */
public sealed interface Outcome<T extends @Nullable Object> {
  /**
   * It has computed its value.
   *
   * @param value what its function returned
   */
  @Tag("ok")
  record Value<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /**
   * It has ended without a value.
   *
   * @param reason its exit reason: a term, or a Throwable where it crashed in this JVM
   */
  @Tag("exit")
  record Exited<T extends @Nullable Object>(Object reason) implements Outcome<T> {}
}
