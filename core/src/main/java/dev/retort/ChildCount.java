package dev.retort;

/**
 * The children of a supervisor, counted: {@code Supervisor.count_children/1}.
 *
 * @param specs all children, running or not
 * @param active those that run
 * @param supervisors those of type supervisor, running or not
 * @param workers those of type worker, running or not
 */
public record ChildCount(int specs, int active, int supervisors, int workers) {
  static ChildCount of(Iterable<Child> children) {
    int specs = 0;
    int active = 0;
    int supervisors = 0;
    for (var child : children) {
      specs++;
      active += child.pid != null && Kernel.alive(child.pid) ? 1 : 0;
      supervisors += child.spec.type() == ChildSpec.Type.SUPERVISOR ? 1 : 0;
    }
    return new ChildCount(specs, active, supervisors, specs - supervisors);
  }
}
