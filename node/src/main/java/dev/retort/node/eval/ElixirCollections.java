package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Elixir's {@code Map}, {@code Keyword}, {@code List} and {@code Tuple}. */
final class ElixirCollections {
  private ElixirCollections() {}

  /** The value of a key of a map or a keyword list. */
  static Object access(Object container, Object key, Object otherwise) {
    if (container instanceof Map<?, ?> map) {
      return MapsModule.or(map, key, otherwise);
    }
    for (var element : Sequence.elements(container)) {
      if (element instanceof Tuple pair && pair.size() == 2 && pair.get(0).equals(key)) {
        return pair.get(1);
      }
    }
    return otherwise;
  }

  /** The same map or keyword list with another value. */
  static Object with(Object container, Object key, Object value) {
    if (container instanceof Map<?, ?> map) {
      return Dictionary.put(map, key, value);
    }
    return Sequence.cons(Tuple.of(key, value), without(Sequence.elements(container), key));
  }

  private static List<?> without(List<?> keywords, Object key) {
    return Sequence.of(
        keywords.stream()
            .filter(pair -> !((Tuple) pair).get(0).equals(key))
            .map(Object.class::cast)
            .toList());
  }

  private static Raised noKey(Object key, Object in) {
    return ElixirExceptions.raise("Elixir.KeyError", "key", key, "term", in, "message", Atom.NIL);
  }

  private static Object fetched(Object container, Object key) {
    var absent = new Object();
    var value = access(container, key, absent);
    if (value == absent) {
      throw noKey(key, container);
    }
    return value;
  }

  private static Object ok(Object container, Object key) {
    var absent = new Object();
    var value = access(container, key, absent);
    return value == absent ? Atom.ERROR : Tuple.of(Atom.OK, value);
  }

  private static boolean has(Object container, Object key) {
    var absent = new Object();
    return access(container, key, absent) != absent;
  }

  /** What maps and keyword lists have in common. */
  private static Library.Module common(String name) {
    return new Library.Module(name)
        .add("get", 2, (in, a) -> access(a[0], a[1], Atom.NIL))
        .add("get", 3, (in, a) -> access(a[0], a[1], a[2]))
        .add("get_lazy", 3, (in, a) -> has(a[0], a[1]) ? access(a[0], a[1], a) : in.call(a[2]))
        .add("fetch", 2, (in, a) -> ok(a[0], a[1]))
        .add("fetch!", 2, (in, a) -> fetched(a[0], a[1]))
        .add("has_key?", 2, (in, a) -> has(a[0], a[1]))
        .add("put", 3, (in, a) -> with(a[0], a[1], a[2]))
        .add("put_new", 3, (in, a) -> has(a[0], a[1]) ? a[0] : with(a[0], a[1], a[2]))
        .add("put_new_lazy", 3, (in, a) -> has(a[0], a[1]) ? a[0] : with(a[0], a[1], in.call(a[2])))
        .add(
            "update",
            4,
            (in, a) ->
                with(a[0], a[1], has(a[0], a[1]) ? in.call(a[3], access(a[0], a[1], a)) : a[2]))
        .add("update!", 3, (in, a) -> with(a[0], a[1], in.call(a[2], fetched(a[0], a[1]))))
        .add("replace", 3, (in, a) -> has(a[0], a[1]) ? with(a[0], a[1], a[2]) : a[0])
        .add(
            "replace!",
            3,
            (in, a) -> {
              var unused = fetched(a[0], a[1]);
              return with(a[0], a[1], a[2]);
            })
        .add("pop", 2, (in, a) -> popped(a[0], a[1], Atom.NIL))
        .add("pop", 3, (in, a) -> popped(a[0], a[1], a[2]))
        .add(
            "pop!",
            2,
            (in, a) -> {
              var unused = fetched(a[0], a[1]);
              return popped(a[0], a[1], Atom.NIL);
            })
        .add("delete", 2, (in, a) -> deleted(a[0], a[1]));
  }

  private static Object deleted(Object container, Object key) {
    return container instanceof Map<?, ?> map
        ? Dictionary.remove(map, key)
        : without(Sequence.elements(container), key);
  }

