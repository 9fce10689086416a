package dev.retort.node.eval;

import dev.retort.ErlangException;
import dev.retort.ErlangException.Kind;
import dev.retort.spi.Evaluator;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Evaluates functions that somebody typed into {@code iex} or {@code erl}. Such a function travels
 * as its syntax tree with the values that it has captured, as {@code erl_eval} keeps them.
 */
public final class FunEvaluator implements Evaluator {
  private static final System.Logger LOG = System.getLogger(FunEvaluator.class.getName());

  private final Exported exported;

  FunEvaluator(Exported exported) {
    this.exported = exported;
  }

  /** What a node finds it by. */
  public static final class Provider implements Evaluator.Provider {
    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public Evaluator start(Exported exported) {
      return new FunEvaluator(exported);
    }
  }

  @Override
  public boolean evaluates(Fun.Closure fun) {
    return FunShape.isEvaluated(fun);
  }

  @Override
  public Object apply(Fun.Closure fun, List<?> arguments) {
    EvalFun evaluated;
    try {
      evaluated = EvalFun.of(fun);
    } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException e) {
      LOG.log(Level.WARNING, "a function cannot be evaluated here: {0}", e.getMessage());
      throw new ErlangException(Kind.ERROR, Atom.of("badarg"), List.of());
    } catch (StackOverflowError e) {
      throw new ErlangException(Kind.ERROR, Atom.of("system_limit"), List.of());
    }
    return EvaluatedProcess.result(
        new Home(exported, fun.creator().node().name()),
        evaluated,
        arguments.stream().map(Wire::incoming).toList());
  }
}
