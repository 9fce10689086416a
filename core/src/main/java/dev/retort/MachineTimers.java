package dev.retort;

import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of a state machine, of each kind and each name one. Those of zero have no timer:
 * their events wait here until none is in store. Used by the machine's process alone.
 */
final class MachineTimers {
  /** What a timeout is known by: its kind, and its name if it has one. */
  private record Key(Class<? extends Event> kind, Object name) {
    static Key of(Event event) {
      return new Key(event.getClass(), event instanceof Event.Timeout(var name, var c) ? name : "");
    }
  }

  private static final Key STATE = Key.of(new Event.StateTimeout(""));
  private static final Key EVENT = Key.of(new Event.EventTimeout(""));

  /** A timeout that is set; one of zero has no timer. */
  private record Running(TimedOut mark, @Nullable Ref timer, Event event) {}

  private final Map<Key, Running> running = new LinkedHashMap<>();
  private final ArrayDeque<Key> zeros = new ArrayDeque<>();

  /** The event of a timer that has fired; null if it was cancelled too late. */
  @Nullable Event fired(TimedOut mark) {
    for (var each : running.values()) {
      if (each.mark == mark) {
        running.remove(Key.of(each.event));
        return each.event;
      }
    }
    return null;
  }

  /** The event of the oldest timeout of zero; null if there is none. */
  @Nullable Event pollZero() {
    var key = zeros.poll();
    var zero = key == null ? null : running.remove(key);
    return zero == null ? null : zero.event;
  }

  void cancelStateTimeout() {
    cancel(STATE);
  }

  void cancelEventTimeout() {
    cancel(EVENT);
  }

  private void cancel(Key key) {
    if (running.isEmpty()) {
      return; // as almost always
    }
    var cancelled = running.remove(key);
    if (cancelled != null && cancelled.timer != null) {
      Kernel.cancelTimer(cancelled.timer);
    }
    zeros.remove(key);
  }

  /** Does what the actions of one transition say; of those for one timeout, the last counts. */
  void set(List<Action.SetTimeout> actions) {
    if (actions.isEmpty()) {
      return;
    }
    var last = new LinkedHashMap<Key, Action.SetTimeout>();
    for (var action : actions) {
      var key = Key.of(action.event());
      last.remove(key); // to be behind those that came before it
      last.put(key, action);
    }
    last.forEach(this::set);
  }

  private void set(Key key, Action.SetTimeout action) {
    switch (action.change()) {
      case Action.Change.Cancel cancel -> cancel(key);
      case Action.Change.Start(var after) -> {
        cancel(key);
        start(key, action.event(), after);
      }
      case Action.Change.StartUntil(var nanoTime) -> {
        cancel(key);
        var mark = new TimedOut();
        var timer = Kernel.sendAt(Kernel.self(), mark, nanoTime);
        running.put(key, new Running(mark, timer, action.event()));
      }
      case Action.Change.Update update -> {
        var now = running.get(key);
        if (now == null) {
          start(key, action.event(), Duration.ZERO);
        } else {
          running.put(key, new Running(now.mark, now.timer, action.event()));
        }
      }
    }
  }

  private void start(Key key, Event event, Duration after) {
    long nanos = Timers.nanos(after);
    if (nanos == Long.MAX_VALUE) {
      return; // infinity
    }
    var mark = new TimedOut();
    if (nanos == 0) {
      running.put(key, new Running(mark, null, event));
      zeros.add(key);
    } else {
      running.put(key, new Running(mark, Kernel.sendAfter(Kernel.self(), mark, after), event));
    }
  }

  /** {@code {Count, [{Type, Content}]}}. */
  Tuple terms() {
    return Tuple.of(
        (long) running.size(),
        running.values().stream().map(each -> MachineLoop.term(each.event)).toList());
  }
}