  private static Object popped(Object container, Object key, Object otherwise) {
    return Tuple.of(access(container, key, otherwise), deleted(container, key));
  }

  static Library.Module map(Library.Module maps) {
    return common("Elixir.Map")
        .alias("keys", maps, "keys", 1)
        .alias("values", maps, "values", 1)
        .alias("to_list", maps, "to_list", 1)
        .alias("merge", maps, "merge", 2)
        .add("new", 0, (in, a) -> Map.of())
        .add("new", 1, (in, a) -> Enumeration.into(Enumeration.of(a[0]), Map.of()))
        .add(
            "new",
            2,
            (in, a) ->
                MapsModule.fromPairs((List<?>) ListsModule.map(in, a[1], Enumeration.of(a[0]))))
        .add("merge", 3, (in, a) -> MapsModule.mergedWith(in, a[2], a[0], a[1]))
        .add(
            "take", 2, (in, a) -> MapsModule.with(Enumeration.all(a[1]), Dictionary.of(a[0]), true))
        .add(
            "drop",
            2,
            (in, a) -> MapsModule.with(Enumeration.all(a[1]), Dictionary.of(a[0]), false))
        .add("equal?", 2, (in, a) -> Dictionary.of(a[0]).equals(a[1]))
        .add("from_struct", 1, (in, a) -> Dictionary.remove(Dictionary.of(a[0]), Struct.KEY))
        .add("filter", 2, (in, a) -> into(in, "filter", a))
        .add("reject", 2, (in, a) -> into(in, "reject", a));
  }

  private static Object into(Evaluation in, String function, Object[] arguments) {
    return MapsModule.fromPairs((List<?>) in.apply("Elixir.Enum", function, arguments));
  }

  static Library.Module keyword() {
    return common("Elixir.Keyword")
        .add("new", 0, (in, a) -> Sequence.NIL)
        .add("keys", 1, (in, a) -> column(a[0], 0))
        .add("values", 1, (in, a) -> column(a[0], 1))
        .add(
            "merge",
            2,
            (in, a) -> {
              var added = Sequence.elements(a[1]);
              List<?> kept = Sequence.elements(a[0]);
              for (var pair : added) {
                kept = without(kept, ((Tuple) pair).get(0));
              }
              return Sequence.append(kept, added);
            })
        .add(
            "keyword?",
            1,
            (in, a) ->
                a[0] instanceof List<?> list
                    && list.stream()
                        .allMatch(
                            each ->
                                each instanceof Tuple pair
                                    && pair.size() == 2
                                    && Atoms.isAtom(pair.get(0))));
  }

  private static List<?> column(Object pairs, int index) {
    return Sequence.of(
        Sequence.elements(pairs).stream().map(pair -> ((Tuple) pair).get(index)).toList());
  }

  // ---- lists and tuples

