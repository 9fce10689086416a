package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Fun;

/** {@code erlang:fun_info/2}. */
final class FunctionInfo {
  private FunctionInfo() {}

  static Object of(Object fun, String item) {
    return switch (item) {
      case "arity" -> (long) TypeTests.arity(fun);
      case "module" -> module(fun);
      case "type" -> Atom.of(fun instanceof Fun.Export ? "external" : "local");
      default -> throw Raised.badarg();
    };
  }

  private static Atom module(Object fun) {
    return fun instanceof Fun other ? other.module() : FunShape.ERL_EVAL;
  }
}
