package dev.retort.interop;

import dev.retort.program.Outcome;
import dev.retort.program.Program;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A real Erlang runtime that runs {@link Program}s, one after the other. */
final class ErlangRun implements AutoCloseable {
  private final ErlangInterpreter interpreter;

  /**
   * Starts one.
   *
   * @param folder where its code is compiled to
   */
  ErlangRun(Path folder) throws IOException, InterruptedException {
    interpreter = new ErlangInterpreter("program", folder);
  }

  /** What comes of each step there. */
  List<Outcome> of(Program program) throws IOException {
    return interpreter.run(program.acts(), program).stream().map(ErlangRun::outcome).toList();
  }

  private static Outcome outcome(Object term) {
    var tuple = (Tuple) term;
    var result = tuple.get(0);
    if (result instanceof Tuple taken && taken.get(0).equals(Atom.of("taken"))) {
      result = Outcome.promised(list(taken.get(1)));
    }
    return new Outcome(result, list(tuple.get(1)).stream().map(ErlangRun::worker).toList());
  }

  private static Outcome.Worker worker(Object term) {
    var tuple = (Tuple) term;
    return new Outcome.Worker(
        (int) (long) (Long) tuple.get(0),
        tuple.get(1),
        Outcome.unordered(list(tuple.get(2))),
        (int) (long) (Long) tuple.get(3),
        numbers(tuple.get(4)),
        numbers(tuple.get(5)));
  }

  private static List<Integer> numbers(Object term) {
    return list(term).stream().map(number -> (int) (long) (Long) number).toList();
  }

  private static List<?> list(Object term) {
    return (List<?>) term;
  }

  @Override
  public void close() throws IOException {
    interpreter.close();
  }
}
