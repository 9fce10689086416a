package dev.retort.node.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A clause of a function, {@code case}, {@code receive} and their kin.
 *
 * @param fresh the variables that an earlier try may have bound
 */
record Clause(List<Pattern> head, Guard guard, Expression body, int[] fresh) {
  private boolean accepts(Object[] values, Frame frame) {
    frame.unbind(fresh);
    for (int i = 0; i < values.length; i++) {
      if (!head.get(i).matches(values[i], frame)) {
        return false;
      }
    }
    return guard.holds(frame);
  }

  /** The first of the clauses that accepts the values, its variables bound; null if none does. */
  static @Nullable Clause select(List<Clause> clauses, Frame frame, Object... values) {
    for (var clause : clauses) {
      if (clause.accepts(values, frame)) {
        return clause;
      }
    }
    return null;
  }
}
