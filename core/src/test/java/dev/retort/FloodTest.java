package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process that does not read: its mailbox grows as far as the heap goes, and no further harm is
 * done. A message costs 24 bytes beside itself, so ten million of them need 240 MB.
 */
@Timeout(300)
class FloodTest {
  @Test
  void tenMillionMessagesFitIntoASmallHeap() throws Exception {
    var result = new ChildJvm("-Xmx512m").run(280, Flood.class.getName(), "10000000");
    assertThat(result.status()).as("%s", result.output()).isZero();
    assertThat(result.output().stream().filter(line -> line.startsWith("yes: "))).hasSize(3);
  }
}
