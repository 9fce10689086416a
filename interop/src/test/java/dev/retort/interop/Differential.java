package dev.retort.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs random scenarios on OTP and on Retort and compares what comes of them. Nothing is logged
 * meanwhile.
 *
 * @param <S> a scenario
 * @param <O> what comes of a step
 */
public abstract class Differential<S, O> implements AutoCloseable {
  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Logger LOG = Logger.getLogger("dev.retort");

  private static final int SCENARIOS = Integer.getInteger("dev.retort.scenarios", 1000);
  private static final long SEED = Long.getLong("dev.retort.seed", new Random().nextInt());

  private final int firstStep;

  /**
   * Skips the test where Erlang is not installed.
   *
   * @param firstStep the number of the step that the first outcome is of
   */
  protected Differential(int firstStep) {
    this.firstStep = firstStep;
    assumeTrue(Nodes.isInstalled("erl") && Nodes.isInstalled("erlc"), "Erlang is not installed");
    LOG.setLevel(Level.OFF); // thousands of processes crash on purpose
  }

  @Override
  public void close() throws IOException {
    LOG.setLevel(null);
  }

  /** What comes of a scenario on OTP. */
  protected abstract List<O> otp(S scenario) throws Exception;

  /** What comes of it on Retort, up to the first step that is not as expected. */
  protected abstract List<O> retort(S scenario, List<O> expected) throws Exception;

  /** As little of it as is still bad. */
  protected abstract S shrink(S scenario, Predicate<S> bad);

  /**
   * Compares the scenarios of all seeds.
   *
   * @param what what they are
   * @param random makes one of a seed
   */
  public final void compare(String what, LongFunction<S> random) {
    System.out.println(SCENARIOS + " " + what + ", from seed " + SEED);
    for (long seed = SEED; seed < SEED + SCENARIOS; seed++) {
      var scenario = random.apply(seed);
      var difference = difference(scenario);
      if (difference != null) {
        var smallest = shrink(scenario, each -> difference(each) != null);
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
  private @Nullable String difference(S scenario) {
    try {
      var there = otp(scenario);
      var here = retort(scenario, there);
      int last = here.size() - 1;
      return here.get(last).equals(there.get(last))
          ? null
          : "after step %d\n  OTP%s  Retort%s"
              .formatted(firstStep + last, there.get(last), here.get(last));
    } catch (Exception e) {
      throw new AssertionError("could not run" + scenario, e);
    }
  }
}
