package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls functions on other nodes: OTP's {@code rpc}, which {@link Erpc} has replaced for all who
 * want to know what exactly has happened. What is said there of arguments, values and threads is
 * true of this, too.
 *
 * <pre>{@code
 * int count = Rpc.call(
 *     "erlang@host", "erlang", "system_info", List.of(Atom.of("process_count")), Integer.class);
 * }</pre>
 */
public final class Rpc {
  private static final Atom BLOCK_CALL = Atom.of("block_call");
  private static final Atom NODEDOWN = Atom.of("nodedown");
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private Rpc() {}

  /**
   * Calls a function and waits for its value, or for what it throws: a term. {@code rpc:call/4}.
   *
   * @throws BadRpcException if there is none
   */
  public static Object call(String node, String module, String function, List<?> arguments) {
    return call(node, module, function, arguments, FOREVER);
  }

  /** As above, waiting up to {@code timeout}. {@code rpc:call/5}. */
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
   * Calls a function and waits up to {@code timeout} for its value. {@code rpc:call/5}.
   *
   * @param type as in {@link Erpc#call(String, String, String, List, Class, Duration)}
   * @throws BadRpcException if there is no such node or function, it fails or exits, or time is up
   */
  public static <T extends @Nullable Object> T call(
      String node,
      String module,
      String function,
      List<?> arguments,
      Class<T> type,
      Duration timeout) {
    try {
      return Erpc.call(node, module, function, arguments, type, timeout);
    } catch (ErlangException e) {
      if (e.kind() == ErlangException.Kind.THROW) {
        return Erpc.typed(type, e.value());
      }
      throw new BadRpcException(why(e), e);
    }
  }

  /** What stands behind {@code badrpc}. */
  private static Object why(ErlangException e) {
    if (!(e.value() instanceof Tuple value && value.size() > 1)) {
      return exit(e.value());
    }
    if (value.get(0).equals(ForeignCode.ERPC)) {
      var reason = value.get(1);
      return reason.equals(Atom.NOCONNECTION)
          ? NODEDOWN
          : reason.equals(Atom.TIMEOUT) || reason.equals(Atom.of("notsup")) ? reason : exit(reason);
    }
    return exit(value.size() == 3 ? Tuple.of(value.get(1), value.get(2)) : value.get(1));
  }

  private static Tuple exit(Object reason) {
    return Tuple.of(Atom.of("EXIT"), reason);
  }

  /** Calls a function and wants to know nothing of it. {@code rpc:cast/4}. */
  public static void cast(String node, String module, String function, List<?> arguments) {
    Erpc.cast(node, module, function, arguments);
  }

  /**
   * As {@link #call(String, String, String, List, Duration)}; calls of this kind run one after the
   * other on their node. {@code rpc:block_call/5}.
   *
   * @throws BadRpcException if there is no value
   */
  public static Object blockCall(
      String node, String module, String function, List<?> arguments, Duration timeout) {
    var mfa = Node.mfa(module, function, arguments);
    var self = Runner.currentProcess();
    Pid leader = self == null ? Node.current().user() : self.groupLeader;
    var request =
        Tuple.of(BLOCK_CALL, mfa.module(), mfa.function(), mfa.arguments(), (Object) leader);
    Object answer;
    try {
      answer = GenServer.call(Name.of("rex", node), request, timeout);
    } catch (CallException e) {
      var lost = e.why().equals(Atom.NOCONNECTION) || e.why().equals(Atom.NOPROC);
      throw new BadRpcException(lost ? NODEDOWN : e.why(), e);
    }
    if (answer instanceof Tuple bad && bad.size() == 2 && bad.get(0).equals(ForeignCode.BADRPC)) {
      throw new BadRpcException(bad.get(1), null);
    }
    return answer;
  }

  /** As below, without a limit of time. {@code rpc:multicall/4}. */
  public static Replies<Object> multicall(
      List<Atom> nodes, String module, String function, List<?> arguments) {
    return multicall(nodes, module, function, arguments, FOREVER);
  }

  /**
   * Calls a function on several nodes at once and waits for all of them. {@code rpc:multicall/5}.
   *
   * @return the values by node, {@code {badrpc, Reason}} where the function has failed; and the
   *     nodes that could not be reached or have not answered in time
   */
  public static Replies<Object> multicall(
      List<Atom> nodes, String module, String function, List<?> arguments, Duration timeout) {
    var asked = List.copyOf(nodes);
    var responses = Erpc.multicall(asked, module, function, arguments, Object.class, timeout);
    var values = new LinkedHashMap<Atom, Object>();
    var bad = new ArrayList<Atom>();
    for (int i = 0; i < asked.size(); i++) {
      switch (responses.get(i)) {
        case Erpc.Response.Ok<Object>(var value) -> values.put(asked.get(i), value);
        case Erpc.Response.Raised<Object>(var e) -> {
          if (e.kind() == ErlangException.Kind.THROW) {
            values.put(asked.get(i), e.value());
          } else if (e.value() instanceof Tuple tuple && tuple.get(0).equals(ForeignCode.ERPC)) {
            bad.add(asked.get(i));
          } else {
            values.put(asked.get(i), Tuple.of(ForeignCode.BADRPC, why(e)));
          }
        }
      }
    }
    return new Replies<>(values, List.copyOf(bad));
  }
}
