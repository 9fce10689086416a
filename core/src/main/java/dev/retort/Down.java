package dev.retort;

import dev.retort.etf.Tag;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Ref;
import java.util.Objects;

/**
 * A monitored process has ended: Erlang's {@code {'DOWN', Ref, process, Object, Reason}}.
 *
 * @param ref what {@code monitor} returned
 * @param type always {@code :process}
 * @param object the pid or the name that was monitored
 * @param reason its exit reason; {@code noproc} if there was none, {@code noconnection} if the
 *     connection to its node was lost
 */
@Tag("DOWN")
public record Down(Ref ref, Atom type, Dest object, Object reason) {
  static final Atom PROCESS = Atom.of("process");

  public Down {
    Objects.requireNonNull(ref, "ref");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(reason, "reason: Atom.NIL for nil");
  }
}
