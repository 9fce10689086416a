package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Erlang's {@code lists}. */
final class ListsModule {
  private ListsModule() {}

  static Library.Module module() {
    var lists = new Library.Module("lists");
    iterating(lists);
    taking(lists);
    sorting(lists);
    keys(lists);
    return lists;
  }

  private static List<?> list(Object term) {
    if (term instanceof List<?> list) {
      return list;
    }
    throw Raised.error("function_clause");
  }

  /** Whether a predicate holds; anything but true and false is a {@code case_clause}. */
  static boolean holds(Evaluation in, Object predicate, Object... arguments) {
    var value = in.call(predicate, arguments);
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw Raised.error("bad_filter", value);
  }

  private static void iterating(Library.Module lists) {
    lists
        .add("map", 2, (in, a) -> map(in, a[0], list(a[1])))
        .add(
            "foreach",
            2,
            (in, a) -> {
              var fun = Evaluation.prepared(a[0]);
              list(a[1]).forEach(element -> in.call(fun, element));
              return Atom.OK;
            })
        .add("foldl", 3, (in, a) -> fold(in, a[0], a[1], list(a[2])))
        .add("foldr", 3, (in, a) -> fold(in, a[0], a[1], Sequence.reverse(list(a[2]))))
        .add("filter", 2, (in, a) -> filter(in, a[0], list(a[1]), true))
        .add(
            "filtermap",
            2,
            (in, a) -> {
              var fun = Evaluation.prepared(a[0]);
              var kept = new ArrayList<Object>();
              for (var element : list(a[1])) {
                var value = in.call(fun, element);
                if (value.equals(true)) {
                  kept.add(element);
                } else if (value instanceof Tuple pair) {
                  kept.add(pair.get(1));
                }
              }
              return Sequence.of(kept);
            })
        .add(
            "partition",
            2,
            (in, a) ->
                Tuple.of(filter(in, a[0], list(a[1]), true), filter(in, a[0], list(a[1]), false)))
        .add(
            "flatmap",
            2,
            (in, a) -> {
              var fun = Evaluation.prepared(a[0]);
              var all = new ArrayList<Object>();
              list(a[1]).forEach(element -> all.addAll(list(in.call(fun, element))));
              return Sequence.of(all);
            })
        .add(
            "mapfoldl",
            3,
            (in, a) -> {
              var all = new ArrayList<Object>();
              var state = a[1];
              for (var element : list(a[2])) {
                var pair = (Tuple) in.call(a[0], element, state);
                all.add(pair.get(0));
                state = pair.get(1);
              }
              return Tuple.of(Sequence.of(all), state);
            })
        .add("any", 2, (in, a) -> list(a[1]).stream().anyMatch(e -> holds(in, a[0], e)))
        .add("all", 2, (in, a) -> list(a[1]).stream().allMatch(e -> holds(in, a[0], e)))
        .add(
            "search",
            2,
            (in, a) -> {
              for (var element : list(a[1])) {
                if (holds(in, a[0], element)) {
                  return Tuple.of(Atom.of("value"), element);
                }
              }
              return false;
            })
        .add("zip", 2, (in, a) -> zip(list(a[0]), list(a[1])))
        .add("unzip", 1, (in, a) -> Tuple.of(column(a[0], 0), column(a[0], 1)))
        .add(
            "zipwith",
            3,
            (in, a) -> {
              var fun = Evaluation.prepared(a[0]);
              var pairs = new ArrayList<Object>();
              for (var pair : zip(list(a[1]), list(a[2]))) {
                pairs.add(in.call(fun, ((Tuple) pair).get(0), ((Tuple) pair).get(1)));
              }
              return Sequence.of(pairs);
            });
  }

  static Object map(Evaluation in, Object function, Iterable<?> elements) {
    var fun = Evaluation.prepared(function);
    var mapped = new ArrayList<Object>();
    for (var element : elements) {
      mapped.add(in.call(fun, element));
    }
    return Sequence.of(mapped);
  }

  static Object fold(Evaluation in, Object function, Object initial, Iterable<?> elements) {
    var fun = Evaluation.prepared(function);
    var state = initial;
    for (var element : elements) {
      state = in.call(fun, element, state);
    }
    return state;
  }

  static Object filter(Evaluation in, Object predicate, List<?> elements, boolean keep) {
    var fun = Evaluation.prepared(predicate);
    var kept = new ArrayList<Object>();
    for (var element : elements) {
      if (holds(in, fun, element) == keep) {
        kept.add(element);
      }
    }
    return Sequence.of(kept);
  }

