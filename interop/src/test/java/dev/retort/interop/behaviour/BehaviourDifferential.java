package dev.retort.interop.behaviour;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.interop.Differential;
import dev.retort.interop.ErlangInterpreter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Random fates of servers and state machines on OTP and on Retort, which do the same as those of
 * OTP 25. With a later release the tests are skipped: since OTP 26 one who starts a server that
 * fails in its {@code init}, and traps exits, is no longer sent its exit.
 */
final class BehaviourDifferential extends Differential<Scenario, Outcome> {
  private final OtpStage otp;

  /**
   * Starts an Erlang runtime.
   *
   * @param folder where its code is compiled to
   */
  BehaviourDifferential(Path folder) throws IOException, InterruptedException {
    super(1);
    boolean same = ErlangInterpreter.release() == 25;
    if (!same) {
      super.close(); // nobody else will
    }
    assumeTrue(same, "Retort's behaviours are those of OTP 25");
    otp = new OtpStage(folder);
  }

  @Override
  protected List<Outcome> otp(Scenario scenario) throws IOException {
    return otp.run(scenario);
  }

  @Override
  protected List<Outcome> retort(Scenario scenario, List<Outcome> expected) throws Exception {
    return RetortStage.run(scenario, expected);
  }

  @Override
  protected Scenario shrink(Scenario scenario, Predicate<Scenario> bad) {
    return scenario.shrink(bad);
  }

  @Override
  public void close() throws IOException {
    super.close();
    otp.close();
  }
}
