package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.retort.spi.Distribution;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that wakes a process runs it, and is relieved when that takes long. */
@Timeout(60)
class LendingThreadTest {
  private final BlockingQueue<String> carriers = new LinkedBlockingQueue<>();
  private final CountDownLatch relieved = new CountDownLatch(1);
  private final AtomicBoolean stop = new AtomicBoolean();

  private final Pid process = spawn(this::tell);
  private final Pid other = spawn(this::tell);

  @BeforeEach
  void needsCarriersOfOurOwn() {
    assumeThat(Carriers.INSTANCE).isInstanceOf(OwnCarriers.class);
  }

  @AfterEach
  void end() {
    stop.set(true);
    Kernel.exit(process, "over");
    Kernel.exit(other, "over");
  }

  /** Says what it runs on when a message comes, and may compute there until it is stopped. */
  private void tell() {
    for (; ; ) {
      var message = receive();
      var here = Thread.currentThread().toString();
      carriers.add(here);
      boolean computes = message.equals("compute") && here.contains("the-lender");
      while (computes && !stop.get()) {
        Thread.onSpinWait();
      }
    }
  }

  private Thread lending(Consumer<Distribution.Lender> task) {
    var thread = Carriers.INSTANCE.lendingThread("the-lender", task, () -> relieved.countDown());
    thread.start();
    return thread;
  }

  /**
   * Wakes the process with messages until one is for this thread to run: no carrier was at work.
   */
  private void wake(Distribution.Lender lender, Object message) {
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> keeps(lender, message));
    carriers.clear();
  }

  private boolean keeps(Distribution.Lender lender, Object message) throws InterruptedException {
    lender.begin(true);
    send(process, message);
    if (lender.end()) {
      return true;
    }
    carriers.take();
    return false;
  }

  @Test
  void aProcessRunsOnTheThreadThatWakesIt() throws Exception {
    lending(
            lender -> {
              wake(lender, "hello");
              lender.lend();
            })
        .join();
    assertThat(carriers.take()).contains("the-lender");
  }

  @Test
  void severalProcessesRunOnTheThreadThatWakesThem() throws Exception {
    lending(
            lender ->
                await()
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> runsBoth(lender)))
        .join();
  }

  /** No carrier may be at work, and no watcher come by just then: it takes what it finds. */
  private boolean runsBoth(Distribution.Lender lender) throws InterruptedException {
    lender.begin(true);
    send(process, "hello");
    send(other, "hello");
    if (lender.end()) {
      lender.lend();
    }
    var ran = List.of(carriers.take(), carriers.take());
    return ran.stream().allMatch(carrier -> carrier.contains("the-lender"));
  }

  @Test
  void ofABatchTheFirstRunsAtOnceElsewhereAndAllHaveRunInTheEnd() throws Exception {
    int many = 100;
    var begun = new CountDownLatch(1);
    var ran = new CountDownLatch(many);
    lending(
            lender -> {
              lender.begin(false);
              spawn(begun::countDown);
              await().pollInSameThread().until(() -> begun.getCount() == 0);
              for (int i = 0; i < many; i++) {
                spawn(ran::countDown);
              }
              assertThat(lender.end()).isFalse();
            })
        .join();
    ran.await();
  }

  @Test
  void whatItDoesNotWantToRunRunsElsewhere() throws Exception {
    lending(
            lender -> {
              wake(lender, "hello");
              lender.cancel();
            })
        .join();
    assertThat(carriers.take()).doesNotContain("the-lender");
  }

  @Test
  void itIsRelievedOfAProcessThatComputes() throws Exception {
    var thread =
        lending(
            lender -> {
              wake(lender, "compute");
              lender.lend();
            });
    relieved.await();
    assertThat(thread.isAlive()).isTrue();
    stop.set(true);
    thread.join();
  }

  @Test
  void othersRunBesideAProcessThatComputesThere() throws Exception {
    var thread =
        lending(
            lender -> {
              wake(lender, "compute");
              lender.lend();
            });
    var answer =
        Node.current()
            .run(
                () -> {
                  var echo = spawn(() -> send((Pid) receive(), "here"));
                  send(echo, self());
                  return receive();
                });
    assertThat(answer).isEqualTo("here");
    stop.set(true);
    thread.join();
  }

  @Test
  void onTheJvmsCarriersNothingIsKeptBack() throws Exception {
    var kept = new AtomicBoolean(true);
    var thread =
        new JdkCarriers()
            .lendingThread(
                "lends-nothing",
                lender -> {
                  lender.begin(true);
                  send(process, "hello");
                  kept.set(lender.end());
                },
                () -> {});
    thread.start();
    thread.join();
    assertThat(kept).isFalse();
    assertThat(carriers.take()).doesNotContain("lends-nothing");
  }
}
