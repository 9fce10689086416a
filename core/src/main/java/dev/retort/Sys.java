package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Looks into running servers, for debugging and for tests: OTP's {@code sys}, Elixir's {@code
 * :sys}.
 *
 * <pre>{@code
 * Pid counter = Agent.startLink(() -> 7);
 * Sys.getState(counter); // => 7
 * Sys.replaceState(counter, (Integer n) -> n + 1); // => 8
 * Sys.statistics(counter, true);
 * int count = Agent.get(counter, (Integer n) -> n); // => 8
 * Sys.statistics(counter).messagesIn(); // => 1L
 * }</pre>
 *
 * <p>It works on every process of a behaviour ({@link GenServer}, {@link StateMachine}, {@link
 * Agent}, {@link Supervisor} ...), here and on other nodes, and from {@code :sys} of an Erlang or
 * Elixir node on those of this one. The server answers between two messages, also while it is
 * suspended; everything here waits for that, up to 5 seconds. From any thread.
 *
 * <p>Every function throws a {@link CallException} if there is no such process, or it does not
 * answer in time. What a program needs of a server in production is a call of its own.
 */
public final class Sys {
  static final Atom NO_DEBUG = Atom.of("no_debug");
  private static final Atom DEBUG = Atom.of("debug");
  private static final Atom GET = Atom.of("get");
  private static final Atom LOG = Atom.of("log");
  private static final Atom STATISTICS = Atom.of("statistics");
  private static final Atom TRACE = Atom.of("trace");

  private Sys() {}

  /** What a server may do from its start on: {@code debug: [:trace, :log, :statistics]}. */
  public enum Debug {
    /** Prints every event: {@link Sys#trace}. */
    TRACE,
    /** Keeps the last events: {@link Sys#log(Dest, boolean)}. */
    LOG,
    /** Counts messages: {@link Sys#statistics(Dest, boolean)}. */
    STATISTICS;

    Tuple command() {
      return Tuple.of(
          switch (this) {
            case TRACE -> Sys.TRACE;
            case LOG -> Sys.LOG;
            case STATISTICS -> Sys.STATISTICS;
          },
          true);
    }
  }

  /** Sees the events of a process: what {@link #install} takes. */
  @FunctionalInterface
  public interface DebugFunction {
    /**
     * Runs in the process, for each of its events.
     *
     * @param event for a GenServer {@code {in, Message}}, {@code {out, Reply, To, State}} or {@code
     *     {noreply, State}}
     * @param state its state before the event; of a StateMachine {@code {State, Data}}
     * @return false to be removed: OTP's {@code done}
     * @throws Exception to be removed, too
     */
    boolean handle(Tuple event, @Nullable Object state) throws Exception;
  }

  /**
   * What a process says of itself: {@code {status, Pid, {module, Module}, [_, SysState, Parent, _,
   * Misc]}}.
   *
   * @param module the behaviour: {@code gen_server}, {@code gen_statem}
   * @param suspended whether it is
   * @param parent who has started and linked it; itself if nobody has
   * @param misc headers and data, as OTP's behaviours list them; the state is the last of it
   */
  public record Status(Pid pid, Atom module, boolean suspended, Pid parent, Object misc) {}

  /**
   * A server's state; of a StateMachine {@code {State, Data}}. On this node it is the state itself:
   * it must not be changed. {@code sys:get_state/1}.
   */
  public static @Nullable Object getState(Dest server) {
    return call(server, Atom.of("get_state"));
  }

  /**
   * Replaces a server's state by what {@code function}, which runs in the server, makes of it.
   * {@code sys:replace_state/2}.
   *
   * @return the new state
   * @throws IllegalStateException if the function throws; the state stays what it was
   * @throws IllegalArgumentException for a server of another node, to which no function can be sent
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // the caller says what the server holds
  public static <S> S replaceState(Dest server, UnaryOperator<S> function) {
    Objects.requireNonNull(function, "function");
    return (S) unfailed(local(server, Tuple.of(Atom.of("replace_state"), function)));
  }

  /** What a server says of itself. {@code sys:get_status/1}. */
  public static Status getStatus(Dest server) {
    var status = (Tuple) Objects.requireNonNull(call(server, Atom.of("get_status")));
    var items = (List<?>) status.get(3);
    return new Status(
        (Pid) status.get(1),
        (Atom) ((Tuple) status.get(2)).get(1),
        items.get(1).equals(Atom.of("suspended")),
        (Pid) items.get(2),
        items.get(4));
  }

