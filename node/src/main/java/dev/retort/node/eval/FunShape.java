package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a release of OTP writes the funs of its {@code erl_eval}, learned from one that came: the one
 * captured value of each is
 *
 * <pre>{@code
 * {Bindings, LocalHandler, OtherHandler, Clauses}                        until OTP 24
 * {Bindings, LocalHandler, OtherHandler, UsedVariables, Clauses}         between
 * {Anno, Bindings, LocalHandler, OtherHandler, UsedVariables, Clauses}   since OTP 25
 * }</pre>
 *
 * with the fun's own name behind it if it has one. Bindings are a map or an ordered list of pairs.
 *
 * <p>Which of the funs in {@code erl_eval}'s code it is, says its index. They stand there by their
 * number of arguments, so the index of one of these tells those of all that are named, or of all
 * that are not. A fun of the other kind is written as one that makes it.
 */
final class FunShape {
  static final Atom ERL_EVAL = Atom.of("erl_eval");

  private final Binary uniq;
  private final int oldUniq;
  private final Pid creator;
  private final boolean named;

  /** The index that a fun without arguments has. */
  private final int base;

  private final int oldBase;
  private final int size;
  private final boolean mapped;
  private final Object localHandler;
  private final Object otherHandler;

  private FunShape(Fun.Closure closure, Tuple captured, boolean named) {
    this.uniq = closure.uniq();
    this.oldUniq = closure.oldUniq();
    this.creator = closure.creator();
    this.named = named;
    this.base = closure.index() + closure.arity();
    this.oldBase = closure.oldIndex() + closure.arity();
    this.size = captured.size() - (named ? 1 : 0);
    int bindings = size == 6 ? 1 : 0;
    this.mapped = captured.get(bindings) instanceof Map<?, ?>;
    this.localHandler = captured.get(bindings + 1);
    this.otherHandler = captured.get(bindings + 2);
  }

  /** Whether it is a fun that was made by evaluating. */
  static boolean isEvaluated(Fun.Closure closure) {
    return closure.module().equals(ERL_EVAL)
        && closure.free().size() == 1
        && closure.free().getFirst() instanceof Tuple;
  }

  static FunShape of(Fun.Closure closure) {
    if (!isEvaluated(closure)) {
      throw new IllegalArgumentException(
          "a function that was typed into a shell was expected, this is one of the module "
              + closure.module());
    }
    var captured = captured(closure);
    boolean named = captured.size() > 0 && captured.get(captured.size() - 1) instanceof Atom;
    int size = captured.size() - (named ? 1 : 0);
    if (size < 4 || size > 6) {
      throw new IllegalArgumentException(
          "4 to 6 values were expected in a function of erl_eval, as OTP 24 to 29 have them, there"
              + " are "
              + size);
    }
    return new FunShape(closure, captured, named);
  }

  private static Tuple captured(Fun.Closure closure) {
    return (Tuple) closure.free().getFirst();
  }

  /** What the fun has captured. */
  Map<String, Object> bindings(Fun.Closure closure) {
    var bindings = new LinkedHashMap<String, Object>();
    switch (captured(closure).get(size == 6 ? 1 : 0)) {
      case Map<?, ?> map -> map.forEach((name, value) -> bindings.put(key(name), value));
      case List<?> pairs -> {
        for (var element : pairs) {
          if (!(element instanceof Tuple pair && pair.size() == 2)) {
            throw Forms.malformed("a pair {Name, Value}", element);
          }
          bindings.put(key(pair.get(0)), pair.get(1));
        }
      }
      case Object other -> throw Forms.malformed("a map or a list of bindings", other);
    }
    return bindings;
  }

  /** Elixir's older releases call some variables by pairs. */
  private static String key(Object name) {
    var atom = Atoms.nameOrNull(name);
    return atom == null ? name.toString() : atom;
  }

  FunCode.Source source(Fun.Closure closure) {
    var captured = captured(closure);
    var name = named ? (Atom) captured.get(captured.size() - 1) : null;
    var anno = size == 6 ? captured.get(0) : (Object) 0L;
    return new FunCode.Source(anno, name, Forms.list(captured.get(size - 1)), this);
  }

  /** A fun as a term that its home can call. */
  Fun.Closure closure(int arity, FunCode.Source source, Map<String, Object> bindings) {
    boolean sameKind = named == (source.name() != null);
    var clauses = sameKind ? source.forms() : List.of(wrapped(arity, source));
    var captured = new ArrayList<Object>();
    if (size == 6) {
      captured.add(source.anno());
    }
    captured.add(bound(bindings));
    captured.add(localHandler);
    captured.add(otherHandler);
    if (size > 4) {
      captured.add(Map.of());
    }
    captured.add(clauses);
    if (named) {
      captured.add(source.name() == null ? Atom.of("_Self") : source.name());
    }
    return new Fun.Closure(
        ERL_EVAL,
        arity,
        uniq,
        base - arity,
        oldBase - arity,
        oldUniq,
        creator,
        List.of(Tuple.of(captured.toArray())));
  }

  private Object bound(Map<String, Object> bindings) {
    if (mapped) {
      var map = new LinkedHashMap<Object, Object>();
      bindings.forEach((name, value) -> map.put(Atoms.of(name), value));
      return Dictionary.sealed(map);
    }
    return bindings.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> (Object) Tuple.of(Atoms.of(each.getKey()), each.getValue()))
        .toList();
  }

  /** The clause of a fun that calls the fun of the other kind with its own arguments. */
  private static Tuple wrapped(int arity, FunCode.Source source) {
    var anno = source.anno();
    var variables = new ArrayList<Object>();
    for (int i = 1; i <= arity; i++) {
      variables.add(Tuple.of(Atom.of("var"), anno, Atom.of("_Argument" + i)));
    }
    var fun =
        source.name() == null
            ? Tuple.of(Atom.of("fun"), anno, Tuple.of(Atom.of("clauses"), source.forms()))
            : Tuple.of(Atom.of("named_fun"), anno, source.name(), source.forms());
    var call = Tuple.of(Atom.of("call"), anno, fun, variables);
    return Tuple.of(Atom.of("clause"), anno, variables, List.of(), List.of(call));
  }
}
