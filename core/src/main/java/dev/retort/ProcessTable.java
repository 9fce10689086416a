package dev.retort;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a node that have not ended, by the numbers in their pids. As in BEAM, an id says
 * where a process is, and an id whose place is taken is not given to a new one: so a birth is one
 * atomic operation, an end is none, and nobody waits for anybody.
 *
 * <p>A table that has become too small stays, with those that are in it, behind one that is twice
 * as large.
 */
final class ProcessTable {
  private static final int FIRST_BITS = 10;
  private static final int MOST_BITS = 27;

  /** Places in a cache line: ids that follow one another are not in the same. */
  private static final int LINE_BITS = 4;

  private record Part(int bits, AtomicReferenceArray<LocalProcess> places, @Nullable Part older) {
    Part(int bits, @Nullable Part older) {
      this(bits, new AtomicReferenceArray<>(1 << bits), older);
    }

    int place(int id) {
      int mask = (1 << bits) - 1;
      int low = id & mask;
      return (low << (bits - LINE_BITS) | low >>> LINE_BITS) & mask;
    }
  }

  private volatile Part newest = new Part(FIRST_BITS, null);

  /** Whether a process with this id would have a place. */
  boolean hasPlace(int id) {
    var part = newest;
    return part.places.getOpaque(part.place(id)) == null;
  }

  /** Puts a process in; false if its place is taken. */
  boolean add(LocalProcess process) {
    var part = newest;
    return part.places.compareAndSet(part.place(process.pid.id()), null, process);
  }

  /** Makes more places. */
  synchronized void grow() {
    var part = newest;
    if (part.bits < MOST_BITS) {
      newest = new Part(part.bits + 1, part);
    }
  }

  /** Takes a process out, if it is in. */
  @SuppressWarnings("ReferenceEquality") // it is the one that was put in
  void remove(LocalProcess process) {
    int id = process.pid.id();
    for (var part = newest; part != null; part = part.older) {
      int place = part.place(id);
      if (part.places.getOpaque(place) == process) {
        part.places.setRelease(place, null);
        return;
      }
    }
  }

  /** The process with these numbers; null if there is none. */
  @Nullable LocalProcess get(int id, int serial) {
    for (var part = newest; part != null; part = part.older) {
      var process = part.places.get(part.place(id));
      if (process != null && process.pid.id() == id && process.pid.serial() == serial) {
        return process;
      }
    }
    return null;
  }

  /** Counts them; a look at each place. */
  int size() {
    int size = 0;
    for (var part = newest; part != null; part = part.older) {
      for (int i = 0; i < part.places.length(); i++) {
        size += part.places.getOpaque(i) == null ? 0 : 1;
      }
    }
    return size;
  }

  /** Those that are in for as long as this takes, and perhaps others. */
  void forEach(Consumer<LocalProcess> action) {
    for (var part = newest; part != null; part = part.older) {
      for (int i = 0; i < part.places.length(); i++) {
        var process = part.places.get(i);
        if (process != null) {
          action.accept(process);
        }
      }
    }
  }
}
