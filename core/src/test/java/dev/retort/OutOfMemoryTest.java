package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The heap is full, for a moment: the process that filled it ends, and its node goes on. */
class OutOfMemoryTest {
  @Test
  void theNodeGoesOnWhenTheProcessThatFilledTheHeapHasEnded() throws Exception {
    var result = new ChildJvm("-Xmx48m").run(100, OutOfMemory.class.getName());
    assertThat(result.status()).as("%s", result.output()).isZero();
    assertThat(result.output()).noneMatch(line -> line.startsWith("NO: "));
    assertThat(result.output().stream().filter(line -> line.startsWith("yes: "))).hasSize(5);
  }
}
