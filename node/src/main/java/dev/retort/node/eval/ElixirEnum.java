package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Elixir's {@code Enum} and {@code Range}. */
final class ElixirEnum {
  private static final String EMPTY = "Elixir.Enum.EmptyError";

  private ElixirEnum() {}

  static Library.Module module() {
    var module = new Library.Module("Elixir.Enum");
    mapping(module);
    asking(module);
    choosing(module);
    ordering(module);
    joining(module);
    return module;
  }

  static Library.Module range() {
    return new Library.Module("Elixir.Range")
        .add("new", 2, (in, a) -> range(a[0], a[1], (Long) a[0] <= (Long) a[1] ? 1L : -1L))
        .add("new", 3, (in, a) -> range(a[0], a[1], a[2]))
        .add("size", 1, (in, a) -> count(Enumeration.of(a[0])))
        .add("to_list", 1, (in, a) -> Sequence.of(Enumeration.all(a[0])));
  }

  private static Object range(Object first, Object last, Object step) {
    return Struct.of("Elixir.Range", "first", first, "last", last, "step", step);
  }

  /** Whether a function gives something that Elixir takes for true. */
  private static boolean truthy(Evaluation in, Object fun, Object element) {
    return Atoms.truthy(in.call(fun, element));
  }

  private static List<?> kept(Evaluation in, Object enumerable, Object function, boolean keep) {
    var fun = Evaluation.prepared(function);
    var kept = new ArrayList<Object>();
    for (var element : Enumeration.of(enumerable)) {
      if (truthy(in, fun, element) == keep) {
        kept.add(element);
      }
    }
    return Sequence.of(kept);
  }

  private static void mapping(Library.Module module) {
    module
        .add("map", 2, (in, a) -> ListsModule.map(in, a[1], Enumeration.of(a[0])))
        .add(
            "each",
            2,
            (in, a) -> {
              var fun = Evaluation.prepared(a[1]);
              Enumeration.of(a[0]).forEach(element -> in.call(fun, element));
              return Atom.OK;
            })
        .add(
            "flat_map",
            2,
            (in, a) -> {
              var all = new ArrayList<Object>();
              for (var element : Enumeration.of(a[0])) {
                all.addAll(Enumeration.all(in.call(a[1], element)));
              }
              return Sequence.of(all);
            })
        .add("reduce", 2, (in, a) -> reduced(in, a[0], a[1]))
        .add("reduce", 3, (in, a) -> ListsModule.fold(in, a[2], a[1], Enumeration.of(a[0])))
        .add("reduce_while", 3, (in, a) -> reducedWhile(in, a[0], a[1], a[2]))
        .add(
            "map_reduce",
            3,
            (in, a) -> {
              var mapped = new ArrayList<Object>();
              var state = a[1];
              for (var element : Enumeration.of(a[0])) {
                var pair = (Tuple) in.call(a[2], element, state);
                mapped.add(pair.get(0));
                state = pair.get(1);
              }
              return Tuple.of(Sequence.of(mapped), state);
            })
        .add("scan", 2, (in, a) -> scanned(in, Enumeration.of(a[0]), null, a[1]))
        .add("scan", 3, (in, a) -> scanned(in, Enumeration.of(a[0]), a[1], a[2]))
        .add("with_index", 1, (in, a) -> indexed(in, a[0], 0L))
        .add("with_index", 2, (in, a) -> indexed(in, a[0], a[1]))
        .add("zip", 1, (in, a) -> zipped(Enumeration.all(a[0])))
        .add("zip", 2, (in, a) -> zipped(List.of(a)))
        .add(
            "zip_with",
            3,
            (in, a) -> {
              var made = new ArrayList<Object>();
              for (var pair : zipped(List.of(a[0], a[1]))) {
                made.add(in.call(a[2], ((Tuple) pair).get(0), ((Tuple) pair).get(1)));
              }
              return Sequence.of(made);
            })
        .add(
            "unzip",
            1,
            (in, a) -> {
              var pairs = Enumeration.all(a[0]);
              return Tuple.of(
                  Sequence.of(pairs.stream().map(pair -> ((Tuple) pair).get(0)).toList()),
                  Sequence.of(pairs.stream().map(pair -> ((Tuple) pair).get(1)).toList()));
            });
  }

