package dev.retort;

import static dev.retort.Kernel.cancelTimer;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAt;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many processes set and cancel timers while they fire; in the end there is an account of each. */
class TimersStressTest {
  private static final int PROCESSES = 8;
  private static final int TIMERS = 40_000;
  private static final long MILLI = 1_000_000;

  /** What a timer sends: its number, and when it is due. */
  private record Rang(int number, long due) {}

  private final AtomicIntegerArray fired = new AtomicIntegerArray(PROCESSES * TIMERS);
  private final AtomicIntegerArray cancelled = new AtomicIntegerArray(PROCESSES * TIMERS);

  /** Timers that anybody may cancel. */
  private final AtomicReferenceArray<Ref> known = new AtomicReferenceArray<>(PROCESSES * TIMERS);

  private final AtomicInteger early = new AtomicInteger();

  @Test
  void everyTimerIsCancelledOrFiresOnce() throws Exception {
    var receivers = new ArrayList<Pid>();
    for (int i = 0; i < PROCESSES; i++) {
      receivers.add(spawn(this::hear));
    }
    Node.current()
        .run(
            () -> {
              for (int i = 0; i < PROCESSES; i++) {
                int process = i;
                spawnMonitor(() -> setAndCancel(process, receivers));
              }
              for (int i = 0; i < PROCESSES; i++) {
                assertThat(receive(Down.class).reason()).isEqualTo(Atom.NORMAL);
              }
              return null;
            });
    Awaitility.await().until(() -> accounted() == PROCESSES * TIMERS);

    for (int i = 0; i < PROCESSES * TIMERS; i++) {
      assertThat(fired.get(i) + cancelled.get(i)).isEqualTo(1);
    }
    assertThat(early).hasValue(0);
    assertThat(sum(cancelled)).isPositive();
    assertThat(sum(fired)).isPositive();
    receivers.forEach(receiver -> exit(receiver, Atom.KILL));
  }

  private void hear() {
    while (true) {
      var rang = receive(Rang.class);
      if (System.nanoTime() < rang.due) {
        early.incrementAndGet();
      }
      fired.incrementAndGet(rang.number);
    }
  }

  private void setAndCancel(int process, List<Pid> receivers) {
    var random = new SplittableRandom(process);
    for (int i = 0; i < TIMERS; i++) {
      int number = process * TIMERS + i;
      long due =
          System.nanoTime() + (number % 8 == 0 ? -MILLI : 20 * MILLI + random.nextLong(30 * MILLI));
      var receiver = receivers.get(random.nextInt(PROCESSES));
      known.set(number, sendAt(receiver, new Rang(number, due), due));
      int other = random.nextInt(PROCESSES * TIMERS);
      for (int which : new int[] {other, number - random.nextInt(Math.min(i + 1, 2_000))}) {
        var timer = known.get(which);
        if (timer != null && cancelTimer(timer) != null) {
          cancelled.incrementAndGet(which);
        }
      }
    }
  }

  private int accounted() {
    return sum(fired) + sum(cancelled);
  }

  private static int sum(AtomicIntegerArray counts) {
    int sum = 0;
    for (int i = 0; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  @Test
  void aTimerIsCancelledOrFiresWhenBothHappenAtOnce() throws Exception {
    int rounds = 3_000;
    var rang = new AtomicLong();
    var stopped = new AtomicLong();
    Node.current()
        .run(
            () -> {
              for (int i = 0; i < rounds; i++) {
                long due = System.nanoTime() + 100_000;
                var timer = sendAt(self(), i, due);
                long moment = due + (i % 100) * 11_000L; // around the tick at which it fires
                while (System.nanoTime() < moment) {
                  Thread.onSpinWait();
                }
                if (cancelTimer(timer) != null) {
                  stopped.incrementAndGet();
                } else {
                  assertThat(receive()).isEqualTo(i);
                  rang.incrementAndGet();
                }
              }
              assertThat(receive(Duration.ofMillis(5))).isNull();
              return null;
            });
    assertThat(rang.get() + stopped.get()).isEqualTo(rounds);
  }

  @Test
  void receiversThatEndWhileTimersAreSetLeaveNone() throws Exception {
    var left = new ArrayList<Ref>();
    Node.current()
        .run(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                var receiver = spawnMonitor(Kernel::receive);
                spawnMonitor(
                    () -> {
                      for (int n = 0; n < 20; n++) {
                        var timer = Kernel.sendAfter(receiver.pid(), "never", Duration.ofHours(1));
                        synchronized (left) {
                          left.add(timer);
                        }
                      }
                    });
                exit(receiver.pid(), Atom.KILL);
                receive(Down.class);
                receive(Down.class);
              }
              return null;
            });
    assertThat(left).hasSize(40_000).allMatch(timer -> Kernel.readTimer(timer) == null);
  }

  @Test
  void everyReceiveEndsByAMessageOrByItsTimeout() throws Exception {
    int processes = 50;
    int rounds = 400;
    Node.current()
        .run(
            () -> {
              var waiting = new ArrayList<Pid>();
              var messages = new AtomicLong();
              var timeouts = new AtomicLong();
              for (int i = 0; i < processes; i++) {
                int seed = i;
                var monitored =
                    spawnMonitor(
                        () -> {
                          var random = new SplittableRandom(seed);
                          for (int n = 0; n < rounds; n++) {
                            long nanos = random.nextLong(2 * MILLI);
                            var message = receive(Duration.ofNanos(nanos));
                            (message == null ? timeouts : messages).incrementAndGet();
                          }
                        });
                waiting.add(monitored.pid());
              }
              var random = new SplittableRandom(processes);
              int ended = 0;
              while (ended < processes) { // a wake-up that is lost keeps this from ending
                send(waiting.get(random.nextInt(processes)), "message");
                if (receive(Down.class, Duration.ofNanos(random.nextInt(50_000))) != null) {
                  ended++;
                }
              }
              assertThat(messages.get() + timeouts.get()).isEqualTo((long) processes * rounds);
              return null;
            });
  }
}
