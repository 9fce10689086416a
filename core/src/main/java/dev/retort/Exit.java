package dev.retort;

import dev.retort.etf.Tag;
import dev.retort.term.Pid;
import java.util.Objects;

/**
 * A linked process has ended, or sent an exit signal, as one that traps exits is told: Erlang's
 * {@code {'EXIT', From, Reason}}.
 *
 * @param from the process that ended or called {@code exit/2}
 * @param reason its exit reason: a term, or a Throwable where it crashed in this JVM
 */
@Tag("EXIT")
public record Exit(Pid from, Object reason) {
  public Exit {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(reason, "reason: Atom.NIL for nil");
  }
}
