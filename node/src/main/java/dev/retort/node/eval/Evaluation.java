package dev.retort.node.eval;

import dev.retort.Kernel;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Tuple;
import java.util.List;

/** The evaluation of one function by one process. */
final class Evaluation {
  /** Calls between two looks whether the process has been told to exit. */
  private static final int PATIENCE = 64;

  private final Home home;
  private int calls;

  Evaluation(Home home) {
    this.home = home;
  }

  Home home() {
    return home;
  }

  /** Calls a function value. */
  Object call(Object fun, Object... arguments) {
    return finish(new TailCall(fun, arguments));
  }

  /** Calls a function by its name. */
  Object apply(String module, String function, Object... arguments) {
    return finish(enter(Atom.of(module), Atom.of(function), arguments));
  }

  /** Makes the call that a function ends with, and the one that this one ends with, and so on. */
  Object finish(Object value) {
    var result = value;
    while (result instanceof TailCall call) {
      result = enter(call.fun, call.arguments);
    }
    return result;
  }

  private Object enter(Object fun, Object[] arguments) {
    look();
    return switch (fun) {
      case EvalFun evaluated -> {
        checkArity(evaluated.arity(), fun, arguments);
        yield evaluated.enter(this, arguments);
      }
      case Fun.Export(var module, var function, var arity) -> {
        checkArity(arity, fun, arguments);
        yield enter(module, function, arguments);
      }
      case Fun.Closure closure -> {
        checkArity(closure.arity(), fun, arguments);
        yield callable(closure, arguments).enter(this, arguments);
      }
      default -> throw Raised.error("badfun", fun).at(FunShape.ERL_EVAL, Atom.of("expr"), 6L);
    };
  }

  /** A fun to be called more than once; anything else as it is. */
  static Object prepared(Object fun) {
    return fun instanceof Fun.Closure closure && FunShape.isEvaluated(closure)
        ? EvalFun.of(closure)
        : fun;
  }

  private static EvalFun callable(Fun.Closure closure, Object[] arguments) {
    if (!FunShape.isEvaluated(closure)) {
      throw Raised.error("undef").atCall(closure, List.of(arguments));
    }
    return EvalFun.of(closure);
  }

  private static void checkArity(int arity, Object fun, Object[] arguments) {
    if (arity != arguments.length) {
      throw Raised.error("badarity", Tuple.of(fun, List.of(arguments)))
          .atCall(fun, List.of(arguments));
    }
  }

  /** A loop that waits for nothing notices here that its process has been told to exit. */
  private void look() {
    if (++calls % PATIENCE == 0) {
      var unused = Kernel.self();
    }
  }

  /** Calls a function by its name; what comes may be a {@link TailCall}. */
  Object enter(Atom module, Atom function, Object[] arguments) {
    look();
    var builtin = Library.find(module.name(), function.name(), arguments.length);
    if (builtin != null) {
      return enter(builtin, module, function, arguments);
    }
    var exported = home.exported();
    if (exported.has(module, function, arguments.length)) {
      try {
        return Wire.incoming(exported.call(module, function, Wire.outgoing(arguments)));
      } catch (Exception e) {
        throw Raised.of(e).at(module, function, List.of(arguments));
      }
    }
    Library.logUndefined(module, function, arguments.length);
    throw Raised.error("undef").at(module, function, List.of(arguments));
  }

  Object enter(Builtin builtin, Atom module, Atom function, Object[] arguments) {
    try {
      return builtin.apply(this, arguments);
    } catch (Raised e) {
      throw e.at(module, function, List.of(arguments));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ClassCastException e) {
      throw Raised.badarg().at(module, function, List.of(arguments));
    } catch (RuntimeException e) {
      throw Raised.of(e).at(module, function, List.of(arguments));
    }
  }
}
