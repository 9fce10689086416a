package dev.retort.node.eval;

import dev.retort.term.Atom;
import java.util.LinkedHashMap;
import java.util.Map;

/** Elixir's structs: maps that say what they are. */
final class Struct {
  static final Atom KEY = Atom.of("__struct__");

  private Struct() {}

  /** The struct of a module, such as {@code Elixir.Range}, with keys and values in turn. */
  static Map<?, ?> of(String module, Object... keysAndValues) {
    var map = new LinkedHashMap<Object, Object>();
    map.put(KEY, Atom.of(module));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(Atom.of((String) keysAndValues[i]), keysAndValues[i + 1]);
    }
    return Dictionary.sealed(map);
  }

  static boolean is(Object term, String module) {
    return term instanceof Map<?, ?> map
        && Atoms.is(map.get(KEY) instanceof Atom a ? a : 0L, module);
  }

  static Object field(Object struct, String name) {
    return Dictionary.get(Dictionary.of(struct), Atom.of(name));
  }
}
