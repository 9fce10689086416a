package dev.retort.etf;

import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The immutable lists and maps that decoding gives, from elements as the wire has them. */
final class Lists {
  private Lists() {}

  /** LIST_EXT: the elements and, last, the tail. Takes the array over. */
  static Object of(Object[] elementsAndTail) {
    int count = elementsAndTail.length - 1;
    var tail = elementsAndTail[count];
    if (count == 0) {
      return tail;
    }
    var elements = Arrays.asList(Arrays.copyOf(elementsAndTail, count));
    return switch (tail) {
      case List<?> rest when rest.isEmpty() -> Collections.unmodifiableList(elements);
      case List<?> rest -> joined(elements, rest);
      case ImproperList rest -> ImproperList.of(joined(elements, rest.elements()), rest.tail());
      default -> ImproperList.of(elements, tail);
    };
  }

  private static List<Object> joined(List<Object> elements, List<?> rest) {
    var joined = new ArrayList<Object>(elements.size() + rest.size());
    joined.addAll(elements);
    joined.addAll(rest);
    return Collections.unmodifiableList(joined);
  }

  /** MAP_EXT: key, value, key, value; null if a key comes twice. Takes the array over. */
  static @Nullable Map<Object, Object> mapOf(Object[] flat) {
    if (flat.length == 0) {
      return Map.of();
    }
    if (SmallMap.suits(flat)) {
      var small = new SmallMap(flat);
      return small.hasDuplicates() ? null : Collections.unmodifiableMap(small);
    }
    var map = LinkedHashMap.<Object, Object>newLinkedHashMap(flat.length / 2);
    for (int i = 0; i < flat.length; i += 2) {
      if (map.put(flat[i], flat[i + 1]) != null) {
        return null;
      }
    }
    return Collections.unmodifiableMap(map);
  }

  /** Whether the term has no elements. */
  static boolean isLeaf(Object term) {
    return !(term instanceof Tuple
        || term instanceof List
        || term instanceof Map
        || term instanceof ImproperList
        || term instanceof Fun.Closure);
  }
}
