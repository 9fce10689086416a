package dev.retort.node;

import dev.retort.term.Atom;
import dev.retort.term.ImproperList;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of {@code global} to other nodes, by threads that wait for the answers. They are made in
 * the name of one process, which is the owner of the locks that they set, and gets no messages.
 */
final class GlobalCalls {
  private static final Atom REX = Atom.of("rex");
  private static final Atom CALL = Atom.of("call");
  private static final Atom SET_LOCK = Atom.of("set_lock");
  private static final Atom DEL_LOCK = Atom.of("del_lock");
  private static final Tuple BADRPC = Tuple.of(Atom.of("badrpc"), Atom.of("nodedown"));

  /** As long as OTP waits for a silent node, it has been declared dead. */
  private static final long PATIENCE_SECONDS = 60;

  private final LocalNode local;
  private final Connections connections;
  private final Replies replies;
  private final Post post;
  private final Pid caller;

  /** Calls in the name of a process that there is only for them. */
  GlobalCalls(LocalNode local, Connections connections, Replies replies, Post post) {
    this(local, connections, replies, post, local.host().serve(message -> {}));
  }

  private GlobalCalls(
      LocalNode local, Connections connections, Replies replies, Post post, Pid caller) {
    this.local = local;
    this.connections = connections;
    this.replies = replies;
    this.post = post;
    this.caller = caller;
  }

  /** Calls in the name of another process. */
  GlobalCalls of(Pid other) {
    return new GlobalCalls(local, connections, replies, post, other);
  }

  /** The process in whose name the calls are made. */
  Pid caller() {
    return caller;
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

  /**
   * Sets a lock on all of the nodes or on none.
   *
   * @param locks this node's own, which are asked first where there are several nodes
   */
  boolean setLock(GlobalLocks locks, Tuple id, Collection<Atom> nodes) throws InterruptedException {
    if (nodes.isEmpty()) {
      return true;
    }
    if (nodes.size() > 1 && nodes.contains(local.name()) && !locks.canSet(id)) {
      return false;
    }
    var answers = multiCall(nodes, Tuple.of(SET_LOCK, id));
    if (!answers.containsValue(false)) {
      return true;
    }
    var set = new ArrayList<Atom>();
    answers.forEach(
        (node, answer) -> {
          if (answer.equals(true)) {
            set.add(node);
          }
        });
    deleteLock(id, set);
    return false;
  }

  /** Takes a lock back. */
  void deleteLock(Tuple id, Collection<Atom> nodes) throws InterruptedException {
    if (!nodes.isEmpty()) {
      multiCall(nodes, Tuple.of(DEL_LOCK, id));
    }
  }

  /** {@code rpc:call}, as nodes before OTP 23 make it and all understand it. */
  Object remoteCall(Atom node, Atom module, Atom function, List<Object> arguments)
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

  /** The answer comes to an alias, by which {@link Replies} knows it before the process does. */
  private Asked ask(Atom name, Atom node, Object request) {
    var ref = local.host().newRef();
    var answer =
        node.equals(local.name())
            ? replies.expect(ref)
            : replies.expect(ref, connections.get(node));
    var tag = ImproperList.of(List.of(GenMessage.ALIAS), ref);
    post.send(
        caller, new Name(name, node), Tuple.of(GenMessage.CALL, Tuple.of(caller, tag), request));
    return new Asked(ref, answer);
  }
}