  private static Object reduced(Evaluation in, Object enumerable, Object fun) {
    var elements = Enumeration.of(enumerable).iterator();
    if (!elements.hasNext()) {
      throw ElixirExceptions.raise(EMPTY, "message", "empty error");
    }
    Object state = elements.next();
    while (elements.hasNext()) {
      state = in.call(fun, elements.next(), state);
    }
    return state;
  }

  private static Object reducedWhile(Evaluation in, Object enumerable, Object initial, Object fun) {
    var state = initial;
    for (var element : Enumeration.of(enumerable)) {
      var step = (Tuple) in.call(fun, element, state);
      state = step.get(1);
      if (Atoms.is(step.get(0), "halt")) {
        break;
      }
    }
    return state;
  }

  private static Object scanned(
      Evaluation in, Iterable<?> elements, @Nullable Object initial, Object fun) {
    var all = new ArrayList<Object>();
    var state = initial;
    for (var element : elements) {
      state = state == null ? element : in.call(fun, element, state);
      all.add(state);
    }
    return Sequence.of(all);
  }

  private static Object indexed(Evaluation in, Object enumerable, Object offsetOrFun) {
    var all = new ArrayList<Object>();
    long index = offsetOrFun instanceof Long offset ? offset : 0;
    for (var element : Enumeration.of(enumerable)) {
      all.add(
          offsetOrFun instanceof Long
              ? Tuple.of(element, index)
              : in.call(offsetOrFun, element, index));
      index++;
    }
    return Sequence.of(all);
  }

  private static List<?> zipped(List<?> enumerables) {
    var all = new ArrayList<Iterator<?>>();
    for (var each : enumerables) {
      all.add(Enumeration.of(each).iterator());
    }
    var tuples = new ArrayList<Object>();
    while (!all.isEmpty() && all.stream().allMatch(Iterator::hasNext)) {
      tuples.add(Tuple.of(all.stream().map(Iterator::next).toArray()));
    }
    return Sequence.of(tuples);
  }

  // ---- questions

  private static Object count(Iterable<?> elements) {
    long count = 0;
    for (var unused : elements) {
      count++;
    }
    return count;
  }

  private static boolean any(Evaluation in, Object enumerable, Object fun, boolean wanted) {
    for (var element : Enumeration.of(enumerable)) {
      if (truthy(in, fun, element) == wanted) {
        return true;
      }
    }
    return false;
  }

  private static void asking(Library.Module module) {
    module
        .add("count", 1, (in, a) -> count(Enumeration.of(a[0])))
        .add("count", 2, (in, a) -> (long) kept(in, a[0], a[1], true).size())
        .add("empty?", 1, (in, a) -> !Enumeration.of(a[0]).iterator().hasNext())
        .add("any?", 1, (in, a) -> Enumeration.all(a[0]).stream().anyMatch(Atoms::truthy))
        .add("any?", 2, (in, a) -> any(in, a[0], a[1], true))
        .add("all?", 1, (in, a) -> Enumeration.all(a[0]).stream().allMatch(Atoms::truthy))
        .add("all?", 2, (in, a) -> !any(in, a[0], a[1], false))
        .add("member?", 2, (in, a) -> Enumeration.has(a[0], a[1]))
        .add("__in__", 2, (in, a) -> Enumeration.has(a[1], a[0])) // "in", since Elixir 1.20
        .add("at", 2, (in, a) -> at(a[0], a[1], Atom.NIL))
        .add("at", 3, (in, a) -> at(a[0], a[1], a[2]))
        .add(
            "fetch",
            2,
            (in, a) -> {
              var found = at(a[0], a[1], in);
              return found == in ? Atom.ERROR : Tuple.of(Atom.OK, found);
            })
        .add(
            "fetch!",
            2,
            (in, a) -> {
              var found = at(a[0], a[1], in);
              if (found == in) {
                throw ElixirExceptions.raise(
                    "Elixir.Enum.OutOfBoundsError", "message", "out of bounds error");
              }
              return found;
            })
        .add("find", 2, (in, a) -> find(in, a[0], Atom.NIL, a[1]))
        .add("find", 3, (in, a) -> find(in, a[0], a[1], a[2]))
        .add(
            "find_index",
            2,
            (in, a) -> {
              long index = 0;
              for (var element : Enumeration.of(a[0])) {
                if (truthy(in, a[1], element)) {
                  return index;
                }
                index++;
              }
              return Atom.NIL;
            })
        .add("find_value", 2, (in, a) -> findValue(in, a[0], Atom.NIL, a[1]))
        .add("find_value", 3, (in, a) -> findValue(in, a[0], a[1], a[2]))
        .add("sum", 1, (in, a) -> ListsModule.sum(Enumeration.of(a[0])))
        .add(
            "product",
            1,
            (in, a) -> {
              Object product = 1L;
              for (var element : Enumeration.of(a[0])) {
                product = Arithmetic.multiply(product, element);
              }
              return product;
            })
        .add("random", 1, (in, a) -> random(Enumeration.all(a[0])));
  }

