package dev.retort.node.eval;

import dev.retort.Body;
import dev.retort.ErlangException;
import dev.retort.ErlangException.Kind;
import dev.retort.Kernel;
import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import java.lang.System.Logger.Level;
import java.util.List;

/** What a process runs that evaluated code has spawned. */
record EvaluatedProcess(Home home, Object fun, List<?> arguments) implements Body {
  private static final System.Logger LOG = System.getLogger(EvaluatedProcess.class.getName());

  @Override
  public void run() {
    Kernel.vocabulary(Vocabulary.EMPTY); // its messages are terms
    try {
      var unused = result(home, fun, arguments);
    } catch (ErlangException e) {
      if (e.kind() != Kind.EXIT) {
        LOG.log(Level.ERROR, "Process " + Kernel.self() + " terminating: " + e.getMessage());
      }
      throw e;
    }
  }

  /**
   * Calls a function in the running process.
   *
   * @return a term
   * @throws ErlangException what Erlang would raise
   */
  static Object result(Home home, Object fun, List<?> arguments) {
    try {
      return Wire.outgoing(new Evaluation(home).call(fun, arguments.toArray()));
    } catch (RuntimeException e) {
      var raised = Raised.of(e);
      throw new ErlangException(
          raised.kind, Wire.outgoing(raised.value), (List<?>) Wire.outgoing(raised.stack()));
    } catch (StackOverflowError e) {
      throw new ErlangException(Kind.ERROR, Atom.of("system_limit"), List.of());
    }
  }
}
