package dev.retort;

import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds processes that call each other in a circle and wait: none of them can ever answer.
 *
 * <p>Each process that waits for a reply names the call ({@code pending}), and the call the server.
 * Whoever begins to wait follows that chain; the one that closes a circle sees all of it, since
 * each names its call before it looks, and notes it in every call. Whose call then times out can
 * say why.
 */
final class WaitCycle {
  /** A chain that is longer is not followed: it is no deadlock of a few servers. */
  private static final int LONGEST = 1000;

  private WaitCycle() {}

  /** {@code caller} is about to wait for {@code call}. */
  static void note(LocalProcess caller, LocalCall call) {
    var first = call.server;
    if (first == null || first.pending == null) {
      return; // as almost always
    }
    var calls = new ArrayList<LocalCall>();
    calls.add(call);
    for (var process = first; process != caller; ) {
      var next = process.pending;
      if (next == null || next.isDone() || next.server == null || calls.size() == LONGEST) {
        return;
      }
      calls.add(next);
      process = next.server;
    }
    List<Pid> circle = new ArrayList<>();
    circle.add(caller.pid);
    for (var each : calls) {
      if (each.server != null) {
        circle.add(each.server.pid);
      }
    }
    calls.forEach(each -> each.circle = circle);
  }
}
