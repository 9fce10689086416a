package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Agent;
import dev.retort.DynamicSupervisor;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.Supervisor;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behaviours of one node are stopped from another. */
@Timeout(60)
class StopAcrossNodesTest {
  private static final Duration AMPLE = Duration.ofSeconds(30);

  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws Exception {
    nodes.close();
  }

  record NoMoreWork(int orders) {}

  @Test
  void behavioursStopByNameAndByPidWithAnyReasonAndInTime() throws Exception {
    var one = nodes.start();
    var two = nodes.start();
    var agent = two.run(() -> Agent.start(() -> 0));
    var supervisor = two.run(() -> Supervisor.start(Supervisor.oneForOne(), List.of()));
    two.run(() -> DynamicSupervisor.start(Supervisor.oneForOne(), GenServer.name("dynamic")));
    one.run(
        () -> {
          Agent.stop(agent, new NoMoreWork(3), AMPLE); // that node knows its term
          Supervisor.stop(supervisor, Tuple.of(Atom.SHUTDOWN, 1), AMPLE);
          DynamicSupervisor.stop(Name.of("dynamic", two.name().name()), Atom.SHUTDOWN, AMPLE);
          return true;
        });
    two.run(
        () -> {
          assertThat(Kernel.alive(agent)).isFalse();
          assertThat(Kernel.alive(supervisor)).isFalse();
          assertThat(Kernel.whereis("dynamic")).isNull();
          return true;
        });
  }
}
