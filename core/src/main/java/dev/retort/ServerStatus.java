package dev.retort;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server shows of itself, for {@link GenServer#formatStatus}.
 *
 * @param state its state; null only where the server's own is
 * @param message the message at which it has crashed; null where it has not
 * @param log the events that {@link Sys#log(dev.retort.term.Dest, boolean)} has kept, oldest first
 */
public record ServerStatus(@Nullable Object state, @Nullable Object message, List<Object> log) {
  /** The same with another state. */
  public ServerStatus withState(Object state) {
    return new ServerStatus(state, message, log);
  }

  /** The same with another message. */
  public ServerStatus withMessage(Object message) {
    return new ServerStatus(state, message, log);
  }
}
