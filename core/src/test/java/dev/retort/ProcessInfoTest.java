package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.ProcessInfo.Status;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said of a process in each of the states that it can be in. */
@Timeout(30)
class ProcessInfoTest {
  private static boolean isAt(ProcessInfo info, String method) {
    return info.stack().stream().anyMatch(frame -> frame.getMethodName().contains(method));
  }

  private static ProcessInfo awaitStatus(Pid pid, Status status) {
    await().until(() -> processInfo(pid).status() == status);
    return processInfo(pid);
  }

  private static final class Idle implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
      return GenServer.noReply(state); // never replies
    }
  }

  @Test
  void anIdleServerWaitsAndHoldsNoThread() {
    var server = GenServer.start(Idle::new, GenServer.name("idle_server"));
    var info = awaitStatus(server, Status.WAITING);
    assertThat(info.stack()).isEmpty();
    assertThat(info.code()).isEqualTo(Idle.class);
    assertThat(info.registeredName()).isEqualTo(Atom.of("idle_server"));
    assertThat(info.messageQueueLength()).isZero();
    assertThat(info.waitsFor()).isNull();
    assertThat(info.priority()).isEqualTo(Priority.NORMAL);
    GenServer.stop(server);
  }

  private static void waitForAMessage() {
    receive(Tuple.class);
  }

  @Test
  void oneThatIsInReceiveWaitsAndItsStackSaysWhere() {
    var pid = spawn(ProcessInfoTest::waitForAMessage);
    await().until(() -> isAt(processInfo(pid), "waitForAMessage"));
    send(pid, "not the one");
    send(pid, "nor this one");
    await().until(() -> processInfo(pid).status() == Status.WAITING);
    assertThat(processInfo(pid).messageQueueLength()).isEqualTo(2);
    assertThat(processInfo(pid).registeredName()).isNull();
    send(pid, Tuple.of());
  }

  @Test
  void oneThatIsInACallSaysWhomItWaitsFor() {
    var server = GenServer.start(Idle::new);
    var caller = spawn(() -> GenServer.call(server, Atom.of("never"), Duration.ofHours(1)));
    await().until(() -> server.equals(processInfo(caller).waitsFor()));
    var info = awaitStatus(caller, Status.WAITING);
    assertThat(isAt(info, "call")).isTrue();
    exit(caller, Atom.KILL);
    GenServer.stop(server);
  }

  private static void computeUntil(AtomicBoolean stop) {
    while (!stop.get()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void oneThatComputesRuns() throws Exception {
    var stop = new AtomicBoolean();
    var pid = spawn(() -> computeUntil(stop));
    await().until(() -> isAt(processInfo(pid), "computeUntil"));
    send(pid, "unread");
    var info = processInfo(pid);
    stop.set(true);
    assertThat(info.status()).isEqualTo(Status.RUNNING);
    assertThat(info.messageQueueLength()).isEqualTo(1);
  }

  @Test
  void oneThatBlocksOutsideTheKernelRunsToo() {
    var pid = spawn(() -> Thread.sleep(Duration.ofHours(1)));
    await().until(() -> isAt(processInfo(pid), "sleep"));
    assertThat(processInfo(pid).status()).isEqualTo(Status.RUNNING);
    exit(pid, Atom.KILL);
  }

  @Test
  void oneThatWaitsForAThreadIsRunnable() throws Exception {
    Node.current()
        .run(
            () -> {
              // A child goes next on this thread; now and then another runner is quicker.
              ProcessInfo info;
              do {
                info = processInfo(spawn(Kernel::receive));
              } while (info.status() != Status.RUNNABLE);
              assertThat(info.stack()).isEmpty();
              return true;
            });
  }

  @Test
  void aProcessSeesItselfRunning() throws Exception {
    Node.current()
        .run(
            () -> {
              var info = processInfo(self());
              assertThat(info.status()).isEqualTo(Status.RUNNING);
              assertThat(isAt(info, "aProcessSeesItselfRunning")).isTrue();
              return true;
            });
  }

  @Test
  void ofAProcessThatHasEndedThereIsNone() throws Exception {
    var stop = new AtomicBoolean();
    var ended = spawn(() -> {});
    await().until(() -> processInfo(ended) == null);
    var runaway = spawn(() -> computeUntil(stop));
    await().until(() -> isAt(processInfo(runaway), "computeUntil"));
    exit(runaway, Atom.KILL);
    assertThat(processInfo(runaway)).isNull();
    stop.set(true);
    assertThat(processInfo(Node.current().process(1, 1))).isNull();
  }

  @Test
  void theProcessesOfANodeAndTheirNamesAreListedWhileTheyLive() {
    var pid = GenServer.start(ProcessInfoTest.Idle::new, GenServer.name("listed"));
    assertThat(Kernel.processes()).contains(pid).doesNotHaveDuplicates();
    assertThat(Kernel.registered()).contains(Atom.of("listed"));
    Kernel.exit(pid, Atom.KILL);
    assertThat(Kernel.processes()).doesNotContain(pid);
    assertThat(Kernel.registered()).doesNotContain(Atom.of("listed"));
  }

  @Test
  void onlyItsOwnNodeKnows() {
    var elsewhere = Pid.of(Atom.of("other@host"), 100, 0, 1);
    assertThatThrownBy(() -> processInfo(elsewhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is a process of :other@host")
        .hasMessageContaining("only its own node can tell");
  }

  @Test
  void linksAndMonitorsAreListedOnBothSides() throws Exception {
    Node.current()
        .run(
            () -> {
              var me = self();
              var child = spawnLink(Kernel::receive);
              register("info_named", child);
              monitor(child);
              monitor(child);
              monitor(Name.of("info_named"));
              var mine = processInfo(me);
              assertThat(mine.links()).containsExactly(child);
              assertThat(mine.monitors())
                  .containsExactlyInAnyOrder(
                      child, child, Name.of("info_named", Node.self().name()));
              var theirs = processInfo(child);
              assertThat(theirs.links()).containsExactly(me);
              assertThat(theirs.monitoredBy()).containsExactly(me, me, me);
              assertThat(theirs.monitors()).isEmpty();
              Kernel.unlink(child);
              exit(child, Atom.KILL);
              for (int i = 0; i < 3; i++) {
                receive(Down.class);
              }
              assertThat(processInfo(me).links()).isEmpty();
              assertThat(processInfo(me).monitors()).isEmpty();
              return true;
            });
  }

  @Test
  void signalsThatHaveBeenSentAreSeenInTheAnswer() throws Exception {
    var stop = new AtomicBoolean();
    var busy = spawn(() -> computeUntil(stop));
    await().until(() -> isAt(processInfo(busy), "computeUntil"));
    Node.current()
        .run(
            () -> {
              link(busy);
              monitor(busy);
              assertThat(processInfo(busy).links()).containsExactly(self());
              assertThat(processInfo(busy).monitoredBy()).containsExactly(self());
              Kernel.unlink(busy);
              assertThat(processInfo(busy).links()).isEmpty();
              return true;
            });
    stop.set(true);
  }

  @Test
  void flagsAndTheGroupLeaderAreThoseThatWereSet() throws Exception {
    var ready = new CountDownLatch(1);
    var pid =
        spawn(
            () -> {
              trapExit(true);
              Kernel.priority(Priority.HIGH);
              ready.countDown();
              receive();
            });
    ready.await();
    var info = processInfo(pid);
    assertThat(info.trapExit()).isTrue();
    assertThat(info.priority()).isEqualTo(Priority.HIGH);
    assertThat(info.groupLeader()).isEqualTo(Kernel.whereis("user"));
    Kernel.groupLeader(pid, pid);
    assertThat(processInfo(pid).groupLeader()).isEqualTo(pid);
    send(pid, "end");
  }

  @Test
  void theListsAreCopies() throws Exception {
    Node.current()
        .run(
            () -> {
              var before = processInfo(self());
              spawnMonitor(() -> {});
              assertThat(before.monitors()).isEmpty();
              assertThatThrownBy(() -> before.links().add(self()))
                  .isInstanceOf(UnsupportedOperationException.class);
              return true;
            });
  }

  @Test
  void askingWhileEverythingChangesNeverFails() throws Exception {
    var done = new AtomicBoolean();
    var pids = new Pid[10];
    Arrays.setAll(pids, i -> spawn(Kernel::receive));
    var asking =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    for (var pid : pids) {
                      processInfo(pid);
                    }
                  }
                });
    try {
      Node.current()
          .run(
              () -> {
                for (int i = 0; i < 500; i++) {
                  int which = i % pids.length;
                  var ref = monitor(pids[which]);
                  link(pids[which]);
                  Kernel.unlink(pids[which]);
                  Kernel.demonitor(ref);
                  exit(pids[which], Atom.KILL);
                  pids[which] = spawn(Kernel::receive);
                }
                return true;
              });
    } finally {
      done.set(true);
    }
    asking.join();
    assertThat(pids).allMatch(Kernel::alive);
  }
}
