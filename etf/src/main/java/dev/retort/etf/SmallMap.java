package dev.retort.etf;

import dev.retort.term.Atom;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A few entries in the order of the wire, searched one after the other as BEAM does in its small
 * maps: nothing is hashed, and all of it is one array. Never changed.
 */
final class SmallMap extends AbstractMap<Object, Object> {
  private static final int MAX_SIZE = 8;

  /** Key, value, key, value. */
  private final Object[] flat;

  SmallMap(Object[] flat) {
    this.flat = flat;
  }

  /**
   * Whether the entries, key, value, key, value, are best kept in one: they are few, and their keys
   * are quick to compare. Maps in maps as keys would take long.
   */
  static boolean suits(Object[] flat) {
    if (flat.length > 2 * MAX_SIZE) {
      return false;
    }
    for (int i = 0; i < flat.length; i += 2) {
      if (!(flat[i] instanceof String || flat[i] instanceof Atom || flat[i] instanceof Long)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a key comes twice. */
  boolean hasDuplicates() {
    for (int i = 2; i < flat.length; i += 2) {
      if (indexOf(flat[i]) < i) {
        return true;
      }
    }
    return false;
  }

  private int indexOf(@Nullable Object key) {
    for (int i = 0; i < flat.length; i += 2) {
      if (flat[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int size() {
    return flat.length / 2;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return indexOf(key) >= 0;
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    int index = indexOf(key);
    return index < 0 ? null : flat[index + 1];
  }

  @Override
  public Set<Map.Entry<Object, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return SmallMap.this.size();
      }

      @Override
      public Iterator<Map.Entry<Object, Object>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Map.Entry<Object, Object>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < flat.length;
    }

    @Override
    public Map.Entry<Object, Object> next() {
      if (next == flat.length) {
        throw new NoSuchElementException();
      }
      next += 2;
      return Map.entry(flat[next - 2], flat[next - 1]);
    }
  }
}
