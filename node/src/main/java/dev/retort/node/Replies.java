package dev.retort.node;

import dev.retort.term.Ref;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What the distribution itself has asked of other nodes, until they answer or are lost. */
final class Replies {
  private final Map<Ref, Waiting> waiting = new ConcurrentHashMap<>();

  private record Waiting(@Nullable Connection connection, CompletableFuture<Object> answer) {}

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
    waiting.put(ref, new Waiting(connection, answer));
    if (!connection.isOpen()) {
      forget(ref);
      answer.completeExceptionally(noConnection(connection));
    }
    return answer;
  }

  /** Begins to wait for an answer of this node's own. */
  Future<Object> expect(Ref ref) {
    var answer = new CompletableFuture<Object>();
    waiting.put(ref, new Waiting(null, answer));
    return answer;
  }

  /** An answer has come; false if nobody waits for it. */
  boolean answer(Ref ref, Object answer) {
    var asked = waiting.remove(ref);
    return asked != null && asked.answer.complete(answer);
  }

  boolean isExpected(Ref ref) {
    return waiting.containsKey(ref);
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
              asked.answer.completeExceptionally(noConnection(connection));
              return true;
            });
  }

  private static ConnectException noConnection(Connection connection) {
    return new ConnectException("the connection to " + connection.node() + " is lost");
  }
}
