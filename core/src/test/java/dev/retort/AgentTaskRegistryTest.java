package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Pid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgentTaskRegistryTest {
  @Test
  void anAgentKeepsWhatFunctionsMakeOfItsValue() {
    Pid counter = Agent.start(() -> 0);
    Agent.update(counter, (Integer n) -> n + 1);
    Agent.cast(counter, (Integer n) -> n + 10);
    int before = Agent.getAndUpdate(counter, (Integer n) -> new Agent.Updated<>(n, n * 2));
    assertThat(before).isEqualTo(11);
    int after = Agent.get(counter, (Integer n) -> n);
    assertThat(after).isEqualTo(22);
    Agent.stop(counter);
    assertThat(Kernel.alive(counter)).isFalse();
  }

  @Test
  void anAgentEndsWhenAFunctionThrows() {
    Pid counter = Agent.start(() -> 0);
    assertThatThrownBy(() -> Agent.get(counter, (Integer n) -> 1 / n))
        .isInstanceOf(CallException.class)
        .hasRootCauseInstanceOf(ArithmeticException.class);
    assertThat(Kernel.alive(counter)).isFalse();
  }
}
