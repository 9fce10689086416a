package dev.retort;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map that is mostly tiny: a process has a link or two, one in ten thousand has a million. Pairs
 * in an array, and a hash table from the ninth on. Not synchronized.
 */
final class SmallMap<K, V> {
  private static final int SMALL = 8;

  /** Keys and values in turn; the last pair takes the place of a removed one. */
  private @Nullable Object[] pairs = new @Nullable Object[4];

  private int size;
  private @Nullable Map<K, V> large;

  int size() {
    return large != null ? large.size() : size;
  }

  @Nullable V get(K key) {
    if (large != null) {
      return large.get(key);
    }
    int i = find(key);
    return i < 0 ? null : value(i);
  }

  boolean containsKey(K key) {
    return large != null ? large.containsKey(key) : find(key) >= 0;
  }

  /** What was there before; null if nothing was. */
  @Nullable V put(K key, V value) {
    if (large != null) {
      return large.put(key, value);
    }
    int i = find(key);
    if (i >= 0) {
      var before = value(i);
      pairs[i + 1] = value;
      return before;
    }
    if (size == SMALL) {
      grow().put(key, value);
      return null;
    }
    if (2 * size == pairs.length) {
      pairs = java.util.Arrays.copyOf(pairs, 2 * pairs.length);
    }
    pairs[2 * size] = key;
    pairs[2 * size + 1] = value;
    size++;
    return null;
  }

  private Map<K, V> grow() {
    var map = new HashMap<K, V>(4 * SMALL);
    forEach(map::put);
    large = map;
    pairs = new @Nullable Object[0];
    size = 0;
    return map;
  }

  /** What was there; null if nothing was. */
  @Nullable V remove(K key) {
    if (large != null) {
      return large.remove(key);
    }
    int i = find(key);
    if (i < 0) {
      return null;
    }
    var before = value(i);
    size--;
    pairs[i] = pairs[2 * size];
    pairs[i + 1] = pairs[2 * size + 1];
    pairs[2 * size] = null;
    pairs[2 * size + 1] = null;
    return before;
  }

  /** Calls {@code action} for each pair; it must not change this map. */
  @SuppressWarnings("unchecked") // put takes keys and values only
  void forEach(BiConsumer<? super K, ? super V> action) {
    if (large != null) {
      large.forEach(action);
      return;
    }
    for (int i = 0; i < 2 * size; i += 2) {
      action.accept((K) pairs[i], (V) pairs[i + 1]);
    }
  }

  private int find(K key) {
    for (int i = 0; i < 2 * size; i += 2) {
      var each = pairs[i];
      if (each == key || (each != null && each.equals(key))) {
        return i;
      }
    }
    return -1;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // every key has its value
  private V value(int i) {
    return (V) pairs[i + 1];
  }
}
