package dev.retort;

import dev.retort.term.Ref;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Timers by the tick (a millisecond) at which they are due: a hierarchical timing wheel, the sixth
 * scheme of Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987). To set and to
 * cancel a timer takes the same few steps however many there are.
 *
 * <p>Read a tick as a number in base 64. A timer is on the level of the highest digit in which its
 * tick differs from the wheel's position, in the slot which that digit names; so a slot of level 0
 * is one tick, one of level 1 is 64 ticks, and so on. All timers of a level are due before all of
 * the next, and within a level the slots are in order: one word per level, with a bit for each slot
 * that is not empty, is enough to find the next slot without looking at empty ones. When the
 * position reaches a slot, what is due there is handed out, and the rest moves to lower levels,
 * where it now belongs: a timer moves at most once per level, most are cancelled before they ever
 * do. Where a timer is follows from its tick and the position, so it need not remember it.
 *
 * <p>BEAM has a wheel of 16,384 slots of one tick and another of 16,384 slots of 8 s for each
 * scheduler thread; with the bits, many small levels cost no more time than two large ones, and a
 * wheel is small enough for a node to have several. Nobody waits long for a wheel: each has a lock
 * of its own, which is held for {@value #STEPS} timers at most.
 */
@SuppressWarnings("ReferenceEquality") // what is in a list is itself, and nothing equal to it
final class TimerWheel {
  static final long TICK_NANOS = 1_000_000;

  /** {@link #advance} when there is no timer. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int DIGIT_BITS = 6;
  private static final int SLOTS = 1 << DIGIT_BITS;

  /** 2^48 milliseconds are more than {@link System#nanoTime} can count. */
  private static final int LEVELS = 8;

  /** Timers that are moved before others get the lock. */
  private static final int STEPS = 1_000;

  // Guarded by this.
  private long position;
  private int size;
  private int alarms;
  private final Timer[][] slots = new Timer[LEVELS][];

  /** Of each level, the slots that are not empty. */
  private final long[] filled = new long[LEVELS];

  /** Timers of the slot that the position has reached which have not been moved yet. */
  private @Nullable Timer arrived;

  /** Sets a timer; false if its receiver has ended. */
  synchronized boolean add(Timer timer) {
    var receiver = timer.receiver;
    if (receiver.ended) {
      return false;
    }
    link(timer);
    receiver.add(timer);
    count(receiver, 1);
    return true;
  }

  /** Takes a timer out, if it is still there. */
  synchronized void remove(Timer timer) {
    if (isLinked(timer)) {
      forget(timer);
    }
  }

  private void forget(Timer timer) {
    unlink(timer);
    timer.receiver.remove(timer);
    count(timer.receiver, -1);
  }

  private void count(Receiver receiver, int by) {
    if (receiver.isAlarm) {
      alarms += by;
    } else {
      size += by;
    }
  }

  /** How many timers there are, those of alarms aside. */
  synchronized int size() {
    return size;
  }

  /** How many timers of alarms there are. */
  synchronized int alarms() {
    return alarms;
  }

  /** Takes all timers of a receiver out, for good. */
  void end(Receiver receiver) {
    while (endSome(receiver)) {
      Thread.onSpinWait(); // others may have the lock in between
    }
  }

  private synchronized boolean endSome(Receiver receiver) {
    receiver.ended = true;
    for (int i = 0; i < STEPS; i++) {
      var timer = receiver.first;
      if (timer == null) {
        return false;
      }
      forget(timer);
      timer.take();
    }
    return true;
  }

  /**
   * Takes out the timers that are due at tick {@code now}, in no particular order.
   *
   * @return the tick at which it must be called again: there is nothing due before; {@link #NEVER}
   *     if there is no timer
   */
  long advance(long now, List<Timer> due) {
    for (; ; ) {
      long next = advanceSome(now, due);
      if (next > now) {
        return next;
      }
    }
  }

  private synchronized long advanceSome(long now, List<Timer> due) {
    for (int i = 0; i < STEPS; i++) {
      var timer = arrived;
      if (timer == null) {
        long next = next();
        if (next > now) {
          // What is left is on the same levels as seen from here: no slot begins in between.
          position = Math.max(position, now);
          return next;
        }
        arrive(next);
      } else if (timer.tick() <= now) {
        due.add(timer); // first, since memory may be short
        forget(timer);
      } else {
        unlink(timer);
        link(timer);
      }
    }
    return now;
  }

  /** The timer with an equal reference, looked for among all; null if there is none. */
  synchronized @Nullable Timer find(Ref ref) {
    int hash = ref.hashCode();
    var found = find(ref, hash, arrived);
    for (var level : slots) {
      for (int slot = 0; level != null && found == null && slot < SLOTS; slot++) {
        found = find(ref, hash, level[slot]);
      }
    }
    return found;
  }

  private static @Nullable Timer find(Ref ref, int hash, @Nullable Timer first) {
    var timer = first;
    while (timer != null && !(timer.hashCode() == hash && timer.equals(ref))) {
      timer = timer.next;
    }
    return timer;
  }

  /** Where the first slot that is not empty begins. */
  private long next() {
    for (int level = 0; level < LEVELS; level++) {
      long bits = filled[level];
      if (bits != 0) {
        long slot = Long.numberOfTrailingZeros(bits);
        return (position & (-1L << shift(level + 1))) | (slot << shift(level));
      }
    }
    return NEVER;
  }

  /** Moves on to the first slot that is not empty. */
  private void arrive(long start) {
    int level = level(start);
    int slot = slot(start, level);
    position = start;
    arrived = slots[level][slot];
    clear(level, slot);
  }

  private void link(Timer timer) {
    long tick = Math.max(timer.tick(), position);
    int level = level(tick);
    int slot = slot(tick, level);
    if (slots[level] == null) {
      slots[level] = new Timer[SLOTS];
    }
    var first = slots[level][slot];
    timer.next = first;
    timer.previous = null;
    if (first != null) {
      first.previous = timer;
    }
    slots[level][slot] = timer;
    filled[level] |= 1L << slot;
  }

  private void unlink(Timer timer) {
    var next = timer.next;
    var previous = timer.previous;
    if (next != null) {
      next.previous = previous;
    }
    if (previous != null) {
      previous.next = next;
    } else if (timer == arrived) {
      arrived = next;
    } else {
      // Where link() has put it: the position has not reached its slot since.
      long tick = Math.max(timer.tick(), position);
      int level = level(tick);
      int slot = slot(tick, level);
      slots[level][slot] = next;
      if (next == null) {
        clear(level, slot);
      }
    }
    timer.next = null;
    timer.previous = timer; // no timer in a list has itself before it
  }

  private static boolean isLinked(Timer timer) {
    return timer.previous != timer;
  }

  private void clear(int level, int slot) {
    slots[level][slot] = null;
    filled[level] &= ~(1L << slot);
  }

  /** The highest digit in which {@code tick} differs from the position. */
  private int level(long tick) {
    long different = (tick ^ position) | 1;
    return (Long.SIZE - 1 - Long.numberOfLeadingZeros(different)) / DIGIT_BITS;
  }

  private static int slot(long tick, int level) {
    return (int) (tick >>> shift(level)) & (SLOTS - 1);
  }

  private static int shift(int level) {
    return level * DIGIT_BITS;
  }
}
