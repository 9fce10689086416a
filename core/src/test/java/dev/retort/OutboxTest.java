package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final Atom SLOW = Atom.of("slow@host");
  private static final Atom FAST = Atom.of("fast@host");

  private final LinkedBlockingQueue<Object> sent = new LinkedBlockingQueue<>();
  private final CountDownLatch open = new CountDownLatch(1);
  private final Outbox outbox = new Outbox(this::send);

  private static Name somebody(Atom node) {
    return new Name(Atom.of("somebody"), node);
  }

  private void send(Dest to, Object message) {
    if (message.equals("no term")) {
      throw new IllegalArgumentException("a failure that this test makes");
    }
    if (to.equals(somebody(SLOW))) {
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    sent.add(message);
  }

  private List<Object> take(int count) throws InterruptedException {
    var taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(sent.take());
    }
    return taken;
  }

  @Test
  void aBlockedWayHoldsUpOnlyWhatGoesThere() throws Exception {
    outbox.send(SLOW, somebody(SLOW), "slow 1");
    outbox.send(SLOW, somebody(SLOW), "slow 2");
    outbox.send(FAST, somebody(FAST), "fast");

    assertThat(take(1)).containsExactly("fast");
    open.countDown();
    assertThat(take(2)).containsExactly("slow 1", "slow 2");
  }

  @Test
  void messagesToOneNodeStayInOrder() throws Exception {
    var expected = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      outbox.send(FAST, somebody(FAST), i);
      expected.add(i);
    }

    assertThat(take(10_000)).isEqualTo(expected);
  }

  @Test
  void aMessageThatCannotBeSentHoldsUpNoOther() throws Exception {
    outbox.send(FAST, somebody(FAST), "no term");
    outbox.send(FAST, somebody(FAST), "term");

    assertThat(take(1)).containsExactly("term");
  }
}
