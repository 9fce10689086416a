package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code try Guarded of ... catch ... end}. What ends a process is an {@link Error} here, which no
 * clause can catch and after which nothing runs, as in Erlang.
 *
 * @param of what to do with a value; null for the value itself
 */
record Catching(Expression guarded, @Nullable List<Clause> of, List<Clause> catches)
    implements Expression {
  private static final Atom EXIT = Atom.of("EXIT");

  @Override
  public Object value(Frame frame) {
    Object value;
    try {
      value = guarded.value(frame);
    } catch (RuntimeException e) {
      var raised = Raised.of(e);
      var thrown = Tuple.of(raised.kindAtom(), raised.value, raised.stack());
      var clause = Clause.select(catches, frame, thrown);
      if (clause == null) {
        throw raised;
      }
      return clause.body().value(frame);
    }
    if (of == null) {
      return value;
    }
    var clause = Clause.select(of, frame, value);
    if (clause == null) {
      throw Raised.error("try_clause", value);
    }
    return clause.body().value(frame);
  }

  /** The same with {@code after}. */
  Expression then(Expression after) {
    return frame -> {
      Object value;
      try {
        value = value(frame);
      } catch (RuntimeException e) {
        var unused = after.value(frame);
        throw e;
      }
      var unused = after.value(frame);
      return value;
    };
  }

  /** {@code catch Guarded}. */
  static Object old(Expression guarded, Frame frame) {
    try {
      return guarded.value(frame);
    } catch (RuntimeException e) {
      var raised = Raised.of(e);
      return switch (raised.kind) {
        case THROW -> raised.value;
        case EXIT -> Tuple.of(EXIT, raised.value);
        case ERROR -> Tuple.of(EXIT, Tuple.of(raised.value, raised.stack()));
      };
    }
  }
}
