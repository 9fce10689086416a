package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a thread looks again before it sleeps. */
class BusyWaitTest {
  private long now;
  private final BusyWait wait = new BusyWait(() -> now);

  @BeforeEach
  void needsProcessors() {
    assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
  }

  private void pass(long micros) {
    now += micros * 1000;
  }

  /** A wait in which nothing comes for so long; whether it looked. */
  private boolean sleeps(long micros) {
    boolean looks = wait.begin(true);
    pass(micros);
    wait.hasSlept();
    return looks;
  }

  @Test
  void itLooksAfterAShortWait() {
    assertThat(sleeps(10)).isFalse();
    assertThat(sleeps(10)).isTrue();
  }

  @Test
  void itSleepsAfterALongWait() {
    sleeps(10);
    assertThat(sleeps(1000)).isTrue();
    assertThat(sleeps(1000)).isFalse();
  }

  @Test
  void itSleepsWhereNobodyIsToAnswer() {
    sleeps(10);
    assertThat(wait.begin(false)).isFalse();
  }

  @Test
  void itLooksForAWhileOnly() {
    sleeps(10);
    assertThat(wait.begin(true)).isTrue();
    pass(30);
    assertThat(wait.isWorthwhile()).isTrue();
    pass(30);
    assertThat(wait.isWorthwhile()).isFalse();
  }

  @Test
  void whoLosesTheProcessorSleepsForAWhileAndEachTimeLonger() {
    sleeps(10);
    assertThat(sleepsAfterALoss()).isEqualTo(64);
    assertThat(sleepsAfterALoss()).isEqualTo(128);
    for (int i = 0; i < 64; i++) {
      wait.hasFound();
    }
    assertThat(sleepsAfterALoss()).isEqualTo(192);
  }

  private int sleepsAfterALoss() {
    assertThat(wait.begin(true)).isTrue();
    pass(5000);
    assertThat(wait.isWorthwhile()).isFalse();
    int count = 0;
    while (!sleeps(10)) {
      count++;
    }
    return count;
  }
}
