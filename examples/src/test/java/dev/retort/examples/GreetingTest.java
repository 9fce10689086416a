package dev.retort.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GreetingTest {
  @Test
  void answersEachMessageAsItDeserves() throws Exception {
    assertThat(Output.of(Greeting::main))
        .containsExactly("Hello John", "Goodbye John", "I don't understand");
  }
}
