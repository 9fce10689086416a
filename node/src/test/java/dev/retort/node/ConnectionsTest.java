package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.node.Connections.Verdict;
import dev.retort.term.Atom;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private final Connections connections = new Connections(Atom.of("m@host"));

  @Test
  void theGreaterNameGivesWayWhenBothCall() throws Exception {
    assertThat(connections.acceptPending(callOf("a@host"))).isEqualTo(Verdict.OK);

    var ours = weCall("b@host");
    assertThat(connections.acceptPending(callOf("b@host"))).isEqualTo(Verdict.NOK);
    assertThat(ours.isAborted()).isFalse();

    var gaveWay = weCall("z@host");
    assertThat(connections.acceptPending(callOf("z@host"))).isEqualTo(Verdict.OK_SIMULTANEOUS);
    assertThat(gaveWay.isAborted()).isTrue();
  }

  /** One that hangs up as soon as its handshake is done, and calls again before ours is. */
  @Test
  void aNodeThatCallsAnewTakesThePlaceOfItsLastCall() {
    for (var node : new String[] {"a@host", "z@host"}) {
      var last = callOf(node);
      assertThat(connections.acceptPending(last)).isEqualTo(Verdict.OK);
      var anew = callOf(node);
      assertThat(connections.acceptPending(anew)).isEqualTo(Verdict.OK);

      assertThat(last.isAborted()).isTrue();
      connections.failed(last, new IOException("aborted"));
      assertThat(connections.isPending(Atom.of(node), anew)).isTrue();
    }
  }

  private static Attempt callOf(String node) {
    var attempt = new Attempt();
    attempt.node(Atom.of(node));
    return attempt;
  }

  /** An attempt of ours that gets no answer. */
  private Attempt weCall(String node) throws Exception {
    var called = new CompletableFuture<Attempt>();
    Thread.ofVirtual()
        .start(new FutureTask<>(() -> connections.connect(Atom.of(node), called::complete)));
    return called.get();
  }
}
