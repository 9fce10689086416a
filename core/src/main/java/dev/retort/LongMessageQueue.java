package dev.retort;

import dev.retort.etf.Tag;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.Objects;

/**
 * The mailbox of a process has reached its high-water mark, or ({@code isLong} false) has been
 * worked off to half of it: Erlang's {@code {monitor, Pid, long_message_queue, Long}}.
 *
 * @param pid whose mailbox it is
 * @param event always {@code :long_message_queue}
 * @param isLong whether the alarm begins or ends
 */
@Tag("monitor")
public record LongMessageQueue(Pid pid, Atom event, boolean isLong) {
  static final Atom LONG_MESSAGE_QUEUE = Atom.of("long_message_queue");

  public LongMessageQueue {
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(event, "event");
  }

  LongMessageQueue(Pid pid, boolean isLong) {
    this(pid, LONG_MESSAGE_QUEUE, isLong);
  }
}
