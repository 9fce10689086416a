package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A process that does not read: its mailbox grows as far as the heap goes, and no further harm is
 * done. A message costs 24 bytes beside itself, so ten million of them need 240 MB.
 */
@Timeout(300)
class FloodTest {
  private static void run(int messages, String heap) throws Exception {
    var result =
        new ChildJvm("-Xmx" + heap).run(280, Flood.class.getName(), String.valueOf(messages));
    assertThat(result.status()).as("%s", result.output()).isZero();
    assertThat(result.output().stream().filter(line -> line.startsWith("yes: "))).hasSize(3);
  }

  @Test
  void aMillionMessagesFitIntoASmallHeap() throws Exception {
    run(1_000_000, "64m");
  }

  /** {@code -Dretort.flood=true}: as above, at full size. */
  @Test
  @EnabledIfSystemProperty(named = "retort.flood", matches = "true")
  void tenMillionMessages() throws Exception {
    run(10_000_000, "512m");
  }
}