  private static Object random(List<Object> elements) {
    if (elements.isEmpty()) {
      throw ElixirExceptions.raise(EMPTY, "message", "empty error");
    }
    return elements.get(ThreadLocalRandom.current().nextInt(elements.size()));
  }

  private static Object at(Object enumerable, Object index, Object otherwise) {
    var elements = Enumeration.all(enumerable);
    int n = Arithmetic.toInt(index);
    int place = n < 0 ? elements.size() + n : n;
    return place < 0 || place >= elements.size() ? otherwise : elements.get(place);
  }

  private static Object find(Evaluation in, Object enumerable, Object otherwise, Object fun) {
    for (var element : Enumeration.of(enumerable)) {
      if (truthy(in, fun, element)) {
        return element;
      }
    }
    return otherwise;
  }

  private static Object findValue(Evaluation in, Object enumerable, Object otherwise, Object fun) {
    for (var element : Enumeration.of(enumerable)) {
      var value = in.call(fun, element);
      if (Atoms.truthy(value)) {
        return value;
      }
    }
    return otherwise;
  }

  // ---- parts

  private static void choosing(Library.Module module) {
    module
        .add("filter", 2, (in, a) -> kept(in, a[0], a[1], true))
        .add("reject", 2, (in, a) -> kept(in, a[0], a[1], false))
        .add(
            "split_with",
            2,
            (in, a) -> Tuple.of(kept(in, a[0], a[1], true), kept(in, a[0], a[1], false)))
        .add("take", 2, (in, a) -> take(a[0], Arithmetic.toInt(a[1])))
        .add("drop", 2, (in, a) -> drop(Enumeration.all(a[0]), Arithmetic.toInt(a[1])))
        .add(
            "split",
            2,
            (in, a) -> {
              var all = Enumeration.all(a[0]);
              int n = Arithmetic.toInt(a[1]);
              int count = Math.max(0, Math.min(all.size(), n < 0 ? all.size() + n : n));
              return Tuple.of(
                  Sequence.of(all.subList(0, count)), Sequence.of(all.subList(count, all.size())));
            })
        .add(
            "take_while",
            2,
            (in, a) -> {
              var taken = new ArrayList<Object>();
              for (var element : Enumeration.of(a[0])) {
                if (!truthy(in, a[1], element)) {
                  break;
                }
                taken.add(element);
              }
              return Sequence.of(taken);
            })
        .add(
            "drop_while",
            2,
            (in, a) -> {
              var all = Enumeration.all(a[0]);
              int from = 0;
              while (from < all.size() && truthy(in, a[1], all.get(from))) {
                from++;
              }
              return Sequence.of(all.subList(from, all.size()));
            })
        .add("slice", 2, (in, a) -> slice(Enumeration.all(a[0]), a[1]))
        .add(
            "slice",
            3,
            (in, a) -> slice(Enumeration.all(a[0]), Arithmetic.toInt(a[1]), Arithmetic.toInt(a[2])))
        .add("chunk_every", 2, (in, a) -> chunks(a[0], a[1], a[1], Sequence.NIL))
        .add("chunk_every", 3, (in, a) -> chunks(a[0], a[1], a[2], Sequence.NIL))
        .add("chunk_every", 4, (in, a) -> chunks(a[0], a[1], a[2], a[3]))
        .add("dedup", 1, (in, a) -> deduplicated(in, a[0], null))
        .add("dedup_by", 2, (in, a) -> deduplicated(in, a[0], a[1]))
        .add("uniq", 1, (in, a) -> unique(in, a[0], null))
        .add("uniq_by", 2, (in, a) -> unique(in, a[0], a[1]))
        .add("group_by", 2, (in, a) -> grouped(in, a[0], a[1], null))
        .add("group_by", 3, (in, a) -> grouped(in, a[0], a[1], a[2]))
        .add(
            "frequencies",
            1,
            (in, a) -> {
              var counts = new LinkedHashMap<Object, Object>();
              for (var element : Enumeration.of(a[0])) {
                counts.merge(element, 1L, Arithmetic::add);
              }
              return Dictionary.sealed(counts);
            });
  }

