package dev.retort;

import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link Registry} knows: Elixir's ETS tables. Read by any thread; processes write their
 * own registrations, and the processes of the partitions remove those of processes that have ended.
 *
 * <p>Each registration stands in two places: in the rows of its key, where it is looked up, and in
 * what its process holds, where it is found when that ends. It is written to the second first, and
 * removed from it last, so that the end of the process finds it whenever it comes. The code of a
 * process that has ended may still be in the middle of a registration, and write it when all have
 * been removed: it looks whether it has ended when it has written, as whoever ends it removes when
 * it has ended; one of the two sees the other.
 */
final class RegistryTable {
  final LocalPid supervisor;
  final RegistryOptions options;
  final Map<Object, Object> meta;

  /** A partition that is started again begins empty. Null before the first start. */
  private final AtomicReferenceArray<@Nullable RegistryPartition> partitions;

  private final AtomicLong lastId = new AtomicLong();

  RegistryTable(LocalPid supervisor, RegistryOptions options) {
    this.supervisor = supervisor;
    this.options = options;
    this.meta = new ConcurrentHashMap<>(options.meta());
    this.partitions = new AtomicReferenceArray<>(options.partitions());
  }

  /** A process for partition {@code i} has started. */
  void open(int i, LocalPid server) {
    partitions.set(i, RegistryPartition.of(server, options.keys()));
  }

  /** Where the rows of a key, or those of a process under a key, are. */
  private RegistryPartition rowsOf(Object key, Pid pid) {
    return partition(options.keys() == Registry.Keys.DUPLICATE ? pid : key);
  }

  /** Where it is written what a process holds under a key; its process is linked to that one. */
  private RegistryPartition heldBy(Object key, Pid pid) {
    return partition(options.keys() == Registry.Keys.DUPLICATE_BY_KEY ? key : pid);
  }

  /** The partition that a key, or the pid of a process, belongs to. */
  RegistryPartition partition(Object keyOrPid) {
    int hash = keyOrPid.hashCode() * 0x9E3779B9; // small numbers make use of all partitions
    return get(Math.floorMod(hash ^ (hash >>> 16), partitions.length()));
  }

  RegistryPartition get(int i) {
    var partition = partitions.get(i);
    if (partition == null) {
      throw new IllegalStateException("registry " + options.name() + " is being started");
    }
    return partition;
  }

  List<RegistryPartition> all() {
    var all = new ArrayList<RegistryPartition>(partitions.length());
    for (int i = 0; i < partitions.length(); i++) {
      all.add(get(i));
    }
    return all;
  }

  /** The partitions that may have rows of a key. */
  List<RegistryPartition> of(Object key) {
    return options.keys() == Registry.Keys.DUPLICATE ? all() : List.of(partition(key));
  }

  // ---- by the process that registers

  /** The process that has the key already, null if it worked. */
  @Nullable Pid register(LocalProcess self, Object key, Object value) {
    var pid = self.pid;
    var owner = running(heldBy(key, pid));
    var rows = running(rowsOf(key, pid)).rows();
    Kernel.link(owner.server());
    long id = lastId.incrementAndGet();
    var held = owner.held().computeIfAbsent(pid, p -> new RegistryHeld());
    held.add(key, id);
    var taken = rows.add(key, id, new Registry.Entry(pid, value));
    if (taken != null) {
      release(owner, pid, held, key, List.of(id));
      return taken;
    }
    if (self.hasEnded()) {
      rows.remove(key, id);
      forget(owner, pid);
      throw new ProcessEnded();
    }
    return null;
  }

  /** All end before any is started again: with two that run, a registration is complete. */
  private RegistryPartition running(RegistryPartition partition) {
    if (partition.server().process == null) {
      throw new IllegalStateException("registry " + options.name() + " is being started again");
    }
    return partition;
  }

  /** Takes back what has a value that is {@code which}; whether that was all under the key. */
  boolean unregister(LocalProcess self, Object key, Predicate<Object> which) {
    var pid = self.pid;
    var owner = heldBy(key, pid);
    var held = owner.held().get(pid);
    if (held == null) {
      return false;
    }
    var rows = rowsOf(key, pid).rows();
    var ids = held.ids(key);
    var gone = new ArrayList<Long>(ids.size());
    for (long id : ids) {
      var entry = rows.get(key, id);
      if (entry == null || which.test(entry.value())) {
        rows.remove(key, id);
        gone.add(id);
      }
    }
    release(owner, pid, held, key, gone);
    return !gone.isEmpty() && gone.size() == ids.size();
  }

  private static void release(
      RegistryPartition owner, Pid pid, RegistryHeld held, Object key, List<Long> ids) {
    held.remove(key, ids);
    if (held.isEmpty()) {
      owner.held().remove(pid, held);
      Kernel.unlink(owner.server());
    }
  }

  /** The new and the old value of a unique key; null if the process does not have it. */
  Registry.@Nullable Updated update(LocalProcess self, Object key, UnaryOperator<Object> function) {
    var held = heldBy(key, self.pid).held().get(self.pid);
    var ids = held == null ? List.<Long>of() : held.ids(key);
    if (ids.isEmpty() || !(rowsOf(key, self.pid).rows() instanceof RegistryRows.Unique rows)) {
      return null;
    }
    long id = ids.getFirst();
    var entry = rows.get(key, id);
    if (entry == null) {
      return null;
    }
    var value = Objects.requireNonNull(function.apply(entry.value()), "the new value");
    MessageCheck.check(value);
    rows.replace(key, id, new Registry.Entry(self.pid, value));
    return new Registry.Updated(value, entry.value());
  }

  // ---- by the process of a partition

  /** A process that is linked to the partition's has ended. */
  void forget(RegistryPartition owner, Pid pid) {
    var held = owner.held().remove(pid);
    if (held != null) {
      held.all()
          .forEach(
              (key, ids) -> {
                var rows = rowsOf(key, pid).rows();
                ids.forEach(id -> rows.remove(key, id));
              });
    }
  }

  // ---- by any thread

  List<Registry.Entry> lookup(Object key) {
    if (options.keys() != Registry.Keys.DUPLICATE) {
      return partition(key).rows().get(key);
    }
    var found = new ArrayList<Registry.Entry>();
    all().forEach(partition -> found.addAll(partition.rows().get(key)));
    return found;
  }

  List<Object> keys(Pid pid) {
    if (options.keys() != Registry.Keys.DUPLICATE_BY_KEY) {
      return keys(partition(pid), pid);
    }
    var keys = new ArrayList<Object>();
    all().forEach(partition -> keys.addAll(keys(partition, pid)));
    return keys;
  }

  private static List<Object> keys(RegistryPartition partition, Pid pid) {
    var held = partition.held().get(pid);
    return held == null ? List.of() : held.keys();
  }

  /** Whether nothing is left in any place. */
  boolean isEmpty() {
    return all().stream()
        .allMatch(partition -> partition.rows().isEmpty() && partition.held().isEmpty());
  }
}
