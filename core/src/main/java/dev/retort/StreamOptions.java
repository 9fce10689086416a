package dev.retort;

import java.time.Duration;
import java.util.Objects;

/**
 * How {@link Task#asyncStream} runs its tasks: the options of Elixir's {@code Task.async_stream/3}.
 * Immutable.
 *
 * <pre>{@code
 * var options =
 *     StreamOptions.DEFAULT.maxConcurrency(20).ordered(false).timeout(Duration.ofSeconds(30));
 * }</pre>
 *
 * @param maxConcurrency how many tasks run at a time at most, 1 or more; as many as the machine has
 *     processors if not given
 * @param ordered whether results come in the order of the elements (then those that are done early
 *     wait in memory for the others) or as they are done; true if not given
 * @param timeout how long each task may run, {@link ChildSpec#INFINITY} for ever; 5 seconds if not
 *     given
 * @param onTimeout what happens when a task takes longer
 * @param zipInputOnExit whether the reason of an {@link Outcome.Exited} is {@code {element,
 *     reason}}; false if not given
 * @param shutdown with a {@link TaskSupervisor}: how long a task may take to end when the
 *     supervisor ends, after which it is killed; 5 seconds if not given
 */
public record StreamOptions(
    int maxConcurrency,
    boolean ordered,
    Duration timeout,
    OnTimeout onTimeout,
    boolean zipInputOnExit,
    Duration shutdown) {
  /** What happens when a task takes longer than it may. It is killed in either case. */
  public enum OnTimeout {
    /** The consuming process exits with {@code timeout}. */
    EXIT,
    /** Its result is {@code Outcome.Exited(timeout)}, and the stream goes on. */
    KILL_TASK
  }

  /** The options that hold where nothing else is said. */
  public static final StreamOptions DEFAULT =
      new StreamOptions(
          Runtime.getRuntime().availableProcessors(),
          true,
          Task.AWAIT_TIMEOUT,
          OnTimeout.EXIT,
          false,
          Duration.ofSeconds(5));

  public StreamOptions {
    if (maxConcurrency < 1) {
      throw new IllegalArgumentException(
          "a maxConcurrency of 1 or more was expected, this is " + maxConcurrency);
    }
    Timers.nanos(timeout);
    Objects.requireNonNull(onTimeout, "onTimeout");
    Objects.requireNonNull(shutdown, "shutdown");
    if (!shutdown.equals(ChildSpec.BRUTAL_KILL)) {
      Timers.nanos(shutdown);
    }
  }

  /** The same, with {@code maxConcurrency} tasks at a time at most. */
  public StreamOptions maxConcurrency(int maxConcurrency) {
    return new StreamOptions(maxConcurrency, ordered, timeout, onTimeout, zipInputOnExit, shutdown);
  }

  /** The same, with results in the order of the elements, or as they are done. */
  public StreamOptions ordered(boolean ordered) {
    return new StreamOptions(maxConcurrency, ordered, timeout, onTimeout, zipInputOnExit, shutdown);
  }

  /** The same, with {@code timeout} for each task. */
  public StreamOptions timeout(Duration timeout) {
    return new StreamOptions(maxConcurrency, ordered, timeout, onTimeout, zipInputOnExit, shutdown);
  }

  /** The same, with this to happen when a task takes longer. */
  public StreamOptions onTimeout(OnTimeout onTimeout) {
    return new StreamOptions(maxConcurrency, ordered, timeout, onTimeout, zipInputOnExit, shutdown);
  }

  /** The same, with the element in the reason of an exit, or without it. */
  public StreamOptions zipInputOnExit(boolean zipInputOnExit) {
    return new StreamOptions(maxConcurrency, ordered, timeout, onTimeout, zipInputOnExit, shutdown);
  }

  /** The same, with {@code shutdown} for each task to end when its supervisor does. */
  public StreamOptions shutdown(Duration shutdown) {
    return new StreamOptions(maxConcurrency, ordered, timeout, onTimeout, zipInputOnExit, shutdown);
  }
}