  private static List<?> take(Object enumerable, int count) {
    if (count < 0) {
      var all = Enumeration.all(enumerable);
      return Sequence.of(all.subList(Math.max(0, all.size() + count), all.size()));
    }
    var taken = new ArrayList<Object>();
    var elements = Enumeration.of(enumerable).iterator();
    while (taken.size() < count && elements.hasNext()) {
      taken.add(elements.next());
    }
    return Sequence.of(taken);
  }

  private static List<?> drop(List<Object> all, int count) {
    return Sequence.of(
        count < 0
            ? all.subList(0, Math.max(0, all.size() + count))
            : all.subList(Math.min(count, all.size()), all.size()));
  }

  private static List<?> slice(List<Object> all, int start, int count) {
    int from = start < 0 ? Math.max(0, all.size() + start) : Math.min(start, all.size());
    return Sequence.of(all.subList(from, Math.min(all.size(), from + Math.max(0, count))));
  }

  private static List<?> slice(List<Object> all, Object range) {
    int size = all.size();
    int first = Arithmetic.toInt(Struct.field(range, "first"));
    int last = Arithmetic.toInt(Struct.field(range, "last"));
    int from = first < 0 ? Math.max(0, size + first) : first;
    int to = last < 0 ? size + last : last;
    return from >= size || to < from ? Sequence.NIL : slice(all, from, to - from + 1);
  }

  private static Object chunks(Object enumerable, Object count, Object step, Object leftover) {
    var all = Enumeration.all(enumerable);
    int size = Arithmetic.toInt(count);
    int by = Arithmetic.toInt(step);
    if (size < 1 || by < 1) {
      throw Raised.error("function_clause");
    }
    var chunks = new ArrayList<Object>();
    for (int from = 0; from < all.size(); from += by) {
      int to = Math.min(all.size(), from + size);
      boolean whole = to - from == size;
      if (whole || !leftover.equals(Atom.of("discard"))) {
        var chunk = new ArrayList<Object>(all.subList(from, to));
        if (!whole) {
          chunk.addAll(take(leftover, size - chunk.size()));
        }
        chunks.add(Sequence.of(chunk));
      }
      if (to == all.size() && by <= size) {
        break;
      }
    }
    return Sequence.of(chunks);
  }

  private static Object key(Evaluation in, @Nullable Object fun, Object element) {
    return fun == null ? element : in.call(fun, element);
  }

  private static Object deduplicated(Evaluation in, Object enumerable, @Nullable Object fun) {
    var kept = new ArrayList<Object>();
    Object last = null;
    for (var element : Enumeration.of(enumerable)) {
      var key = key(in, fun, element);
      if (!key.equals(last)) {
        kept.add(element);
      }
      last = key;
    }
    return Sequence.of(kept);
  }

  private static Object unique(Evaluation in, Object enumerable, @Nullable Object fun) {
    var kept = new ArrayList<Object>();
    var seen = new HashSet<Object>();
    for (var element : Enumeration.of(enumerable)) {
      if (seen.add(key(in, fun, element))) {
        kept.add(element);
      }
    }
    return Sequence.of(kept);
  }

  private static Object grouped(
      Evaluation in, Object enumerable, Object key, @Nullable Object value) {
    var groups = new LinkedHashMap<Object, Object>();
    ListsModule.grouped(in, key, Enumeration.of(enumerable))
        .forEach(
            (of, group) ->
                groups.put(
                    of, value == null ? Sequence.of(group) : ListsModule.map(in, value, group)));
    return Dictionary.sealed(groups);
  }

  // ---- order

