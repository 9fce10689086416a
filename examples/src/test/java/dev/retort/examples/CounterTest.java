package dev.retort.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterTest {
  @Test
  void losesNoUpdateOfAThousandProcesses() throws Exception {
    assertThat(Output.of(Counter::main)).containsExactly("1", "2", "1002");
  }
}