  /**
   * Lets a server do nothing but answer {@code Sys}, until {@link #resume}. Messages wait in its
   * mailbox. {@code sys:suspend/1}.
   */
  public static void suspend(Dest server) {
    call(server, Atom.of("suspend"));
  }

  /** Lets a suspended server go on. {@code sys:resume/1}. */
  public static void resume(Dest server) {
    call(server, Atom.of("resume"));
  }

  /** Ends a server with {@code reason}, after its {@code terminate}. {@code sys:terminate/2}. */
  public static void terminate(Dest server, Object reason) {
    call(server, Tuple.of(SystemRequest.TERMINATE, ExitException.checked(reason)));
  }

  // ---- debugging

  /** Whether a server prints its events, to its group leader. {@code sys:trace/2}. */
  public static void trace(Dest server, boolean on) {
    debug(server, Tuple.of(TRACE, on));
  }

  /** Whether a server keeps its last 10 events. {@code sys:log/2}. */
  public static void log(Dest server, boolean on) {
    debug(server, Tuple.of(LOG, on));
  }

  /** Lets a server keep its last {@code size} events, 1 or more. {@code sys:log/2}. */
  public static void log(Dest server, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("1 event or more was expected, not " + size);
    }
    debug(server, Tuple.of(LOG, Tuple.of(true, (long) size)));
  }

  /** The events that a server has kept, oldest first. {@code sys:log(Name, get)}. */
  public static List<Object> log(Dest server) {
    return List.copyOf((List<?>) got(debug(server, Tuple.of(LOG, GET))));
  }

  /** Lets a server print the events that it has kept. {@code sys:log(Name, print)}. */
  public static void printLog(Dest server) {
    debug(server, Tuple.of(LOG, Atom.of("print")));
  }

  /** Whether a server counts its messages, from now on. {@code sys:statistics/2}. */
  public static void statistics(Dest server, boolean on) {
    debug(server, Tuple.of(STATISTICS, on));
  }

  /** What a server has counted; null if it does not. {@code sys:statistics(Name, get)}. */
  public static @Nullable ServerStatistics statistics(Dest server) {
    return got(debug(server, Tuple.of(STATISTICS, GET))) instanceof List<?> counted
        ? ServerStatistics.of(counted)
        : null;
  }

  /**
   * Lets a server of this node call {@code function} for each of its events, until that returns
   * false, throws, or is removed. {@code sys:install/2}.
   *
   * @param id for {@link #remove}; where there is a function under it already, that stays
   * @throws IllegalArgumentException for a server of another node, to which no function can be sent
   */
  public static void install(Dest server, Object id, DebugFunction function) {
    Objects.requireNonNull(function, "function");
    local(server, Tuple.of(DEBUG, Tuple.of(Atom.of("install"), Tuple.of(id, function))));
  }

  /** Removes a function that {@link #install} has given to a server. {@code sys:remove/2}. */
  public static void remove(Dest server, Object id) {
    debug(server, Tuple.of(Atom.of("remove"), id));
  }

  /** Ends all debugging of a server. {@code sys:no_debug/1}. */
  public static void noDebug(Dest server) {
    debug(server, NO_DEBUG);
  }

  private static Object debug(Dest server, Object what) {
    return Objects.requireNonNull(call(server, Tuple.of(DEBUG, what)));
  }

  private static Object got(Object answer) {
    return ((Tuple) answer).get(1);
  }

  private static @Nullable Object call(Dest server, Object request) {
    return Calls.system(server, request, GenServer.CALL_TIMEOUT);
  }

  private static @Nullable Object local(Dest server, Object request) {
    var found = GenServer.whereis(server);
    if (found != null && !Calls.isLocal(Node.current(), found)) {
      throw new IllegalArgumentException(
          "a server of this node was expected, since no function can be sent to " + server);
    }
    return call(server, request);
  }

  private static @Nullable Object unfailed(@Nullable Object answer) {
    if (answer instanceof SystemLoop.Failed(var thrown)) {
      throw new IllegalStateException("the function has failed; the state is what it was", thrown);
    }
    return answer;
  }
}
