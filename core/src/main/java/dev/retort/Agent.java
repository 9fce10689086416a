package dev.retort;

import dev.retort.term.Dest;
import dev.retort.term.Pid;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A process that holds a value, which others read and update by functions: Elixir's {@code Agent}.
 *
 * <pre>{@code
 * Pid counter = Agent.startLink(() -> 0);
 * Agent.update(counter, (Integer n) -> n + 1);
 * int count = Agent.get(counter, (Integer n) -> n); // 1
 * }</pre>
 *
 * <p>The functions run in the agent's process, one at a time: one that takes long keeps the others
 * waiting, one that throws ends the agent. Agents are for processes of one node: a function does
 * not travel.
 */
public final class Agent {
  private Agent() {}

  private record Get(Function<Object, ?> function) implements Call<@Nullable Object> {
    Get {
      Objects.requireNonNull(function, "function");
    }
  }

  private record Update(Function<Object, ?> function) implements Call<@Nullable Object> {
    Update {
      Objects.requireNonNull(function, "function");
    }
  }

  private record GetAndUpdate(Function<Object, ? extends Updated<?, ?>> function)
      implements Call<@Nullable Object> {
    GetAndUpdate {
      Objects.requireNonNull(function, "function");
    }
  }

  private record Cast(Function<Object, ?> function) {
    Cast {
      Objects.requireNonNull(function, "function");
    }
  }

  /**
   * What a function of {@link #getAndUpdate} gives: {@code {get, state}}.
   *
   * @param result what the caller gets
   * @param state the agent's new value
   */
  public record Updated<R, S>(R result, S state) {}

  private record Server(Callable<?> initial) implements GenServer<Object> {
    Server {
      Objects.requireNonNull(initial, "initial");
    }

    @Override
    public Object init() throws Exception {
      return initial.call();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Step<Object> handleCall(Call<?> request, From from, Object state) {
      return switch (request) {
        case Get get -> get.reply(get.function.apply(state), state);
        case Update update -> update.reply(null, update.function.apply(state));
        case GetAndUpdate both -> {
          var updated =
              Objects.requireNonNull(
                  both.function.apply(state),
                  "the function of getAndUpdate gave null: an Updated was expected");
          yield both.reply(updated.result, (Object) updated.state);
        }
        default -> GenServer.unknown(request);
      };
    }

    @Override
    public Step<Object> handleCast(Object message, Object state) {
      return message instanceof Cast(var function)
          ? GenServer.noReply(function.apply(state))
          : GenServer.unknown(message);
    }
  }

  /**
   * Starts an agent, linked to this process, with the value that {@code initial} gives in the new
   * process. {@code Agent.start_link/2}.
   *
   * @throws StartException if {@code initial} throws, or the name is taken
   */
  public static Pid startLink(Callable<?> initial, Option... options) {
    var server = new Server(initial);
    return GenServer.startLink(() -> server, options);
  }

  /** As {@link #startLink}, without a link; from any thread. {@code Agent.start/2}. */
  public static Pid start(Callable<?> initial, Option... options) {
    var server = new Server(initial);
    return GenServer.start(() -> server, options);
  }

  /**
   * What {@code function} makes of the agent's value. {@code Agent.get/2}.
   *
   * @throws CallException if there is no such agent, the function throws, or takes more than 5 s
   */
  @SuppressWarnings("unchecked") // the caller says what the agent holds
  public static <S, R> R get(Dest agent, Function<S, R> function) {
    return (R) GenServer.call(agent, new Get((Function<Object, ?>) function));
  }

  /** Replaces the agent's value by what {@code function} makes of it. {@code Agent.update/2}. */
  @SuppressWarnings("unchecked")
  public static <S> void update(Dest agent, UnaryOperator<S> function) {
    var unused = GenServer.call(agent, new Update((Function<Object, ?>) (Function<?, ?>) function));
  }

  /** Both in one step. {@code Agent.get_and_update/2}. */
  @SuppressWarnings("unchecked")
  public static <S, R> R getAndUpdate(Dest agent, Function<S, Updated<R, S>> function) {
    return (R)
        GenServer.call(
            agent,
            new GetAndUpdate(
                (Function<Object, ? extends Updated<?, ?>>) (Function<?, ?>) function));
  }

  /** As {@link #update}, without waiting. {@code Agent.cast/2}. */
  @SuppressWarnings("unchecked")
  public static <S> void cast(Dest agent, UnaryOperator<S> function) {
    GenServer.cast(agent, new Cast((Function<Object, ?>) (Function<?, ?>) function));
  }

  /** Ends the agent and waits until it has ended. {@code Agent.stop/1}. */
  public static void stop(Dest agent) {
    GenServer.stop(agent);
  }
}
