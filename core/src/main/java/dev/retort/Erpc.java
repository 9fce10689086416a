package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions on other nodes: OTP's {@code erpc}. On an Erlang or Elixir node any function that
 * there is, on a Retort node those that it {@linkplain Node#export exports}.
 *
 * <pre>{@code
 * int sum = Erpc.call("elixir@host", "Elixir.Enum", "sum", List.of(List.of(1, 2)), Integer.class);
 * }</pre>
 *
 * <p>The function runs there in a process of its own, whose output comes to the group leader of the
 * caller. Its value comes back as the type that is asked for, or as a term. All of it may be called
 * by any thread, and blocks it. Arguments are values that have terms. The node may be the caller's
 * own.
 *
 * <p>What goes wrong is an {@link ErlangException}, with the kind and value that {@code erpc}
 * raises: what the function has thrown; an exit {@code {:exception, reason}} if it has exited, or
 * {@code {:signal, reason}} if its process was ended; an error {@code {:exception, reason, stack}}
 * if it has failed ({@code undef} where there is no such function), or {@code {:erpc, reason}} if
 * {@code erpc} has: {@code timeout}, {@code noconnection}, {@code notsup}.
 */
public final class Erpc {
  private static final Atom THROW = Atom.of("throw");
  private static final Atom EXIT = Atom.of("exit");
  private static final Atom RETURN = Atom.of("return");
  private static final Atom EXCEPTION = Atom.of("exception");
  private static final Atom SIGNAL = Atom.of("signal");
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private Erpc() {}

  /**
   * What came of one of the calls of {@link #multicall}.
   *
   * @param <T> the type of its value
   */
  public sealed interface Response<T extends @Nullable Object> {
    /** The function has returned. */
    record Ok<T extends @Nullable Object>(T value) implements Response<T> {}

    /** It has not; what {@link #call} would throw. */
    record Raised<T extends @Nullable Object>(@Shareable ErlangException exception)
        implements Response<T> {}
  }

  /**
   * A call whose response is still to come. Any thread may ask for it, again and again.
   *
   * @param <T> the type of its value
   */
  @Shareable
  public static final class Request<T extends @Nullable Object> {
    private final Ref ref;
    private final Class<T> type;
    private final CompletableFuture<Object> end;

    private Request(Ref ref, Class<T> type, CompletableFuture<Object> end) {
      this.ref = ref;
      this.type = type;
      this.end = end;
    }

    /** Whether the response is there within {@code wait}. {@code erpc:wait_response/2}. */
    public boolean await(Duration wait) {
      try {
        var unused = end.get(Timers.nanos(wait), TimeUnit.NANOSECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (ExecutionException e) {
        return true;
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }

    /** The response, for which this waits. {@code erpc:receive_response/1}. */
    public T receive() {
      return receive(FOREVER);
    }

    /**
     * The response, if it is there within {@code wait}; else the request is given up, and its
     * response never comes. {@code erpc:receive_response/2}.
     *
     * @throws ErlangException as {@link Erpc} says
     */
    public T receive(Duration wait) {
      try {
        return value(end.get(Timers.nanos(wait), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        end.cancel(false);
        throw erpc(Atom.TIMEOUT);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ErlangException refused) {
          throw refused;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        end.cancel(false);
        throw interrupted();
      }
    }

    private Response<T> response(long deadline) {
      try {
        return new Response.Ok<>(receive(Duration.ofNanos(Math.max(0, Timers.left(deadline)))));
      } catch (ErlangException e) {
        return new Response.Raised<>(e);
      }
    }

    private T value(Object came) {
      var reason = came instanceof Distribution.Payload payload ? payload.decode() : came;
      if (reason instanceof Tuple outcome && outcome.size() >= 3 && outcome.get(0).equals(ref)) {
        var what = outcome.get(1);
        var value = outcome.get(2);
        if (what.equals(RETURN)) {
          return typed(type, value);
        }
        if (what.equals(THROW)) {
          throw raise(ErlangException.Kind.THROW, value);
        }
        if (what.equals(EXIT)) {
          throw raise(ErlangException.Kind.EXIT, Tuple.of(EXCEPTION, value));
        }
        throw raise(
            ErlangException.Kind.ERROR,
            outcome.size() == 4 ? Tuple.of(EXCEPTION, value, outcome.get(3)) : value);
      }
      if (reason.equals(Atom.NOCONNECTION)) {
        throw erpc(Atom.NOCONNECTION);
      }
      throw raise(ErlangException.Kind.EXIT, Tuple.of(SIGNAL, reason));
    }
  }

  private static ErlangException interrupted() {
    Thread.currentThread().interrupt();
    Kernel.checkCaller(); // a process that was told to exit
    return new ErlangException(ErlangException.Kind.EXIT, Atom.of("interrupted"));
  }

  private static ErlangException erpc(Atom why) {
    return raise(ErlangException.Kind.ERROR, Tuple.of(ForeignCode.ERPC, why));
  }

  private static ErlangException raise(ErlangException.Kind kind, Object value) {
    return new ErlangException(kind, value);
  }

  /** A term as a value of the type that the caller wants. */
  @SuppressWarnings({"unchecked", "NullAway"}) // nil is null where the caller's type allows it
  static <T extends @Nullable Object> T typed(Class<T> type, Object term) {
    if (type == Object.class) {
      return (T) term;
    }
    var value = Vocabulary.ofCode(type).read(term, type);
    if (value == null && !term.equals(Atom.NIL)) {
      throw new ClassCastException(
          "the value should be a " + type.getTypeName() + ", it is " + CrashReport.inspect(term));
    }
    return value;
  }

  // ---- calls

  /** Calls a function and waits for its value, a term. {@code erpc:call/4}. */
  public static Object call(String node, String module, String function, List<?> arguments) {
    return call(node, module, function, arguments, FOREVER);
  }

  /**
   * As above, waiting up to {@code timeout}; the function goes on after that. {@code erpc:call/5}.
   */
  public static Object call(
      String node, String module, String function, List<?> arguments, Duration timeout) {
    return call(node, module, function, arguments, Object.class, timeout);
  }

  /** As above, for a value of a Java type. */
  public static <T extends @Nullable Object> T call(
      String node, String module, String function, List<?> arguments, Class<T> type) {
    return call(node, module, function, arguments, type, FOREVER);
  }

  /**
   * Calls a function and waits up to {@code timeout} for its value. {@code erpc:call/5}.
   *
   * @param module {@code "lists"}; {@code "Elixir.Enum"} for Elixir's {@code Enum}
   * @param type what the value is to be, by the rules of {@link Vocabulary}: a record or enum, or a
   *     class of the JDK that a record's component may have
   * @throws ErlangException if there is none
   * @throws ClassCastException if it is of another type
   * @throws IllegalArgumentException if an argument has no term
   */
  public static <T extends @Nullable Object> T call(
      String node,
      String module,
      String function,
      List<?> arguments,
      Class<T> type,
      Duration timeout) {
    return sendRequest(node, module, function, arguments, type).receive(timeout);
  }

  /** Calls a function and does not wait. {@code erpc:send_request/4}. */
  public static Request<Object> sendRequest(
      String node, String module, String function, List<?> arguments) {
    return sendRequest(node, module, function, arguments, Object.class);
  }

  /** As above, for a value of a Java type. */
  public static <T extends @Nullable Object> Request<T> sendRequest(
      String node, String module, String function, List<?> arguments, Class<T> type) {
    var mfa = Node.mfa(module, function, arguments);
    return request(node, mfa, Objects.requireNonNull(type, "type"));
  }

  private static <T extends @Nullable Object> Request<T> request(
      String node, Mfa mfa, Class<T> type) {
    var ref = Node.current().newRef();
    var arguments = List.<Object>of(ref, mfa.module(), mfa.function(), mfa.arguments());
    var end = start(node, mfa, ForeignCode.EXECUTE_CALL, arguments);
    return new Request<>(ref, type, end);
  }

  /**
   * Starts a process that executes a function for us, and gives the reason that it ends with.
   *
   * @param how {@code execute_call} or {@code execute_cast}
   * @param arguments of that function
   */
  private static CompletableFuture<Object> start(
      String node, Mfa mfa, Atom how, List<Object> arguments) {
    Objects.requireNonNull(node, "node: a name such as elixir@host was expected");
    Kernel.checkCaller();
    var home = Node.current();
    var self = Runner.currentProcess();
    Pid from = self == null ? home.user() : self.pid;
    Pid leader = self == null ? home.user() : self.groupLeader;
    if (home.name().name().equals(node)) {
      var end = new CompletableFuture<Object>();
      home.submit(() -> (Object) ForeignCode.outcome(arguments.getFirst(), mfa), leader, end);
      return end.exceptionally(Erpc::reason);
    }
    return home.reaching(node)
        .request(from, leader, Atom.of(node), ForeignCode.ERPC, how, arguments);
  }

  /** Why a process of this node has ended that has not told what came of the function. */
  private static Object reason(Throwable failure) {
    return failure instanceof ExitException exit ? exit.reason() : failure;
  }

  /**
   * Calls a function and wants to know nothing of it; also where there is no such node. {@code
   * erpc:cast/4}.
   */
  public static void cast(String node, String module, String function, List<?> arguments) {
    var mfa = Node.mfa(module, function, arguments);
    var unused = start(node, mfa, ForeignCode.EXECUTE_CAST, List.of(mfa.term().toArray()));
  }

  // ---- many nodes

  /** As below, for terms and without a limit of time. {@code erpc:multicall/4}. */
  public static List<Response<Object>> multicall(
      List<Atom> nodes, String module, String function, List<?> arguments) {
    return multicall(nodes, module, function, arguments, Object.class, FOREVER);
  }

  /**
   * Calls a function on several nodes at once and waits for all of them. {@code erpc:multicall/5}.
   *
   * @param timeout for all of them together
   * @return what came of it, in the order of the nodes
   */
  public static <T extends @Nullable Object> List<Response<T>> multicall(
      List<Atom> nodes,
      String module,
      String function,
      List<?> arguments,
      Class<T> type,
      Duration timeout) {
    Objects.requireNonNull(type, "type");
    var mfa = Node.mfa(module, function, arguments);
    long deadline = Timers.deadline(timeout);
    return List.copyOf(nodes).stream()
        .map(node -> request(node.name(), mfa, type))
        .toList()
        .stream()
        .map(request -> request.response(deadline))
        .toList();
  }

  /** Casts to several nodes. {@code erpc:multicast/4}. */
  public static void multicast(
      List<Atom> nodes, String module, String function, List<?> arguments) {
    List.copyOf(nodes).forEach(node -> cast(node.name(), module, function, arguments));
  }
}
