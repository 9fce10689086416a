package dev.retort.node.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Erlang's maps: Java's, never changed once they can be seen. */
final class Dictionary {
  /** Erlang keeps the keys of maps up to this size in their order. */
  private static final int SORTED = 32;

  private Dictionary() {}

  /** The term as a map; {@code {badmap, Term}} if it is none. */
  static Map<?, ?> of(Object term) {
    if (term instanceof Map<?, ?> map) {
      return map;
    }
    throw Raised.error("badmap", term);
  }

  /** The value of a key that is there. */
  static Object get(Map<?, ?> map, Object key) {
    return Objects.requireNonNull(map.get(key));
  }

  static @Nullable Object find(Map<?, ?> map, Object key) {
    return map.get(key);
  }

  static Map<?, ?> put(Map<?, ?> map, Object key, Object value) {
    var changed = changeable(map);
    changed.put(key, value);
    return sealed(changed);
  }

  static Map<?, ?> remove(Map<?, ?> map, Object key) {
    if (!map.containsKey(key)) {
      return map;
    }
    var changed = changeable(map);
    changed.remove(key);
    return sealed(changed);
  }

  /** A copy to be filled, and {@link #sealed} before anybody sees it. */
  static Map<Object, Object> changeable(Map<?, ?> map) {
    return new LinkedHashMap<>(map);
  }

  static Map<?, ?> sealed(Map<Object, Object> map) {
    return Collections.unmodifiableMap(map);
  }

  /** The keys in the order in which Erlang shows them. */
  static List<Object> keys(Map<?, ?> map) {
    var keys = new ArrayList<Object>(map.keySet());
    if (keys.size() <= SORTED) {
      keys.sort(Order.EXACT);
    }
    return keys;
  }
}
