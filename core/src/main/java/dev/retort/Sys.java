package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
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
 * suspended; everything here waits for that, up to {@link GenServer#CALL_TIMEOUT 5 seconds} or as
 * long as its last argument says. From any thread.
 *
 * <p>Every function throws a {@link CallException} if there is no such process, or it does not
 * answer in time. What a program needs of a server in production is a call of its own.
 */
public final class Sys {
  static final Atom NO_DEBUG = Atom.of("no_debug");
  static final Atom CHANGE_CODE = Atom.of("change_code");
  static final Atom UNKNOWN_SYSTEM_MSG = Atom.of("unknown_system_msg");
  private static final Atom DEBUG = Atom.of("debug");
  private static final Atom GET = Atom.of("get");
  private static final Atom LOG = Atom.of("log");
  private static final Atom LOG_TO_FILE = Atom.of("log_to_file");
  private static final Atom STATISTICS = Atom.of("statistics");
  private static final Atom TRACE = Atom.of("trace");

  private static final Duration TIMEOUT = GenServer.CALL_TIMEOUT;

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
   *
   * @throws IllegalStateException if a server on another node answers that it cannot tell
   */
  public static @Nullable Object getState(Dest server) {
    return getState(server, TIMEOUT);
  }

  /** As {@link #getState(Dest)}, waiting up to {@code timeout}. */
  public static @Nullable Object getState(Dest server, Duration timeout) {
    var node = Calls.foreignNode(server);
    var answer = call(server, Atom.of("get_state"), timeout);
    return node == null ? answer : ForeignState.of(node, answer);
  }

  /**
   * Replaces a server's state by what {@code function}, which runs in the server, makes of it.
   * {@code sys:replace_state/2}.
   *
   * @return the new state
   * @throws IllegalStateException if the function throws; the state stays what it was
   * @throws IllegalArgumentException for a server of another node, to which no function can be sent
   */
  public static <S> S replaceState(Dest server, UnaryOperator<S> function) {
    return replaceState(server, function, TIMEOUT);
  }

  /**
   * As {@link #replaceState(Dest, UnaryOperator)}, waiting up to {@code timeout}; when that is
   * over, it may still happen.
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // the caller says what the server holds
  public static <S> S replaceState(Dest server, UnaryOperator<S> function, Duration timeout) {
    Objects.requireNonNull(function, "function");
    checkLocal(server);
    var request = Tuple.of(Atom.of("replace_state"), function);
    return (S) unfailed(call(server, request, timeout));
  }

  /** What a server says of itself. {@code sys:get_status/1}. */
  public static Status getStatus(Dest server) {
    return getStatus(server, TIMEOUT);
  }

  /** As {@link #getStatus(Dest)}, waiting up to {@code timeout}. */
  public static Status getStatus(Dest server, Duration timeout) {
    var answer = call(server, Atom.of("get_status"), timeout);
    var status = (Tuple) Objects.requireNonNull(answer);
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
    suspend(server, TIMEOUT);
  }

  /** As {@link #suspend(Dest)}, waiting up to {@code timeout}. */
  public static void suspend(Dest server, Duration timeout) {
    call(server, Atom.of("suspend"), timeout);
  }

  /** Lets a suspended server go on. {@code sys:resume/1}. */
  public static void resume(Dest server) {
    resume(server, TIMEOUT);
  }

  /** As {@link #resume(Dest)}, waiting up to {@code timeout}. */
  public static void resume(Dest server, Duration timeout) {
    call(server, Atom.of("resume"), timeout);
  }

  /**
   * Lets a suspended server of this node go on with other code: {@code code} makes the object whose
   * callbacks run from now on, and its {@code codeChange} makes of the old state the one that they
   * work on. What a server needs whose class has been loaded anew, in the shell say.
   *
   * <pre>{@code
   * final class Count implements GenServer<Integer> {
   *   public Integer init() {
   *     return 7;
   *   }
   * }
   *
   * final class Text implements GenServer<String> {
   *   public String init() {
   *     return "none";
   *   }
   *
   *   public String codeChange(Object oldVersion, Object state, Object extra) {
   *     return state + " of version " + oldVersion;
   *   }
   * }
   *
   * Pid server = GenServer.startLink(Count::new);
   * Sys.suspend(server);
   * Sys.changeCode(server, Text::new, "1", Atom.NIL);
   * Sys.resume(server);
   * Sys.getState(server); // => "7 of version 1"
   * }</pre>
   *
   * @param code makes a {@link GenServer} for one, a {@link StateMachine} for one; called in the
   *     server
   * @param oldVersion what {@code codeChange} gets, with {@code extra}
   * @throws IllegalStateException if the server is not suspended, or {@code codeChange} throws;
   *     code and state stay what they were
   * @throws IllegalArgumentException for a server of another node, to which no code can be sent
   */
  public static void changeCode(Dest server, Supplier<?> code, Object oldVersion, Object extra) {
    changeCode(server, code, oldVersion, extra, TIMEOUT);
  }

  /** As {@link #changeCode(Dest, Supplier, Object, Object)}, waiting up to {@code timeout}. */
  public static void changeCode(
      Dest server, Supplier<?> code, Object oldVersion, Object extra, Duration timeout) {
    Objects.requireNonNull(code, "code");
    checkLocal(server);
    requestCodeChange(server, code, oldVersion, extra, timeout);
  }

  /**
   * Lets a suspended server make of its state what its code wants now, by its {@code codeChange}:
   * here, where no class takes another's place, with the code that it has. A {@link Supervisor}
   * reads its {@code init} again; an {@link Agent} takes a function as {@code extra}. {@code
   * sys:change_code/4}.
   *
   * @param module whose code has changed; only servers of Erlang look at it
   * @throws IllegalStateException if the server is not suspended, or {@code codeChange} throws; the
   *     state stays what it was
   */
  public static void changeCode(Dest server, Atom module, Object oldVersion, Object extra) {
    changeCode(server, module, oldVersion, extra, TIMEOUT);
  }

  /**
   * As {@link #changeCode(Dest, Atom, Object, Object)}, waiting up to {@code timeout}. {@code
   * sys:change_code/5}.
   */
  public static void changeCode(
      Dest server, Atom module, Object oldVersion, Object extra, Duration timeout) {
    Objects.requireNonNull(module, "module");
    requestCodeChange(server, module, oldVersion, extra, timeout);
  }

  private static void requestCodeChange(
      Dest server, Object code, Object oldVersion, Object extra, Duration timeout) {
    Objects.requireNonNull(oldVersion, "oldVersion");
    Objects.requireNonNull(extra, "extra");
    var request = Tuple.of(CHANGE_CODE, code, oldVersion, extra);
    switch (call(server, request, timeout)) {
      case SystemLoop.Failed(var thrown) ->
          throw new IllegalStateException(
              "codeChange of " + server + " has failed; code and state are what they were", thrown);
      case Tuple failure when failure.get(0).equals(Atom.ERROR) ->
          throw new IllegalStateException(
              isUnknown(failure.get(1))
                  ? "a suspended server was expected: suspend " + server + " first"
                  : server + " has refused: " + CrashReport.inspect(failure.get(1)));
      case null, default -> {}
    }
  }

  private static boolean isUnknown(Object reason) {
    return reason instanceof Tuple tuple && tuple.get(0).equals(UNKNOWN_SYSTEM_MSG);
  }

  /** Ends a server with {@code reason}, after its {@code terminate}. {@code sys:terminate/2}. */
  public static void terminate(Dest server, Object reason) {
    terminate(server, reason, TIMEOUT);
  }

  /** As {@link #terminate(Dest, Object)}, waiting up to {@code timeout}. */
  public static void terminate(Dest server, Object reason, Duration timeout) {
    call(server, Tuple.of(SystemRequest.TERMINATE, ExitException.checked(reason)), timeout);
  }

  // ---- debugging

  /** Whether a server prints its events, to its group leader. {@code sys:trace/2}. */
  public static void trace(Dest server, boolean on) {
    trace(server, on, TIMEOUT);
  }

  /** As {@link #trace(Dest, boolean)}, waiting up to {@code timeout}. */
  public static void trace(Dest server, boolean on, Duration timeout) {
    debug(server, Tuple.of(TRACE, on), timeout);
  }

  /** Whether a server keeps its last 10 events. {@code sys:log/2}. */
  public static void log(Dest server, boolean on) {
    log(server, on, TIMEOUT);
  }

  /** As {@link #log(Dest, boolean)}, waiting up to {@code timeout}. */
  public static void log(Dest server, boolean on, Duration timeout) {
    debug(server, Tuple.of(LOG, on), timeout);
  }

  /** Lets a server keep its last {@code size} events, 1 or more. {@code sys:log/2}. */
  public static void log(Dest server, int size) {
    log(server, size, TIMEOUT);
  }

  /** As {@link #log(Dest, int)}, waiting up to {@code timeout}. */
  public static void log(Dest server, int size, Duration timeout) {
    if (size < 1) {
      throw new IllegalArgumentException("1 event or more was expected, not " + size);
    }
    debug(server, Tuple.of(LOG, Tuple.of(true, (long) size)), timeout);
  }

  /** The events that a server has kept, oldest first. {@code sys:log(Name, get)}. */
  public static List<Object> log(Dest server) {
    return log(server, TIMEOUT);
  }

  /** As {@link #log(Dest)}, waiting up to {@code timeout}. */
  public static List<Object> log(Dest server, Duration timeout) {
    return List.copyOf((List<?>) got(debug(server, Tuple.of(LOG, GET), timeout)));
  }

  /** Lets a server print the events that it has kept. {@code sys:log(Name, print)}. */
  public static void printLog(Dest server) {
    printLog(server, TIMEOUT);
  }

  /** As {@link #printLog(Dest)}, waiting up to {@code timeout}. */
  public static void printLog(Dest server, Duration timeout) {
    debug(server, Tuple.of(LOG, Atom.of("print")), timeout);
  }

  /**
   * Lets a server write its events to a file, a line for each. {@code sys:log_to_file/2}.
   *
   * @param file what is in it already is lost; null for no file any more. For a server of another
   *     node it is one of that node, which must be Erlang's: servers of Retort write files for
   *     their own node alone
   * @throws IllegalStateException if it cannot be written ({@code {error, open_file}})
   */
  public static void logToFile(Dest server, @Nullable Path file) {
    logToFile(server, file, TIMEOUT);
  }

  /** As {@link #logToFile(Dest, Path)}, waiting up to {@code timeout}. */
  public static void logToFile(Dest server, @Nullable Path file, Duration timeout) {
    var request = file == null ? (Object) false : Calls.isHere(server) ? file : charlist(file);
    var answer = debug(server, Tuple.of(LOG_TO_FILE, request), timeout);
    if (!answer.equals(Atom.OK)) {
      throw new IllegalStateException(
          server + " cannot write to " + file + ": " + CrashReport.inspect(answer));
    }
  }

  private static List<Long> charlist(Path file) {
    return file.toString().codePoints().asLongStream().boxed().toList();
  }

  /** Whether a server counts its messages, from now on. {@code sys:statistics/2}. */
  public static void statistics(Dest server, boolean on) {
    statistics(server, on, TIMEOUT);
  }

  /** As {@link #statistics(Dest, boolean)}, waiting up to {@code timeout}. */
  public static void statistics(Dest server, boolean on, Duration timeout) {
    debug(server, Tuple.of(STATISTICS, on), timeout);
  }

  /** What a server has counted; null if it does not. {@code sys:statistics(Name, get)}. */
  public static @Nullable ServerStatistics statistics(Dest server) {
    return statistics(server, TIMEOUT);
  }

  /** As {@link #statistics(Dest)}, waiting up to {@code timeout}. */
  public static @Nullable ServerStatistics statistics(Dest server, Duration timeout) {
    return got(debug(server, Tuple.of(STATISTICS, GET), timeout)) instanceof List<?> counted
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
    install(server, id, function, TIMEOUT);
  }

  /** As {@link #install(Dest, Object, DebugFunction)}, waiting up to {@code timeout}. */
  public static void install(Dest server, Object id, DebugFunction function, Duration timeout) {
    Objects.requireNonNull(function, "function");
    checkLocal(server);
    debug(server, Tuple.of(Atom.of("install"), Tuple.of(id, function)), timeout);
  }

  /** Removes a function that {@link #install} has given to a server. {@code sys:remove/2}. */
  public static void remove(Dest server, Object id) {
    remove(server, id, TIMEOUT);
  }

  /** As {@link #remove(Dest, Object)}, waiting up to {@code timeout}. */
  public static void remove(Dest server, Object id, Duration timeout) {
    debug(server, Tuple.of(Atom.of("remove"), id), timeout);
  }

  /** Ends all debugging of a server. {@code sys:no_debug/1}. */
  public static void noDebug(Dest server) {
    noDebug(server, TIMEOUT);
  }

  /** As {@link #noDebug(Dest)}, waiting up to {@code timeout}. */
  public static void noDebug(Dest server, Duration timeout) {
    debug(server, NO_DEBUG, timeout);
  }

  private static Object debug(Dest server, Object what, Duration timeout) {
    return Objects.requireNonNull(call(server, Tuple.of(DEBUG, what), timeout));
  }

  private static Object got(Object answer) {
    return ((Tuple) answer).get(1);
  }

  private static @Nullable Object call(Dest server, Object request, Duration timeout) {
    return Calls.system(server, request, timeout);
  }

  private static void checkLocal(Dest server) {
    if (!Calls.isHere(server)) {
      throw new IllegalArgumentException(
          "a server of this node was expected, since no function can be sent to " + server);
    }
  }

  private static @Nullable Object unfailed(@Nullable Object answer) {
    if (answer instanceof SystemLoop.Failed(var thrown)) {
      throw new IllegalStateException("the function has failed; the state is what it was", thrown);
    }
    return answer;
  }
}
