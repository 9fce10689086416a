package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimerThreadTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long MILLI = 1_000_000;

  /** The times for which timers are set; the clock starts near 0. */
  private final ConcurrentSkipListSet<Long> timers = new ConcurrentSkipListSet<>();

  /** When timers were fired. */
  private final LinkedBlockingQueue<Long> fired = new LinkedBlockingQueue<>();

  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final long start = System.nanoTime();
  private final String name = "test-" + System.identityHashCode(this);
  private final TimerThread subject = new TimerThread(name, this::now, this::fireDue);

  private long now() {
    return System.nanoTime() - start;
  }

  private long fireDue() {
    looks.incrementAndGet();
    if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new IllegalStateException("a failure that this test makes");
    }
    long now = now();
    for (var due : timers.headSet(now, true)) {
      timers.remove(due);
      fired.add(now);
    }
    var next = timers.isEmpty() ? null : timers.first();
    return next == null ? TimerWheel.NEVER : next;
  }

  private void set(long due) {
    timers.add(due);
    subject.wakeBy(due);
  }

  private long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("retort-timers-" + name))
        .count();
  }

  @AfterEach
  void close() {
    subject.close();
    Awaitility.await().until(() -> threads() == 0);
  }

  @Test
  void thereIsAThreadFromTheFirstTimerUntilAWhileAfterTheLast() throws Exception {
    assertThat(threads()).isZero();
    for (int i = 0; i < 2; i++) {
      set(now() + 20 * MILLI);
      assertThat(threads()).isEqualTo(1);
      fired.take();
      Awaitility.await().until(() -> threads() == 0);
    }
  }

  @Test
  void aTimerFiresWhenItIsDue() throws Exception {
    long due = now() + 20 * MILLI;
    set(due);
    assertThat(fired.take()).isGreaterThanOrEqualTo(due);
  }

  @Test
  void anEarlierTimerWakesIt() throws Exception {
    set(now() + HOUR);
    long due = now() + 20 * MILLI;
    set(due);
    assertThat(fired.take()).isGreaterThanOrEqualTo(due);
  }

  @Test
  void laterTimersDoNotWakeIt() throws Exception {
    set(now() + 100);
    fired.take();
    set(now() + HOUR);
    set(now() + HOUR / 2);
    Awaitility.await().until(this::isParked);
    int before = looks.get();
    for (int i = 0; i < 1_000; i++) {
      set(now() + HOUR + i);
    }
    assertThat(looks).hasValue(before);
  }

  private boolean isParked() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(
            thread ->
                thread.getName().equals("retort-timers-" + name)
                    && thread.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void afterAFailureItLooksAgain() throws Exception {
    failures.set(1);
    set(now());
    assertThat(fired.take()).isNotNull();
  }

  @Test
  void anInterruptMeansNothing() throws Exception {
    set(now() + HOUR);
    Awaitility.await().until(this::isParked);
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("retort-timers-" + name)) {
        thread.interrupt();
      }
    }
    set(now() + MILLI);
    assertThat(fired.take()).isNotNull();
    Awaitility.await().until(this::isParked);
  }

  @Test
  void noTimerIsMissed() throws Exception {
    // One at a time, so that each finds the thread at another point: a lost wake-up hangs this.
    for (int i = 0; i < 20_000; i++) {
      set(now() + (i % 64) * 1_000L);
      fired.take();
    }
    assertThat(timers).isEmpty();
  }
}
