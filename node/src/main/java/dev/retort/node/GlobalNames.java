package dev.retort.node;

import dev.retort.Kernel;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The names that are registered with {@code global} on any node: every node of the cluster has all
 * of them. Changed by the process global_name_server only, read by any thread.
 */
final class GlobalNames {
  private final Map<Object, Entry> names = new ConcurrentHashMap<>();

  /**
   * A registered process.
   *
   * @param method the function that decides when two processes have the name
   * @param monitor removes the name with the process
   */
  record Entry(Pid pid, Object method, Ref monitor) {}

  @Nullable Entry get(Object name) {
    return names.get(name);
  }

  /** The names that a process has. */
  List<Object> of(Pid pid) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().pid.equals(pid))
        .<Object>map(Map.Entry::getKey)
        .toList();
  }

  /** All names. */
  List<Object> all() {
    return List.copyOf(names.keySet());
  }

  void put(Object name, Pid pid, Object method) {
    remove(name);
    names.put(name, new Entry(pid, method, Kernel.monitor(pid)));
  }

  void remove(Object name) {
    var entry = names.remove(name);
    if (entry != null) {
      Kernel.demonitor(entry.monitor);
    }
  }

  /** A registered process has ended. */
  void down(Ref monitor) {
    names.values().removeIf(entry -> entry.monitor.equals(monitor));
  }

  /** All of them, {@code [{Name, Pid, Method}]}. */
  List<Object> toTerm() {
    var list = new ArrayList<Object>();
    names.forEach((name, entry) -> list.add(Tuple.of(name, entry.pid, entry.method)));
    return list;
  }
}
