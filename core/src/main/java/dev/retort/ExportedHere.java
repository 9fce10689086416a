package dev.retort;

import dev.retort.spi.Evaluator;
import dev.retort.term.Atom;
import java.util.List;

/** The functions that the node of the running process exports, for evaluated code. */
final class ExportedHere implements Evaluator.Exported {
  @Override
  public boolean has(Atom module, Atom function, int arity) {
    return Node.current().exported(module, function, arity) != null;
  }

  @Override
  public Object call(Atom module, Atom function, List<?> arguments) throws Exception {
    return Mfa.of(module, function, arguments).apply();
  }
}
