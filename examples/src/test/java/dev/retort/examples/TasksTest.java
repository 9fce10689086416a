package dev.retort.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TasksTest {
  @Test
  void addWhatEachHasComputed() throws Exception {
    assertThat(Output.of(Tasks::main))
        .containsExactly(
            "2000001000000",
            "[5050, 15050, 25050, 35050, 45050, 55050, 65050, 75050, 85050, 95050]",
            "500500");
  }
}