  private static List<?> zip(List<?> one, List<?> other) {
    if (one.size() != other.size()) {
      throw Raised.error("function_clause");
    }
    var pairs = new ArrayList<Object>();
    var others = other.iterator();
    for (var element : one) {
      pairs.add(Tuple.of(element, others.next()));
    }
    return Sequence.of(pairs);
  }

  private static List<?> column(Object pairs, int index) {
    return Sequence.of(list(pairs).stream().map(pair -> ((Tuple) pair).get(index)).toList());
  }

  private static void taking(Library.Module lists) {
    lists
        .add("reverse", 1, (in, a) -> Sequence.reverse(list(a[0])))
        .add("reverse", 2, (in, a) -> Sequence.append(Sequence.reverse(list(a[0])), a[1]))
        .add("append", 1, (in, a) -> appended(list(a[0])))
        .add("append", 2, (in, a) -> Sequence.append(Sequence.elements(a[0]), a[1]))
        .add("member", 2, (in, a) -> Sequence.elements(a[1]).contains(a[0]))
        .add("sum", 1, (in, a) -> sumOfCells(a[0]))
        .add("max", 1, (in, a) -> Collections.max(some(a[0]), Order.OF_TERMS))
        .add("min", 1, (in, a) -> Collections.min(some(a[0]), Order.OF_TERMS))
        .add("last", 1, (in, a) -> some(a[0]).getLast())
        .add("droplast", 1, (in, a) -> take(some(a[0]), some(a[0]).size() - 1))
        .add("nth", 2, (in, a) -> nth(a[0], a[1]))
        .add("nthtail", 2, (in, a) -> drop(list(a[1]), checked(a[0], list(a[1]))))
        .add("sublist", 2, (in, a) -> take(list(a[0]), Containers.count(a[1])))
        .add(
            "sublist",
            3,
            (in, a) -> take(drop(list(a[0]), Containers.count(a[1]) - 1), Containers.count(a[2])))
        .add(
            "split",
            2,
            (in, a) -> {
              int count = checked(a[0], list(a[1]));
              return Tuple.of(take(list(a[1]), count), drop(list(a[1]), count));
            })
        .add("seq", 2, (in, a) -> sequence(a[0], a[1], 1L))
        .add("seq", 3, (in, a) -> sequence(a[0], a[1], a[2]))
        .add(
            "duplicate",
            2,
            (in, a) -> Sequence.of(Collections.nCopies(Containers.count(a[0]), a[1])))
        .add("delete", 2, (in, a) -> delete(a[0], list(a[1])))
        .add("subtract", 2, (in, a) -> in.apply("erlang", "--", a[0], a[1]))
        .add("flatten", 1, (in, a) -> flattened(a[0]))
        .add("flatlength", 1, (in, a) -> (long) flattened(a[0]).size())
        .add("concat", 1, (in, a) -> concatenated(list(a[0])))
        .add("join", 2, (in, a) -> join(a[0], list(a[1])))
        .add("prefix", 2, (in, a) -> isPrefix(list(a[0]), list(a[1])))
        .add(
            "suffix",
            2,
            (in, a) -> isPrefix(Sequence.reverse(list(a[0])), Sequence.reverse(list(a[1]))))
        .add(
            "takewhile",
            2,
            (in, a) -> {
              var taken = new ArrayList<Object>();
              for (var element : list(a[1])) {
                if (!holds(in, a[0], element)) {
                  break;
                }
                taken.add(element);
              }
              return Sequence.of(taken);
            })
        .add(
            "dropwhile",
            2,
            (in, a) -> {
              Object left = Sequence.cells(list(a[1]));
              while (Sequence.isCons(left) && holds(in, a[0], Sequence.head(left))) {
                left = Sequence.tail(left);
              }
              return left;
            })
        .add(
            "splitwith",
            2,
            (in, a) -> {
              var taken = new ArrayList<Object>();
              Object left = Sequence.cells(list(a[1]));
              while (Sequence.isCons(left) && holds(in, a[0], Sequence.head(left))) {
                taken.add(Sequence.head(left));
                left = Sequence.tail(left);
              }
              return Tuple.of(Sequence.of(taken), left);
            });
  }

  private static List<Object> some(Object term) {
    var elements = Sequence.indexed(list(term));
    if (elements.isEmpty()) {
      throw Raised.error("function_clause");
    }
    return elements;
  }

