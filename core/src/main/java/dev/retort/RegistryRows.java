package dev.retort;

import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of one partition of a {@link Registry} lead to. Any thread; reads take no lock. A
 * row whose process has ended is passed over from that moment, and removed a little later.
 */
abstract sealed class RegistryRows {
  /**
   * Adds a row.
   *
   * @param id no other row has it
   * @return the process that has the key already, if there can be one only; null if it worked
   */
  abstract @Nullable Pid add(Object key, long id, Registry.Entry entry);

  /** The row with this id; null if there is none. */
  abstract Registry.@Nullable Entry get(Object key, long id);

  abstract void remove(Object key, long id);

  /** The rows of living processes. */
  abstract List<Registry.Entry> get(Object key);

  /** Calls {@code action} for the rows of living processes. */
  abstract void forEach(BiConsumer<Object, Registry.Entry> action);

  /** How many rows there are, of processes that have just ended, too. */
  abstract long count();

  /** Whether there is no row, of whatever process. */
  abstract boolean isEmpty();

  /** Whether a process of this node has not ended. */
  static boolean isAlive(Pid pid) {
    return pid instanceof LocalPid local && !local.hasEnded();
  }

  /** One row for each key. */
  static final class Unique extends RegistryRows {
    private record Row(long id, Registry.Entry entry) {}

    private final Map<Object, Row> rows = new ConcurrentHashMap<>();

    @Override
    @Nullable Pid add(Object key, long id, Registry.Entry entry) {
      var mine = new Row(id, entry);
      // One step: of two that register at once, one finds the other's row.
      var row =
          rows.compute(key, (k, old) -> old == null || !isAlive(old.entry.pid()) ? mine : old);
      return row == null || row.id == id ? null : row.entry.pid();
    }

    /** Puts another value in the place of one, on behalf of the process whose row it is. */
    void replace(Object key, long id, Registry.Entry entry) {
      var unused = rows.computeIfPresent(key, (k, row) -> row.id == id ? new Row(id, entry) : row);
    }

    @Override
    Registry.@Nullable Entry get(Object key, long id) {
      var row = rows.get(key);
      return row != null && row.id == id ? row.entry : null;
    }

    @Override
    void remove(Object key, long id) {
      var unused = rows.computeIfPresent(key, (k, row) -> row.id == id ? null : row);
    }

    @Override
    List<Registry.Entry> get(Object key) {
      var row = rows.get(key);
      return row != null && isAlive(row.entry.pid()) ? List.of(row.entry) : List.of();
    }

    @Override
    void forEach(BiConsumer<Object, Registry.Entry> action) {
      rows.forEach(
          (key, row) -> {
            if (isAlive(row.entry.pid())) {
              action.accept(key, row.entry);
            }
          });
    }

    @Override
    long count() {
      return rows.size();
    }

    @Override
    boolean isEmpty() {
      return rows.isEmpty();
    }
  }

  /** Any number of rows for a key, in the order of their ids. */
  static final class Duplicate extends RegistryRows {
    /** Changed only while the key's place in the map is locked, so that none is lost when empty. */
    private final Map<Object, ConcurrentSkipListMap<Long, Registry.Entry>> rows =
        new ConcurrentHashMap<>();

    private final LongAdder count = new LongAdder();

    @Override
    @Nullable Pid add(Object key, long id, Registry.Entry entry) {
      var unused =
          rows.compute(
              key,
              (k, present) -> {
                var group =
                    present == null ? new ConcurrentSkipListMap<Long, Registry.Entry>() : present;
                group.put(id, entry);
                return group;
              });
      count.increment();
      return null;
    }

    @Override
    Registry.@Nullable Entry get(Object key, long id) {
      var group = rows.get(key);
      return group == null ? null : group.get(id);
    }

    @Override
    void remove(Object key, long id) {
      var unused =
          rows.computeIfPresent(
              key,
              (k, group) -> {
                if (group.remove(id) != null) {
                  count.decrement();
                }
                return group.isEmpty() ? null : group;
              });
    }

    @Override
    List<Registry.Entry> get(Object key) {
      var group = rows.get(key);
      if (group == null) {
        return List.of();
      }
      var found = new ArrayList<Registry.Entry>();
      for (var entry : group.values()) {
        if (isAlive(entry.pid())) {
          found.add(entry);
        }
      }
      return found;
    }

    @Override
    void forEach(BiConsumer<Object, Registry.Entry> action) {
      rows.forEach(
          (key, group) ->
              group
                  .values()
                  .forEach(
                      entry -> {
                        if (isAlive(entry.pid())) {
                          action.accept(key, entry);
                        }
                      }));
    }

    @Override
    long count() {
      return count.sum();
    }

    @Override
    boolean isEmpty() {
      return rows.isEmpty() && count.sum() == 0;
    }
  }
}
