package dev.retort.node;

import dev.retort.Body;
import dev.retort.Kernel;
import dev.retort.Priority;
import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Processes that one node starts on another: by the name of a function, as Erlang nodes do; or as
 * Java closures between Retort nodes, which go as Erlang's SPAWN_REQUEST, too, with a function that
 * only Retort nodes know and the closure as its argument.
 */
final class SpawnRequests {
  private static final Logger LOG = System.getLogger(SpawnRequests.class.getName());

  /** What a Retort node is asked to spawn. */
  static final Tuple CLOSURE = Tuple.of(Atom.of("dev.retort"), Atom.of("spawn"), 1L);

  /** This node does not take closures. */
  private static final Atom NOT_ACCEPTED = Atom.of("closures_not_accepted");

  private static final Atom BADARG = Atom.of("badarg");
  private static final Atom LINK = Atom.of("link");
  private static final Atom MONITOR = Atom.of("monitor");
  private static final Tuple HIGH = Tuple.of(Atom.of("priority"), Atom.of("high"));

  private final LocalNode local;
  private final Replies replies;
  private final boolean accept;

  SpawnRequests(LocalNode local, Replies replies, boolean accept) {
    this.local = local;
    this.replies = replies;
    this.accept = accept;
  }

  /** What a SPAWN_REQUEST says apart from the arguments of the function. */
  record Request(Ref id, Pid from, Pid groupLeader, Tuple function, List<?> options) {
    boolean has(Tuple option) {
      return options.contains(option);
    }

    boolean has(Atom option) {
      return options.contains(option)
          || options.stream()
              .anyMatch(o -> o instanceof Tuple t && t.size() > 0 && t.get(0).equals(option));
    }
  }

  // ---- from other nodes

  /**
   * Another node asks for a process. On the connection's reading thread: making a closure's code,
   * which takes time, goes to a thread of its own. No order is lost, since nobody knows the new
   * process before the answer.
   */
  void handle(Connection connection, Request request, WirePayload arguments) {
    if (!request.function.equals(CLOSURE)) {
      call(connection, request, arguments);
    } else if (connection.gate() != null && !connection.gate().mayRunClosures()) {
      refuse(connection, request, NOT_ACCEPTED);
    } else if (!accept) {
      LOG.log(
          Level.WARNING,
          "a closure of {0} is refused: this node takes none (NodeOptions.withAcceptClosures)",
          connection.node().name());
      refuse(connection, request, NOT_ACCEPTED);
    } else {
      Thread.ofVirtual()
          .name("closure of " + connection.node().name())
          .start(() -> spawn(connection, request, arguments));
    }
  }

  /** A function by its name: what is exported here, and nothing else. */
  private void call(Connection connection, Request request, WirePayload arguments) {
    if (request.function.get(0) instanceof Atom module
        && request.function.get(1) instanceof Atom function
        && request.function.get(2) instanceof Long arity) {
      var refusal = SpawnOptions.refusal(request.options);
      if (refusal != null) {
        refuse(connection, request, refusal);
        return;
      }
      var gate = connection.gate();
      Callable<Object> given =
          gate == null ? arguments::decode : gate.arguments(request.function, arguments);
      var body = local.host().function(module, function, arity.intValue(), given);
      start(connection, request, request.has(HIGH) ? urgently(body) : body);
    } else {
      refuse(connection, request, BADARG);
    }
  }

  private static Body urgently(Body body) {
    return () -> {
      Kernel.priority(Priority.HIGH);
      body.run();
    };
  }

  private static void refuse(Connection connection, Request request, Atom why) {
    connection.spawnReply(request.id, request.from, why);
  }

  private void spawn(Connection connection, Request request, WirePayload arguments) {
    Body body;
    try {
      if (!(arguments.decode() instanceof List<?> list && list.size() == 1)) {
        throw new IllegalArgumentException("one argument was expected");
      }
      body = Closure.fromTerm(list.getFirst());
    } catch (RuntimeException | LinkageError e) {
      LOG.log(Level.WARNING, "a closure of {0} cannot run here: {1}", connection.node().name(), e);
      refuse(connection, request, BADARG);
      return;
    }
    start(connection, request, body);
  }

  private void start(Connection connection, Request request, Body body) {
    boolean link = request.has(LINK);
    var monitor = request.has(MONITOR) ? new Signal.Monitor(request.id, request.from, null) : null;
    int flags = (link ? Control.SPAWN_LINKED : 0) | (monitor != null ? Control.SPAWN_MONITORED : 0);
    connection.spawnReply(
        request.id,
        request.from,
        flags,
        () -> local.host().spawn(body, request.groupLeader, link ? request.from : null, monitor));
  }

  // ---- to other nodes

  /**
   * Starts {@code body} on the node of the connection, and waits for its pid.
   *
   * @throws UnsupportedOperationException if it cannot run there, with the reason
   */
  @Nullable Pid request(
      Connection connection,
      Pid from,
      Pid groupLeader,
      Body body,
      boolean link,
      @Nullable Ref monitor) {
    var node = connection.node().name();
    if (!connection.isRetort()) {
      throw new UnsupportedOperationException(
          node
              + " is not a Retort node: a Java closure cannot run there; send a message to a"
              + " process there instead");
    }
    var closure = Closure.toTerm(body);
    return request(
        connection,
        from,
        groupLeader,
        CLOSURE,
        List.of(closure),
        link,
        monitor,
        result -> refusal(node, result));
  }

  private static String refusal(String node, Object result) {
    if (result.equals(NOT_ACCEPTED)) {
      return node
          + " takes no Java closures: start it with NodeOptions.withAcceptClosures(true), as the"
          + " shell does";
    }
    return result.equals(BADARG)
        ? node + " cannot run this closure: the reason is in its log"
        : node + " cannot run a Java closure: it answers " + result;
  }

  /**
   * Starts a process that calls a function on the node of the connection, and waits for its pid;
   * null if the connection is lost.
   *
   * @param refusal what to say of an answer that is no pid
   * @throws UnsupportedOperationException if it cannot be started there
   */
  @Nullable Pid request(
      Connection connection,
      Pid from,
      Pid groupLeader,
      Tuple function,
      List<?> arguments,
      boolean link,
      @Nullable Ref monitor,
      Function<Object, String> refusal) {
    var options = new ArrayList<Object>();
    if (link) {
      options.add(LINK);
    }
    if (monitor != null) {
      options.add(MONITOR);
    }
    var id = monitor != null ? monitor : local.host().newRef();
    var answer = replies.expect(id, connection);
    try {
      connection.spawnRequest(id, from, groupLeader, function, options, arguments, true);
      var result = answer.get();
      if (result instanceof Pid pid) {
        return pid;
      }
      throw new UnsupportedOperationException(refusal.apply(result));
    } catch (ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      replies.forget(id);
    }
  }

  /**
   * Starts a process that calls a function on the node of the connection, and does not wait: what
   * comes is the reason that it ends with.
   */
  void call(
      Connection connection,
      Pid from,
      Pid groupLeader,
      Tuple function,
      List<?> arguments,
      CompletableFuture<Object> result) {
    var id = local.host().newRef();
    replies.expectEnd(id, connection, result);
    var unused = result.whenComplete((value, failure) -> replies.forget(id));
    connection.spawnRequest(id, from, groupLeader, function, List.of(MONITOR), arguments, false);
  }
}