  private static void ordering(Library.Module module) {
    module
        .add("sort", 1, (in, a) -> ListsModule.sorted(Enumeration.all(a[0]), Order.OF_TERMS))
        .add("sort", 2, (in, a) -> ListsModule.sorted(Enumeration.all(a[0]), order(in, a[1])))
        .add("sort_by", 2, (in, a) -> sortedBy(in, a[0], a[1], Order.OF_TERMS))
        .add("sort_by", 3, (in, a) -> sortedBy(in, a[0], a[1], order(in, a[2])))
        .add("reverse", 1, (in, a) -> Sequence.reverse(Enumeration.of(a[0])))
        .add(
            "reverse",
            2,
            (in, a) ->
                Sequence.append(
                    Sequence.reverse(Enumeration.of(a[0])), Sequence.of(Enumeration.all(a[1]))))
        .add("max", 1, (in, a) -> Collections.max(some(a[0]), Order.OF_TERMS))
        .add("min", 1, (in, a) -> Collections.min(some(a[0]), Order.OF_TERMS))
        .add("max_by", 2, (in, a) -> extreme(in, a[0], a[1], 1))
        .add("min_by", 2, (in, a) -> extreme(in, a[0], a[1], -1))
        .add(
            "min_max",
            1,
            (in, a) ->
                Tuple.of(
                    Collections.min(some(a[0]), Order.OF_TERMS),
                    Collections.max(some(a[0]), Order.OF_TERMS)))
        .add(
            "shuffle",
            1,
            (in, a) -> {
              var all = Enumeration.all(a[0]);
              Collections.shuffle(all, ThreadLocalRandom.current());
              return Sequence.of(all);
            });
  }

  private static Comparator<Object> order(Evaluation in, Object order) {
    return switch (order) {
      case Atom atom when atom.name().equals("asc") -> Order.OF_TERMS;
      case Atom atom when atom.name().equals("desc") -> Order.OF_TERMS.reversed();
      default -> ListsModule.by(in, order);
    };
  }

  private static Object sortedBy(
      Evaluation in, Object enumerable, Object function, Comparator<Object> order) {
    var fun = Evaluation.prepared(function);
    var keyed = new ArrayList<Object>();
    for (var element : Enumeration.of(enumerable)) {
      keyed.add(Tuple.of(in.call(fun, element), element));
    }
    var sorted =
        ListsModule.sorted(keyed, (a, b) -> order.compare(((Tuple) a).get(0), ((Tuple) b).get(0)));
    return Sequence.of(sorted.stream().map(pair -> ((Tuple) pair).get(1)).toList());
  }

  private static List<Object> some(Object enumerable) {
    var all = Enumeration.all(enumerable);
    if (all.isEmpty()) {
      throw ElixirExceptions.raise(EMPTY, "message", "empty error");
    }
    return all;
  }

  /** The first of those for which a function gives the largest value, or the smallest. */
  private static Object extreme(Evaluation in, Object enumerable, Object fun, int sign) {
    Object best = Atom.NIL;
    Object bestKey = null;
    for (var element : some(enumerable)) {
      var key = in.call(fun, element);
      if (bestKey == null || sign * Order.OF_TERMS.compare(key, bestKey) > 0) {
        best = element;
        bestKey = key;
      }
    }
    return best;
  }

  // ---- together

  private static void joining(Library.Module module) {
    module
        .add("to_list", 1, (in, a) -> Enumeration.list(Enumeration.of(a[0])))
        .add("into", 2, (in, a) -> Enumeration.into(Enumeration.of(a[0]), a[1]))
        .add(
            "into",
            3,
            (in, a) ->
                Enumeration.into((List<?>) ListsModule.map(in, a[2], Enumeration.of(a[0])), a[1]))
        .add("concat", 1, (in, a) -> concatenated(Enumeration.all(a[0])))
        .add("concat", 2, (in, a) -> concatenated(List.of(a)))
        .add("intersperse", 2, (in, a) -> ListsModule.join(a[1], Enumeration.all(a[0])))
        .add("join", 1, (in, a) -> joined(Enumeration.all(a[0]), ""))
        .add("join", 2, (in, a) -> joined(Enumeration.all(a[0]), Bits.text(a[1])))
        .add(
            "map_join",
            2,
            (in, a) -> joined((List<?>) ListsModule.map(in, a[1], Enumeration.of(a[0])), ""))
        .add(
            "map_join",
            3,
            (in, a) ->
                joined((List<?>) ListsModule.map(in, a[2], Enumeration.of(a[0])), Bits.text(a[1])));
  }

  private static Object concatenated(List<?> enumerables) {
    var all = new ArrayList<Object>();
    enumerables.forEach(each -> all.addAll(Enumeration.all(each)));
    return Sequence.of(all);
  }

  private static String joined(List<?> elements, String between) {
    return String.join(between, elements.stream().map(ElixirProtocols::text).toList());
  }
}
