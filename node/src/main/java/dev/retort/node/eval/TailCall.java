package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Fun;

/**
 * The last call of a function: whoever called the function makes it, so that a loop needs no more
 * stack however long it goes on.
 */
final class TailCall {
  final Object fun;
  final Object[] arguments;

  TailCall(Object fun, Object... arguments) {
    this.fun = fun;
    this.arguments = arguments;
  }

  /** {@code apply(Module, Function, Arguments)}. */
  static TailCall of(Atom module, Atom function, Object[] arguments) {
    if (arguments.length > 255) {
      throw Raised.error("system_limit");
    }
    return new TailCall(new Fun.Export(module, function, arguments.length), arguments);
  }
}
