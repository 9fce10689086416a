package dev.retort.node.eval;

import dev.retort.ErlangException;
import dev.retort.ErlangException.Kind;
import dev.retort.ExitException;
import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An exception of evaluated code: a class, a value, and the stack as Erlang shows it. */
final class Raised extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Tuple EVALUATOR =
      Tuple.of(Atom.of("erl_eval"), Atom.of("expr"), 6L, List.of());

  final transient Kind kind;
  final transient Object value;

  /** Null until whoever knows where it was raised has said so. */
  private transient @Nullable List<?> stack;

  Raised(Kind kind, Object value, @Nullable List<?> stack) {
    super(null, null, false, false);
    this.kind = kind;
    this.value = value;
    this.stack = stack;
  }

  static Raised error(Object value) {
    return new Raised(Kind.ERROR, value, null);
  }

  /** {@code {Tag, Value}}. */
  static Raised error(String tag, Object value) {
    return error(Tuple.of(Atom.of(tag), value));
  }

  static Raised error(String reason) {
    return error(Atom.of(reason));
  }

  static Raised badarg() {
    return error("badarg");
  }

  static Raised badarith() {
    return error("badarith");
  }

  static Raised exit(Object reason) {
    return new Raised(Kind.EXIT, reason, null);
  }

  /** What a function of Java has thrown, as evaluated code sees it. */
  static Raised of(Exception thrown) {
    return switch (thrown) {
      case Raised raised -> raised;
      case ErlangException e -> new Raised(e.kind(), e.value(), e.stack());
      case ExitException e -> exit(Terms.toTerm(e.reason()));
      default -> {
        var crash = (Tuple) Terms.toTerm(thrown);
        yield new Raised(Kind.ERROR, crash.get(0), (List<?>) crash.get(1));
      }
    };
  }

  /** Says where it was raised, if nobody has yet. */
  Raised at(Object module, Object function, Object argumentsOrArity) {
    if (stack == null) {
      stack = List.of(Tuple.of(module, function, argumentsOrArity, List.of()), EVALUATOR);
    }
    return this;
  }

  /** Says that a call of a value was, which is no function or takes other arguments. */
  Raised atCall(Object fun, Object arguments) {
    if (stack == null) {
      stack = List.of(Tuple.of(fun, arguments, List.of()), EVALUATOR);
    }
    return this;
  }

  List<?> stack() {
    return stack == null ? List.of(EVALUATOR) : stack;
  }

  Atom kindAtom() {
    return Atom.of(
        switch (kind) {
          case THROW -> "throw";
          case EXIT -> "exit";
          case ERROR -> "error";
        });
  }

  @Override
  public String getMessage() {
    return kindAtom().name() + ":" + Wire.outgoing(value);
  }
}
