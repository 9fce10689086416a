package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents and task supervisors of this node are asked by the names of exported functions, too. */
@Timeout(30)
class NamedFunctionsTest {
  /** What is exported here. */
  static final class Sums {
    private Sums() {}

    @Export
    static int plus(int one, int other) {
      return one + other;
    }

    @Export
    static Agent.Updated<Integer, Integer> take(int value, int less) {
      return new Agent.Updated<>(value, value - less);
    }

    @Export
    static void bye() {
      Kernel.exit(Atom.of("bye"));
    }
  }

  @BeforeEach
  void export() {
    Node.current().close();
    Node.current().export(Exports.of("sums", Sums.class));
  }

  @AfterEach
  void close() {
    Node.current().close();
  }

  @Test
  void anAgentAppliesThem() {
    var agent = Agent.start(() -> 5);
    assertThat(Agent.get(agent, "sums", "plus", List.of(1), Integer.class)).isEqualTo(6);
    Agent.update(agent, "sums", "plus", List.of(10));
    assertThat(Agent.getAndUpdate(agent, "sums", "take", List.of(3), Integer.class)).isEqualTo(15);
    Agent.cast(agent, "sums", "plus", List.of(100));
    assertThat(Agent.<Integer, Integer>get(agent, value -> value)).isEqualTo(112);
  }

  @Test
  void aTaskCallsOne() throws Exception {
    assertThat(
            run(
                supervisor ->
                    TaskSupervisor.async(supervisor, "sums", "plus", List.of(1, 2), Integer.class)
                        .await()))
        .isEqualTo(3);
  }

  @Test
  void howATaskEndsIsSeen() throws Exception {
    assertThat(
            run(
                supervisor ->
                    TaskSupervisor.asyncNolink(supervisor, "sums", "bye", List.of(), Object.class)
                        .yield()))
        .isEqualTo(new Outcome.Exited<>(Atom.of("bye")));
  }

  @Test
  void aTaskThatNobodyWaitsForIsAChild() throws Exception {
    assertThat(
            run(
                supervisor -> {
                  var child = TaskSupervisor.startChild(supervisor, "sums", "bye", List.of());
                  Kernel.monitor(child);
                  return Kernel.receive(Down.class).reason();
                }))
        .isIn(Atom.of("bye"), Atom.NOPROC);
  }

  @Test
  void aValueOfAnotherTypeIsRefused() throws Exception {
    assertThatThrownBy(
            () ->
                run(
                    supervisor ->
                        TaskSupervisor.async(
                                supervisor, "sums", "plus", List.of(1, 2), String.class)
                            .await()))
        .hasMessageContaining("the value should be a java.lang.String, it is 3");
  }

  /** What is done with a task supervisor. */
  private interface Use {
    Object with(Dest supervisor) throws Exception;
  }

  private static Object run(Use use) throws Exception {
    return Node.current().run(() -> use.with(TaskSupervisor.startLink()));
  }
}
