package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import java.time.Duration;
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
