package dev.retort.node;

import dev.retort.term.Pid;
import java.util.Comparator;

/** Erlang's order of pids, on which two nodes must agree to call a lock by the same name. */
final class PidOrder {
  static final Comparator<Pid> ERLANG =
      Comparator.comparing(Pid::serial, Integer::compareUnsigned)
          .thenComparing(Pid::id, Integer::compareUnsigned)
          .thenComparing(Pid::node)
          .thenComparing(Pid::creation, Integer::compareUnsigned);

  private PidOrder() {}
}
