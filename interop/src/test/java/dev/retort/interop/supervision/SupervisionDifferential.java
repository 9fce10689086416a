package dev.retort.interop.supervision;

import dev.retort.interop.Differential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Random fates of supervision trees on OTP and on Retort; their start is step 0. */
final class SupervisionDifferential extends Differential<Scenario, Outcome> {
  private final OtpTree otp;

  /**
   * Starts an Erlang runtime.
   *
   * @param folder where its code is compiled to
   */
  SupervisionDifferential(Path folder) throws IOException, InterruptedException {
    super(0);
    otp = new OtpTree(folder);
  }

  @Override
  protected List<Outcome> otp(Scenario scenario) throws IOException {
    return otp.run(scenario);
  }

  @Override
  protected List<Outcome> retort(Scenario scenario, List<Outcome> expected) throws Exception {
    return RetortTree.run(scenario, expected);
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
