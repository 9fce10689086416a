package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes share threads; an interrupt is for one process. */
@Timeout(60)
class InterruptTest {
  /** Ends quickly, and counts if it was interrupted before. */
  private static void look(AtomicInteger interrupted, Semaphore done) {
    if (Thread.currentThread().isInterrupted()) {
      interrupted.incrementAndGet();
    }
    done.release();
  }

  @Test
  void theInterruptOfAKillNeverReachesTheNextProcess() throws Exception {
    var interrupted = new AtomicInteger();
    var done = new Semaphore(0);
    int rounds = 5000;
    Node.current()
        .run(
            () -> {
              var victims = new ArrayList<Pid>();
              for (int i = 0; i < rounds; i++) {
                int spins = i % 50;
                victims.add(
                    spawn(
                        () -> {
                          for (int j = 0; j < spins; j++) {
                            Thread.onSpinWait();
                          }
                          receive(Duration.ofNanos(spins));
                        }));
                if (i % 10 == 9) { // these end by themselves or by a kill, whatever comes first
                  victims.forEach(victim -> exit(victim, Atom.KILL));
                  victims.clear();
                }
                spawn(() -> look(interrupted, done));
              }
              return true;
            });
    done.acquire(rounds);
    assertThat(interrupted).hasValue(0);
  }

  @Test
  void whatAProcessLeavesOfItsOwnInterruptIsGoneWithIt() throws Exception {
    var interrupted = new AtomicInteger();
    var done = new Semaphore(0);
    Node.current()
        .run(
            () -> {
              for (int i = 0; i < 1000; i++) {
                spawnMonitor(() -> Thread.currentThread().interrupt());
                receive(Down.class);
                spawn(() -> look(interrupted, done));
              }
              return true;
            });
    done.acquire(1000);
    assertThat(interrupted).hasValue(0);
  }

  @Test
  void aServersInterruptIsGoneWhenItHasNoMoreMessages() throws Exception {
    var seen = new LinkedBlockingQueue<Boolean>();
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    return 0;
                  }

                  @Override
                  public Step<Integer> handleInfo(Object message, Integer state) {
                    seen.add(Thread.currentThread().isInterrupted());
                    Thread.currentThread().interrupt();
                    return GenServer.noReply(state);
                  }
                });
    for (int i = 0; i < 20; i++) {
      send(server, "look");
      assertThat(seen.take()).isFalse();
      await().until(() -> Kernel.processInfo(server).status() == ProcessInfo.Status.WAITING);
    }
    GenServer.stop(server);
  }

  @Test
  void anotherThreadsInterruptEndsAReceiveWithAnException() throws Exception {
    var threads = new LinkedBlockingQueue<Thread>();
    var caught = new LinkedBlockingQueue<Throwable>();
    var pid =
        spawn(
            () -> {
              threads.add(Thread.currentThread());
              try {
                receive();
              } catch (CancellationException e) {
                caught.add(e);
              }
              receive();
            });
    threads.take().interrupt();
    assertThat(caught.take()).hasMessageContaining("interrupted while waiting for a message");
    assertThat(Kernel.alive(pid)).isTrue(); // it is an exception like any other
    send(pid, "end");
  }

  @Test
  void aProcessMayTurnAnInterruptIntoItsEnd() throws Exception {
    var threads = new LinkedBlockingQueue<Thread>();
    var begun = new CountDownLatch(1);
    var reason =
        Node.current()
            .run(
                () -> {
                  spawnMonitor(
                      () -> {
                        threads.add(Thread.currentThread());
                        begun.countDown();
                        Thread.sleep(Duration.ofHours(1));
                      });
                  begun.await();
                  threads.take().interrupt();
                  return receive(Down.class).reason();
                });
    assertThat(reason).isInstanceOf(InterruptedException.class);
  }
}
