package dev.retort.node;

import dev.retort.ErlangException;
import dev.retort.term.Atom;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What the distribution itself has asked of other nodes, until they answer or are lost. */
final class Replies {
  private static final Atom ERPC = Atom.of("erpc");

  private final Map<Ref, Waiting> waiting = new ConcurrentHashMap<>();

  /** Who waits, and whether for the end of a process instead of the first answer. */
  private record Waiting(
      @Nullable Connection connection, CompletableFuture<Object> answer, boolean untilEnd) {
    void lost(Connection connection) {
      if (untilEnd) {
        answer.complete(Atom.NOCONNECTION); // which is how the process has ended, for us
      } else {
        answer.completeExceptionally(
            new ConnectException("the connection to " + connection.node() + " is lost"));
      }
    }
  }

  /**
   * Begins to wait for an answer with this reference.
   *
   * @param connection where it comes from; null if there is none, and then none comes
   */
  Future<Object> expect(Ref ref, @Nullable Connection connection) {
    var answer = new CompletableFuture<Object>();
    if (connection == null) {
      answer.completeExceptionally(new ConnectException("there is no connection"));
      return answer;
    }
    expect(ref, connection, answer, false);
    return answer;
  }

  /** Begins to wait for the end of a process that is started, monitored with this reference. */
  void expectEnd(Ref ref, Connection connection, CompletableFuture<Object> answer) {
    expect(ref, connection, answer, true);
  }

  private void expect(
      Ref ref, Connection connection, CompletableFuture<Object> answer, boolean untilEnd) {
    waiting.put(ref, new Waiting(connection, answer, untilEnd));
    if (!connection.isOpen()) {
      lost(connection);
    }
  }

  /** Begins to wait for an answer of this node's own. */
  Future<Object> expect(Ref ref) {
    var answer = new CompletableFuture<Object>();
    waiting.put(ref, new Waiting(null, answer, false));
    return answer;
  }

  /** An answer has come; false if nobody waits for it. */
  boolean answer(Ref ref, Object answer) {
    var asked = waiting.remove(ref);
    return asked != null && asked.answer.complete(answer);
  }

  /** The same, for the answer to a call that has come to an alias: {@code {Tag, Answer}}. */
  boolean answerCall(Ref alias, Object message) {
    return message instanceof Tuple tuple && tuple.size() == 2 && answer(alias, tuple.get(1));
  }

  boolean isExpected(Ref ref) {
    return waiting.containsKey(ref);
  }

  /** Whether somebody waits for the end of the process that is started with this reference. */
  boolean isEndExpected(Ref ref) {
    var asked = waiting.get(ref);
    return asked != null && asked.untilEnd;
  }

  /** The process cannot be started. */
  void notStarted(Ref ref, Object why) {
    var asked = waiting.remove(ref);
    if (asked != null) {
      asked.answer.completeExceptionally(
          new ErlangException(ErlangException.Kind.ERROR, Tuple.of(ERPC, why)));
    }
  }

  void forget(Ref ref) {
    waiting.remove(ref);
  }

  /** No answers come over this connection any more. */
  void lost(Connection connection) {
    waiting
        .entrySet()
        .removeIf(
            entry -> {
              var asked = entry.getValue();
              if (asked.connection != connection) {
                return false;
              }
              asked.lost(connection);
              return true;
            });
  }
}
