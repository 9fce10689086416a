package dev.retort.node.eval;

/** A function of Erlang's or Elixir's libraries, written in Java. */
@FunctionalInterface
interface Builtin {
  /**
   * Its value; a {@link TailCall} of one that ends with a call.
   *
   * @param arguments as many as it takes
   * @throws Raised Erlang's exceptions; other unchecked ones are {@code badarg}
   */
  Object apply(Evaluation in, Object[] arguments);
}
