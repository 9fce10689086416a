package dev.retort;

import static dev.retort.Kernel.priority;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PriorityTest {
  /** What a server of {@link #keepBusy} handles in one turn. */
  private static final int MESSAGES_A_TURN = 100;

  /** Messages that all servers of {@link #keepBusy} have handled. */
  private final AtomicLong handled = new AtomicLong();

  private final List<Pid> started = new ArrayList<>();

  /** Once begun, it always has a message, and so is always ready or running. */
  private final class Busy implements GenServer<Integer> {
    private final Priority priority;

    Busy(Priority priority) {
      this.priority = priority;
    }

    @Override
    public Integer init() {
      priority(priority);
      return 0;
    }

    @Override
    public Step<Integer> handleInfo(Object message, Integer state) {
      handled.incrementAndGet();
      send(self(), message);
      return GenServer.noReply(state);
    }
  }

  private Pid start(Supplier<GenServer<Integer>> server) {
    var pid = GenServer.start(server);
    started.add(pid);
    return pid;
  }

  private void keepBusy(int count, Priority priority) {
    var servers = Stream.generate(() -> start(() -> new Busy(priority))).limit(count).toList();
    servers.forEach(server -> send(server, "again"));
  }

  @AfterEach
  void end() {
    started.forEach(server -> Kernel.exit(server, Atom.KILL));
  }

  /** A server that says how many messages others have handled before its own. */
  private Pid witness(Priority priority, SynchronousQueue<Long> seen) {
    return start(
        () ->
            new GenServer<Integer>() {
              @Override
              public Integer init() {
                priority(priority);
                return 0;
              }

              @Override
              public Step<Integer> handleInfo(Object message, Integer state)
                  throws InterruptedException {
                seen.put(handled.get());
                return GenServer.noReply(state);
              }
            });
  }

  /**
   * Other programs may take a processor away in the middle of anything, so a single try says
   * little; that not one of many is short would need a queue that all have to stand in.
   */
  @Test
  void aHighOneDoesNotStandInLineBehindNormalOnes() throws Exception {
    int others = 200;
    var seen = new SynchronousQueue<Long>();
    var witness = witness(Priority.HIGH, seen);
    keepBusy(others, Priority.NORMAL);
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < 30; i++) {
      send(witness, "look");
      long before = handled.get();
      fewest = Math.min(fewest, seen.take() - before);
    }
    assertThat(fewest).isLessThan((long) others * MESSAGES_A_TURN / 4);
  }

  @Test
  void highOnesThatAlwaysHaveSomethingToDoLeaveTheOthersSomeTurns() throws Exception {
    var seen = new SynchronousQueue<Long>();
    var witness = witness(Priority.NORMAL, seen);
    keepBusy(4 * Runtime.getRuntime().availableProcessors(), Priority.HIGH);
    for (int i = 0; i < 10; i++) {
      send(witness, "look");
      assertThat(seen.take()).isPositive();
    }
  }

  @Test
  void settingItGivesWhatItWasBefore() throws Exception {
    Node.current()
        .run(
            () -> {
              assertThat(processInfo(self()).priority()).isEqualTo(Priority.NORMAL);
              assertThat(priority(Priority.HIGH)).isEqualTo(Priority.NORMAL);
              assertThat(processInfo(self()).priority()).isEqualTo(Priority.HIGH);
              assertThat(priority(Priority.NORMAL)).isEqualTo(Priority.HIGH);
              return true;
            });
  }

  @Test
  void aChildBeginsWithANormalOne() throws Exception {
    var child =
        Node.current()
            .run(
                () -> {
                  priority(Priority.HIGH);
                  return processInfo(Kernel.spawn(Kernel::receive)).priority();
                });
    assertThat(child).isEqualTo(Priority.NORMAL);
  }

  @Test
  void itIsAProcesssOwnAndNeverNull() throws Exception {
    assertThatThrownBy(() -> priority(Priority.HIGH))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("priority was called on a thread that is no process");
    Node.current()
        .run(
            () -> {
              assertThatThrownBy(() -> priority(null)).hasMessageContaining("priority");
              return true;
            });
  }
}
