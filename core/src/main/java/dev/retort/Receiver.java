package dev.retort;

import dev.retort.term.Dest;
import org.jspecify.annotations.Nullable;

/**
 * Whom timers send to. All timers to one process share one, and end with it; a timer to a name has
 * one of its own, since nobody knows before it fires whose name that will be, and so has the {@link
 * Alarm} of a thread.
 */
final class Receiver {
  final Dest to;

  /** Where its timers are. */
  final TimerWheel wheel;

  /** Whether its timers end the waits of a thread. */
  final boolean isAlarm;

  // Guarded by the wheel.
  @Nullable Timer first;
  boolean ended;

  Receiver(Dest to, TimerWheel wheel) {
    this(to, wheel, false);
  }

  Receiver(Dest to, TimerWheel wheel, boolean isAlarm) {
    this.to = to;
    this.wheel = wheel;
    this.isAlarm = isAlarm;
  }

  void add(Timer timer) {
    timer.nextOfReceiver = first;
    if (first != null) {
      first.previousOfReceiver = timer;
    }
    first = timer;
  }

  void remove(Timer timer) {
    var next = timer.nextOfReceiver;
    var previous = timer.previousOfReceiver;
    if (next != null) {
      next.previousOfReceiver = previous;
    }
    if (previous != null) {
      previous.nextOfReceiver = next;
    } else {
      first = next;
    }
    timer.nextOfReceiver = null;
    timer.previousOfReceiver = null;
  }
}
