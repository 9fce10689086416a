package dev.retort.interop.behaviour;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random servers with random fates come to the same as under OTP's {@code gen_server}: which
 * callbacks were called with what, what callers, starters and {@code sys} were answered, why each
 * process ended.
 *
 * <p>{@code -Ddev.retort.scenarios=100000} for more of them, {@code -Ddev.retort.seed=42} for those
 * that begin with this seed; a failure names its own.
 */
class GenServerDifferentialTest {
  @Test
  @Timeout(value = 1, unit = TimeUnit.DAYS) // more on request
  void serversFareTheSame(@TempDir Path folder) throws Exception {
    try (var differential = new BehaviourDifferential(folder)) {
      differential.compare("scenarios of servers", seed -> new ServerDraft(seed).scenario());
    }
  }
}
