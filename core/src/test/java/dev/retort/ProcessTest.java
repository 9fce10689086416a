package dev.retort;

import static dev.retort.Kernel.alive;
import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnLink;
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
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProcessTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration NOT = Duration.ofMillis(50);

  record Hello(String name) {}

  sealed interface Greeting {}

  record Hi(String name) implements Greeting {}

  record Bye(String name) implements Greeting {}

  /** Runs the test's body as a process. */
  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  @Test
  void messagesArriveInTheOrderSent() throws Exception {
    var received =
        run(
            () -> {
              var me = self();
              spawn(
                  () -> {
                    for (int i = 0; i < 1000; i++) {
                      send(me, i);
                    }
                  });
              var all = new ArrayList<Object>();
              for (int i = 0; i < 1000; i++) {
                all.add(receive());
              }
              return all;
            });
    assertThat(received).hasSize(1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(received.get(i)).isEqualTo(i);
    }
  }

  @Test
  void selectiveReceiveLeavesTheOthersInOrder() throws Exception {
    var received =
        run(
            () -> {
              send(self(), "first");
              send(self(), new Hi("Ann"));
              send(self(), "second");
              send(self(), new Bye("Bob"));
              var all = new ArrayList<Object>();
              all.add(receive(Bye.class));
              all.add(receive(Greeting.class));
              all.add(receive());
              all.add(receive());
              return all;
            });
    assertThat(received).containsExactly(new Bye("Bob"), new Hi("Ann"), "first", "second");
  }

  @Test
  void receiveWithATimeoutGivesNullWhenNothingMatches() throws Exception {
    assertThat(
            run(
                () -> {
                  send(self(), "something else");
                  var none = receive(Hello.class, NOT);
                  return none == null && receive().equals("something else");
                }))
        .isTrue();
  }

  @Test
  void receiveTakesAMessageThatComesWhileItWaits() throws Exception {
    assertThat(
            run(
                () -> {
                  sendAfter(self(), new Hello("late"), Duration.ofMillis(20));
                  return receive(Hello.class, SOON);
                }))
        .isEqualTo(new Hello("late"));
  }

  @Test
  void outsideAProcessSelfSaysWhatToDo() {
    assertThatThrownBy(Kernel::self)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("spawn(() -> ...)");
  }

  @Test
  void aNullMessageIsRefused() throws Exception {
    var pid = spawn(Kernel::receive);
    assertThatThrownBy(() -> send(pid, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Atom.NIL");
    send(pid, "end");
  }

  @Test
  void aLinkedProcessEndsWithTheOther() throws Exception {
    var down =
        run(
            () -> {
              var monitored =
                  spawnMonitor(
                      () -> {
                        spawnLink(() -> exit(Atom.of("boom")));
                        receive();
                      });
              return receive(Down.class, SOON);
            });
    assertThat(down.reason()).isEqualTo(Atom.of("boom"));
  }

  @Test
  void aNormalExitOfALinkedProcessChangesNothing() throws Exception {
    assertThat(
            run(
                () -> {
                  var child = spawnLink(() -> {});
                  monitor(child);
                  receive(Down.class, SOON);
                  return "alive";
                }))
        .isEqualTo("alive");
  }

  @Test
  void aProcessThatTrapsExitsGetsThemAsMessages() throws Exception {
    var exit =
        run(
            () -> {
              trapExit(true);
              spawnLink(() -> exit(Atom.of("boom")));
              return receive(Exit.class, SOON);
            });
    assertThat(exit.reason()).isEqualTo(Atom.of("boom"));
  }

  @Test
  void afterUnlinkNoExitArrives() throws Exception {
    assertThat(
            run(
                () -> {
                  trapExit(true);
                  var child =
                      spawnLink(
                          () -> {
                            receive();
                            exit(Atom.of("boom"));
                          });
                  unlink(child);
                  monitor(child);
                  send(child, "go");
                  receive(Down.class, SOON);
                  return receive(Exit.class, NOT);
                }))
        .isNull();
  }

  @Test
  void linkingToADeadProcessGivesNoproc() throws Exception {
    var exit =
        run(
            () -> {
              trapExit(true);
              var monitored = spawnMonitor(() -> {});
              receive(Down.class, SOON);
              link(monitored.pid());
              return receive(Exit.class, SOON);
            });
    assertThat(exit.reason()).isEqualTo(Atom.NOPROC);
  }

  @Test
  void aMonitorReportsTheExceptionThatEndedTheProcess() throws Exception {
    var down =
        run(
            () -> {
              spawnMonitor(
                  () -> {
                    throw new ArithmeticException("on purpose");
                  });
              return receive(Down.class, SOON);
            });
    assertThat(down.reason()).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aMonitorOfNobodyReportsNoprocAtOnce() throws Exception {
    var down =
        run(
            () -> {
              monitor(Name.of("nobody_at_all"));
              return receive(Down.class, SOON);
            });
    assertThat(down.reason()).isEqualTo(Atom.NOPROC);
    assertThat(down.object()).isEqualTo(Name.of("nobody_at_all", "nonode@nohost"));
  }

  @Test
  void demonitorFlushTakesTheDownAway() throws Exception {
    assertThat(
            run(
                () -> {
                  trapExit(true);
                  var child = spawnLink(() -> exit(Atom.of("boom")));
                  var ref = monitor(child);
                  receive(Exit.class, SOON);
                  demonitorFlush(ref);
                  return receive(Down.class, NOT);
                }))
        .isNull();
  }

  @Test
  void killCannotBeTrappedAndArrivesAsKilled() throws Exception {
    var down =
        run(
            () -> {
              var me = self();
              var child =
                  spawn(
                      () -> {
                        trapExit(true);
                        send(me, "ready");
                        receive(Hello.class);
                      });
              receive();
              monitor(child);
              exit(child, Atom.KILL);
              return receive(Down.class, SOON);
            });
    assertThat(down.reason()).isEqualTo(Atom.KILLED);
  }

  @Test
  void killInterruptsASleepingProcess() throws Exception {
    var interrupted = new CountDownLatch(1);
    var asleep = new CountDownLatch(1);
    var pid =
        spawn(
            () -> {
              asleep.countDown();
              try {
                Thread.sleep(Duration.ofHours(1));
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    asleep.await();
    exit(pid, Atom.KILL);
    interrupted.await();
    assertThat(alive(pid)).isFalse();
  }

  @Test
  void aKilledProcessThatComputesIsDeadAtOnceAndSendsNothingMore() throws Exception {
    var stop = new AtomicBoolean();
    var started = new CountDownLatch(1); // a send may learn of the kill before it returns
    var unwound = new CountDownLatch(1);
    try {
      var message =
          run(
              () -> {
                var me = self();
                var hog =
                    spawn(
                        () -> {
                          started.countDown();
                          while (!stop.get()) {
                            Thread.onSpinWait();
                          }
                          try {
                            send(me, "from the grave");
                          } finally {
                            unwound.countDown();
                          }
                        });
                started.await();
                monitor(hog);
                exit(hog, Atom.KILL);
                var down = receive(Down.class, SOON);
                assertThat(down.reason()).isEqualTo(Atom.KILLED);
                stop.set(true);
                unwound.await();
                return receive(NOT);
              });
      assertThat(message).isNull();
    } finally {
      stop.set(true);
    }
  }

  @Test
  void hogsOnEveryProcessorDoNotKeepOthersFromRunning() throws Exception {
    var stop = new AtomicBoolean();
    try {
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        spawn(
            () -> {
              while (!stop.get()) {
                Thread.onSpinWait();
              }
            });
      }
      assertThat(
              run(
                  () -> {
                    var me = self();
                    spawn(() -> send(me, "I ran"));
                    return receive(SOON);
                  }))
          .isEqualTo("I ran");
    } finally {
      stop.set(true);
    }
  }

  @Test
  void aProcessMadeReadyByOneThatBlocksStillRuns() throws Exception {
    var answered = new CountDownLatch(1);
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    return 0;
                  }

                  @Override
                  public Step<Integer> handleCast(Object message, Integer state) {
                    answered.countDown();
                    return GenServer.noReply(state);
                  }
                });
    spawn(
        () -> {
          GenServer.cast(server, "hello"); // in the runner's next slot
          answered.await(); // blocks outside the kernel
        });
    answered.await();
  }

  @Test
  void aNameLeadsToItsProcessUntilItEnds() throws Exception {
    var pid = spawn(Kernel::receive);
    register("somebody", pid);
    assertThat(whereis("somebody")).isEqualTo(pid);
    assertThatThrownBy(() -> register("somebody", spawn(Kernel::receive)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("taken by " + pid);
    assertThatThrownBy(() -> register("second_name", pid))
        .hasMessageContaining("has a name already");
    send("somebody", "end");
    Awaitility.await().until(() -> whereis("somebody") == null);
    assertThatThrownBy(() -> send("somebody", "hello"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(":somebody");
    assertThatThrownBy(() -> unregister("somebody")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cancelledTimersSendNothing() throws Exception {
    assertThat(
            run(
                () -> {
                  var timer = sendAfter(self(), "never", Duration.ofMinutes(1));
                  assertThat(Kernel.cancelTimer(timer)).isPositive();
                  assertThat(Kernel.cancelTimer(timer)).isNull();
                  assertThat(Kernel.readTimer(timer)).isNull();
                  return receive(Duration.ZERO);
                }))
        .isNull();
  }

  @Test
  void aStackOverflowEndsOnlyItsProcess() throws Exception {
    var down =
        run(
            () -> {
              spawnMonitor(() -> endless(0));
              return receive(Down.class, SOON);
            });
    assertThat(down.reason()).isInstanceOf(StackOverflowError.class);
  }

  @SuppressWarnings("InfiniteRecursion") // on purpose
  private static int endless(int depth) {
    return endless(depth + 1) + 1;
  }

  @Test
  void outputGoesToTheGroupLeader() throws Exception {
    var lines = new ArrayList<String>();
    run(
        () -> {
          var leader = GroupLeader.start(lines::add);
          Kernel.groupLeader(leader, self());
          Kernel.println("one");
          Kernel.println(new Hello("two"));
          return spawnedOutput();
        });
    assertThat(lines).containsExactly("one\n", "{:hello, \"two\"}\n", "inherited\n");
  }

  private static Object spawnedOutput() {
    spawnMonitor(() -> Kernel.println("inherited"));
    return receive(Down.class, SOON);
  }

  @Test
  void aHundredThousandProcessesWaitAndAreWoken() throws Exception {
    int count = 100_000;
    var all = new ArrayList<Pid>(count);
    var woken = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      all.add(
          spawn(
              () -> {
                receive();
                woken.countDown();
              }));
    }
    for (var pid : List.copyOf(all)) {
      send(pid, "wake up");
    }
    woken.await();
  }

  @Test
  void aMonitorAndACallThatRaceWithAKillAreAlwaysAnswered() throws Exception {
    for (int i = 0; i < 5000; i++) {
      var victim = Agent.start(() -> "alive");
      var killer = Thread.ofVirtual().start(() -> exit(victim, Atom.KILL));
      var reason =
          run(
              () -> {
                monitor(victim);
                return receive(Down.class, SOON).reason();
              });
      assertThat(reason).isIn(Atom.KILLED, Atom.NOPROC);
      try {
        assertThat(Agent.<String, String>get(victim, s -> s)).isEqualTo("alive");
      } catch (CallException e) {
        assertThat(e.why()).isIn(Atom.KILLED, Atom.NOPROC);
      }
      killer.join();
    }
  }

  @Test
  void callsRacingWithAKillNeverWaitForTheirTimeout() throws Exception {
    for (int i = 0; i < 2000; i++) {
      var victim = Agent.start(() -> "alive");
      var killer = Thread.ofVirtual().start(() -> exit(victim, Atom.KILL));
      try {
        for (; ; ) {
          assertThat(Agent.<String, String>get(victim, s -> s)).isEqualTo("alive");
        }
      } catch (CallException e) {
        assertThat(e.why()).isIn(Atom.KILLED, Atom.NOPROC);
      }
      killer.join();
    }
  }

  @Test
  void awaitIdleWaitsForWhatProcessesHaveBegun() throws Exception {
    var done = new AtomicBoolean();
    var release = new CountDownLatch(1);
    var started = new CountDownLatch(1);
    spawn(
        () -> {
          started.countDown();
          release.await();
          done.set(true);
        });
    started.await();
    assertThat(Node.current().awaitIdle(Duration.ofMillis(20))).isFalse();
    release.countDown();
    assertThat(Node.current().awaitIdle(SOON)).isTrue();
    assertThat(done).isTrue();
  }

  @Test
  void anExitSignalThatComesBeforeTheFirstTurnEndsTheProcess() throws Exception {
    var reason =
        run(
            () -> {
              var sleeper = spawnMonitor(() -> Thread.sleep(Duration.ofHours(1)));
              exit(sleeper.pid(), Atom.KILL); // this process has the runner
              var down = receive(Down.class, SOON);
              return down == null ? "still alive" : down.reason();
            });
    assertThat(reason).isEqualTo(Atom.KILLED);
  }

  @Test
  void aMessageThatComesBeforeTheStartWaitsForIt() throws Exception {
    var node = Node.current();
    var received = new LinkedBlockingQueue<Object>();
    var pid = new LocalPid(node, 1, 0);
    var process = new LocalProcess(pid, (Body) () -> received.add(receive()), node.user(), null);
    process.send("early");
    run(() -> "what was queued before has run");
    assertThat(received).isEmpty();
    process.start();
    assertThat(received.take()).isEqualTo("early");
  }

  @Test
  void aLongChainOfLinkedProcessesThatBlockEndsTogether() throws Exception {
    int length = 5000;
    var linked = new CountDownLatch(length);
    var chain = new ArrayList<Pid>(length);
    for (int i = 0; i < length; i++) {
      var previous = i == 0 ? null : chain.getLast();
      chain.add(
          spawn(
              () -> {
                if (previous != null) {
                  link(previous);
                }
                linked.countDown();
                Thread.sleep(Duration.ofHours(1));
              }));
    }
    linked.await();
    exit(chain.getLast(), Atom.of("boom"));
    Awaitility.await().until(() -> chain.stream().noneMatch(Kernel::alive));
  }

  @Test
  void aKilledProcessWhoseCodeGoesOnSetsNoTimerAndTakesNoName() throws Exception {
    var started = new CountDownLatch(1);
    var killed = new CountDownLatch(1);
    var unwound = new LinkedBlockingQueue<Integer>();
    var message =
        run(
            () -> {
              var me = self();
              var victim =
                  spawn(
                      () -> {
                        int refused = 0;
                        started.countDown();
                        while (killed.getCount() > 0) {
                          Thread.onSpinWait();
                        }
                        for (Body effect :
                            List.<Body>of(
                                () -> sendAfter(me, "from the grave", Duration.ZERO),
                                () -> register("name_from_the_grave", me),
                                () -> GenServer.start(() -> () -> "an orphan"),
                                () -> Node.current().spawn(() -> {}))) {
                          try {
                            effect.run();
                          } catch (ProcessEnded e) {
                            refused++;
                          }
                        }
                        unwound.add(refused);
                      });
              started.await();
              exit(victim, Atom.KILL);
              killed.countDown();
              assertThat(unwound.take()).isEqualTo(4);
              return receive(NOT);
            });
    assertThat(message).isNull();
    assertThat(whereis("name_from_the_grave")).isNull();
  }

  @Test
  void anIdIsNotGivenAgainWhileItsProcessLives() throws Exception {
    var node = Node.current();
    var old = spawn(Kernel::receive);
    long now = node.nextPid.get();
    Pid young;
    try {
      node.nextPid.set((1L << 28) + old.id());
      young = spawn(Kernel::receive);
    } finally {
      node.nextPid.set(now);
    }
    assertThat(young.id()).isNotEqualTo(old.id());
    assertThat(node.pid(old.id(), old.serial())).isSameAs(old);
    assertThat(node.pid(young.id(), young.serial())).isSameAs(young);
    send(old, "end");
    Awaitility.await().until(() -> !alive(old));
    assertThat(node.pid(young.id(), young.serial())).isSameAs(young);
    send(young, "end");
  }

  @Test
  void aPlainProcessReceivesWhatIsMeantForAServerAsTuples() throws Exception {
    var server =
        spawn(
            () -> {
              var call = receive(Tuple.class);
              GenServer.reply((From) call.get(1), call.get(2));
              receive(Tuple.class);
              Kernel.exit(((Tuple) receive(Tuple.class).get(2)).get(1));
            });
    assertThat(GenServer.call(server, Atom.of("echo"))).isEqualTo(Atom.of("echo"));
    GenServer.cast(server, Atom.of("dropped"));
    GenServer.stop(server, Atom.SHUTDOWN);
    assertThat(alive(server)).isFalse();
  }

  @Test
  void outputThatNobodyElseLeadsGoesWhereTheNodeSays() throws Exception {
    var node = Node.current();
    var text = new CopyOnWriteArrayList<String>();
    node.output(text::add);
    try {
      node.run(() -> Kernel.println("from a process"));
      Kernel.println("from a thread");
    } finally {
      node.output(System.out::print);
    }
    assertThat(text).containsExactly("from a process\n", "from a thread\n");
  }

  @Test
  void aProcessThatSendsItselfANormalExitEnds() throws Exception {
    var exit =
        run(
            () -> {
              trapExit(true);
              var pid =
                  spawnLink(
                      () -> {
                        exit(self(), Atom.NORMAL);
                        exit(Atom.of("it_went_on"));
                      });
              var message = receive(Exit.class, SOON);
              assertThat(alive(pid)).isFalse();
              return message;
            });
    assertThat(exit.reason()).isEqualTo(Atom.NORMAL);
  }
}
