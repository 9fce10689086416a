package dev.retort.interop.behaviour;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs random scenarios on OTP and on Retort and compares what comes of them. */
final class BehaviourDifferential implements AutoCloseable {
  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Logger LOG = Logger.getLogger("dev.retort");

  private static final int SCENARIOS = Integer.getInteger("dev.retort.scenarios", 1000);
  private static final long SEED = Long.getLong("dev.retort.seed", new Random().nextInt());

  private final OtpStage otp;

  /**
   * Starts an Erlang runtime.
   *
   * @param folder where its code is compiled to
   */
  BehaviourDifferential(Path folder) throws IOException, InterruptedException {
    assumeTrue(isInstalled("erl") && isInstalled("erlc"), "Erlang is not installed");
    LOG.setLevel(Level.OFF); // thousands of processes crash on purpose
    otp = new OtpStage(folder);
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }

  @Override
  public void close() throws IOException {
    LOG.setLevel(null);
    otp.close();
  }

  /**
   * Compares the scenarios of all seeds.
   *
   * @param what what they are of
   * @param random makes one of a seed
   */
  void compare(String what, LongFunction<Scenario> random) {
    System.out.println(SCENARIOS + " scenarios of " + what + ", from seed " + SEED);
    for (long seed = SEED; seed < SEED + SCENARIOS; seed++) {
      var scenario = random.apply(seed);
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
  private @Nullable String difference(Scenario scenario) {
    try {
      var there = otp.run(scenario);
      var here = RetortStage.run(scenario, there);
      int last = here.size() - 1;
      return here.get(last).equals(there.get(last))
          ? null
          : "after step " + (last + 1) + "\n  OTP" + there.get(last) + "  Retort" + here.get(last);
    } catch (Exception e) {
      throw new AssertionError("could not run" + scenario, e);
    }
  }
}
