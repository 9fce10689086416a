package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a process does after an exit signal has ended it: unwind its stack, and no more. */
@Timeout(30)
@SuppressWarnings("try") // what counts is that the resource is closed
class FinallyTest {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final LinkedBlockingQueue<Object> steps = new LinkedBlockingQueue<>();

  /** Kills it and waits until that has been said. */
  private static void kill(Pid pid) throws Exception {
    Node.current()
        .run(
            () -> {
              monitor(pid);
              exit(pid, Atom.KILL);
              return receive(Down.class);
            });
  }

  @Test
  void itRunsInAProcessThatIsKilledWhileItWaitsForAMessage() throws Exception {
    var pid =
        spawn(
            () -> {
              try {
                begun.countDown();
                receive();
              } finally {
                steps.add("finally");
              }
            });
    begun.await();
    await().until(() -> Kernel.processInfo(pid).status() == ProcessInfo.Status.WAITING);
    kill(pid);
    assertThat(steps.take()).isEqualTo("finally");
  }

  @Test
  void itRunsInAProcessThatIsKilledWhileItSleepsAndSeesAnInterrupt() throws Exception {
    var pid =
        spawn(
            () -> {
              try {
                begun.countDown();
                Thread.sleep(Duration.ofHours(1));
              } catch (InterruptedException e) {
                steps.add("interrupted");
                throw e;
              } finally {
                steps.add("finally");
              }
            });
    begun.await();
    kill(pid);
    assertThat(steps.take()).isEqualTo("interrupted");
    assertThat(steps.take()).isEqualTo("finally");
  }

  @Test
  void itRunsInAProcessThatIsKilledInACall() throws Exception {
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    return 0;
                  }

                  @Override
                  public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
                    begun.countDown();
                    return GenServer.noReply(state); // and never replies
                  }
                });
    var pid =
        spawn(
            () -> {
              try {
                GenServer.call(server, Atom.of("never"), Duration.ofHours(1));
              } finally {
                steps.add("finally");
              }
            });
    begun.await();
    kill(pid);
    assertThat(steps.take()).isEqualTo("finally");
    GenServer.stop(server);
  }

  @Test
  void everyFunctionOfTheKernelUnwindsIt() throws Exception {
    var killed = new AtomicBoolean();
    var other = spawn(Kernel::receive);
    var server = Agent.start(() -> 1);
    var effects =
        List.<Body>of(
            () -> self(),
            () -> send(other, "from the grave"),
            () -> Kernel.sendPriority(Kernel.makeRef(), "from the grave"),
            () -> receive(),
            () -> receive(Duration.ZERO),
            () -> receive(String.class),
            () -> spawn(() -> {}),
            () -> Kernel.spawnLink(() -> {}),
            () -> Kernel.spawnMonitor(() -> {}),
            () -> Kernel.link(other),
            () -> Kernel.unlink(other),
            () -> monitor(other),
            () -> Kernel.demonitor(Kernel.makeRef()),
            () -> exit(other, Atom.KILL),
            () -> Kernel.alias(),
            () -> Kernel.trapExit(true),
            () -> Kernel.priority(Priority.HIGH),
            () -> Kernel.register("from_the_grave", other),
            () -> Kernel.makeRef(),
            () -> Kernel.sendAfter(other, "from the grave", Duration.ZERO),
            () -> Kernel.groupLeader(),
            () -> Kernel.println("from the grave"),
            () -> ProcessDictionary.put("key", "value"),
            () -> GenServer.call(server, Atom.of("get")),
            () -> GenServer.cast(server, Atom.of("cast")),
            () -> GenServer.start(() -> () -> "an orphan"),
            () -> GenServer.stop(server),
            () -> Agent.get(server, n -> n),
            () -> Task.async(() -> 1),
            () -> Kernel.hibernate(() -> {}),
            () -> exit(Atom.of("reason")));
    var pid =
        spawn(
            () -> {
              begun.countDown();
              while (!killed.get()) {
                Thread.onSpinWait();
              }
              for (int i = 0; i < effects.size(); i++) {
                try {
                  effects.get(i).run();
                  steps.add("effect " + i + " took place");
                } catch (ProcessEnded e) {
                  // as it should be
                }
              }
              steps.add("end");
            });
    begun.await();
    kill(pid);
    killed.set(true);
    assertThat(steps.take()).isEqualTo("end");
    assertThat(Kernel.alive(other)).isTrue();
    assertThat(Kernel.processInfo(other).messageQueueLength()).isZero();
    assertThat(Kernel.processInfo(other).links()).isEmpty();
    assertThat(Kernel.processInfo(other).monitoredBy()).isEmpty();
    assertThat(Agent.<Integer, Integer>get(server, n -> n)).isEqualTo(1);
    exit(other, Atom.KILL);
    Agent.stop(server);
  }

  @Test
  void aKernelFunctionInAFinallyBlockEndsTheBlockThere() throws Exception {
    var other = spawn(Kernel::receive);
    var pid =
        spawn(
            () -> {
              try {
                begun.countDown();
                Thread.sleep(Duration.ofHours(1));
              } finally {
                steps.add("before");
                try {
                  send(other, "from the grave");
                  steps.add("after");
                } finally {
                  steps.add("inner finally");
                }
              }
            });
    begun.await();
    kill(pid);
    assertThat(steps.take()).isEqualTo("before");
    assertThat(steps.take()).isEqualTo("inner finally");
    assertThat(Kernel.processInfo(other).messageQueueLength()).isZero();
    exit(other, Atom.KILL);
  }

  @Test
  void locksAndResourcesAreReleased() throws Exception {
    var lock = new ReentrantLock();
    var closed = new CountDownLatch(1);
    var pid =
        spawn(
            () -> {
              lock.lock();
              try (AutoCloseable resource = closed::countDown) {
                begun.countDown();
                receive();
              } finally {
                lock.unlock();
              }
            });
    begun.await();
    kill(pid);
    closed.await();
    lock.lockInterruptibly();
    lock.unlock();
  }

  @Test
  void whoCatchesThrowableIsUnwoundByTheNextFunction() throws Exception {
    var pid =
        spawn(
            () -> {
              for (int i = 0; ; i++) {
                try {
                  begun.countDown();
                  receive();
                } catch (Throwable e) {
                  steps.add(e.getClass().getSimpleName());
                  if (i == 2) {
                    throw e;
                  }
                }
              }
            });
    begun.await();
    kill(pid);
    for (int i = 0; i < 3; i++) {
      assertThat(steps.take()).isEqualTo("ProcessEnded");
    }
  }
}
