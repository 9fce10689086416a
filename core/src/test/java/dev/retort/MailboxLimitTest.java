package dev.retort;

import static dev.retort.Kernel.alias;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bounded mailboxes. The receivers here do not read until they are told to by other means than a
 * message, so a mailbox is exactly as full as the test makes it.
 */
@Timeout(30)
class MailboxLimitTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Atom GO_ON = Atom.of("go_on");

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  /** A process that reads nothing until it may, and then all that is there. */
  private static final class Reader {
    final CountDownLatch mayRead = new CountDownLatch(1);
    final LinkedBlockingQueue<List<Object>> read = new LinkedBlockingQueue<>();
    final Pid pid;

    Reader(MailboxLimit limit) {
      pid =
          spawn(
              () -> {
                mayRead.await();
                read.add(messages());
                receive();
              },
              limit);
    }

    List<Object> read() throws InterruptedException {
      mayRead.countDown();
      return read.take();
    }
  }

  private static List<Object> messages() {
    var all = new ArrayList<Object>();
    for (Object message; (message = receive(Duration.ZERO)) != null; ) {
      all.add(message);
    }
    return List.copyOf(all);
  }

  private static boolean waitsForRoom(StackTraceElement frame) {
    return frame.getMethodName().equals("awaitRoom");
  }

  private static void awaitBlocked(Pid sender) {
    await()
        .until(
            () -> {
              var info = processInfo(sender);
              return info != null && info.stack().stream().anyMatch(MailboxLimitTest::waitsForRoom);
            });
  }

  // ---- send, by policy

  @Test
  void dropNewestKeepsWhatCameFirst() throws Exception {
    run(
        () -> {
          var reader = new Reader(MailboxLimit.of(3, Overload.DROP_NEWEST));
          for (int i = 1; i <= 5; i++) {
            assertThat(send(reader.pid, i)).isEqualTo(i);
          }
          assertThat(processInfo(reader.pid).messageQueueLength()).isEqualTo(3);
          assertThat(reader.read()).containsExactly(1, 2, 3);
          return true;
        });
  }

  @Test
  void dropOldestKeepsWhatCameLast() throws Exception {
    run(
        () -> {
          var reader = new Reader(MailboxLimit.of(3, Overload.DROP_OLDEST));
          for (int i = 1; i <= 5; i++) {
            send(reader.pid, i);
          }
          assertThat(processInfo(reader.pid).messageQueueLength()).isEqualTo(3);
          assertThat(reader.read()).containsExactly(3, 4, 5);
          return true;
        });
  }

  @Test
  void refuseTellsTheSender() throws Exception {
    run(
        () -> {
          var reader = new Reader(MailboxLimit.of(2, Overload.REFUSE));
          send(reader.pid, 1);
          send(reader.pid, 2);
          var refusal = catchThrowableOfType(MailboxFullException.class, () -> send(reader.pid, 3));
          assertThat(refusal.receiver()).isEqualTo(reader.pid);
          assertThat(refusal)
              .hasMessageContaining("the mailbox of " + reader.pid + " is full")
              .hasMessageContaining("2 messages")
              .hasMessageContaining("REFUSE");
          assertThat(reader.read()).containsExactly(1, 2);
          send(reader.pid, "there is room again");
          return true;
        });
  }

  @Test
  void refuseTellsAPlainThreadToo() throws Exception {
    var reader = run(() -> new Reader(MailboxLimit.of(1, Overload.REFUSE)));
    send(reader.pid, 1);
    assertThatThrownBy(() -> send(reader.pid, 2)).isInstanceOf(MailboxFullException.class);
    assertThat(reader.read()).containsExactly(1);
    send(reader.pid, "end");
  }

  @Test
  void blockMakesTheSenderWaitForRoom() throws Exception {
    run(
        () -> {
          var reader = new Reader(MailboxLimit.of(2, Overload.BLOCK));
          var sender =
              spawnMonitor(
                  () -> {
                    for (int i = 1; i <= 3; i++) {
                      send(reader.pid, i);
                    }
                  });
          awaitBlocked(sender.pid());
          assertThat(processInfo(reader.pid).messageQueueLength()).isEqualTo(2);
          assertThat(reader.read()).startsWith(1, 2);
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.NORMAL);
          return true;
        });
  }

  @Test
  void blockMakesAPlainThreadWaitToo() throws Exception {
    var reader = run(() -> new Reader(MailboxLimit.of(1, Overload.BLOCK)));
    send(reader.pid, 1);
    var sender = Thread.ofPlatform().start(() -> send(reader.pid, 2));
    await()
        .until(
            () -> Arrays.stream(sender.getStackTrace()).anyMatch(MailboxLimitTest::waitsForRoom));
    reader.read();
    sender.join();
  }

  /** Sends that wait must neither get lost nor be let in all at once. */
  @Test
  void manyBlockedSendersAreLetInOneByOne() throws Exception {
    int capacity = 10;
    int senders = 50;
    int each = 200;
    run(
        () -> {
          var mayRead = new CountDownLatch(1);
          var longest = new AtomicInteger();
          var me = self();
          var reader =
              spawn(
                  () -> {
                    mayRead.await();
                    var all = new HashSet<Object>();
                    for (int i = 0; i < senders * each; i++) {
                      longest.accumulateAndGet(
                          (int) processInfo(self()).messageQueueLength(), Math::max);
                      all.add(receive());
                    }
                    send(me, all.size());
                  },
                  MailboxLimit.of(capacity, Overload.BLOCK));
          for (int i = 0; i < senders; i++) {
            int first = i * each;
            spawn(
                () -> {
                  for (int j = 0; j < each; j++) {
                    send(reader, first + j);
                  }
                });
          }
          mayRead.countDown();
          assertThat(receive()).isEqualTo(senders * each);
          assertThat(longest).hasValueLessThanOrEqualTo(capacity);
          return true;
        });
  }

  @Test
  void aProcessThatSendsToItselfNeverWaits() throws Exception {
    var done = new LinkedBlockingQueue<List<Object>>();
    run(
        () ->
            spawn(
                () -> {
                  for (int i = 0; i < 5; i++) {
                    send(self(), i);
                  }
                  done.add(messages());
                },
                MailboxLimit.of(2, Overload.BLOCK)));
    assertThat(done.take()).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aBlockedSenderThatIsKilledSendsNothingAndLeavesItsPlaceToTheNext() throws Exception {
    run(
        () -> {
          var reader = new Reader(MailboxLimit.of(1, Overload.BLOCK));
          send(reader.pid, "first");
          var killed = spawn(() -> send(reader.pid, "from the grave"));
          awaitBlocked(killed);
          var next = spawnMonitor(() -> send(reader.pid, "second"));
          awaitBlocked(next.pid());
          exit(killed, Atom.KILL);
          assertThat(Kernel.alive(killed)).isFalse();
          assertThat(processInfo(reader.pid).messageQueueLength()).isEqualTo(1);
          assertThat(reader.read()).startsWith("first").doesNotContain("from the grave");
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.NORMAL);
          return true;
        });
  }

  @Test
  void theReceiversEndFreesAllBlockedSenders() throws Exception {
    run(
        () -> {
          var reader = new Reader(MailboxLimit.of(1, Overload.BLOCK));
          send(reader.pid, "first");
          var senders = new ArrayList<Monitored>();
          for (int i = 0; i < 20; i++) {
            senders.add(spawnMonitor(() -> send(reader.pid, "never read")));
          }
          senders.forEach(sender -> awaitBlocked(sender.pid()));
          exit(reader.pid, Atom.KILL);
          for (var sender : senders) {
            var down = receive(Down.class, message -> message.ref().equals(sender.ref()));
            assertThat(down.reason()).isEqualTo(Atom.NORMAL); // as a send to nobody
          }
          return true;
        });
  }

  @Test
  void aSelectiveReceiveMakesRoomToo() throws Exception {
    run(
        () -> {
          var read = new LinkedBlockingQueue<Object>();
          var reader =
              spawn(
                  () -> {
                    read.add(receive(Integer.class, n -> n == 2));
                    read.add(receive(Integer.class, n -> n == 3));
                    read.add(receive());
                  },
                  MailboxLimit.of(2, Overload.BLOCK));
          for (int i = 1; i <= 3; i++) {
            send(reader, i);
          }
          assertThat(List.of(read.take(), read.take(), read.take())).containsExactly(2, 3, 1);
          return true;
        });
  }

  // ---- what always gets in

  @ParameterizedTest
  @EnumSource(
      value = Overload.class,
      names = {"DROP_NEWEST", "REFUSE", "BLOCK"})
  void aFullMailboxStillHearsOfEndsAndExits(Overload overload) throws Exception {
    run(
        () -> {
          var me = self();
          var server = spawn(Kernel::receive);
          var mayRead = new CountDownLatch(1);
          var reader =
              spawn(
                  () -> {
                    trapExit(true);
                    monitor(server);
                    send(me, alias());
                    mayRead.await();
                    send(me, messages());
                  },
                  MailboxLimit.of(1, overload));
          var alias = (Ref) receive();
          send(reader, "fills it");
          exit(server, Atom.of("boom"));
          await().until(() -> processInfo(reader).messageQueueLength() == 2);
          send(alias, "through an alias");
          exit(reader, Atom.of("trapped"));
          mayRead.countDown();
          @SuppressWarnings("unchecked")
          var messages = (List<Object>) receive(List.class);
          assertThat(messages).hasSize(4).startsWith("fills it");
          assertThat(messages.get(1)).isInstanceOf(Down.class);
          assertThat(messages).endsWith("through an alias", new Exit(me, Atom.of("trapped")));
          return true;
        });
  }

  @Test
  void aTimerNeitherWaitsNorFails() throws Exception {
    run(
        () -> {
          var refusing = new Reader(MailboxLimit.of(1, Overload.REFUSE));
          var blocking = new Reader(MailboxLimit.of(1, Overload.BLOCK));
          send(refusing.pid, "fills it");
          send(blocking.pid, "fills it");
          sendAfter(refusing.pid, "timer", Duration.ZERO);
          sendAfter(blocking.pid, "timer", Duration.ZERO);
          sendAfter(self(), "both have fired", Duration.ofMillis(1));
          receive();
          assertThat(refusing.read()).containsExactly("fills it");
          assertThat(blocking.read()).containsExactly("fills it", "timer");
          return true;
        });
  }

  // ---- servers

  private static final class Slow implements GenServer<Integer> {
    private final CountDownLatch begun;
    private final CountDownLatch mayGoOn;

    Slow(CountDownLatch begun, CountDownLatch mayGoOn) {
      this.begun = begun;
      this.mayGoOn = mayGoOn;
    }

    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer casts) {
      return ((Call.Term) request).reply(casts, casts);
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer casts) throws InterruptedException {
      begun.countDown();
      mayGoOn.await();
      return GenServer.noReply(casts + 1);
    }
  }

  /** A server that is at its first cast until it may go on, with an empty mailbox. */
  private static final class Server {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    final Pid pid;

    Server(MailboxLimit limit) throws InterruptedException {
      pid = GenServer.start(() -> new Slow(begun, mayGoOn), limit);
      GenServer.cast(pid, "begin");
      begun.await();
    }

    int casts() {
      mayGoOn.countDown();
      return (int) GenServer.call(pid, Atom.of("casts"), SOON);
    }
  }

  @Test
  void aCallThatIsNotLetInFailsAtOnce() throws Exception {
    var server = new Server(MailboxLimit.of(1, Overload.DROP_NEWEST));
    GenServer.cast(server.pid, "fills it");
    var failure =
        catchThrowableOfType(
            CallException.class, () -> GenServer.call(server.pid, GO_ON, Duration.ofHours(1)));
    assertThat(failure.why()).isEqualTo(Atom.of("overload"));
    assertThat(failure).hasMessageContaining("its mailbox is full (:overload)");
    server.mayGoOn.countDown();
    GenServer.stop(server.pid);
  }

  @Test
  void aCallThatLosesItsPlaceFailsAtOnce() throws Exception {
    var server = new Server(MailboxLimit.of(1, Overload.DROP_OLDEST));
    var failures = new LinkedBlockingQueue<CallException>();
    spawn(
        () ->
            failures.add(
                catchThrowableOfType(
                    CallException.class,
                    () -> GenServer.call(server.pid, GO_ON, Duration.ofHours(1)))));
    await().until(() -> processInfo(server.pid).messageQueueLength() == 1);
    GenServer.cast(server.pid, "takes its place");
    var failure = failures.take();
    assertThat(failure.why()).isEqualTo(Atom.of("overload"));
    server.mayGoOn.countDown();
    await().until(() -> processInfo(server.pid).messageQueueLength() == 0);
    assertThat(server.casts()).isEqualTo(2);
    GenServer.stop(server.pid);
  }

  @Test
  void aCallThatIsRefusedFailsAtOnce() throws Exception {
    var server = new Server(MailboxLimit.of(1, Overload.REFUSE));
    GenServer.cast(server.pid, "fills it");
    assertThatThrownBy(() -> GenServer.call(server.pid, GO_ON, Duration.ofHours(1)))
        .hasMessageContaining("mailbox")
        .hasMessageContaining("full");
    server.mayGoOn.countDown();
    await().until(() -> processInfo(server.pid).messageQueueLength() == 0);
    GenServer.stop(server.pid);
  }

  @Test
  void aCallWaitsForRoom() throws Exception {
    var server = new Server(MailboxLimit.of(1, Overload.BLOCK));
    GenServer.cast(server.pid, "fills it");
    var replies = new LinkedBlockingQueue<Object>();
    var caller = spawn(() -> replies.add(GenServer.call(server.pid, GO_ON, SOON)));
    awaitBlocked(caller);
    server.mayGoOn.countDown();
    assertThat(replies.take()).isEqualTo(2);
    GenServer.stop(server.pid);
  }

  /** A call that has used up its hour before it begins. */
  private static CallException callTooLate(Server server) throws Exception {
    return run(
        () ->
            catchThrowableOfType(
                CallException.class,
                () ->
                    Calls.call(server.pid, GO_ON, GO_ON, Duration.ofHours(1), System.nanoTime())));
  }

  @Test
  void aCallHasOneDeadlineForItsPlaceAndItsReply() throws Exception {
    var server = new Server(MailboxLimit.of(1, Overload.BLOCK));
    var unanswered = callTooLate(server);
    assertThat(unanswered.why()).isEqualTo(Atom.TIMEOUT);
    assertThat(unanswered).hasMessageContaining("no reply within 3600000 ms (:timeout)");
    var notLetIn = callTooLate(server); // the other one is still in the mailbox
    assertThat(notLetIn.why()).isEqualTo(Atom.of("overload"));
    server.mayGoOn.countDown();
    GenServer.stop(server.pid);
  }

  @Test
  void castsFollowTheLimitAsSendsDo() throws Exception {
    var dropping = new Server(MailboxLimit.of(2, Overload.DROP_NEWEST));
    for (int i = 0; i < 5; i++) {
      GenServer.cast(dropping.pid, i);
    }
    dropping.mayGoOn.countDown();
    await().until(() -> processInfo(dropping.pid).messageQueueLength() == 0);
    assertThat(dropping.casts()).isEqualTo(1 + 2);
    GenServer.stop(dropping.pid);

    var blocking = new Server(MailboxLimit.of(2, Overload.BLOCK));
    var sender =
        spawn(
            () -> {
              for (int i = 0; i < 5; i++) {
                GenServer.cast(blocking.pid, i);
              }
            });
    awaitBlocked(sender);
    blocking.mayGoOn.countDown();
    await().until(() -> !Kernel.alive(sender));
    assertThat(blocking.casts()).isEqualTo(1 + 5);
    GenServer.stop(blocking.pid);
  }

  // ---- the alarm

  @Test
  void theAlarmIsRaisedAtTheHighWaterMarkAndEndsAtHalfOfIt() throws Exception {
    try (var log = new CapturedLog()) {
      run(
          () -> {
            var steps = new LinkedBlockingQueue<Object>();
            var reader =
                spawn(
                    () -> {
                      for (; ; ) {
                        steps.take();
                        receive();
                      }
                    },
                    MailboxLimit.alarmAt(10).withAlarmTo(self()));
            for (int i = 1; i <= 9; i++) {
              send(reader, i);
            }
            assertThat(receive(Duration.ZERO)).isNull();
            send(reader, 10);
            assertThat(receive()).isEqualTo(new LongMessageQueue(reader, true));
            for (int i = 11; i <= 20; i++) {
              send(reader, i);
            }
            assertThat(receive(Duration.ZERO)).isNull(); // it is raised once
            for (int i = 0; i < 14; i++) {
              steps.add("take one");
            }
            await().until(() -> processInfo(reader).messageQueueLength() == 6);
            assertThat(receive(Duration.ZERO)).isNull();
            steps.add("take one");
            assertThat(receive()).isEqualTo(new LongMessageQueue(reader, false));
            for (int i = 0; i < 5; i++) {
              send(reader, i);
            }
            assertThat(receive()).isEqualTo(new LongMessageQueue(reader, true));
            assertThat(log.with("The mailbox of " + reader + " has reached 10 messages"))
                .hasSize(2);
            assertThat(log.with("The mailbox of " + reader + " has come down to 5")).hasSize(1);
            exit(reader, Atom.KILL);
            return true;
          });
    }
  }

  @Test
  void aBoundedMailboxMayHaveAnAlarmToo() throws Exception {
    run(
        () -> {
          var reader =
              new Reader(
                  MailboxLimit.of(10, Overload.DROP_NEWEST).withAlarmAt(5).withAlarmTo(self()));
          for (int i = 0; i < 20; i++) {
            send(reader.pid, i);
          }
          assertThat(receive()).isEqualTo(new LongMessageQueue(reader.pid, true));
          assertThat(receive(Duration.ZERO)).isNull();
          assertThat(reader.read()).hasSize(10);
          assertThat(receive()).isEqualTo(new LongMessageQueue(reader.pid, false));
          return true;
        });
  }

  @Test
  void anAlarmToAProcessThatHasEndedHurtsNobody() throws Exception {
    run(
        () -> {
          var gone = spawnMonitor(() -> {}).pid();
          receive(Down.class);
          var reader = new Reader(MailboxLimit.alarmAt(1).withAlarmTo(gone));
          send(reader.pid, 1);
          assertThat(reader.read()).containsExactly(1);
          return true;
        });
  }

  // ---- the rest

  @Test
  void whatIsNotBoundedTakesEverything() throws Exception {
    run(
        () -> {
          var reader = new Reader(MailboxLimit.alarmAt(Integer.MAX_VALUE));
          for (int i = 0; i < 100_000; i++) {
            send(reader.pid, i);
          }
          assertThat(reader.read()).hasSize(100_000);
          return true;
        });
  }

  @Test
  void aLinkedProcessMayBeBoundedToo() throws Exception {
    run(
        () -> {
          var child = spawnLink(Kernel::receive, MailboxLimit.of(1, Overload.REFUSE));
          assertThat(processInfo(child).links()).containsExactly(self());
          send(child, "end");
          return true;
        });
  }

  @Test
  void numbersBelowOneMakeNoSense() {
    for (int bad : List.of(0, -1, Integer.MIN_VALUE)) {
      assertThatThrownBy(() -> MailboxLimit.of(bad, Overload.BLOCK))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 or more were expected")
          .hasMessageContaining(String.valueOf(bad));
      assertThatThrownBy(() -> MailboxLimit.alarmAt(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("high-water mark")
          .hasMessageContaining(String.valueOf(bad));
    }
    assertThatThrownBy(() -> MailboxLimit.of(1, null)).hasMessageContaining("overload");
  }

  @Test
  void dropOldestDropsNothingThatTheKernelTells() throws Exception {
    run(
        () -> {
          var me = self();
          var mayRead = new CountDownLatch(1);
          var dead = spawnMonitor(() -> {}).pid();
          receive(Down.class);
          var reader =
              spawn(
                  () -> {
                    monitor(dead);
                    send(me, "monitors");
                    mayRead.await();
                    send(me, messages());
                  },
                  MailboxLimit.of(1, Overload.DROP_OLDEST));
          assertThat(receive()).isEqualTo("monitors");
          await().until(() -> processInfo(reader).messageQueueLength() == 1); // the Down
          send(reader, "dropped");
          send(reader, "takes its place");
          mayRead.countDown();
          List<?> read = receive(List.class);
          assertThat(read).hasSize(2);
          assertThat(read.get(0)).isInstanceOf(Down.class);
          assertThat(read.get(1)).isEqualTo("takes its place");
          return true;
        });
  }

  @Test
  void anyThreadMaySpawnABoundedProcess() throws Exception {
    var received = new LinkedBlockingQueue<Object>();
    var pid = spawn(() -> received.add(receive()), MailboxLimit.of(1, Overload.BLOCK));
    send(pid, "hello");
    assertThat(received.take()).isEqualTo("hello");
  }
}
