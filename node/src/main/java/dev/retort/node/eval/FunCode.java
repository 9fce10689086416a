package dev.retort.node.eval;

import dev.retort.term.Atom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The code of a fun expression, compiled; what it has captured is in each {@link EvalFun}.
 *
 * @param size how many variables a call has
 * @param self the slot of its own name; -1 if it has none
 * @param captured which variables of its surroundings it takes along
 * @param source what it was compiled from
 */
record FunCode(
    int arity,
    List<Clause> clauses,
    int size,
    int self,
    List<Scope.Captured> captured,
    Source source) {

  /**
   * What a fun is made of on the wire.
   *
   * @param name its own name, null if it has none
   * @param forms its clauses
   * @param shape how the node that it came from writes funs
   */
  record Source(Object anno, @Nullable Atom name, List<?> forms, FunShape shape) {}
}
