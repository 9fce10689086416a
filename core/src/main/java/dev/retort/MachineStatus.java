package dev.retort;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a state machine shows of itself, for {@link StateMachine#formatStatus}.
 *
 * @param event the event at which it has crashed; null where it has not
 * @param postponed the events that wait for another state, oldest first
 * @param log the system events that {@link Sys#log(dev.retort.term.Dest, boolean)} has kept
 */
public record MachineStatus(
    @Nullable Object state,
    @Nullable Object data,
    @Nullable Object event,
    List<Object> postponed,
    List<Object> log) {
  /** The same with other data. */
  public MachineStatus withData(Object data) {
    return new MachineStatus(state, data, event, postponed, log);
  }

  /** The same with another event. */
  public MachineStatus withEvent(Object event) {
    return new MachineStatus(state, data, event, postponed, log);
  }
}
