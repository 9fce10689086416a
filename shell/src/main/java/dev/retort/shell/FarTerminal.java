package dev.retort.shell;

import dev.retort.Down;
import dev.retort.Kernel;
import dev.retort.Shareable;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A terminal of another node, which is the group leader of a process here: a client of Erlang's I/O
 * protocol.
 *
 * <p>Every thread may ask it for something; the process passes that on and takes the answers.
 */
final class FarTerminal {
  /** What is said of a terminal that has gone away. */
  static final Tuple TERMINATED = Tuple.of(Atom.ERROR, Atom.of("terminated"));

  static final Atom UNICODE = Atom.of("unicode");
  private static final Atom IO_REQUEST = Atom.of("io_request");
  private static final Atom IO_REPLY = Atom.of("io_reply");

  /** To the process: something to ask. */
  @Shareable
  private static final class Ask {
    final Object request;
    final CompletableFuture<Object> answer = new CompletableFuture<>();

    Ask(Object request) {
      this.request = request;
    }
  }

  private final Pid process = Kernel.self();
  private final Pid terminal = Kernel.groupLeader();
  private final Ref monitor = Kernel.monitor(terminal);
  private final Map<Ref, Ask> asked = new HashMap<>(); // by the process
  private final Set<Ask> unanswered = ConcurrentHashMap.newKeySet();
  private boolean gone; // known to the process
  private volatile boolean closed;

  /** That of the calling process, which hands its messages to {@link #take}. */
  FarTerminal() {}

  /** The node where it is. */
  Atom node() {
    return terminal.node();
  }

  /** Asks, and completes with the answer: {@link #TERMINATED} if there can be none. Any thread. */
  CompletableFuture<Object> ask(Object request) {
    var ask = new Ask(request);
    unanswered.add(ask);
    if (closed) {
      ask.answer.complete(TERMINATED);
    } else {
      Kernel.send(process, ask);
    }
    return ask.answer;
  }

  /** As {@link #ask}, in the process itself, which waits. */
  Object askNow(Object request) {
    var ref = send(request);
    if (gone) {
      return TERMINATED;
    }
    var answer = Kernel.receive(Object.class, it -> isReply(it, ref) || isEnd(it));
    gone = isEnd(answer);
    return answer instanceof Tuple reply ? reply.get(2) : TERMINATED;
  }

  /** Whether the terminal is still there, as far as the process knows. */
  boolean isThere() {
    return !gone;
  }

  private Ref send(Object request) {
    var ref = Kernel.makeRef();
    Kernel.send(terminal, Tuple.of(IO_REQUEST, process, ref, request));
    return ref;
  }

  private static boolean isReply(Object message, Ref ref) {
    return message instanceof Tuple reply
        && reply.size() == 3
        && reply.get(0).equals(IO_REPLY)
        && reply.get(1).equals(ref);
  }

  private boolean isEnd(Object message) {
    return message instanceof Down down && down.ref().equals(monitor);
  }

  /** Does what a message to the process wants, if it is about the terminal. */
  void take(Object message) {
    switch (message) {
      case Ask ask -> asked.put(send(ask.request), ask);
      case Tuple reply
          when reply.size() == 3
              && reply.get(0).equals(IO_REPLY)
              && reply.get(1) instanceof Ref ref -> {
        var ask = asked.remove(ref);
        if (ask != null) {
          unanswered.remove(ask);
          ask.answer.complete(reply.get(2));
        }
      }
      default -> gone |= isEnd(message);
    }
  }

  /** Nobody takes messages any more. */
  void close() {
    closed = true; // whoever has not seen this is among the unanswered
    unanswered.forEach(ask -> ask.answer.complete(TERMINATED));
  }
}
