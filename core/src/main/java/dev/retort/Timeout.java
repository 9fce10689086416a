package dev.retort;

import dev.retort.term.Ref;
import java.util.Objects;

/**
 * A timer set with {@link Kernel#startTimer} has fired: Erlang's {@code {timeout, TimerRef, Msg}}.
 *
 * @param timer what {@code startTimer} returned; tells this timeout from that of a timer that was
 *     cancelled too late
 * @param message what was to be sent
 */
public record Timeout(Ref timer, Object message) {
  public Timeout {
    Objects.requireNonNull(timer, "timer");
    Objects.requireNonNull(message, "message: Atom.NIL for nil");
  }
}
