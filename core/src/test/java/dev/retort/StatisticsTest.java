package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatisticsTest {
  private static final Atom END = Atom.of("end");
  private static final Atom COUNT = Atom.of("count");

  @BeforeEach
  @AfterEach
  void beginWithAFreshNode() {
    Node.current().close();
  }

  private static Statistics now() {
    return Node.current().statistics();
  }

  @Test
  void processesAreCountedFromTheirStartToTheirEnd() {
    assertThat(now()).isEqualTo(new Statistics(1, 0, 0, 0, 0, 0, 0, 0)); // `user`
    var pids = IntStream.range(0, 100).mapToObj(i -> Kernel.spawn(() -> receive())).toList();
    assertThat(now().processes()).isEqualTo(101);
    assertThat(now().spawned()).isEqualTo(100);
    assertThat(now().ended()).isZero();
    pids.forEach(pid -> send(pid, END));
    await().until(() -> now().ended() == 100);
    assertThat(now().processes()).isEqualTo(1);
    assertThat(now().spawned()).isEqualTo(100);
  }

  @Test
  void messagesAreCountedWhereTheyAreReceived() throws Exception {
    var done = new CountDownLatch(1);
    var pid =
        Kernel.spawn(
            () -> {
              while (!receive().equals(END)) {}
              done.countDown();
              receive();
            });
    for (int i = 0; i < 999; i++) {
      send(pid, i);
    }
    send(pid, END);
    done.await();
    await().untilAsserted(() -> assertThat(now().messages()).isEqualTo(1_000));
  }

  @Test
  void messagesAreCountedWhileTheReceiverRuns() throws Exception {
    long seen =
        Node.current()
            .run(
                () -> {
                  for (int i = 0; i < 1_000; i++) {
                    send(self(), i);
                    receive();
                  }
                  return now().messages();
                });
    assertThat(seen).isEqualTo(1_000);
    await().untilAsserted(() -> assertThat(now().runners()).isZero());
    assertThat(now().messages()).isEqualTo(1_000); // not lost with the runner
  }

  @Test
  void aMessageThatIsLeftInTheMailboxDoesNotCount() throws Exception {
    Node.current()
        .run(
            () -> {
              send(self(), "left");
              send(self(), 1);
              return receive(Integer.class);
            });
    await().untilAsserted(() -> assertThat(now().messages()).isEqualTo(1));
  }

  static final class Counter implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
      return ((Call.Term) request).reply(count, count);
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer count) {
      return GenServer.noReply(count + 1);
    }
  }

  @Test
  void messagesOfAServerAreCounted() {
    var counter = GenServer.start(Counter::new);
    for (int i = 0; i < 1_000; i++) {
      GenServer.cast(counter, COUNT);
    }
    assertThat(GenServer.call(counter, COUNT)).isEqualTo(1_000);
    await().untilAsserted(() -> assertThat(now().messages()).isEqualTo(1_001));
  }

  @Test
  void timersAreCountedUntilTheyFireOrAreCancelled() {
    var pid =
        Kernel.spawn(
            () -> {
              while (true) {
                receive(); // a timer ends with its receiver
              }
            });
    var late = Kernel.sendAfter(pid, END, Duration.ofHours(1));
    assertThat(now().timers()).isEqualTo(1);
    Kernel.sendAfter(pid, END, Duration.ZERO);
    await().until(() -> now().timers() == 1);
    Kernel.cancelTimer(late);
    assertThat(now().timers()).isZero();
  }

  @Test
  void whoRunsAndWhoWaitsForARunnerIsCounted() throws Exception {
    assertThat(now().runners()).isZero();
    var started = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Kernel.spawn(
        () -> {
          started.countDown();
          go.await(); // not a wait that the kernel knows of
        });
    started.await();
    assertThat(now().runners()).isPositive();
    go.countDown();
    await().until(() -> now().runners() == 0);
    boolean queued =
        Node.current()
            .run(
                () -> {
                  boolean seen = false;
                  while (!seen) { // its turn may come before we look
                    Kernel.spawn(() -> {});
                    seen = now().runQueue() > 0;
                  }
                  return seen;
                });
    assertThat(queued).isTrue();
    await().until(() -> now().runQueue() == 0);
  }

  @Test
  void restartsAreCountedOncePerChildThatEnded() {
    Pid supervisor =
        Supervisor.start(
            oneForOne().maxRestarts(10, Duration.ofSeconds(1)),
            List.of(child("agent", () -> Agent.startLink(() -> 0, GenServer.name("agent")))));
    Pid sessions = DynamicSupervisor.start(oneForOne());
    Pid session =
        DynamicSupervisor.startChild(sessions, child("s", () -> Agent.startLink(() -> 0)));
    assertThat(now().restarts()).isZero();
    var first = Kernel.whereis("agent");
    Kernel.exit(first, Atom.KILL);
    await().until(() -> now().restarts() == 1);
    Kernel.exit(session, Atom.KILL);
    await().until(() -> now().restarts() == 2);
    Supervisor.stop(supervisor);
    DynamicSupervisor.stop(sessions);
    assertThat(now().restarts()).isEqualTo(2);
  }
}
