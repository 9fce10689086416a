package dev.retort.interop.supervision;

import dev.retort.interop.ErlangInterpreter;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A real Erlang runtime that runs {@link Scenario}s on OTP's supervisors, one after the other. */
final class OtpTree implements AutoCloseable {
  private final ErlangInterpreter interpreter;

  /**
   * Starts one.
   *
   * @param folder where its code is compiled to
   */
  OtpTree(Path folder) throws IOException, InterruptedException {
    interpreter = new ErlangInterpreter("supervision", folder);
  }

  /** What comes of the start and of each step there. */
  List<Outcome> run(Scenario scenario) throws IOException {
    return interpreter.run(scenario, scenario).stream().map(OtpTree::outcome).toList();
  }

  private static Outcome outcome(Object term) {
    var tuple = (Tuple) term;
    return Outcome.of((List<?>) tuple.get(0), (List<?>) tuple.get(1), tuple.get(2));
  }

  @Override
  public void close() throws IOException {
    interpreter.close();
  }
}
