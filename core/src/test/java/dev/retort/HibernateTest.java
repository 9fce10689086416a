package dev.retort;

import static dev.retort.Kernel.alias;
import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.hibernate;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unalias;
import static dev.retort.Kernel.unlink;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HibernateTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Atom BOOM = Atom.of("boom");

  /** A process that hibernates when it gets "sleep", waits for a message, and passes it on. */
  private static Pid sleeper(LinkedBlockingQueue<Object> awake) {
    return spawn(
        () -> {
          receive(String.class, "sleep"::equals);
          hibernate(() -> awake.add(receive()));
        });
  }

  private static void awaitHibernation(Pid pid) {
    await().until(() -> hibernates(pid));
  }

  private static boolean hibernates(Pid pid) {
    var info = processInfo(pid);
    return info != null
        && info.status() == ProcessInfo.Status.WAITING
        && info.stack().isEmpty()
        && info.messageQueueLength() == 0;
  }

  @Test
  void theNextMessageWakesItInItsNewBody() throws Exception {
    var awake = new LinkedBlockingQueue<Object>();
    var pid = sleeper(awake);
    send(pid, "sleep");
    awaitHibernation(pid);
    send(pid, "wake up");
    assertThat(awake.take()).isEqualTo("wake up");
    await().until(() -> !Kernel.alive(pid));
  }

  @Test
  void aMessageThatIsThereWakesItAtOnce() throws Exception {
    var awake = new LinkedBlockingQueue<Object>();
    var pid = sleeper(awake);
    send(pid, "before");
    send(pid, "sleep");
    assertThat(awake.take()).isEqualTo("before");
  }

  @Test
  void aMessageThatComesAtTheSameTimeIsNeverMissed() throws Exception {
    for (int i = 0; i < 5000; i++) {
      var awake = new LinkedBlockingQueue<Object>();
      var pid = sleeper(awake);
      send(pid, "sleep");
      send(pid, i);
      assertThat(awake.take()).isEqualTo(i);
    }
  }

  @Test
  void thousandsHoldNoThread() throws Exception {
    int count = 10_000;
    var all = new ArrayList<Pid>(count);
    var begun = new Semaphore(0);
    var woken = new AtomicInteger();
    for (int i = 0; i < count; i++) {
      all.add(
          spawn(
              () -> {
                begun.release();
                hibernate(
                    () -> {
                      receive();
                      woken.incrementAndGet();
                    });
              }));
    }
    begun.acquire(count);
    await().until(() -> all.stream().allMatch(pid -> processInfo(pid).stack().isEmpty()));
    all.forEach(pid -> send(pid, "wake up"));
    await().atMost(Duration.ofSeconds(40)).until(() -> woken.get() == count);
  }

  @Test
  void signalsDoNotWakeIt() throws Exception {
    var beginnings = new AtomicInteger();
    var messages = new LinkedBlockingQueue<Object>();
    var aliases = new LinkedBlockingQueue<Ref>();
    var pid =
        spawn(
            () -> {
              var alias = alias();
              unalias(alias);
              aliases.add(alias);
              hibernate(
                  () -> {
                    beginnings.incrementAndGet();
                    messages.add(receive());
                    messages.add(receive());
                  });
            });
    awaitHibernation(pid);
    Node.current()
        .run(
            () -> {
              link(pid);
              var ref = monitor(pid);
              send(aliases.take(), "through an alias that has ended");
              exit(pid, Atom.NORMAL);
              await().until(() -> hibernates(pid));
              assertThat(processInfo(pid).links()).containsExactly(self());
              assertThat(processInfo(pid).monitoredBy()).containsExactly(self());
              unlink(pid);
              demonitorFlush(ref);
              await().until(() -> processInfo(pid).links().isEmpty());
              await().until(() -> hibernates(pid));
              return true;
            });
    assertThat(beginnings).hasValue(0);
    send(pid, 1);
    send(pid, 2);
    assertThat(messages.take()).isEqualTo(1);
    assertThat(messages.take()).isEqualTo(2);
    assertThat(beginnings).hasValue(1);
  }

  @Test
  void anExitSignalEndsItWithoutRunningItsBody() throws Exception {
    var begun = new AtomicInteger();
    var pid = spawn(() -> hibernate(begun::incrementAndGet));
    awaitHibernation(pid);
    var down =
        Node.current()
            .run(
                () -> {
                  monitor(pid);
                  exit(pid, BOOM);
                  return receive(Down.class, SOON);
                });
    assertThat(down.reason()).isEqualTo(BOOM);
    assertThat(begun).hasValue(0);
  }

  @Test
  void aTrappedExitIsAMessageAndWakesIt() throws Exception {
    var received = new LinkedBlockingQueue<Object>();
    var pid =
        spawn(
            () -> {
              trapExit(true);
              hibernate(() -> received.add(receive()));
            });
    awaitHibernation(pid);
    exit(pid, BOOM);
    assertThat(received.take()).isInstanceOf(Exit.class);
  }

  @Test
  void linksMonitorsNamesAndAliasesStay() throws Exception {
    var received = new LinkedBlockingQueue<Object>();
    var aliases = new LinkedBlockingQueue<Ref>();
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var server = spawn(Kernel::receive);
              var pid =
                  spawnLink(
                      () -> {
                        monitor(server);
                        aliases.add(alias());
                        Kernel.register("hibernating", self());
                        hibernate(
                            () -> {
                              received.add(receive());
                              received.add(receive());
                              exit(BOOM);
                            });
                      });
              var alias = aliases.take();
              awaitHibernation(pid);
              assertThat(Kernel.whereis("hibernating")).isEqualTo(pid);
              exit(server, BOOM);
              assertThat(received.take()).isInstanceOf(Down.class);
              send(alias, "through the alias");
              assertThat(received.take()).isEqualTo("through the alias");
              assertThat(receive(Exit.class, SOON)).isEqualTo(new Exit(pid, BOOM));
              return true;
            });
  }

  @Test
  void finallyRunsAndNothingAfterIt() throws Exception {
    var steps = new LinkedBlockingQueue<Object>();
    var pid =
        spawn(
            () -> {
              try {
                hibernate(() -> steps.add("next body"));
                steps.add("never");
              } finally {
                steps.add("finally");
              }
              steps.add("never");
            });
    awaitHibernation(pid);
    send(pid, "wake up");
    assertThat(steps.take()).isEqualTo("finally");
    assertThat(steps.take()).isEqualTo("next body");
    await().until(() -> !Kernel.alive(pid));
    assertThat(steps).isEmpty();
  }

  /** Counts messages, hibernating after each: no stack grows. */
  private static final class Counter implements Body {
    private static final long serialVersionUID = 1;
    private int count;

    @Override
    public void run() {
      if (receive() instanceof Pid asking) {
        send(asking, count);
        return;
      }
      count++;
      hibernate(this);
    }
  }

  @Test
  void itMayHibernateAfterEveryMessage() throws Exception {
    int messages = 100_000;
    int counted =
        Node.current()
            .run(
                () -> {
                  var counter = spawn(new Counter());
                  for (int i = 0; i < messages; i++) {
                    send(counter, i);
                  }
                  send(counter, self());
                  return receive(Integer.class);
                });
    assertThat(counted).isEqualTo(messages);
  }

  @Test
  void anExceptionInTheNewBodyEndsItAsInTheOld() throws Exception {
    var down =
        Node.current()
            .run(
                () -> {
                  var child =
                      spawnMonitor(
                          () ->
                              hibernate(
                                  () -> {
                                    throw new ArithmeticException("on purpose");
                                  }));
                  send(child.pid(), "wake up");
                  return receive(Down.class, SOON);
                });
    assertThat(down.reason()).isInstanceOf(ArithmeticException.class);
  }

  // ---- bad input

  @Test
  void aServerHasNothingToGiveUp() {
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
                    hibernate(() -> {});
                    return GenServer.unknown(request);
                  }
                });
    assertThatThrownBy(() -> GenServer.call(server, Atom.of("hibernate")))
        .isInstanceOf(CallException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageContaining("hibernate was called in a server")
        .hasMessageContaining("holds neither thread nor stack while it waits");
  }

  @Test
  void aThreadThatIsNoProcessCannot() {
    assertThatThrownBy(() -> hibernate(() -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("hibernate was called on a thread that is no process");
  }

  @Test
  void thereMustBeABodyToGoOnWith() throws Exception {
    Node.current()
        .run(
            () -> {
              assertThatThrownBy(() -> hibernate(null))
                  .isInstanceOf(NullPointerException.class)
                  .hasMessageContaining("next");
              return true;
            });
  }
}
