package dev.retort.node;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Down;
import dev.retort.Exit;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What another node hears of a process that is killed while it talks to that node. */
@Timeout(120)
class LastSignalTest {
  private static final int ROUNDS = 300;
  private static final Atom ECHO = Atom.of("echo");

  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws Exception {
    nodes.close();
  }

  @Test
  void nothingComesAfterTheDownOfAProcessThatIsKilledWhileItSends() throws Exception {
    downIsLast(i -> i, ROUNDS);
  }

  @Test
  void nothingComesAfterTheDownOfAProcessThatIsKilledWhileItSendsFragments() throws Exception {
    var large = Binary.of(new byte[1_000_000]);
    downIsLast(i -> large, ROUNDS / 3);
  }

  private void downIsLast(LongFunction<Object> messages, int rounds) throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    one.spawn(LastSignalTest::echo);
    two.run(
        () -> {
          for (int round = 0; round < rounds; round++) {
            var me = seen(self());
            var sender = sender(one, me, messages);
            var ref = monitor(seen(sender));
            send(seen(sender), "go");
            receive();
            var killer = CompletableFuture.runAsync(() -> one.spawn(() -> exit(sender, Atom.KILL)));
            Object last = "nothing";
            while (!(last instanceof Down)) {
              last = receive();
            }
            assertThat(((Down) last).ref()).isEqualTo(ref);
            send(new Name(ECHO, one.name()), me);
            assertThat(receive()).as("after the DOWN, in round %d", round).isEqualTo(ECHO);
            killer.join();
          }
          return null;
        });
  }

  private static Pid sender(Node node, Pid to, LongFunction<Object> messages) throws Exception {
    return node.spawn(
        () -> {
          receive();
          for (long i = 0; ; i++) {
            send(to, messages.apply(i));
          }
        });
  }

  private static void echo() {
    register("echo", self());
    for (; ; ) {
      send((Pid) receive(), ECHO);
    }
  }

  /** The pid as other nodes know it. */
  private static Pid seen(Pid pid) {
    return Pid.of(pid.node(), pid.id(), pid.serial(), pid.creation());
  }

  @Test
  void aLinkOfAProcessThatIsKilledFiresOrIsNeverMade() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    one.spawn(LastSignalTest::echo);
    two.run(
        () -> {
          trapExit(true);
          for (int round = 0; round < ROUNDS; round++) {
            var me = seen(self());
            var linker =
                one.spawn(
                    () -> {
                      send(me, "up");
                      receive();
                      link(seen(me));
                      receive();
                    });
            assertThat(receive()).isEqualTo("up");
            var killer = CompletableFuture.runAsync(() -> one.spawn(() -> exit(linker, Atom.KILL)));
            send(seen(linker), "go");
            var ref = monitor(seen(linker));
            killer.join();
            receive(Down.class, down -> down.ref().equals(ref));
            send(new Name(ECHO, one.name()), me);
            receive(Atom.class, ECHO::equals); // all that came before is in the mailbox
            while (receive(Exit.class, Duration.ZERO) != null) {}
            assertThat(processInfo(self()).links()).as("round %d", round).isEmpty();
          }
          return null;
        });
  }
}
