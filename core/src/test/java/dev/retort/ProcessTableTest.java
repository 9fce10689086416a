package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes are found by the numbers in their pids, also when ids have come round in the table. */
class ProcessTableTest {
  private static final Atom END = Atom.of("end");
  private static final int FIRST_PLACES = 1024;

  @BeforeEach
  @AfterEach
  void beginWithAFreshNode() {
    Node.current().close();
  }

  private static List<Pid> spawn(int count) {
    return IntStream.range(0, count).mapToObj(i -> Kernel.spawn(() -> receive())).toList();
  }

  private static void end(List<Pid> pids) {
    int before = Node.current().processCount();
    pids.forEach(pid -> send(pid, END));
    await().until(() -> Node.current().processCount() == before - pids.size());
  }

  private static void areFound(List<Pid> pids) {
    for (var pid : pids) {
      assertThat(Node.current().pid(pid.id(), pid.serial())).isSameAs(pid);
    }
  }

  @Test
  void thoseThatStayAreFoundAndKeepTheirIdsWhileOthersComeAndGo() {
    var stay = spawn(FIRST_PLACES / 2);
    for (int i = 0; i < 10; i++) {
      var go = spawn(FIRST_PLACES);
      areFound(go);
      areFound(stay);
      end(go);
    }
    assertThat(Node.current().processCount()).isEqualTo(stay.size() + 1);
    end(stay);
  }

  @Test
  void thereArePlacesForAll() {
    var all = spawn(20 * FIRST_PLACES);
    assertThat(all).doesNotHaveDuplicates();
    areFound(all);
    assertThat(Node.current().processCount()).isEqualTo(all.size() + 1);
    var seen = new ArrayList<Pid>();
    Node.current().forEachProcess(process -> seen.add(process.pid));
    assertThat(seen).containsAll(all).hasSize(all.size() + 1);
    end(all);
  }

  @Test
  void idsThatNoProcessWasGivenAreNotCounted() {
    var stay = spawn(FIRST_PLACES / 2);
    end(spawn(3 * FIRST_PLACES));
    var statistics = Node.current().statistics();
    assertThat(statistics.spawned()).isEqualTo(stay.size() + 3 * FIRST_PLACES);
    assertThat(statistics.ended()).isEqualTo(3 * FIRST_PLACES);
    end(stay);
  }
}
