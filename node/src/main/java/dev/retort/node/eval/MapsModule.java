package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Erlang's {@code maps}. */
final class MapsModule {
  private MapsModule() {}

  static Library.Module module() {
    var maps = new Library.Module("maps");
    return maps.add("new", 0, (in, a) -> Map.of())
        .add("get", 2, (in, a) -> Containers.mapGet(a[0], a[1]))
        .add("get", 3, (in, a) -> or(Dictionary.of(a[1]), a[0], a[2]))
        .add("find", 2, (in, a) -> find(Dictionary.of(a[1]), a[0]))
        .add("put", 3, (in, a) -> Dictionary.put(Dictionary.of(a[2]), a[0], a[1]))
        .add(
            "update",
            3,
            (in, a) -> {
              var unused = Containers.mapGet(a[0], a[2]);
              return Dictionary.put(Dictionary.of(a[2]), a[0], a[1]);
            })
        .add(
            "update_with",
            3,
            (in, a) ->
                Dictionary.put(
                    Dictionary.of(a[2]), a[0], in.call(a[1], Containers.mapGet(a[0], a[2]))))
        .add("update_with", 4, (in, a) -> updated(in, Dictionary.of(a[3]), a[0], a[1], a[2]))
        .add("remove", 2, (in, a) -> Dictionary.remove(Dictionary.of(a[1]), a[0]))
        .add(
            "take",
            2,
            (in, a) -> {
              var value = Dictionary.find(Dictionary.of(a[1]), a[0]);
              return value == null
                  ? Atom.ERROR
                  : Tuple.of(value, Dictionary.remove(Dictionary.of(a[1]), a[0]));
            })
        .add("is_key", 2, (in, a) -> Dictionary.of(a[1]).containsKey(a[0]))
        .add("keys", 1, (in, a) -> Sequence.of(Dictionary.keys(Dictionary.of(a[0]))))
        .add("values", 1, (in, a) -> values(Dictionary.of(a[0])))
        .add("size", 1, (in, a) -> (long) Dictionary.of(a[0]).size())
        .add("to_list", 1, (in, a) -> pairs(Dictionary.of(a[0])))
        .add("from_list", 1, (in, a) -> fromPairs(Sequence.elements(a[0])))
        .add(
            "from_keys",
            2,
            (in, a) -> {
              var map = new LinkedHashMap<Object, Object>();
              Sequence.elements(a[0]).forEach(key -> map.put(key, a[1]));
              return Dictionary.sealed(map);
            })
        .add("merge", 2, (in, a) -> merged(Dictionary.of(a[0]), Dictionary.of(a[1])))
        .add("merge_with", 3, (in, a) -> mergedWith(in, a[0], a[1], a[2]))
        .add("with", 2, (in, a) -> with(Sequence.elements(a[0]), Dictionary.of(a[1]), true))
        .add("without", 2, (in, a) -> with(Sequence.elements(a[0]), Dictionary.of(a[1]), false))
        .add("map", 2, (in, a) -> mapped(in, a[0], Dictionary.of(a[1])))
        .add("filter", 2, (in, a) -> filtered(in, a[0], Dictionary.of(a[1])))
        .add(
            "filtermap",
            2,
            (in, a) -> {
              var kept = new LinkedHashMap<Object, Object>();
              each(
                  Dictionary.of(a[1]),
                  (key, value) -> {
                    var made = in.call(a[0], key, value);
                    if (made.equals(true)) {
                      kept.put(key, value);
                    } else if (made instanceof Tuple pair) {
                      kept.put(key, pair.get(1));
                    }
                  });
              return Dictionary.sealed(kept);
            })
        .add(
            "foreach",
            2,
            (in, a) -> {
              each(Dictionary.of(a[1]), (key, value) -> in.call(a[0], key, value));
              return Atom.OK;
            })
        .add(
            "fold",
            3,
            (in, a) -> {
              var fun = Evaluation.prepared(a[0]);
              var state = a[1];
              var map = Dictionary.of(a[2]);
              for (var key : Dictionary.keys(map)) {
                state = in.call(fun, key, Dictionary.get(map, key), state);
              }
              return state;
            })
        .add(
            "groups_from_list",
            2,
            (in, a) -> {
              var groups = new LinkedHashMap<Object, Object>();
              ListsModule.grouped(in, a[0], Sequence.elements(a[1]))
                  .forEach((key, group) -> groups.put(key, Sequence.of(group)));
              return Dictionary.sealed(groups);
            });
  }

