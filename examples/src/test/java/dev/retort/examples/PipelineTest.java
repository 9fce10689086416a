package dev.retort.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PipelineTest {
  @Test
  void givesTheSumAndLeavesTheListAsItWas() throws Exception {
    assertThat(Output.of(Pipeline::main)).containsExactly("24", "[1, 2, 3, 4, 5]");
  }
}
