package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which nodes expect what; SysTest in interop asks real ones. */
class ForeignStateTest {
  @ParameterizedTest
  @ValueSource(strings = {"5.1", "5.1.1", "5.10", "6.0", "7", "10.2.1"})
  void nodesSinceOtp261ExpectAPair(String stdlib) {
    assertThat(ForeignState.isNew(stdlib)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2", "4.11", "5", "5.0", "5.0.2", "", "new", "5.x"})
  void othersExpectTheStateItself(String stdlib) {
    assertThat(ForeignState.isNew(stdlib)).isFalse();
  }
}
