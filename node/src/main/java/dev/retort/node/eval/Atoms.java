package dev.retort.node.eval;

import dev.retort.term.Atom;
import org.jspecify.annotations.Nullable;

/** Atoms, of which true and false are {@link Boolean} here as in every decoded term. */
final class Atoms {
  private Atoms() {}

  /** The atom of this name. */
  static Object of(String name) {
    return switch (name) {
      case "true" -> true;
      case "false" -> false;
      default -> Atom.of(name);
    };
  }

  static boolean isAtom(Object term) {
    return term instanceof Atom || term instanceof Boolean;
  }

  /** Its name; null if the term is no atom. */
  static @Nullable String nameOrNull(Object term) {
    return term instanceof Atom atom
        ? atom.name()
        : term instanceof Boolean truth ? truth.toString() : null;
  }

  /** Its name; {@code badarg} if the term is no atom. */
  static String name(Object term) {
    var name = nameOrNull(term);
    if (name == null) {
      throw Raised.badarg();
    }
    return name;
  }

  static boolean is(Object term, String name) {
    return name.equals(nameOrNull(term));
  }

  /** {@code badarg} if it is no atom, or true or false. */
  static Atom atom(Object term) {
    return term instanceof Atom atom ? atom : Atom.of(name(term));
  }

  /** {@code badarg} if it is neither true nor false. */
  static boolean truth(Object term) {
    if (term instanceof Boolean truth) {
      return truth;
    }
    throw Raised.badarg();
  }

  /** What Elixir takes for true: all but false and nil. */
  static boolean truthy(Object term) {
    return !term.equals(false) && !term.equals(Atom.NIL);
  }
}
