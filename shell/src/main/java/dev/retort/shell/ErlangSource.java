package dev.retort.shell;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;

/** Erlang's abstract format, as {@code erl_eval} takes it: what its compiler reads for source. */
final class ErlangSource {
  /** The variable for the shell's process: a pid cannot be written in source. */
  static final Atom SESSION = Atom.of("Session");

  private static final long LINE = 1;

  private ErlangSource() {}

  /**
   * {@code fun (B) -> case rpc:call(Node, jex, expand, [B, Session]) of {badrpc, _} -> {no, [],
   * []}; R -> R end end}, where {@code Session} is yet to be bound.
   */
  static Tuple expandFun(Atom node) {
    var arguments = cons(variable("B"), cons(variable(SESSION.name()), nil()));
    var call =
        tuple(
            "call",
            tuple("remote", atom("rpc"), atom("call")),
            List.of(tuple("atom", node), atom("jex"), atom("expand"), arguments));
    var failed = tuple("tuple", List.of(atom("badrpc"), variable("_")));
    var nothing = tuple("tuple", List.of(atom("no"), nil(), nil()));
    var answer =
        tuple("case", call, List.of(clause(failed, nothing), clause(variable("R"), variable("R"))));
    return tuple("fun", Tuple.of(Atom.of("clauses"), List.of(clause(variable("B"), answer))));
  }

  private static Tuple clause(Tuple pattern, Tuple body) {
    return tuple("clause", List.of(pattern), List.of(), List.of(body));
  }

  private static Tuple cons(Tuple head, Tuple tail) {
    return tuple("cons", head, tail);
  }

  private static Tuple nil() {
    return tuple("nil");
  }

  private static Tuple atom(String name) {
    return tuple("atom", Atom.of(name));
  }

  private static Tuple variable(String name) {
    return tuple("var", Atom.of(name));
  }

  private static Tuple tuple(String kind, Object... parts) {
    var all = new Object[parts.length + 2];
    all[0] = Atom.of(kind);
    all[1] = LINE;
    System.arraycopy(parts, 0, all, 2, parts.length);
    return Tuple.of(all);
  }
}
