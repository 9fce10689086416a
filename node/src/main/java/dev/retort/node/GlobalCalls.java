package dev.retort.node;

import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of {@code global} to other nodes, by threads that wait for the answers. They are made in
 * the name of one process, which is the owner of the locks that they set.
 */
final class GlobalCalls implements Distribution.MessageHandler {
  private static final Atom REX = Atom.of("rex");
  private static final Atom CALL = Atom.of("call");
  private static final Tuple BADRPC = Tuple.of(Atom.of("badrpc"), Atom.of("nodedown"));

  /** As long as OTP waits for a silent node, it has been declared dead. */
  private static final long PATIENCE_SECONDS = 60;

  private final LocalNode local;
  private final Connections connections;
  private final Replies replies;
  private final Post post;
  private final Pid caller;

  GlobalCalls(LocalNode local, Connections connections, Replies replies, Post post) {
    this.local = local;
    this.connections = connections;
    this.replies = replies;
    this.post = post;
    this.caller = local.host().serve(this);
  }

  /** The process in whose name the calls are made. */
  Pid caller() {
    return caller;
  }

  @Override
  public void handle(Object message) {
    if (message instanceof Tuple answer && answer.size() == 2 && answer.get(0) instanceof Ref ref) {
      replies.answer(ref, answer.get(1));
    }
  }

  /**
   * {@code gen_server:multi_call} of the global_name_servers; those that are lost do not answer.
   *
   * @return the answers by node
   */
  Map<Atom, Object> multiCall(Collection<Atom> nodes, Object request) throws InterruptedException {
    var asked = new LinkedHashMap<Atom, Asked>();
    for (var node : nodes) {
      asked.put(node, ask(GlobalNameServer.NAME, node, request));
    }
    var answers = new LinkedHashMap<Atom, Object>();
    for (var entry : asked.entrySet()) {
      try {
        answers.put(
            entry.getKey(), entry.getValue().answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException | TimeoutException e) {
        // lost: no answer
      } finally {
        replies.forget(entry.getValue().ref);
      }
    }
    return answers;
  }

  /** {@code rpc:call}, as nodes before OTP 23 make it and all understand it. */
  Object remoteCall(Atom node, Atom module, Atom function, Object arguments)
      throws InterruptedException {
    var request = Tuple.of(CALL, module, function, arguments, caller);
    var asked = ask(REX, node, request);
    try {
      return asked.answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return BADRPC;
    } finally {
      replies.forget(asked.ref);
    }
  }

  private record Asked(Ref ref, Future<Object> answer) {}

  private Asked ask(Atom name, Atom node, Object request) {
    var ref = local.host().newRef();
    var answer =
        node.equals(local.name())
            ? replies.expect(ref)
            : replies.expect(ref, connections.get(node));
    post.send(
        caller, new Name(name, node), Tuple.of(GenMessage.CALL, Tuple.of(caller, ref), request));
    return new Asked(ref, answer);
  }
}
