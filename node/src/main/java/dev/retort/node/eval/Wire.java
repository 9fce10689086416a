package dev.retort.node.eval;

import dev.retort.etf.Terms;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between the values of evaluated code and the terms that everybody else knows. */
final class Wire {
  private Wire() {}

  /** As a term: lists as Java has them, functions as the fun that they came as. */
  static Object outgoing(Object value) {
    return switch (value) {
      case EvalFun fun -> fun.term();
      case Tuple tuple -> {
        var elements = tuple.toArray();
        boolean same = true;
        for (int i = 0; i < elements.length; i++) {
          var before = elements[i];
          elements[i] = outgoing(before);
          same &= elements[i] == before;
        }
        yield same ? tuple : Tuple.of(elements);
      }
      case List<?> list -> elements(list);
      case ImproperList list -> ImproperList.of(elements(list.elements()), outgoing(list.tail()));
      case Map<?, ?> map -> {
        var entries = new LinkedHashMap<Object, Object>();
        map.forEach((key, element) -> entries.put(outgoing(key), outgoing(element)));
        yield Dictionary.sealed(entries);
      }
      default -> value;
    };
  }

  private static List<?> elements(List<?> list) {
    var elements = new ArrayList<Object>(list.size());
    boolean same = !(list instanceof Cons);
    for (var element : list) {
      var term = outgoing(element);
      same &= term == element;
      elements.add(term);
    }
    return same ? list : List.copyOf(elements);
  }

  static List<?> outgoing(Object[] values) {
    return elements(List.of(values));
  }

  /**
   * What comes from elsewhere, a message or what a function of Java gives.
   *
   * @throws IllegalArgumentException if it has no term
   */
  static Object incoming(@Nullable Object value) {
    return Terms.toTerm(value);
  }
}
