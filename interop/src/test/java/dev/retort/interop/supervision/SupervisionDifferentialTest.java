package dev.retort.interop.supervision;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random supervision trees with random fates come to the same under Retort's supervisors as under
 * OTP's: what was started and stopped and in which order, why each process ended, what every
 * request was answered, who was there in the end.
 *
 * <p>{@code -Ddev.retort.scenarios=100000} for more of them, {@code -Ddev.retort.seed=42} for those
 * that begin with this seed; a failure names its own.
 */
class SupervisionDifferentialTest {
  @Test
  @Timeout(value = 1, unit = TimeUnit.DAYS) // more on request
  void treesFareTheSame(@TempDir Path folder) throws Exception {
    try (var differential = new SupervisionDifferential(folder)) {
      differential.compare("supervision scenarios", Scenario::random);
    }
  }
}
