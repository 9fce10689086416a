package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agent of another Retort node. A function travels as the closure of a process that is spawned
 * there, asks the agent as its neighbour, and sends back what it got.
 *
 * @param node where the agent is
 * @param agent a name without a node, or a pid of that node
 */
record RemoteAgent(String node, Dest agent) {
  /** Null for an agent of this node. */
  static @Nullable RemoteAgent of(Dest agent) {
    Objects.requireNonNull(agent, "agent");
    var to = agent instanceof Via via ? via.whereis() : agent;
    if (to == null || Calls.isLocal(Node.current(), to)) {
      return null;
    }
    return switch (to) {
      case Name(var name, var node) when node != null ->
          new RemoteAgent(node.name(), new Name(name, null));
      case Pid pid -> new RemoteAgent(pid.node().name(), pid);
      default -> null;
    };
  }

  @Nullable Object call(
      Agent.Request request, AgentFunction<Object, ?> function, Duration timeout) {
    if (Runner.currentProcess() != null) {
      return ask(request, function, timeout);
    }
    try {
      return Node.current().run(() -> ask(request, function, timeout));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable Object ask(
      Agent.Request request, AgentFunction<Object, ?> function, Duration timeout) {
    long deadline = Timers.deadline(timeout);
    var self = Kernel.process("Agent." + request);
    var answerTo = Kernel.alias(AliasMode.REPLY);
    var asking =
        Node.spawnMonitor(node, new Ask(agent, request.name(), function, timeout, answerTo));
    var message =
        self.<Object>receiveSince(
            answerTo,
            received ->
                isAnswer(received, answerTo)
                        || (received instanceof Down down && down.ref().equals(asking.ref()))
                    ? received
                    : null,
            deadline);
    Kernel.unalias(answerTo);
    Kernel.demonitorFlush(asking.ref());
    return switch (message) {
      case Decoded(Tuple answer) when answer.get(1).equals(Atom.OK) ->
          ReturnType.read(self, function, request, answer.get(2));
      case Decoded(Tuple answer) -> throw failed(answer.get(2), function, timeout);
      case Down down -> throw failed(down.reason(), function, timeout);
      case null, default -> throw failed(Atom.TIMEOUT, function, timeout);
    };
  }

  private CallException failed(Object reason, Object function, Duration timeout) {
    var named = agent instanceof Name(var name, var here) ? new Name(name, Atom.of(node)) : agent;
    return new CallException(reason, named, function.getClass().getName(), timeout);
  }

  private static boolean isAnswer(Object message, Ref ref) {
    return message instanceof Decoded(Tuple tuple) && tuple.size() == 3 && tuple.get(0).equals(ref);
  }

  void cast(AgentFunction<Object, ?> function) {
    var body = new Tell(agent, function);
    if (Runner.currentProcess() != null) {
      var unused = Node.spawn(node, body);
      return;
    }
    try {
      var unused = Node.current().run(() -> Node.spawn(node, body));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- on the other node; records, since Retort's own lambdas stay in their JVM

  /** Asks the agent and sends {@code {ref, :ok, value}} or {@code {ref, :error, reason}}. */
  private record Ask(
      Dest agent, String request, AgentFunction<Object, ?> function, Duration timeout, Ref to)
      implements Body {
    @Override
    public void run() {
      Tuple answer;
      try {
        var call = Agent.Request.valueOf(request).with(function);
        var value = GenServer.call(agent, call, timeout);
        answer = Tuple.of(to, Atom.OK, value == null ? Atom.NIL : value);
      } catch (CallException e) {
        answer = Tuple.of(to, Atom.ERROR, e.why());
      }
      Kernel.send(to, answer);
    }
  }

  private record Tell(Dest agent, AgentFunction<Object, ?> function) implements Body {
    @Override
    public void run() {
      Agent.castHere(agent, function);
    }
  }
}
