package dev.retort.node.eval;

import dev.retort.spi.Evaluator;
import dev.retort.term.Atom;
import java.util.List;

/** What a node exports that exports nothing. */
final class NoExports implements Evaluator.Exported {
  static final Evaluator.Exported NONE = new NoExports();

  private NoExports() {}

  @Override
  public boolean has(Atom module, Atom function, int arity) {
    return false;
  }

  @Override
  public Object call(Atom module, Atom function, List<?> arguments) {
    throw new IllegalArgumentException("a function that is exported was expected");
  }
}
