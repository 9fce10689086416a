package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds of a {@link Gauge} whose senders wait for room. */
class GaugeModelTest {
  /** A deadline that has passed. */
  private static final long PAST = Long.MIN_VALUE / 2;

  private static final int SENDERS = 3;
  private static final int ROUNDS = 30_000;

  /** A full mailbox. */
  public abstract static class Full {
    final int capacity;
    final StillNode still = new StillNode();
    final LocalProcess receiver = still.process(new Idle());
    final Gauge gauge;

    /** Messages that have been let in and not taken out, as the sender and the receiver know. */
    final AtomicInteger inside = new AtomicInteger();

    volatile boolean tooMany;

    Full(int capacity) {
      this.capacity = capacity;
      gauge = new Gauge(MailboxLimit.of(capacity, Overload.BLOCK), receiver.pid);
      for (int i = 0; i < capacity; i++) {
        send(null);
      }
    }

    /** Waits for a place as long as it takes. */
    final void send(@Nullable LocalProcess from) {
      send(from, Long.MAX_VALUE);
    }

    final void send(@Nullable LocalProcess from, long deadline) {
      if (gauge.enter(receiver, from, true, deadline)) {
        tooMany |= inside.incrementAndGet() > capacity;
      }
    }

    final void take() {
      inside.decrementAndGet();
      gauge.taken();
    }

    @Validate
    public void room() {
      Model.isTrue(!tooMany, "more than " + capacity + " were let in");
      boolean full = inside.get() == capacity;
      Model.isTrue(gauge.enter(receiver, null, true, PAST) != full, inside + " are in");
    }
  }

  /** Has nothing to do. */
  private static final class Idle extends Behaviour {
    @Override
    void init() {}

    @Override
    void handle(Object message) {}

    @Override
    Class<?> code() {
      return Idle.class;
    }
  }

  @Test
  void noMoreAreLetInThanThereIsRoomFor() {
    Model.check(TwoSenders.class, 3);
  }

  /** {@code enter}'s place that is one too many, and its return, against others'. */
  public static class TwoSenders extends Full {
    public TwoSenders() {
      super(1);
    }

    @Operation(runOnce = true)
    public void one() {
      send(null, PAST);
    }

    @Operation(runOnce = true)
    public void other() {
      send(null, PAST);
    }

    @Operation(runOnce = true)
    public void takeOne() {
      take();
    }
  }

  @Test
  void aSenderThatIsKilledTakesNoPlaceWithIt() {
    Model.checkWaiting(KilledSender.class, 3);
  }

  /** {@code awaitRoom}'s {@code checkEnded} after it has been woken against those who come in. */
  public static class KilledSender extends Full {
    private final LocalProcess dead = still.process(new Idle());
    private volatile @Nullable Thread thread;
    private volatile boolean killed;

    public KilledSender() {
      super(1);
      still.exit(dead, Atom.KILL);
      still.runReady();
    }

    @Operation(runOnce = true)
    public void killed() {
      thread = Thread.currentThread();
      if (killed) {
        return;
      }
      try {
        send(dead);
      } catch (ProcessEnded e) {
        return;
      }
      take(); // it came in before it knew
    }

    @Operation(runOnce = true)
    public void alive() {
      send(null);
    }

    @Operation(runOnce = true)
    public void takeAndKill() {
      take();
      killed = true;
      LockSupport.unpark(thread);
    }
  }

  /**
   * With threads and not with the model checker, whose {@code park} comes back by itself: a sender
   * that is not woken once is not woken any more, since the receiver gets nothing to take. Two that
   * are woken for one place meet more often here, too.
   */
  @Test
  @Timeout(60)
  void sendersThatWaitAreWokenOneForEachPlace() throws InterruptedException {
    var full = new Full(1) {};
    var senders = new ArrayList<Thread>();
    for (int i = 0; i < SENDERS; i++) {
      senders.add(
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    for (int j = 0; j < ROUNDS; j++) {
                      full.send(null);
                    }
                  }));
    }
    for (int i = 0; i < SENDERS * ROUNDS; i++) {
      while (full.inside.get() == 0) {
        Thread.onSpinWait();
        if (Thread.interrupted()) {
          throw new InterruptedException("no sender was woken");
        }
      }
      full.take();
    }
    for (var sender : senders) {
      sender.join();
    }
    assertThat(full.inside).hasValue(1);
    assertThat(full.tooMany).isFalse();
  }
}
