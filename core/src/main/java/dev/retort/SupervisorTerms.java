package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What OTP's {@code supervisor} functions send and get: the requests, and the answers' shapes. */
final class SupervisorTerms {
  static final Atom WHICH_CHILDREN = Atom.of("which_children");
  static final Atom COUNT_CHILDREN = Atom.of("count_children");
  static final Atom TERMINATE_CHILD = Atom.of("terminate_child");
  static final Atom RESTART_CHILD = Atom.of("restart_child");
  static final Atom DELETE_CHILD = Atom.of("delete_child");
  static final Atom GET_CHILDSPEC = Atom.of("get_childspec");
  static final Atom START_TASK = Atom.of("start_task");
  static final Atom START_CHILD = Atom.of("start_child");

  private static final Atom SUPERVISOR = Atom.of("supervisor");
  private static final Atom WORKER = Atom.of("worker");

  private SupervisorTerms() {}

  /** Refuses a supervisor of another node. */
  static void checkLocal(Dest supervisor, String function, Object id) {
    if (!Calls.isHere(supervisor)) {
      throw new IllegalArgumentException(
          function
              + " of child "
              + CrashReport.inspect(id)
              + ": a supervisor of this node was expected, not "
              + supervisor
              + ", since a start function does not travel: call it from a process of that node");
    }
  }

  /** {@code {Id, Pid | undefined | restarting, Type, Modules}}. */
  static Tuple child(Object id, Child child) {
    return Tuple.of(
        id,
        child.pid != null ? child.pid : child.restarting ? Started.RESTARTING : Atom.UNDEFINED,
        type(child.spec),
        List.of(child.spec.module()));
  }

  private static Atom type(ChildSpec spec) {
    return spec.type() == ChildSpec.Type.SUPERVISOR ? SUPERVISOR : WORKER;
  }

  /** What {@code which_children} of a supervisor here or elsewhere has listed. */
  static List<ChildInfo> infos(Object answer) {
    var infos = new ArrayList<ChildInfo>();
    for (var each : (List<?>) answer) {
      var child = (Tuple) each;
      infos.add(
          new ChildInfo(
              child.get(0),
              child.get(1) instanceof Pid pid ? pid : null,
              child.get(1).equals(Started.RESTARTING),
              child.get(2).equals(SUPERVISOR) ? ChildSpec.Type.SUPERVISOR : ChildSpec.Type.WORKER));
    }
    return infos;
  }

  /** {@code [{specs, N}, {active, N}, {supervisors, N}, {workers, N}]}. */
  static List<Tuple> countChildren(ChildCount count) {
    return List.of(
        Tuple.of(Atom.of("specs"), count.specs()),
        Tuple.of(Atom.of("active"), count.active()),
        Tuple.of(Atom.of("supervisors"), count.supervisors()),
        Tuple.of(Atom.of("workers"), count.workers()));
  }

  static ChildCount count(Object answer) {
    var counts = new LinkedHashMap<String, Integer>();
    for (var each : (List<?>) answer) {
      var count = (Tuple) each;
      counts.put(((Atom) count.get(0)).name(), ((Number) count.get(1)).intValue());
    }
    return new ChildCount(
        counts.getOrDefault("specs", 0),
        counts.getOrDefault("active", 0),
        counts.getOrDefault("supervisors", 0),
        counts.getOrDefault("workers", 0));
  }

  /**
   * OTP's map of a child specification. A Java start function has no module, function and
   * arguments: it is given as {@code {Class, start, []}} with the class whose code it is.
   */
  static Map<Atom, Object> spec(ChildSpec spec) {
    var map = new LinkedHashMap<Atom, Object>();
    map.put(Atom.of("id"), spec.id());
    map.put(
        Atom.of("start"),
        spec.start() instanceof ForeignStart foreign
            ? foreign.function().term()
            : Tuple.of(spec.module(), Atom.of("start"), List.of()));
    map.put(
        Atom.of("restart"),
        Atom.of(
            switch (spec.restart()) {
              case PERMANENT -> "permanent";
              case TRANSIENT -> "transient";
              case TEMPORARY -> "temporary";
            }));
    map.put(Atom.of("significant"), spec.significant() ? Atom.TRUE : Atom.FALSE);
    map.put(Atom.of("shutdown"), shutdown(spec));
    map.put(Atom.of("type"), type(spec));
    map.put(Atom.of("modules"), List.of(spec.module()));
    return map;
  }

  private static Object shutdown(ChildSpec spec) {
    var shutdown = spec.shutdown();
    if (shutdown.equals(ChildSpec.BRUTAL_KILL)) {
      return Atom.of("brutal_kill");
    }
    long nanos = Timers.nanos(shutdown);
    return nanos == Long.MAX_VALUE ? Atom.INFINITY : (Object) (nanos / 1_000_000);
  }

  /**
   * The child that {@code id} means, which may have come from another node: ids of Java children
   * may be strings, enums, records.
   */
  static @Nullable Child find(Object id, Children children) {
    var child = children.find(id);
    if (child == null) {
      for (var each : children.all()) {
        if (isTermOf(each.spec.id(), id)) {
          return each;
        }
      }
    }
    return child;
  }

  private static boolean isTermOf(Object id, Object term) {
    try {
      return Terms.toTerm(id).equals(term);
    } catch (IllegalArgumentException e) {
      return false; // it has none
    }
  }
}
