package dev.retort.interop.supervision;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Logger LOG = Logger.getLogger("dev.retort");

  private static final int SCENARIOS = Integer.getInteger("dev.retort.scenarios", 1000);
  private static final long SEED = Long.getLong("dev.retort.seed", new Random().nextInt());

  @TempDir private static Path folder;

  private static OtpTree otp;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(isInstalled("erl") && isInstalled("erlc"), "Erlang is not installed");
    LOG.setLevel(Level.OFF); // thousands of processes crash on purpose
    otp = new OtpTree(folder);
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }

  @AfterAll
  static void stop() throws IOException {
    LOG.setLevel(null);
    if (otp != null) {
      otp.close();
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.DAYS) // more on request
  void treesFareTheSame() throws Exception {
    System.out.println(SCENARIOS + " supervision scenarios, from seed " + SEED);
    for (long seed = SEED; seed < SEED + SCENARIOS; seed++) {
      var scenario = Scenario.random(seed);
      var difference = difference(scenario);
      if (difference != null) {
        var smallest = scenario.shrink(each -> difference(each) != null);
        var shorter = difference(smallest);
        throw new AssertionError(
            "seed "
                + seed
                + (shorter == null ? ", now and then" : ", shrunk")
                + smallest
                + (shorter == null ? difference : shorter));
      }
    }
  }

  /** The first step that comes to something else; null if none does. */
  private static @Nullable String difference(Scenario scenario) {
    try {
      var there = otp.run(scenario);
      var here = RetortTree.run(scenario, there);
      int last = here.size() - 1;
      return here.get(last).equals(there.get(last))
          ? null
          : "after step " + last + "\n  OTP" + there.get(last) + "  Retort" + here.get(last);
    } catch (Exception e) {
      throw new AssertionError("could not run" + scenario, e);
    }
  }
}
