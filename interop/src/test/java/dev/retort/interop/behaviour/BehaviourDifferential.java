package dev.retort.interop.behaviour;

import dev.retort.interop.Differential;
import dev.retort.interop.ErlangInterpreter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Random fates of servers and state machines on OTP and on Retort, which come to the same but for
 * one thing: up to OTP 25, who traps exits and starts a server that does not start is sent its
 * exit, too ({@link Outcome#withoutExitsOfStarts}).
 */
final class BehaviourDifferential extends Differential<Scenario, Outcome> {
  /** The first release of OTP in which a start that fails has one answer. */
  private static final int ONE_ANSWER = 26;

  private final OtpStage otp;
  private final boolean oneAnswer;

  /**
   * Starts an Erlang runtime.
   *
   * @param folder where its code is compiled to
   */
  BehaviourDifferential(Path folder) throws IOException, InterruptedException {
    super(1);
    oneAnswer = ErlangInterpreter.release() >= ONE_ANSWER;
    otp = new OtpStage(folder);
  }

  @Override
  protected List<Outcome> otp(Scenario scenario) throws IOException {
    var outcomes = otp.run(scenario);
    return oneAnswer ? outcomes : outcomes.stream().map(Outcome::withoutExitsOfStarts).toList();
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
