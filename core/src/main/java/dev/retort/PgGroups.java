package dev.retort;

import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The groups of a {@link Pg} scope: changed by its process, read by any thread.
 *
 * @param owner the process
 */
record PgGroups(Pid owner, Map<Object, Members> groups) {
  /** Who is in a group, of all nodes and of this one; a process as often as it has joined. */
  record Members(List<Pid> all, List<Pid> local) {
    static final Members NONE = new Members(List.of(), List.of());
  }

  PgGroups(Pid owner) {
    this(owner, new ConcurrentHashMap<>());
  }

  Members of(Object group) {
    return groups.getOrDefault(group, Members.NONE);
  }

  /** The members of all groups. */
  Map<Object, List<Pid>> all() {
    var all = new LinkedHashMap<Object, List<Pid>>();
    groups.forEach((group, members) -> all.put(group, members.all));
    return Map.copyOf(all);
  }

  void add(Object group, List<Pid> pids, boolean local) {
    var old = of(group);
    groups.put(group, new Members(plus(pids, old.all), local ? plus(pids, old.local) : old.local));
  }

  /** Whether there was such a group. */
  boolean remove(Object group, List<Pid> pids, boolean local) {
    var old = groups.get(group);
    if (old == null) {
      return false;
    }
    var all = minus(old.all, pids);
    if (all.isEmpty()) {
      groups.remove(group);
    } else {
      groups.put(group, new Members(all, local ? minus(old.local, pids) : old.local));
    }
    return true;
  }

  /** {@code first ++ second}. */
  static List<Pid> plus(List<Pid> first, List<Pid> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }

  /** {@code from -- pids}: one less for each. */
  static List<Pid> minus(List<Pid> from, List<Pid> pids) {
    var rest = new ArrayList<>(from);
    pids.forEach(rest::remove);
    return List.copyOf(rest);
  }
}
