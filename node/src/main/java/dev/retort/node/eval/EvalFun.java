package dev.retort.node.eval;

import dev.retort.term.Fun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function that can be called: its code, and the values that it has captured. */
final class EvalFun {
  private final FunCode code;
  private final @Nullable Object[] captured;

  /** What it is on the wire; made when it is needed. */
  private Fun.@Nullable Closure term;

  EvalFun(FunCode code, @Nullable Object[] captured) {
    this.code = code;
    this.captured = captured;
  }

  /**
   * The function that a fun of {@code erl_eval} stands for.
   *
   * @throws IllegalArgumentException if it is none, or of a release whose funs are not known; the
   *     message says what was expected
   */
  static EvalFun of(Fun.Closure closure) {
    var shape = FunShape.of(closure);
    var bindings = shape.bindings(closure);
    var scope = Scope.top();
    bindings.keySet().forEach(scope::fresh);
    var code = new Compiler(shape).fun(shape.source(closure), scope);
    if (code.arity() != closure.arity()) {
      throw Forms.malformed(closure.arity() + " arguments", closure);
    }
    var fun =
        new EvalFun(
            code, code.captured().stream().map(each -> bindings.get(each.name())).toArray());
    fun.term = closure;
    return fun;
  }

  int arity() {
    return code.arity();
  }

  /** Calls it with as many arguments as it takes; what comes may be a {@link TailCall}. */
  Object enter(Evaluation in, Object[] arguments) {
    var frame = new Frame(in, code.size());
    for (int i = 0; i < captured.length; i++) {
      frame.slots[code.captured().get(i).inner()] = captured[i];
    }
    if (code.self() >= 0) {
      frame.slots[code.self()] = this;
    }
    var clause = Clause.select(code.clauses(), frame, arguments);
    if (clause == null) {
      throw Raised.error("function_clause")
          .at(Atoms.of("erl_eval"), Atoms.of("-inside-an-interpreted-fun-"), List.of(arguments));
    }
    return clause.body().value(frame);
  }

  /** As the node that its code came from would write it. */
  Fun.Closure term() {
    var made = term;
    if (made == null) {
      made = code.source().shape().closure(code.arity(), code.source(), bindings());
      term = made;
    }
    return made;
  }

  private Map<String, Object> bindings() {
    var bindings = new HashMap<String, Object>();
    for (int i = 0; i < captured.length; i++) {
      var value = captured[i];
      if (value != null) {
        bindings.put(code.captured().get(i).name(), Wire.outgoing(value));
      }
    }
    return bindings;
  }

  @Override
  public boolean equals(Object other) {
    return switch (other) {
      case EvalFun fun -> term().equals(fun.term());
      case Fun.Closure closure -> term().equals(closure);
      case null, default -> false;
    };
  }

  @Override
  public int hashCode() {
    return term().hashCode();
  }

  @Override
  public String toString() {
    return term().toString();
  }
}
