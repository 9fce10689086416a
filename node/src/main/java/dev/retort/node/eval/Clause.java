package dev.retort.node.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A clause of a function, {@code case}, {@code receive} and their kin. */
final class Clause {
  private final List<Pattern> head;
  private final Guard guard;
  private final Expression body;

  /** The variables that an earlier try may have bound. */
  private final int[] fresh;

  Clause(List<Pattern> head, Guard guard, Expression body, int... fresh) {
    this.head = head;
    this.guard = guard;
    this.body = body;
    this.fresh = fresh;
  }

  Expression body() {
    return body;
  }

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
