package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.program.Outcome;
import dev.retort.program.Program;
import dev.retort.program.RetortRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs of signals come to the same on Retort as on a real Erlang node: what every
 * function returned, what every process got, why each ended, who is linked with whom.
 *
 * <p>{@code -Ddev.retort.programs=100000} for more of them, {@code -Ddev.retort.seed=42} for those
 * that begin with this seed; a failure names its own.
 */
class DifferentialTest {
  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Logger LOG = Logger.getLogger("dev.retort");

  private static final int PROGRAMS = Integer.getInteger("dev.retort.programs", 500);
  private static final long SEED = Long.getLong("dev.retort.seed", new Random().nextInt());
  private static final int LENGTH = 60;

  @TempDir private static Path folder;

  private static ErlangRun erlang;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Nodes.isInstalled("erl") && Nodes.isInstalled("erlc"), "Erlang is not installed");
    LOG.setLevel(Level.OFF); // thousands of processes crash on purpose
    erlang = new ErlangRun(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    LOG.setLevel(null);
    if (erlang != null) {
      erlang.close();
    }
  }

  @Test
  @Timeout(value = 1, unit = java.util.concurrent.TimeUnit.DAYS) // more on request
  void programsComeToTheSame() throws Exception {
    for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
      var drafts = Program.random(seed, LENGTH);
      if (differs(drafts)) {
        var smallest = Program.forErlang(Program.shrink(drafts, DifferentialTest::differs));
        var there = erlang.of(smallest);
        var here = RetortRun.of(smallest);
        int step = firstDifference(here, there);
        assertThat(here.get(step))
            .as("seed %d, shrunk; the last step of %s", seed, smallest.upTo(step))
            .isEqualTo(there.get(step));
        throw new AssertionError(
            "seed " + seed + " differs now and then" + Program.forErlang(drafts));
      }
    }
  }

  private static boolean differs(List<Program.Draft> drafts) {
    var program = Program.forErlang(drafts);
    try {
      return !RetortRun.of(program).equals(erlang.of(program));
    } catch (Exception e) {
      throw new AssertionError("could not run" + program, e);
    }
  }

  private static int firstDifference(List<Outcome> one, List<Outcome> other) {
    int step = 0;
    while (step < one.size() - 1 && one.get(step).equals(other.get(step))) {
      step++;
    }
    return step;
  }
}
