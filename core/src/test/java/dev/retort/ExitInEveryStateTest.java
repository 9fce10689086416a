package dev.retort;

import static dev.retort.Kernel.alive;
import static dev.retort.Kernel.demonitor;
import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unlink;
import static dev.retort.Kernel.unregister;
import static dev.retort.Kernel.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An exit signal ends a process whatever it is doing, and all who are concerned learn of it. */
@Timeout(60)
class ExitInEveryStateTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Atom BOOM = Atom.of("boom");
  private static final String NAME = "exits_in_every_state";

  private static final Set<Thread.State> BLOCKED =
      Set.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING);

  /** Releases what an ended process may still be busy with. */
  private static volatile CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void begin() {
    over = new CountDownLatch(1);
    CrashLog.on(false);
  }

  @AfterEach
  void release() {
    over.countDown();
    CrashLog.on(true);
  }

  /** What a process does when the signal comes. */
  enum State {
    NOT_YET_STARTED {
      @Override
      void enter(Runnable entered) {}
    },
    RUNNING {
      @Override
      void enter(Runnable entered) {
        entered.run();
        while (true) {
          send(self(), "hello");
          receive();
        }
      }
    },
    IN_A_LOOP_THAT_IGNORES_INTERRUPTS {
      @Override
      void enter(Runnable entered) {
        entered.run();
        while (over.getCount() > 0) {
          Thread.onSpinWait();
        }
      }
    },
    IN_RECEIVE {
      @Override
      void enter(Runnable entered) {
        entered.run();
        receive();
      }
    },
    IN_RECEIVE_WITH_A_TIMEOUT {
      @Override
      void enter(Runnable entered) {
        entered.run();
        receive(String.class, Duration.ofHours(1));
      }
    },
    IN_A_CALL {
      @Override
      void enter(Runnable entered) {
        var deaf = spawn(() -> receive(String.class));
        link(deaf);
        entered.run();
        GenServer.call(deaf, BOOM, Duration.ofHours(1));
      }
    },
    IN_SLEEP {
      @Override
      void enter(Runnable entered) throws Exception {
        entered.run();
        Thread.sleep(Duration.ofHours(1));
      }
    },
    AT_A_LATCH {
      @Override
      void enter(Runnable entered) throws Exception {
        entered.run();
        over.await();
      }
    },
    AT_A_LOCK {
      @Override
      void enter(Runnable entered) throws Exception {
        var lock = new ReentrantLock();
        var held = new CountDownLatch(1);
        Thread.ofVirtual()
            .start(
                () -> {
                  lock.lock(); // and ends with it
                  held.countDown();
                });
        held.await();
        entered.run();
        lock.lockInterruptibly();
      }
    },
    AT_A_MONITOR {
      @Override
      void enter(Runnable entered) throws Exception {
        var lock = new Object();
        var held = new CountDownLatch(1);
        var until = over;
        spawn(
            () -> {
              synchronized (lock) {
                held.countDown();
                until.await();
              }
            });
        held.await();
        entered.run();
        synchronized (lock) { // which no interrupt ends
          Thread.onSpinWait();
        }
      }
    },
    IN_A_SOCKET_READ {
      @Override
      void enter(Runnable entered) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
          entered.run();
          socket.getInputStream().read();
        }
      }
    },
    HIBERNATING {
      @Override
      void enter(Runnable entered) {
        entered.run();
        Kernel.hibernate(() -> {});
      }
    },
    AT_A_FULL_MAILBOX {
      @Override
      void enter(Runnable entered) {
        var full = spawn(() -> receive(Down.class), MailboxLimit.of(1, Overload.BLOCK));
        link(full);
        send(full, "fills it");
        entered.run();
        send(full, "waits");
      }
    },
    IN_INIT_OF_A_SERVER_IT_STARTS {
      @Override
      void enter(Runnable entered) {
        GenServer.startLink(
            () ->
                () -> {
                  entered.run();
                  return receive(String.class);
                });
      }
    };

    abstract void enter(Runnable entered) throws Exception;

    /** Whether its thread is seen to block there, which is later than that it has said so. */
    boolean blocks() {
      return this != NOT_YET_STARTED
          && this != RUNNING
          && this != IN_A_LOOP_THAT_IGNORES_INTERRUPTS;
    }
  }

  /** The states in which a process can have decided to trap exits, and the reasons that end it. */
  static Stream<Arguments> exits() {
    return Arrays.stream(State.values())
        .flatMap(
            state ->
                Stream.of(
                    Arguments.of(state, Atom.KILL, false),
                    Arguments.of(state, Atom.KILL, true),
                    Arguments.of(state, BOOM, false)))
        .filter(exit -> exit.get()[0] != State.NOT_YET_STARTED || exit.get()[2].equals(false));
  }

  @ParameterizedTest(name = "{0}, {1}, traps exits: {2}")
  @MethodSource("exits")
  void everybodyConcernedLearnsOfTheEnd(State state, Atom signal, boolean traps) throws Exception {
    var reason = signal.equals(Atom.KILL) ? Atom.KILLED : signal;
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var victim = victim(state, traps);
              link(victim);
              var first = monitor(victim);
              var byName = monitor(Name.of(NAME));
              exit(victim, signal);

              assertThat(receive(Exit.class, SOON)).isEqualTo(new Exit(victim, reason));
              var down = new Down(first, Down.PROCESS, victim, reason);
              assertThat(receive(Down.class, d -> d.ref().equals(first), SOON)).isEqualTo(down);
              var named = new Down(byName, Down.PROCESS, Name.of(NAME, "nonode@nohost"), reason);
              assertThat(receive(Down.class, d -> d.ref().equals(byName), SOON)).isEqualTo(named);
              assertThat(alive(victim)).isFalse();
              assertThat(whereis(NAME)).isNull();
              assertThatThrownBy(() -> GenServer.call(victim, BOOM))
                  .isInstanceOfSatisfying(
                      CallException.class, e -> assertThat(e.why()).isEqualTo(Atom.NOPROC));
              register(NAME, self()); // it is free
              unregister(NAME);
              return Atom.OK;
            });
  }

  /** A named process that is in {@code state}. */
  private static Pid victim(State state, boolean traps) {
    if (state == State.NOT_YET_STARTED) {
      // It cannot begin before the processes ahead of it, and its starter has not yet waited.
      var victim = spawn(() -> over.await());
      register(NAME, victim);
      return victim;
    }
    var thread = new CompletableFuture<Thread>();
    var victim =
        spawn(
            () -> {
              trapExit(traps);
              state.enter(() -> thread.complete(Thread.currentThread()));
            });
    register(NAME, victim);
    var busy = thread.join();
    if (state.blocks()) {
      Awaitility.await().until(() -> BLOCKED.contains(busy.getState()));
    }
    return victim;
  }

  /** A signal that is trapped is a message, and does not get a process out of where it blocks. */
  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"AT_A_LATCH", "IN_SLEEP", "IN_A_CALL", "AT_A_FULL_MAILBOX"})
  void aTrappedExitInterruptsNothing(State state) throws Exception {
    Node.current()
        .run(
            () -> {
              var victim = victim(state, true);
              exit(victim, BOOM);
              var info = Kernel.processInfo(victim);
              assertThat(info).isNotNull();
              assertThat(info.messageQueueLength()).isEqualTo(1);
              assertThat(alive(victim)).isTrue();
              var ref = monitor(victim);
              exit(victim, Atom.KILL);
              assertThat(receive(Down.class, SOON))
                  .isEqualTo(new Down(ref, Down.PROCESS, victim, Atom.KILLED));
              return Atom.OK;
            });
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("reasons")
  void aServerThatEndsInInitFailsItsStart(Atom signal, Atom reason) throws Exception {
    var started = new CountDownLatch(1);
    Node.current()
        .run(
            () -> {
              spawn(
                  () -> {
                    started.await();
                    exit(whereis(NAME), signal);
                  });
              assertThatThrownBy(
                      () ->
                          GenServer.start(
                              () ->
                                  () -> {
                                    started.countDown();
                                    return receive(String.class);
                                  },
                              GenServer.name(NAME)))
                  .isInstanceOfSatisfying(
                      StartException.class, e -> assertThat(e.reason()).isEqualTo(reason));
              assertThat(whereis(NAME)).isNull();
              return Atom.OK;
            });
  }

  static Stream<Arguments> reasons() {
    return Stream.of(Arguments.of(Atom.KILL, Atom.KILLED), Arguments.of(BOOM, BOOM));
  }

  // ---- monitors

  @Test
  void eachOfSeveralMonitorsFiresOnce() throws Exception {
    Node.current()
        .run(
            () -> {
              var victim = spawn(Kernel::receive);
              var refs = new ArrayList<Object>();
              for (int i = 0; i < 5; i++) {
                refs.add(monitor(victim));
              }
              var back = monitor(victim);
              assertThat(demonitor(back)).isTrue();
              assertThat(demonitor(back)).isFalse();
              send(victim, "end");
              var fired = new ArrayList<Object>();
              for (int i = 0; i < 5; i++) {
                fired.add(receive(Down.class, SOON).ref());
              }
              assertThat(fired).containsExactlyInAnyOrderElementsOf(refs);
              // What comes of a monitor that is set now comes after all that was due before.
              var last = monitor(victim);
              assertThat(receive(SOON))
                  .isEqualTo(new Down(last, Down.PROCESS, victim, Atom.NOPROC));
              return Atom.OK;
            });
  }

  @Test
  void demonitorFlushSaysWhetherTheMonitorHadFiredAndLeavesTheOthers() throws Exception {
    Node.current()
        .run(
            () -> {
              var victim = spawnMonitor(Kernel::receive);
              var other = monitor(victim.pid());
              var flushed = monitor(victim.pid());
              send(victim.pid(), "end");
              assertThat(receive(Down.class, d -> d.ref().equals(other), SOON)).isNotNull();
              // The monitor's DOWN may be here or be on its way.
              Awaitility.await().until(() -> !alive(victim.pid()));
              demonitorFlush(flushed);
              assertThat(demonitorFlush(flushed)).isFalse();
              assertThat(receive(Down.class, SOON).ref()).isEqualTo(victim.ref());
              assertThat(receive(Duration.ZERO)).isNull();
              return Atom.OK;
            });
  }

  // ---- links

  @Test
  void linkingTwiceAndUnlinkingOnceLeavesNoLink() throws Exception {
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var other = spawn(Kernel::receive);
              link(other);
              link(other);
              assertThat(Kernel.processInfo(self()).links()).containsExactly(other);
              assertThat(Kernel.processInfo(other).links()).containsExactly(self());
              unlink(other);
              assertThat(Kernel.processInfo(self()).links()).isEmpty();
              assertThat(Kernel.processInfo(other).links()).isEmpty();
              var ref = monitor(other);
              exit(other, BOOM);
              assertThat(receive(SOON)).isEqualTo(new Down(ref, Down.PROCESS, other, BOOM));
              assertThat(receive(Duration.ZERO)).isNull();
              return Atom.OK;
            });
  }

  @Test
  void linkingTwiceGivesOneExit() throws Exception {
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var me = self();
              var other =
                  spawn(
                      () -> {
                        link(me); // from both sides
                        send(me, "linked");
                        receive();
                      });
              link(other);
              link(other);
              receive(String.class);
              var ref = monitor(other);
              exit(other, BOOM);
              assertThat(receive(Down.class, SOON).ref()).isEqualTo(ref);
              assertThat(receive(Exit.class, SOON)).isEqualTo(new Exit(other, BOOM));
              assertThat(receive(Duration.ZERO)).isNull();
              return Atom.OK;
            });
  }

  @Test
  void aKillIsSeenAtOnceByWhoeverAsksAfterIt() {
    for (int i = 0; i < 1000; i++) {
      var pid = spawn(Kernel::receive);
      exit(pid, Atom.KILL);
      assertThat(Kernel.alive(pid)).as("round %s", i).isFalse();
    }
  }
}
