package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What holds for structured concurrency inside processes: see StructuredProcesses.java. */
class StructuredConcurrencyTest {
  @Test
  void scopesAndProcessesGetOnWithEachOther() throws Exception {
    var source = getClass().getResource("/StructuredProcesses.java").toURI();
    var result =
        new ChildJvm("--enable-preview", "--source", "25").run(100, Path.of(source).toString());
    assertThat(result.status()).as("%s", result.output()).isZero();
    assertThat(result.output().stream().filter(line -> line.startsWith("yes: "))).hasSize(7);
    assertThat(result.output()).noneMatch(line -> line.startsWith("NO: "));
  }
}