  static Library.Module list() {
    return new Library.Module("Elixir.List")
        .add("first", 1, (in, a) -> end(a[0], true, Atom.NIL))
        .add("first", 2, (in, a) -> end(a[0], true, a[1]))
        .add("last", 1, (in, a) -> end(a[0], false, Atom.NIL))
        .add("last", 2, (in, a) -> end(a[0], false, a[1]))
        .add("flatten", 1, (in, a) -> ListsModule.flattened(a[0]))
        .add("flatten", 2, (in, a) -> Sequence.append(ListsModule.flattened(a[0]), a[1]))
        .add(
            "wrap",
            1,
            (in, a) ->
                a[0].equals(Atom.NIL)
                    ? Sequence.NIL
                    : a[0] instanceof List<?> ? a[0] : Sequence.of(List.of(a[0])))
        .add(
            "duplicate",
            2,
            (in, a) -> Sequence.of(Collections.nCopies(Containers.count(a[1]), a[0])))
        .add("foldl", 3, (in, a) -> ListsModule.fold(in, a[2], a[1], Sequence.elements(a[0])))
        .add(
            "foldr",
            3,
            (in, a) -> ListsModule.fold(in, a[2], a[1], Sequence.reverse(Sequence.elements(a[0]))))
        .add("delete", 2, (in, a) -> ListsModule.delete(a[1], Sequence.elements(a[0])))
        .add(
            "delete_at",
            2,
            (in, a) -> {
              var all = new ArrayList<Object>(Sequence.elements(a[0]));
              int at = place(all, a[1]);
              if (at >= 0 && at < all.size()) {
                all.remove(at);
              }
              return Sequence.of(all);
            })
        .add(
            "insert_at",
            3,
            (in, a) -> {
              var all = new ArrayList<Object>(Sequence.elements(a[0]));
              int n = Arithmetic.toInt(a[1]);
              int at = n < 0 ? all.size() + n + 1 : n;
              all.add(Math.max(0, Math.min(all.size(), at)), a[2]);
              return Sequence.of(all);
            })
        .add(
            "replace_at",
            3,
            (in, a) -> {
              var all = new ArrayList<Object>(Sequence.elements(a[0]));
              int at = place(all, a[1]);
              if (at >= 0 && at < all.size()) {
                all.set(at, a[2]);
              }
              return Sequence.of(all);
            })
        .add(
            "update_at",
            3,
            (in, a) -> {
              var all = new ArrayList<Object>(Sequence.elements(a[0]));
              int at = place(all, a[1]);
              if (at >= 0 && at < all.size()) {
                all.set(at, in.call(a[2], all.get(at)));
              }
              return Sequence.of(all);
            })
        .add(
            "keyfind", 3, (in, a) -> nil(in.apply("lists", "keyfind", a[1], (Long) a[2] + 1, a[0])))
        .add(
            "keymember?", 3, (in, a) -> in.apply("lists", "keymember", a[1], (Long) a[2] + 1, a[0]))
        .add(
            "keystore",
            4,
            (in, a) -> in.apply("lists", "keystore", a[1], (Long) a[2] + 1, a[0], a[3]))
        .add("keydelete", 3, (in, a) -> in.apply("lists", "keydelete", a[1], (Long) a[2] + 1, a[0]))
        .add("keysort", 2, (in, a) -> in.apply("lists", "keysort", (Long) a[1] + 1, a[0]))
        .add("zip", 1, (in, a) -> in.apply("Elixir.Enum", "zip", a[0]))
        .add("to_tuple", 1, (in, a) -> Tuple.of(Sequence.elements(a[0]).toArray()))
        .add("to_string", 1, (in, a) -> Conversions.text(a[0]))
        .add("to_charlist", 1, (in, a) -> Conversions.charlist(Conversions.text(a[0])))
        .add("to_atom", 1, (in, a) -> Atoms.of(Conversions.chars(a[0])))
        .add("to_integer", 1, (in, a) -> Conversions.parsed(Conversions.chars(a[0]), 10L))
        .add("to_float", 1, (in, a) -> Conversions.parsedReal(Conversions.chars(a[0])))
        .add("starts_with?", 2, (in, a) -> in.apply("lists", "prefix", a[1], a[0]));
  }

  private static Object nil(Object found) {
    return found.equals(false) ? Atom.NIL : found;
  }

  private static int place(List<?> list, Object index) {
    int n = Arithmetic.toInt(index);
    return n < 0 ? list.size() + n : n;
  }

  private static Object end(Object list, boolean first, Object otherwise) {
    var all = Sequence.indexed(list);
    return all.isEmpty() ? otherwise : first ? all.getFirst() : all.getLast();
  }

  static Library.Module tuple() {
    return new Library.Module("Elixir.Tuple")
        .add("to_list", 1, (in, a) -> Sequence.of(((Tuple) a[0]).toList()))
        .add("append", 2, (in, a) -> Containers.insert(((Tuple) a[0]).size() + 1, a[0], a[1]))
        .add("insert_at", 3, (in, a) -> Containers.insert(Arithmetic.toInt(a[1]) + 1, a[0], a[2]))
        .add("delete_at", 2, (in, a) -> Containers.delete(Arithmetic.toInt(a[1]) + 1, a[0]))
        .add(
            "duplicate",
            2,
            (in, a) -> Tuple.of(Collections.nCopies(Containers.count(a[1]), a[0]).toArray()))
        .add("sum", 1, (in, a) -> ListsModule.sum(((Tuple) a[0]).toList()));
  }
}