  private static Object nth(Object index, Object list) {
    int n = Arithmetic.toInt(index);
    var elements = list(list);
    if (n < 1 || n > elements.size()) {
      throw Raised.error("function_clause");
    }
    return Sequence.indexed(elements).get(n - 1);
  }

  private static int checked(Object count, List<?> list) {
    int n = Containers.count(count);
    if (n > list.size()) {
      throw Raised.badarg();
    }
    return n;
  }

  static List<?> take(List<?> list, int count) {
    return Sequence.of(list.stream().limit(Math.max(0, count)).map(Object.class::cast).toList());
  }

  static List<?> drop(List<?> list, int count) {
    var left = Sequence.cells(list);
    for (int i = 0; i < count && !left.isEmpty(); i++) {
      left = ((Cons) Sequence.cells(left)).tail();
    }
    return left;
  }

  private static Object appended(List<?> lists) {
    Object all = Sequence.NIL;
    for (var list : Sequence.indexed(lists).reversed()) {
      all = all == Sequence.NIL ? list : Sequence.append(Sequence.elements(list), all);
    }
    return all;
  }

  /** As far as the cells go: what is behind them is found when they are added. */
  private static Object sumOfCells(Object list) {
    Object sum = 0L;
    var left = list instanceof List<?> proper ? Sequence.cells(proper) : list;
    for (; Sequence.isCons(left); left = Sequence.tail(left)) {
      sum = Arithmetic.add(sum, Sequence.head(left));
    }
    var unused = list(left);
    return sum;
  }

  static Object sum(Iterable<?> elements) {
    Object sum = 0L;
    for (var element : elements) {
      sum = Arithmetic.add(sum, element);
    }
    return sum;
  }

  private static Object sequence(Object from, Object to, Object by) {
    long first = (Long) from;
    long last = (Long) to;
    long step = (Long) by;
    if (step == 0 ? first != last : step > 0 ? first - step > last : first - step < last) {
      throw Raised.error("function_clause");
    }
    var all = new ArrayList<Object>();
    for (long n = first; step > 0 ? n <= last : n >= last; n += step) {
      all.add(n);
      if (step == 0 || Containers.count((long) all.size()) < 0) {
        break;
      }
    }
    return Sequence.of(all);
  }

  static Object delete(Object element, List<?> list) {
    var left = new ArrayList<Object>(list);
    left.remove(element);
    return Sequence.of(left);
  }

  static List<?> flattened(Object term) {
    var flat = new ArrayList<Object>();
    flatten(list(term), flat);
    return Sequence.of(flat);
  }

  private static void flatten(List<?> list, List<Object> flat) {
    for (var element : list) {
      if (element instanceof List<?> inner) {
        flatten(inner, flat);
      } else {
        flat.add(element);
      }
    }
  }

  private static Object concatenated(List<?> things) {
    var text = new StringBuilder();
    for (var thing : things) {
      text.append(
          switch (thing) {
            case List<?> chars -> Conversions.chars(chars);
            case Double number -> Conversions.scientific(number, 20);
            case Number number -> number.toString();
            default -> Atoms.name(thing);
          });
    }
    return Conversions.charlist(text.toString());
  }

  static List<?> join(Object between, List<?> list) {
    var joined = new ArrayList<Object>();
    for (var element : list) {
      if (!joined.isEmpty()) {
        joined.add(between);
      }
      joined.add(element);
    }
    return Sequence.of(joined);
  }

  private static boolean isPrefix(List<?> prefix, List<?> list) {
    return prefix.size() <= list.size() && take(list, prefix.size()).equals(prefix);
  }

  private static void sorting(Library.Module lists) {
    lists
        .add("sort", 1, (in, a) -> sorted(list(a[0]), Order.OF_TERMS))
        .add("sort", 2, (in, a) -> sorted(list(a[1]), by(in, a[0])))
        .add("usort", 1, (in, a) -> unique(sorted(list(a[0]), Order.OF_TERMS)))
        .add("usort", 2, (in, a) -> unique(sorted(list(a[1]), by(in, a[0]))))
        .add("keysort", 2, (in, a) -> sorted(list(a[1]), byElement(a[0])))
        .add(
            "ukeysort",
            2,
            (in, a) -> {
              var first = new TreeMap<Object, Object>(Order.OF_TERMS);
              for (var tuple : list(a[1])) {
                var unused = first.putIfAbsent(element(tuple, a[0]), tuple);
              }
              return Sequence.of(List.copyOf(first.values()));
            })
        .add(
            "merge",
            2,
            (in, a) -> {
              var all = new ArrayList<Object>(list(a[0]));
              all.addAll(list(a[1]));
              return sorted(all, Order.OF_TERMS);
            })
        .add("uniq", 1, (in, a) -> Sequence.of(list(a[0]).stream().distinct().toList()));
  }

