package dev.retort;

import static dev.retort.Kernel.demonitor;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unlink;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A process that is killed while it is inside a kernel function: what it does there has happened
 * before its end, for all to see, or has not happened.
 */
class KilledInTheActTest {
  private static final int TIMES = 500;

  /** What a victim does to another process, over and over. */
  @FunctionalInterface
  interface Deed {
    void doTo(Pid other) throws Exception;
  }

  /** Kills a process that does {@code deed} to the caller; what came after its end. */
  private static List<Object> killed(Deed deed, int delay) throws InterruptedException {
    var me = self();
    var underWay = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    var victim =
        spawnMonitor(
            () -> {
              underWay.countDown();
              try {
                while (true) {
                  deed.doTo(me);
                }
              } finally {
                stopped.countDown();
              }
            });
    assertThat(underWay.await(10, TimeUnit.SECONDS)).as("the victim has started").isTrue();
    for (int i = 0; i < delay; i++) {
      Thread.onSpinWait();
    }
    exit(victim.pid(), Atom.KILL);
    stopped.await();
    var rest = new ArrayList<Object>();
    boolean over = false;
    for (Object message; (message = receive(Duration.ZERO)) != null; ) {
      if (message instanceof Down down && down.ref().equals(victim.ref())) {
        over = true;
      } else if (over) {
        rest.add(message);
      }
    }
    assertThat(over).isTrue();
    return rest;
  }

  private interface Check {
    void of(List<Object> rest);
  }

  private static void repeat(Deed deed, Check check) throws Exception {
    var random = new Random(1);
    for (int i = 0; i < TIMES; i++) {
      int delay = random.nextInt(2000);
      Node.current()
          .run(
              () -> {
                trapExit(true);
                check.of(killed(deed, delay));
                return Atom.OK;
              });
    }
  }

  @Test
  void noMessageComesAfterItsEnd() throws Exception {
    repeat(other -> send(other, "a message"), rest -> assertThat(rest).isEmpty());
  }

  @Test
  void noLinkIsLeft() throws Exception {
    repeat(
        other -> {
          link(other);
          unlink(other);
        },
        rest -> assertThat(processInfo(self()).links()).isEmpty());
  }

  @Test
  void noMonitorIsLeft() throws Exception {
    repeat(
        other -> demonitor(monitor(other)),
        rest -> assertThat(processInfo(self()).monitoredBy()).isEmpty());
  }

  @Test
  void noExitSignalComesAfterItsEnd() throws Exception {
    repeat(other -> exit(other, Atom.of("hello")), rest -> assertThat(rest).isEmpty());
  }

  @Test
  void itStopsAlsoWhereItSendsToAProcessThatHasEnded() throws Exception {
    var nobody = spawn(() -> {});
    Awaitility.await().until(() -> !Kernel.alive(nobody));
    var underWay = new CountDownLatch(1);
    var unwound = new CountDownLatch(1);
    var giveUp = new AtomicBoolean();
    var victim =
        spawn(
            () -> {
              underWay.countDown();
              try {
                while (!giveUp.get()) {
                  send(nobody, "is anybody there?");
                }
              } catch (Error e) {
                unwound.countDown();
                throw e;
              }
            });
    underWay.await();
    exit(victim, Atom.KILL);
    try {
      assertThat(unwound.await(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      giveUp.set(true);
    }
  }
}
