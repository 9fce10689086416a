package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shapes in which OTP's {@code supervisor} functions of another node expect their answers. */
final class SupervisorTerms {
  private static final Atom WORKER = Atom.of("worker");
  private static final Atom SUPERVISOR = Atom.of("supervisor");

  private SupervisorTerms() {}

  /** {@code [{Id, Pid | undefined | restarting, Type, Modules}]}, the last one started first. */
  static List<Tuple> whichChildren(List<ChildInfo> children) {
    return children.reversed().stream()
        .map(
            child ->
                Tuple.of(
                    child.id(),
                    child.pid() != null
                        ? child.pid()
                        : child.restarting() ? Atom.of("restarting") : Atom.UNDEFINED,
                    child.type() == ChildSpec.Type.SUPERVISOR ? SUPERVISOR : WORKER,
                    List.of()))
        .toList();
  }

  /** {@code [{specs, N}, {active, N}, {supervisors, N}, {workers, N}]}. */
  static List<Tuple> countChildren(ChildCount count) {
    return List.of(
        Tuple.of(Atom.of("specs"), count.specs()),
        Tuple.of(Atom.of("active"), count.active()),
        Tuple.of(Atom.of("supervisors"), count.supervisors()),
        Tuple.of(Atom.of("workers"), count.workers()));
  }

  static Tuple started(SupervisorServer.Started started) {
    var failure = started.failure();
    return failure != null
        ? Tuple.of(Atom.ERROR, failure)
        : Tuple.of(Atom.OK, started.pid() == null ? Atom.UNDEFINED : started.pid());
  }

  /**
   * The id of a child whose term is {@code id}; ids of Java children may be strings, enums,
   * records.
   */
  static @Nullable Object findId(Object id, List<Child> children) {
    for (var child : children) {
      if (child.spec.id().equals(id) || Terms.toTerm(child.spec.id()).equals(id)) {
        return child.spec.id();
      }
    }
    return null;
  }
}
