package dev.retort.node.eval;

import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Elixir's {@code MapSet}: the struct that Elixir nodes have, with the elements as the keys of a
 * map. A set stays that of the Elixir release that it comes from; a new one is that of the {@link
 * Home}.
 */
final class ElixirMapSet {
  static final String NAME = "Elixir.MapSet";
  private static final Atom MAP = Atom.of("map");

  private ElixirMapSet() {}

  static boolean isSet(Object term) {
    return Struct.is(term, NAME);
  }

  /** Its elements, in the order in which Elixir goes through them. */
  static List<Object> elements(Object set) {
    return Dictionary.keys(map(set));
  }

  static String shown(Object set) {
    return "MapSet.new(" + Inspect.inspect(Wire.outgoing(Sequence.of(elements(set)))) + ")";
  }

  /** The same set with these elements, too. */
  static Map<?, ?> with(Object set, Iterable<?> more) {
    var all = Dictionary.changeable(map(set));
    for (var element : more) {
      all.put(element, Sequence.NIL);
    }
    return changed(set, all);
  }

  private static Map<?, ?> made(Evaluation in, Iterable<?> elements) {
    return with(in.home().emptySet(), elements);
  }

  private static Map<?, ?> map(Object set) {
    if (!isSet(set)) {
      throw Raised.error("function_clause");
    }
    return Dictionary.of(Struct.field(set, "map"));
  }

  private static Map<?, ?> changed(Object set, Map<Object, Object> elements) {
    return Dictionary.put(Dictionary.of(set), MAP, Dictionary.sealed(elements));
  }

  /** The one without elements; later releases have no {@code version}. */
  static Map<?, ?> ofElixir14() {
    return Struct.of(NAME, "map", Map.of(), "version", 2L);
  }

  private static Map<?, ?> kept(Object set, Predicate<Object> which) {
    var rest = new LinkedHashMap<Object, Object>();
    for (var element : elements(set)) {
      if (which.test(element)) {
        rest.put(element, Sequence.NIL);
      }
    }
    return changed(set, rest);
  }

  static boolean has(Object set, Object element) {
    return map(set).containsKey(element);
  }

  private static boolean isSubset(Object one, Object other) {
    return map(other).keySet().containsAll(map(one).keySet());
  }

  static Library.Module module() {
    return new Library.Module(NAME)
        .add("new", 0, (in, a) -> in.home().emptySet())
        .add("new", 1, (in, a) -> isSet(a[0]) ? a[0] : made(in, Enumeration.of(a[0])))
        .add(
            "new",
            2,
            (in, a) -> made(in, (List<?>) ListsModule.map(in, a[1], Enumeration.of(a[0]))))
        .add("put", 2, (in, a) -> with(a[0], List.of(a[1])))
        .add("delete", 2, (in, a) -> kept(a[0], element -> !element.equals(a[1])))
        .add("member?", 2, (in, a) -> has(a[0], a[1]))
        .add("size", 1, (in, a) -> (long) map(a[0]).size())
        .add("to_list", 1, (in, a) -> Sequence.of(elements(a[0])))
        .add("union", 2, (in, a) -> with(a[0], elements(a[1])))
        .add("intersection", 2, (in, a) -> kept(a[0], element -> has(a[1], element)))
        .add("difference", 2, (in, a) -> kept(a[0], element -> !has(a[1], element)))
        .add(
            "symmetric_difference",
            2,
            (in, a) ->
                with(
                    kept(a[0], element -> !has(a[1], element)),
                    elements(kept(a[1], element -> !has(a[0], element)))))
        .add("subset?", 2, (in, a) -> isSubset(a[0], a[1]))
        .add("disjoint?", 2, (in, a) -> elements(kept(a[0], e -> has(a[1], e))).isEmpty())
        .add("equal?", 2, (in, a) -> map(a[0]).keySet().equals(map(a[1]).keySet()))
        .add("filter", 2, (in, a) -> kept(a[0], e -> Atoms.truthy(in.call(a[1], e))))
        .add("reject", 2, (in, a) -> kept(a[0], e -> !Atoms.truthy(in.call(a[1], e))));
  }
}
