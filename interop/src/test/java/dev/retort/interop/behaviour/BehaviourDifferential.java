package dev.retort.interop.behaviour;

import dev.retort.interop.Differential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Random fates of servers and state machines on OTP and on Retort. */
final class BehaviourDifferential extends Differential<Scenario, Outcome> {
  private final OtpStage otp;

  /**
   * Starts an Erlang runtime.
   *
   * @param folder where its code is compiled to
   */
  BehaviourDifferential(Path folder) throws IOException, InterruptedException {
    super(1);
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