  /** What is done for each pair, in the order in which Erlang shows them. */
  @FunctionalInterface
  interface Each {
    void of(Object key, Object value);
  }

  static void each(Map<?, ?> map, Each action) {
    for (var key : Dictionary.keys(map)) {
      action.of(key, Dictionary.get(map, key));
    }
  }

  static Object or(Map<?, ?> map, Object key, Object otherwise) {
    var value = Dictionary.find(map, key);
    return value == null ? otherwise : value;
  }

  static Object find(Map<?, ?> map, Object key) {
    var value = Dictionary.find(map, key);
    return value == null ? Atom.ERROR : Tuple.of(Atom.OK, value);
  }

  static Object updated(Evaluation in, Map<?, ?> map, Object key, Object fun, Object otherwise) {
    var value = Dictionary.find(map, key);
    return Dictionary.put(map, key, value == null ? otherwise : in.call(fun, value));
  }

  static List<?> values(Map<?, ?> map) {
    var values = new ArrayList<Object>();
    each(map, (key, value) -> values.add(value));
    return Sequence.of(values);
  }

  static List<?> pairs(Map<?, ?> map) {
    var pairs = new ArrayList<Object>();
    each(map, (key, value) -> pairs.add(Tuple.of(key, value)));
    return Sequence.of(pairs);
  }

  static Map<?, ?> fromPairs(Iterable<?> pairs) {
    var map = new LinkedHashMap<Object, Object>();
    for (var element : pairs) {
      if (!(element instanceof Tuple pair && pair.size() == 2)) {
        throw Raised.badarg();
      }
      map.put(pair.get(0), pair.get(1));
    }
    return Dictionary.sealed(map);
  }

  static Map<?, ?> merged(Map<?, ?> one, Map<?, ?> other) {
    var all = Dictionary.changeable(one);
    all.putAll(other);
    return Dictionary.sealed(all);
  }

  static Map<?, ?> mergedWith(Evaluation in, Object fun, Object one, Object other) {
    var all = Dictionary.changeable(Dictionary.of(one));
    each(
        Dictionary.of(other),
        (key, value) -> {
          var mine = all.get(key);
          all.put(key, mine == null ? value : in.call(fun, key, mine, value));
        });
    return Dictionary.sealed(all);
  }

  static Map<?, ?> with(List<?> keys, Map<?, ?> map, boolean keep) {
    var kept = new LinkedHashMap<Object, Object>();
    map.forEach(
        (key, value) -> {
          if (keys.contains(key) == keep) {
            kept.put(key, value);
          }
        });
    return Dictionary.sealed(kept);
  }

  private static Map<?, ?> mapped(Evaluation in, Object function, Map<?, ?> map) {
    var fun = Evaluation.prepared(function);
    var mapped = new LinkedHashMap<Object, Object>();
    each(map, (key, value) -> mapped.put(key, in.call(fun, key, value)));
    return Dictionary.sealed(mapped);
  }

  private static Map<?, ?> filtered(Evaluation in, Object predicate, Map<?, ?> map) {
    var kept = new LinkedHashMap<Object, Object>();
    each(
        map,
        (key, value) -> {
          if (ListsModule.holds(in, predicate, key, value)) {
            kept.put(key, value);
          }
        });
    return Dictionary.sealed(kept);
  }
}
