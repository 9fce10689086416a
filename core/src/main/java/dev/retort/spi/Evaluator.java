package dev.retort.spi;

import dev.retort.term.Atom;
import dev.retort.term.Fun;
import java.util.List;

/**
 * What calls functions that came as their own syntax tree: those that somebody typed into the shell
 * of an Erlang or Elixir node.
 */
public interface Evaluator {
  /** Makes the one of a node; found with {@link java.util.ServiceLoader}. */
  interface Provider {
    /** The evaluator of a node that exports these functions. */
    Evaluator start(Exported exported);
  }

  /** The functions that the node of the running process exports. */
  interface Exported {
    /** Whether there is one. */
    boolean has(Atom module, Atom function, int arity);

    /**
     * Calls it in the running process.
     *
     * @param arguments terms
     * @return a value that need not be a term
     */
    Object call(Atom module, Atom function, List<?> arguments) throws Exception;
  }

  /** Whether it is a function that can be evaluated. */
  boolean evaluates(Fun.Closure fun);

  /**
   * Calls it in the running process.
   *
   * @param arguments values that have terms, as many as it takes
   * @return a term
   * @throws dev.retort.ErlangException what Erlang would raise, with its stack
   */
  Object apply(Fun.Closure fun, List<?> arguments);
}
