package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The end of a process where it is easily forgotten. */
class EndTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Atom BOOM = Atom.of("boom");

  @Test
  void aCallToAPlainProcessThatTookItAndEndsFailsWithItsReason() {
    var server =
        Node.current()
            .spawn(
                () -> {
                  receive();
                  exit(BOOM);
                });
    assertThatThrownBy(() -> GenServer.call(server, (Object) "request", SOON))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(Kernel.inspect(e.reason())).contains("boom"));
  }

  /** Wherever the stack ends in the kernel: under the lock of the mailbox, too. */
  @Test
  void aStackOverflowInAKernelFunctionEndsTheProcess() throws Exception {
    for (int i = 0; i < 100; i++) {
      int depth = i;
      var down =
          Node.current()
              .run(
                  () -> {
                    spawnMonitor(() -> recurse(depth));
                    return receive(Down.class, SOON);
                  });
      assertThat(down).isNotNull();
      assertThat(down.reason()).isInstanceOf(StackOverflowError.class);
    }
  }

  /** {@code offset} moves the end of the stack to another place of the functions called. */
  private static void recurse(int offset) {
    if (offset > 0) {
      recurse(offset - 1);
    } else {
      overflow();
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static void overflow() {
    send(self(), "message");
    receive();
    overflow();
  }

  @Test
  void anExitOfItsParentThatCameBeforeItsFirstTurnIsNotLost() {
    var still = new StillNode();
    var parent = still.process(new Idle());
    var child = still.unborn(new Idle());
    child.signal(new Signal.Exit(parent.pid, BOOM, true));
    child.info(); // somebody found it by its name and looks
    child.bear(parent.pid, null);
    child.start();
    still.runReady();
    assertThat(child.hasEnded()).isTrue();
  }

  /** Another thread is ending it, and has not come to its name yet. */
  @Test
  void theNameOfAProcessThatIsBeingEndedIsFree() throws Exception {
    var acting = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var victim =
        spawn(
            () -> {
              var process = Objects.requireNonNull(((LocalPid) self()).process);
              process.beginAct(); // who ends it waits for that
              acting.countDown();
              mayEnd.await();
              process.endAct();
            });
    register("being_ended", victim);
    acting.await();
    var killer = Thread.ofVirtual().start(() -> exit(victim, Atom.KILL));
    try {
      await().until(() -> !Kernel.alive(victim));
      assertThat(whereis("being_ended")).isNull();
      assertThatThrownBy(() -> send("being_ended", "message"))
          .hasMessageContaining("no process is registered as :being_ended");
      var next = spawn(Kernel::receive);
      register("being_ended", next);
      mayEnd.countDown();
      killer.join();
      assertThat(whereis("being_ended")).isEqualTo(next);
      exit(next, Atom.KILL);
    } finally {
      mayEnd.countDown();
    }
  }

  private static final class Idle extends Behaviour {
    @Override
    void init() {}

    @Override
    void handle(Object message) {}

    @Override
    Class<?> code() {
      return Idle.class;
    }
  }
}
