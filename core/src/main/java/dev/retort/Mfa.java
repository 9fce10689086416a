package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.spi.Evaluator;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A function of a module with its arguments, as another node names it: {@code {Module, Function,
 * Arguments}}. What it means here is what the node exports, and nothing else.
 */
record Mfa(Atom module, Atom function, List<Object> arguments) {
  private static final Atom ERLANG = Atom.of("erlang");
  private static final Atom APPLY = Atom.of("apply");

  /** The term's, or null if it is none. */
  static @Nullable Mfa of(Object term) {
    return term instanceof Tuple tuple
            && tuple.size() == 3
            && tuple.get(0) instanceof Atom module
            && tuple.get(1) instanceof Atom function
            && tuple.get(2) instanceof List<?> arguments
        ? of(module, function, arguments)
        : null;
  }

  static Mfa of(Atom module, Atom function, List<?> arguments) {
    return new Mfa(module, function, List.copyOf(arguments));
  }

  /** A call of a function value. */
  static Mfa of(Fun fun, List<?> arguments) {
    return of(ERLANG, APPLY, List.of(fun, List.copyOf(arguments)));
  }

  /** The same with these values before its arguments, as an agent's functions get the state. */
  Mfa with(@Nullable Object first) {
    var value = first == null ? Atom.NIL : first;
    if (isApply() && arguments.get(1) instanceof List<?> list) {
      return of((Fun) arguments.get(0), prepended(value, list));
    }
    return new Mfa(module, function, prepended(value, arguments));
  }

  private static List<Object> prepended(Object first, List<?> others) {
    var all = new ArrayList<Object>(others.size() + 1);
    all.add(first);
    all.addAll(others);
    return List.copyOf(all);
  }

  /** Whether it is {@code erlang:apply(Fun, Arguments)}. */
  private boolean isApply() {
    return module.equals(ERLANG)
        && function.equals(APPLY)
        && arguments.size() == 2
        && arguments.get(0) instanceof Fun;
  }

  Tuple term() {
    return Tuple.of(module, function, arguments);
  }

  /**
   * Calls it in the running process. {@code apply/3}.
   *
   * @return a value that need not be a term
   * @throws ErlangException {@code undef} if this node exports no such function
   */
  Object apply() throws Exception {
    var meant = meant();
    var evaluator = meant.evaluator();
    return evaluator == null ? meant.find().apply(meant) : meant.evaluate(evaluator);
  }

  /** As {@link #apply()}, in a process that is there for it: its messages are the function's. */
  Object applyInOwnProcess() throws Exception {
    var meant = meant();
    var evaluator = meant.evaluator();
    if (evaluator != null) {
      Kernel.vocabulary(Vocabulary.EMPTY); // its messages are terms
      return meant.evaluate(evaluator);
    }
    var exported = meant.find();
    Kernel.vocabulary(exported.vocabulary());
    return exported.apply(meant);
  }

  /**
   * What evaluates the function value that is meant; null if none is, or this node evaluates none.
   */
  private @Nullable Evaluator evaluator() {
    var evaluator = Node.current().evaluator();
    return evaluator != null
            && isApply()
            && arguments.get(0) instanceof Fun.Closure fun
            && evaluator.evaluates(fun)
        ? evaluator
        : null;
  }

  private Object evaluate(Evaluator evaluator) {
    if (arguments.get(1) instanceof List<?> list) {
      return evaluator.apply((Fun.Closure) arguments.get(0), list);
    }
    throw ForeignCode.badarg();
  }

  /** Itself; what {@code erlang:apply} is to call. */
  private Mfa meant() {
    if (!module.equals(ERLANG) || !function.equals(APPLY)) {
      return this;
    }
    if (arguments.size() == 3) {
      var inner = of(Tuple.of(arguments.toArray()));
      return inner == null ? this : inner;
    }
    return arguments.size() == 2
            && arguments.get(0) instanceof Fun.Export(var of, var name, var arity)
            && arguments.get(1) instanceof List<?> list
            && list.size() == arity
        ? of(of, name, list)
        : this;
  }

  private ExportedFunction find() {
    var exported = Node.current().exported(this);
    if (exported == null) {
      throw new ErlangException(
          ErlangException.Kind.ERROR, Atom.of("undef"), List.of(frame()), whyUndefined());
    }
    return exported;
  }

  private String whyUndefined() {
    if (!isApply() || !(arguments.get(0) instanceof Fun.Closure fun)) {
      return shortForm() + " is not exported by this node";
    }
    return Node.current().evaluator() == null
        ? "a function that was sent is refused: this node runs none"
            + " (NodeOptions.withAcceptClosures)"
        : "a function was sent whose code is in the module "
            + fun.module()
            + ", which this node has not got: one that is typed into a shell brings its code";
  }

  /** As stack traces show it: {@code {Module, Function, Arguments, []}}. */
  Tuple frame() {
    return isApply()
        ? Tuple.of(arguments.get(0), arguments.get(1), List.of())
        : Tuple.of(module, function, arguments, List.of());
  }

  /** {@code :prices.net/1}. */
  String shortForm() {
    return module + "." + function.name() + "/" + arguments.size();
  }

  Mfa {
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(function, "function");
  }
}
