package dev.retort.node.eval;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** What Elixir's {@code Enum} goes through: lists, maps, ranges and sets. */
final class Enumeration {
  private Enumeration() {}

  /** The elements, one after the other; those of a range are made when they are asked for. */
  static Iterable<?> of(Object term) {
    return switch (term) {
      case List<?> list -> list;
      case Map<?, ?> map when Struct.is(map, "Elixir.Range") -> () -> new Range(map);
      case Map<?, ?> map when ElixirMapSet.isSet(map) -> ElixirMapSet.elements(map);
      case Map<?, ?> map when !map.containsKey(Struct.KEY) -> MapsModule.pairs(map);
      default -> throw ElixirProtocols.undefined("Elixir.Enumerable", term);
    };
  }

  /** All elements, in an array. */
  static List<Object> all(Object term) {
    var all = new ArrayList<Object>();
    for (var element : of(term)) {
      all.add(element);
      var unused =
          Containers.count((long) all.size()); // a list of more is none that somebody typed
    }
    return all;
  }

  /** Whether it is one of the elements. */
  static boolean has(Object term, Object element) {
    if (ElixirMapSet.isSet(term)) {
      return ElixirMapSet.has(term, element); // without going through them
    }
    for (var each : of(term)) {
      if (each.equals(element)) {
        return true;
      }
    }
    return false;
  }

  /** What a collection becomes that elements are put into: {@code Enum.into/2}. */
  static Object into(Iterable<?> elements, Object target) {
    return switch (target) {
      case List<?> list -> Sequence.append(list, list(elements));
      case Map<?, ?> map when ElixirMapSet.isSet(map) -> ElixirMapSet.with(map, elements);
      case Map<?, ?> map -> MapsModule.merged(map, MapsModule.fromPairs(elements));
      case String text -> text + Conversions.text(list(elements));
      default -> throw ElixirProtocols.undefined("Elixir.Collectable", target);
    };
  }

  static List<?> list(Iterable<?> elements) {
    return elements instanceof List<?> list
        ? Sequence.of(list)
        : Sequence.reverse(Sequence.reverse(elements));
  }

  private static final class Range implements Iterator<Object> {
    private final long last;
    private final long step;
    private long next;
    private boolean ended;

    Range(Map<?, ?> range) {
      next = (Long) Struct.field(range, "first");
      last = (Long) Struct.field(range, "last");
      step = (Long) Struct.field(range, "step");
      ended = step > 0 ? next > last : next < last;
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public Object next() {
      if (ended) {
        throw new NoSuchElementException();
      }
      long current = next;
      ended = step > 0 ? current > last - step : current < last - step;
      next = current + step;
      return current;
    }
  }
}
