package dev.retort.node;

import dev.retort.Kernel;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that are registered with {@code global} on any node: every node of the cluster has all
 * of them. Used by the process global_name_server only.
 */
final class GlobalNames {
  private final Map<Object, Entry> names = new HashMap<>();

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
