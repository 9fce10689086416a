package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Calls to servers of the same name on several nodes: {@code gen_server:multi_call/4}. */
final class MultiCall {
  private static final Object NONE = new Object();

  private MultiCall() {}

  /**
   * Sends all requests before it waits for the first reply.
   *
   * @param deadline for all of them together
   */
  static <R> Replies<R> call(
      LocalProcess self, List<Atom> nodes, Atom name, Call<R> request, long deadline) {
    var waiting = new LinkedHashMap<Atom, LongFunction<@Nullable Object>>();
    for (var node : nodes) {
      waiting.computeIfAbsent(node, at -> send(self, new Name(name, at), request));
    }
    var replies = new LinkedHashMap<Atom, R>();
    var bad = new ArrayList<Atom>();
    waiting.forEach(
        (node, reply) -> {
          var came = reply.apply(deadline);
          if (came == NONE) {
            bad.add(node);
          } else {
            replies.put(node, Calls.typed(request, came));
          }
        });
    return new Replies<>(Collections.unmodifiableMap(replies), List.copyOf(bad));
  }

  /** What waits for the reply until a deadline, and gives {@link #NONE} if there is none. */
  private static LongFunction<@Nullable Object> send(
      LocalProcess self, Name server, Call<?> request) {
    var node = self.pid.home;
    if (!Calls.isLocal(node, server)) {
      var sent = Calls.send(self, server, Calls.GEN_CALL, Calls.term(request));
      return deadline -> {
        var reply = sent.await(self, deadline);
        return reply == null || reply instanceof Down ? NONE : reply;
      };
    }
    var process = Calls.find(node, server);
    if (process == self) {
      throw new IllegalArgumentException("a process cannot call itself: it is " + server);
    }
    var call = new LocalCall(request, self, process);
    boolean sent = process != null && process.send(call, Runner.current());
    return deadline ->
        sent && call.await(deadline) && call.failure() == null ? call.result() : NONE;
  }
}
