package dev.retort;

import static dev.retort.Kernel.alive;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code that goes on after the end of its process: no help for it, but it does not go unseen. */
@Timeout(120)
class RunawayTest {
  private static final Duration LATER = Duration.ofSeconds(60);

  private static Pid kill(Pid pid) throws Exception {
    var down =
        Node.current()
            .run(
                () -> {
                  monitor(pid);
                  exit(pid, Atom.KILL);
                  return receive(Down.class);
                });
    assertThat(down.reason()).isEqualTo(Atom.KILLED);
    assertThat(alive(pid)).isFalse();
    return pid;
  }

  private static void computeUntil(AtomicBoolean stop) {
    while (!stop.get()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void itIsReportedWithWhereItIsUntilItEnds() throws Exception {
    var begun = new CountDownLatch(1);
    var stop = new AtomicBoolean();
    try (var log = new CapturedLog()) {
      var pid =
          spawn(
              () -> {
                begun.countDown();
                computeUntil(stop);
              });
      begun.await();
      kill(pid);
      var who = "The code of " + pid;
      await().atMost(LATER).until(() -> log.with(who, "still runs after").size() >= 2);
      assertThat(log.with(who, "still runs after").getFirst())
          .contains("which has ended")
          .contains("catches or passes over the interrupt")
          .contains("at dev.retort.RunawayTest.computeUntil");
      assertThat(log.with(who, "after the process")).isEmpty();
      stop.set(true);
      await().atMost(LATER).until(() -> log.with(who, "after the process").size() == 1);
    } finally {
      stop.set(true);
    }
  }

  @Test
  @SuppressWarnings("LockNotBeforeTry") // a lock that is not to be had
  void onesThatBlockAndSwallowInterruptsAreReportedToo() throws Exception {
    var begun = new CountDownLatch(2);
    var lock = new ReentrantLock();
    var stop = new AtomicBoolean();
    try (var log = new CapturedLog()) {
      lock.lock();
      var locked =
          spawn(
              () -> {
                begun.countDown();
                lock.lock(); // without Interruptibly
                lock.unlock();
              });
      var sleeping =
          spawn(
              () -> {
                begun.countDown();
                while (!stop.get()) {
                  try {
                    Thread.sleep(10);
                  } catch (InterruptedException e) {
                    // as some libraries do
                  }
                }
              });
      begun.await();
      kill(locked);
      kill(sleeping);
      await()
          .atMost(LATER)
          .until(() -> !log.with("The code of " + locked, "ReentrantLock").isEmpty());
      await()
          .atMost(LATER)
          .until(() -> !log.with("The code of " + sleeping, "still runs").isEmpty());
      lock.unlock();
      stop.set(true);
      await()
          .atMost(LATER)
          .until(
              () ->
                  !log.with("The code of " + locked, "after the process").isEmpty()
                      && !log.with("The code of " + sleeping, "after the process").isEmpty());
    } finally {
      stop.set(true);
    }
  }

  @Test
  void oneThatHeedsTheInterruptIsNot() throws Exception {
    var begun = new CountDownLatch(2);
    var stop = new AtomicBoolean();
    try (var log = new CapturedLog()) {
      var heeds =
          spawn(
              () -> {
                begun.countDown();
                Thread.sleep(Duration.ofHours(1));
              });
      var runaway =
          spawn(
              () -> {
                begun.countDown();
                computeUntil(stop);
              });
      begun.await();
      kill(heeds);
      kill(runaway); // when this one is reported, the time of the other is over, too
      await().atMost(LATER).until(() -> !log.with("The code of " + runaway, "still").isEmpty());
      assertThat(log.with("The code of " + heeds)).isEmpty();
    } finally {
      stop.set(true);
    }
  }
}
