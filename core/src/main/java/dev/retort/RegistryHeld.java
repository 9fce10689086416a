package dev.retort;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The ids of the registrations that one process has in one partition, by key. Any thread. */
final class RegistryHeld {
  private final SmallMap<Object, List<Long>> ids = new SmallMap<>();

  synchronized void add(Object key, long id) {
    var present = ids.get(key);
    if (present == null) {
      present = new ArrayList<>(1);
      ids.put(key, present);
    }
    present.add(id);
  }

  synchronized void remove(Object key, List<Long> gone) {
    var present = ids.get(key);
    if (present != null) {
      present.removeAll(new HashSet<>(gone));
      if (present.isEmpty()) {
        ids.remove(key);
      }
    }
  }

  synchronized List<Long> ids(Object key) {
    var present = ids.get(key);
    return present == null ? List.of() : List.copyOf(present);
  }

  synchronized Map<Object, List<Long>> all() {
    var all = new HashMap<Object, List<Long>>();
    ids.forEach((key, each) -> all.put(key, List.copyOf(each)));
    return all;
  }

  /** The keys, each as often as it is registered. */
  synchronized List<Object> keys() {
    var keys = new ArrayList<Object>();
    ids.forEach((key, each) -> each.forEach(id -> keys.add(key)));
    return keys;
  }

  synchronized boolean isEmpty() {
    return ids.size() == 0;
  }
}
