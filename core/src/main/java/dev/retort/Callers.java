package dev.retort;

import dev.retort.term.Pid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a task runs: who asked for it, on whose behalf that one ran, and so on. What
 * Elixir keeps under {@code $callers} in the process dictionary. Tasks of tasks share the rest.
 */
record Callers(Pid pid, @Nullable Callers rest) {
  /** Those of a task that {@code owner} starts. */
  static Callers of(LocalProcess owner) {
    return new Callers(
        owner.pid, owner.code() instanceof TaskProcess task ? task.ownCallers() : null);
  }

  /** The nearest first. */
  List<Pid> toList() {
    var pids = new ArrayList<Pid>();
    for (var next = this; next != null; next = next.rest) {
      pids.add(next.pid);
    }
    return List.copyOf(pids);
  }
}
