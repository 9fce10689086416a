package dev.retort;

import static dev.retort.GenServer.noReply;
import static dev.retort.GenServer.stopping;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes between a callback and the next message: continue, timeout, hibernate. */
@Timeout(30)
class StepTest {
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofHours(1);

  private final LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  /** Does next what it is told to. */
  private record Do(@Shareable Function<Step<Integer>, Step<Integer>> next)
      implements Call<String> {}

  private record Block(CountDownLatch until) {}

  private final class Server implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
      return request instanceof Do what
          ? what.next.apply(what.reply("done", state + 1))
          : ((Call.Term) request).reply(state, state);
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer state) throws Exception {
      if (message instanceof Block(var until)) {
        until.await();
        return noReply(state);
      }
      return ((Do) message).next.apply(noReply(state + 1));
    }

    @Override
    public Step<Integer> handleContinue(Object what, Integer state) {
      seen.add(what);
      return noReply(state + 10);
    }

    @Override
    public Step<Integer> handleInfo(Object message, Integer state) {
      seen.add(message);
      return noReply(state + 100);
    }
  }

  private final Pid server = GenServer.start(Server::new);

  private Object state() {
    return GenServer.call(server, Atom.of("state"));
  }

  private void cast(Function<Step<Integer>, Step<Integer>> next) {
    GenServer.cast(server, new Do(next));
  }

  /** What must not be returned changes nothing: {@code terminate} gets the state as it was. */
  @Test
  void aReplyWithoutACallerLeavesTheState() throws Exception {
    for (Step<Integer> wrong :
        List.<Step<Integer>>of(
            new Step.Reply<>("reply", 7),
            new Step.Reply<>("reply", 7).timeout(LONG),
            new Step.ReplyAndStop<>(Atom.NORMAL, "reply", 7))) {
      var terminated = new LinkedBlockingQueue<Object>();
      var pid =
          GenServer.start(
              () ->
                  new GenServer<Integer>() {
                    @Override
                    public Integer init() {
                      return 1;
                    }

                    @Override
                    public Step<Integer> handleInfo(Object message, Integer state) {
                      return wrong;
                    }

                    @Override
                    public void terminate(Object reason, Integer state) {
                      terminated.add(reason);
                      terminated.add(state);
                    }
                  });
      send(pid, "message");
      assertThat(terminated.take()).isInstanceOf(IllegalStateException.class);
      assertThat(terminated.take()).isEqualTo(1);
    }
  }

  @Test
  void aReplyMayBeContinued() {
    assertThat(GenServer.call(server, new Do(step -> step.continueWith("more")))).isEqualTo("done");
    assertThat(state()).isEqualTo(11);
    assertThat(seen).containsExactly("more");
  }

  @Test
  void aContinueGoesBeforeWhatWaits() {
    var until = new CountDownLatch(1);
    GenServer.cast(server, new Block(until));
    cast(step -> step.continueWith("first"));
    send(server, "second");
    until.countDown();
    assertThat(state()).isEqualTo(111);
    assertThat(seen).containsExactly("first", "second");
  }

  @Test
  void aTimeoutComesWhenNoMessageDoes() throws Exception {
    cast(step -> step.timeout(SHORT));
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
    assertThat(state()).isEqualTo(101);
  }

  @Test
  void aTimeoutComesOnce() throws Exception {
    cast(step -> step.timeout(SHORT));
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
    cast(step -> step.timeout(SHORT));
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
    assertThat(state()).isEqualTo(202);
  }

  @Test
  void anyMessageTakesATimeoutBack() {
    int before = Node.current().statistics().timers();
    cast(step -> step.timeout(LONG));
    assertThat(state()).isEqualTo(1);
    assertThat(Node.current().statistics().timers()).isLessThanOrEqualTo(before);
    assertThat(seen).isEmpty();
  }

  @Test
  void aTimeoutOfZeroComesOnlyWhereNoMessageWaits() throws Exception {
    cast(step -> step.timeout(Duration.ZERO));
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
    var until = new CountDownLatch(1);
    GenServer.cast(server, new Block(until));
    cast(step -> step.timeout(Duration.ZERO));
    send(server, "waits");
    until.countDown();
    assertThat(state()).isEqualTo(202);
    assertThat(seen).containsExactly("waits");
  }

  @Test
  void aTimeoutThatWasTakenBackTooLateDoesNotCountForTheNext() throws Exception {
    var until = new CountDownLatch(1);
    GenServer.cast(server, new Block(until));
    cast(step -> step.timeout(Duration.ZERO)); // its message comes behind the next cast
    cast(step -> step.timeout(LONG));
    until.countDown();
    assertThat(state()).isEqualTo(2);
    assertThat(seen).isEmpty();
  }

  @Test
  void aTimeoutThatIsTooLongForAnyClockNeverComes() {
    cast(step -> step.timeout(Duration.ofSeconds(Long.MAX_VALUE)));
    assertThat(state()).isEqualTo(1);
  }

  @Test
  void aTimeoutTakesNoPlaceInABoundedMailbox() throws Exception {
    var bounded = GenServer.start(Server::new, MailboxLimit.of(1, Overload.DROP_OLDEST));
    GenServer.cast(bounded, new Do(step -> step.timeout(SHORT)));
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
    GenServer.cast(bounded, new Do(step -> step.timeout(Duration.ZERO)));
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
    GenServer.stop(bounded);
  }

  @Test
  void hibernateChangesNothing() {
    assertThat(GenServer.call(server, new Do(Step::hibernate))).isEqualTo("done");
    assertThat(state()).isEqualTo(1);
  }

  @Test
  void thereIsOneThingNext() {
    assertThatThrownBy(() -> noReply(0).timeout(SHORT).continueWith("more"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one of continueWith, timeout and hibernate was expected");
    assertThatThrownBy(() -> stopping(Atom.NORMAL, 0).timeout(SHORT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("none where the server stops");
    assertThatThrownBy(() -> noReply(0).timeout(SHORT).andStop(Atom.NORMAL))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a server that stops does nothing next");
    assertThatThrownBy(() -> noReply(0).timeout(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
