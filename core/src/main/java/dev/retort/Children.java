package dev.retort;

import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The children of a {@link Supervisor} in the order of their start. Used by its process only. */
final class Children {
  private final Map<Object, Child> byId = new LinkedHashMap<>();

  /** Those that run. */
  private final Map<Pid, Child> byPid = new HashMap<>();

  void add(Child child) {
    byId.put(child.spec.id(), child);
  }

  /**
   * Children with these specifications, of which those run that do already, under the same id; the
   * others are not started. What is not among them stays, before them. {@code
   * supervisor:update_childspec/2}.
   */
  Children respecified(List<ChildSpec> specs) {
    var now = new Children();
    var ids = specs.stream().map(ChildSpec::id).collect(Collectors.toSet());
    byId.values().stream().filter(child -> !ids.contains(child.spec.id())).forEach(now::add);
    for (var spec : specs) {
      var before = find(spec.id());
      now.add(before == null ? new Child(spec) : before.with(spec));
    }
    now.all().forEach(now::started);
    return now;
  }

  /** The child with this id; null if there is none. */
  @Nullable Child find(Object id) {
    return byId.get(id);
  }

  /** All of them, in the order of their start. */
  List<Child> all() {
    return List.copyOf(byId.values());
  }

  /** The child, and those started after it. */
  List<Child> from(Child child) {
    var from = new ArrayList<Child>();
    for (var each : byId.values()) {
      if (each == child || !from.isEmpty()) {
        from.add(each);
      }
    }
    return from;
  }

  /** A child runs now, if it has a pid. */
  void started(Child child) {
    if (child.pid != null) {
      byPid.put(child.pid, child);
    }
  }

  /** The child whose process this was, which has none any more; null if there is none. */
  @Nullable Child ended(Pid pid) {
    var child = byPid.remove(pid);
    if (child != null) {
      child.pid = null;
    }
    return child;
  }

  /** A child is not running any more; a temporary one is forgotten. {@code del_child/2}. */
  void stopped(Child child) {
    if (child.pid != null) {
      byPid.remove(child.pid, child);
    }
    child.rest();
    if (child.isTemporary()) {
      remove(child);
    }
  }

  void remove(Child child) {
    byId.remove(child.spec.id());
  }
}
