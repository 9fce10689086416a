package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A process that holds a value, which others read and update by functions: Elixir's {@code Agent}.
 *
 * <pre>{@code
 * Pid counter = Agent.startLink(() -> 0);
 * Agent.update(counter, (Integer n) -> n + 1);
 * int count = Agent.get(counter, (Integer n) -> n); // => 1
 * }</pre>
 *
 * <p>The functions run in the agent's process, one at a time: one that takes long keeps the others
 * waiting, one that throws ends the agent, and its caller gets the reason. What is to be done with
 * the value after it has been read is done outside: {@code Agent.get(agent, s -> s)} first, then
 * the work.
 *
 * <p>Supervise it under a name; functions around it hide that it is an agent:
 *
 * <pre>{@code
 * final class Counter {
 *   static ChildSpec childSpec() {
 *     return Agent.childSpec(() -> 0, GenServer.name("counter"));
 *   }
 *
 *   static int next() {
 *     return Agent.getAndUpdate(
 *         Name.of("counter"), (Integer n) -> new Agent.Updated<>(n, n + 1));
 *   }
 * }
 *
 * Supervisor.startLink(Supervisor.oneForOne(), Counter.childSpec());
 * Counter.next(); // => 0
 * Counter.next(); // => 1
 * }</pre>
 *
 * <p>An Erlang or Elixir node reaches it with functions that this node {@linkplain Node#export
 * exports}, whose first parameter is the value: {@code Agent.get({:counter, :"java@host"}, Stats,
 * :mean, [])}. One for {@code get_and_update} gives an {@link Updated}.
 *
 * <p>An agent of another Retort node is reached by its pid or by {@code Name.of("counter",
 * "java@host")}, if that node accepts closures ({@link NodeOptions#withAcceptClosures}): the
 * function runs there, as with {@code Node.spawn}, and what comes back is a copy.
 *
 * <p>Do not use it where requests have names, some are refused, or time plays a part: that is a
 * {@link GenServer}. What is only read, or can be a concurrent map, needs no process at all.
 */
public final class Agent {
  private static final Atom AGENT = Atom.of("Elixir.Agent");
  private static final Atom CAST = Atom.of("cast");
  private static final Atom GET = Atom.of("get");
  private static final Atom UPDATE = Atom.of("update");
  private static final Atom GET_AND_UPDATE = Atom.of("get_and_update");

  private Agent() {}

  private record Get(AgentFunction<Object, ?> function) implements Call<@Nullable Object> {}

  private record Update(AgentFunction<Object, ?> function) implements Call<@Nullable Object> {}

  private record GetAndUpdate(AgentFunction<Object, ? extends Updated<?, ?>> function)
      implements Call<@Nullable Object> {}

  private record Cast(AgentFunction<Object, ?> function) {}

  /** What is asked of an agent. */
  enum Request {
    GET,
    UPDATE,
    GET_AND_UPDATE;

    /** As Elixir's agents call it. */
    Atom atom() {
      return Atom.of(name().toLowerCase(Locale.ROOT));
    }

    @SuppressWarnings("unchecked") // the functions that ask say what it is
    Call<@Nullable Object> with(AgentFunction<Object, ?> function) {
      return switch (this) {
        case GET -> new Get(function);
        case UPDATE -> new Update(function);
        case GET_AND_UPDATE ->
            new GetAndUpdate((AgentFunction<Object, ? extends Updated<?, ?>>) function);
      };
    }
  }

  /**
   * What a function of {@link #getAndUpdate} gives: {@code {get, state}}.
   *
   * @param result what the caller gets
   * @param state the agent's new value
   */
  public record Updated<R extends @Nullable Object, S extends @Nullable Object>(
      R result, S state) {}

  private record Server(Callable<?> initial) implements GenServer<Object> {
    @Override
    public Object init() throws Exception {
      Kernel.vocabulary(Vocabulary.EMPTY); // other nodes' requests are not our records
      return initial.call();
    }

    /** {@code {get, {Module, Function, Arguments}}} and its kin, or with a function value. */
    private static Step<Object> foreign(Call.Term request, Object state) throws Exception {
      var mfa = mfa(request.request());
      if (mfa == null) {
        return GenServer.unknown(request);
      }
      var what = ((Tuple) request.request()).get(0);
      var call = mfa.with(state);
      if (what.equals(GET)) {
        return request.reply(Terms.toTerm(call.apply()), state);
      }
      if (what.equals(UPDATE)) {
        return request.reply(Atom.OK, call.apply());
      }
      return what.equals(GET_AND_UPDATE)
          ? both(request, call.apply(), state)
          : GenServer.unknown(request);
    }

    private static Step<Object> both(Call.Term request, Object result, Object state) {
      return switch (result) {
        case Updated<?, ?>(var value, var next) -> request.reply(value, next);
        case Tuple pair when pair.size() == 2 -> request.reply(pair.get(0), pair.get(1));
        default ->
            GenServer.stopping(Tuple.of(Atom.of("bad_return_value"), Terms.toTerm(result)), state);
      };
    }

    /** What is to be called: a function by its name, or one that was typed into a shell. */
    private static @Nullable Mfa mfa(Object request) {
      if (!(request instanceof Tuple tuple && tuple.size() == 2)) {
        return null;
      }
      return tuple.get(1) instanceof Fun fun ? Mfa.of(fun, List.of()) : Mfa.of(tuple.get(1));
    }

    @Override
    public Step<Object> handleCall(Call<?> request, From from, Object state) throws Exception {
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
        case Call.Term term -> foreign(term, state);
        default -> GenServer.unknown(request);
      };
    }

    @Override
    public Step<Object> handleCast(Object message, Object state) throws Exception {
      if (message instanceof Cast(var function)) {
        return GenServer.noReply(function.apply(state));
      }
      var mfa = mfa(message);
      return mfa != null && ((Tuple) message).get(0).equals(CAST)
          ? GenServer.noReply(mfa.with(state).apply())
          : GenServer.unknown(message);
    }

    @Override
    @SuppressWarnings("unchecked") // whoever gives the function says what the agent holds
    public Object codeChange(Object oldVersion, Object state, Object extra) throws Exception {
      if (extra instanceof AgentFunction<?, ?> function) {
        return ((AgentFunction<Object, Object>) function).apply(state);
      }
      throw new IllegalArgumentException(
          "an AgentFunction was expected as extra, not " + CrashReport.inspect(extra));
    }
  }

  // ---- starting

  /**
   * Starts an agent, linked to this process, with the value that {@code initial} gives in the new
   * process. {@code Agent.start_link/2}.
   *
   * @param options {@link GenServer#name}, {@link GenServer#initTimeout} for {@code initial}, a
   *     {@link MailboxLimit}
   * @throws StartException if {@code initial} throws or takes too long, or the name is taken
   */
  public static Pid startLink(Callable<?> initial, Option... options) {
    var server = server(initial);
    return GenServer.startLink(() -> server, options);
  }

  /** As {@link #startLink}, without a link; from any thread. {@code Agent.start/2}. */
  public static Pid start(Callable<?> initial, Option... options) {
    var server = server(initial);
    return GenServer.start(() -> server, options);
  }

  private static Server server(Callable<?> initial) {
    return new Server(Objects.requireNonNull(initial, "initial"));
  }

  /** A supervisor's child; its id is {@code Agent}. {@code Agent.child_spec/1}. */
  public static ChildSpec childSpec(Callable<?> initial, Option... options) {
    var server = server(initial);
    return Supervisor.server(AGENT, () -> server, options);
  }

  // ---- talking to one

  /**
   * What {@code function} makes of the agent's value. {@code Agent.get/2}.
   *
   * @throws CallException if there is no such agent, the function throws, or takes more than 5 s
   */
  public static <S extends @Nullable Object, R extends @Nullable Object> R get(
      Dest agent, AgentFunction<S, R> function) {
    return get(agent, function, GenServer.CALL_TIMEOUT);
  }

  /** As {@link #get(Dest, AgentFunction)}, waiting up to {@code timeout}. {@code Agent.get/3}. */
  @SuppressWarnings({"unchecked", "NullAway"}) // the function says what it gives
  public static <S extends @Nullable Object, R extends @Nullable Object> R get(
      Dest agent, AgentFunction<S, R> function, Duration timeout) {
    return (R) call(agent, Request.GET, function, timeout);
  }

  /**
   * Replaces the agent's value by what {@code function} makes of it. {@code Agent.update/2}.
   *
   * @throws CallException if there is no such agent, the function throws, or takes more than 5 s
   */
  public static <S extends @Nullable Object> void update(Dest agent, AgentFunction<S, S> function) {
    update(agent, function, GenServer.CALL_TIMEOUT);
  }

  /**
   * As {@link #update(Dest, AgentFunction)}, waiting up to {@code timeout}; when that is over, it
   * may still happen. {@code Agent.update/3}.
   */
  public static <S extends @Nullable Object> void update(
      Dest agent, AgentFunction<S, S> function, Duration timeout) {
    var unused = call(agent, Request.UPDATE, function, timeout);
  }

  /**
   * Both in one step. {@code Agent.get_and_update/2}.
   *
   * @throws CallException if there is no such agent, the function throws, or takes more than 5 s
   */
  public static <S extends @Nullable Object, R extends @Nullable Object> R getAndUpdate(
      Dest agent, AgentFunction<S, Updated<R, S>> function) {
    return getAndUpdate(agent, function, GenServer.CALL_TIMEOUT);
  }

  /**
   * As {@link #getAndUpdate(Dest, AgentFunction)}, waiting up to {@code timeout}; when that is
   * over, it may still happen. {@code Agent.get_and_update/3}.
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // the function says what it gives
  public static <S extends @Nullable Object, R extends @Nullable Object> R getAndUpdate(
      Dest agent, AgentFunction<S, Updated<R, S>> function, Duration timeout) {
    return (R) call(agent, Request.GET_AND_UPDATE, function, timeout);
  }

  @SuppressWarnings("unchecked") // the caller says what the agent holds
  private static @Nullable Object call(
      Dest agent, Request request, AgentFunction<?, ?> function, Duration timeout) {
    var call = (AgentFunction<Object, ?>) Objects.requireNonNull(function, "function");
    var elsewhere = RemoteAgent.of(agent);
    return elsewhere == null
        ? GenServer.call(agent, request.with(call), timeout)
        : elsewhere.call(request, call, timeout);
  }

  /**
   * As {@link #update}, without waiting, also where there is no such agent. {@code Agent.cast/2}.
   */
  @SuppressWarnings("unchecked") // the caller says what the agent holds
  public static <S extends @Nullable Object> void cast(Dest agent, AgentFunction<S, S> function) {
    var cast =
        (AgentFunction<Object, ?>)
            (AgentFunction<?, ?>) Objects.requireNonNull(function, "function");
    var elsewhere = RemoteAgent.of(agent);
    if (elsewhere == null) {
      GenServer.cast(agent, new Cast(cast));
    } else {
      elsewhere.cast(cast);
    }
  }

  /** What {@link #cast} sends on the agent's node. */
  static void castHere(Dest agent, AgentFunction<Object, ?> function) {
    GenServer.cast(agent, new Cast(function));
  }

  // ---- by the names of functions, as Elixir's agents and agents of exported functions know them

  /**
   * What a function that the agent's node knows by name makes of the agent's value, which is its
   * first argument. {@code Agent.get/4}. On an Elixir node it is any function, on a Retort node one
   * that it {@linkplain Exports exports}.
   *
   * @param module {@code "Elixir.Map"} for Elixir's {@code Map}
   * @param type what the value is to be, as {@link Erpc} has it
   * @throws CallException if there is no such agent or function, it throws, or takes more than 5 s
   */
  public static <R extends @Nullable Object> R get(
      Dest agent, String module, String function, List<?> arguments, Class<R> type) {
    Objects.requireNonNull(type, "type");
    return Erpc.typed(type, call(agent, Request.GET, Node.mfa(module, function, arguments)));
  }

  /** Replaces the agent's value likewise. {@code Agent.update/4}. */
  public static void update(Dest agent, String module, String function, List<?> arguments) {
    var unused = call(agent, Request.UPDATE, Node.mfa(module, function, arguments));
  }

  /** Both, by a function that gives {@code {value, state}}. {@code Agent.get_and_update/4}. */
  public static <R extends @Nullable Object> R getAndUpdate(
      Dest agent, String module, String function, List<?> arguments, Class<R> type) {
    Objects.requireNonNull(type, "type");
    var mfa = Node.mfa(module, function, arguments);
    return Erpc.typed(type, call(agent, Request.GET_AND_UPDATE, mfa));
  }

  /** As {@code update}, without waiting. {@code Agent.cast/4}. */
  public static void cast(Dest agent, String module, String function, List<?> arguments) {
    GenServer.cast(agent, Tuple.of(CAST, Node.mfa(module, function, arguments).term()));
  }

  private static Object call(Dest agent, Request request, Mfa mfa) {
    return GenServer.call(agent, Tuple.of(request.atom(), mfa.term()));
  }

  /** Ends the agent and waits until it has ended. {@code Agent.stop/1}. */
  public static void stop(Dest agent) {
    GenServer.stop(agent);
  }

  /** As {@link #stop(Dest)}, with another exit reason. {@code Agent.stop/2}. */
  public static void stop(Dest agent, Object reason) {
    GenServer.stop(agent, reason);
  }

  /**
   * As {@link #stop(Dest, Object)}, waiting up to {@code timeout}. {@code Agent.stop/3}.
   *
   * @throws CallException with the reason {@code timeout} if it has not ended by then; it still
   *     will
   */
  public static void stop(Dest agent, Object reason, Duration timeout) {
    GenServer.stop(agent, reason, timeout);
  }
}
