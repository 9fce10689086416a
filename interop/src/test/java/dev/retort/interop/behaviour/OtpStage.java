package dev.retort.interop.behaviour;

import dev.retort.interop.ErlangInterpreter;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A real Erlang runtime that runs {@link Scenario}s on OTP's servers and machines. */
final class OtpStage implements AutoCloseable {
  private final ErlangInterpreter interpreter;

  /**
   * Starts one.
   *
   * @param folder where its code is compiled to
   */
  OtpStage(Path folder) throws IOException, InterruptedException {
    interpreter = new ErlangInterpreter("behaviours", folder);
  }

  /** What comes of each step there. */
  List<Outcome> run(Scenario scenario) throws IOException {
    return interpreter.run(scenario, scenario).stream()
        .map(term -> Outcome.of((Tuple) term))
        .toList();
  }

  @Override
  public void close() throws IOException {
    interpreter.close();
  }
}