  static List<?> sorted(List<?> list, Comparator<Object> order) {
    var sorted = new ArrayList<Object>(list);
    try {
      sorted.sort(order);
    } catch (IllegalArgumentException inconsistent) {
      return Sequence.of(list); // an order that contradicts itself sorts nothing
    }
    return Sequence.of(sorted);
  }

  /** The order that a function tells which says whether its first argument may stand first. */
  static Comparator<Object> by(Evaluation in, Object function) {
    var fun = Evaluation.prepared(function);
    return (a, b) ->
        !in.call(fun, a, b).equals(true) ? 1 : in.call(fun, b, a).equals(true) ? 0 : -1;
  }

  private static Comparator<Object> byElement(Object index) {
    return (a, b) -> Order.OF_TERMS.compare(element(a, index), element(b, index));
  }

  private static Object element(Object tuple, Object index) {
    return ((Tuple) tuple).get(Arithmetic.toInt(index) - 1);
  }

  private static List<?> unique(List<?> sorted) {
    var unique = new ArrayList<Object>();
    for (var element : sorted) {
      if (unique.isEmpty() || !Order.equal(unique.getLast(), element)) {
        unique.add(element);
      }
    }
    return Sequence.of(unique);
  }

  private static @Nullable Tuple find(Object key, Object index, Object list) {
    int n = Arithmetic.toInt(index);
    for (var element : Sequence.elements(list)) {
      if (element instanceof Tuple tuple
          && tuple.size() >= n
          && Order.equal(tuple.get(n - 1), key)) {
        return tuple;
      }
    }
    return null;
  }

  private static void keys(Library.Module lists) {
    lists
        .add(
            "keyfind",
            3,
            (in, a) -> {
              var found = find(a[0], a[1], a[2]);
              return found == null ? (Object) false : found;
            })
        .add("keymember", 3, (in, a) -> find(a[0], a[1], a[2]) != null)
        .add(
            "keysearch",
            3,
            (in, a) -> {
              var found = find(a[0], a[1], a[2]);
              return found == null ? (Object) false : Tuple.of(Atom.of("value"), found);
            })
        .add("keydelete", 3, (in, a) -> replaced(find(a[0], a[1], a[2]), a[2], null, false))
        .add("keyreplace", 4, (in, a) -> replaced(find(a[0], a[1], a[2]), a[2], a[3], false))
        .add("keystore", 4, (in, a) -> replaced(find(a[0], a[1], a[2]), a[2], a[3], true))
        .add(
            "keytake",
            3,
            (in, a) -> {
              var found = find(a[0], a[1], a[2]);
              return found == null
                  ? (Object) false
                  : Tuple.of(Atom.of("value"), found, replaced(found, a[2], null, false));
            })
        .add(
            "keymap",
            3,
            (in, a) -> {
              int n = Arithmetic.toInt(a[1]);
              var mapped = new ArrayList<Object>();
              for (var tuple : list(a[2])) {
                var value = in.call(a[0], element(tuple, a[1]));
                mapped.add(Containers.set((Tuple) tuple, n, value));
              }
              return Sequence.of(mapped);
            });
  }

  /** The list with something in place of what was found; without it, if that is nothing. */
  private static List<?> replaced(
      @Nullable Tuple found, Object list, @Nullable Object by, boolean store) {
    var all = new ArrayList<Object>(list(list));
    int index = found == null ? -1 : all.indexOf(found);
    if (index >= 0 && by == null) {
      all.remove(index);
    } else if (index >= 0 && by != null) {
      all.set(index, by);
    } else if (store && by != null) {
      all.add(by);
    }
    return Sequence.of(all);
  }

  /** Elements by what a function makes of them, in the order in which they come. */
  static Map<Object, List<Object>> grouped(Evaluation in, Object key, Iterable<?> elements) {
    var fun = Evaluation.prepared(key);
    var groups = new LinkedHashMap<Object, List<Object>>();
    for (var element : elements) {
      groups.computeIfAbsent(in.call(fun, element), k -> new ArrayList<>()).add(element);
    }
    return groups;
  }
}
