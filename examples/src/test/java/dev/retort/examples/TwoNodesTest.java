package dev.retort.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TwoNodesTest {
  @Test
  void helloComesBackFromTheReceiver() throws Exception {
    var pid = ProcessHandle.current().pid();
    var lines =
        Output.of(() -> TwoNodes.converse("examples_receiver_" + pid, "examples_sender_" + pid));
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).matches("\\{:hello, #PID<\\d+\\.\\d+\\.\\d+>}");
    assertThat(lines.getLast()).isEqualTo("{:hello, \"Hello from receiver\"}");
  }
}
