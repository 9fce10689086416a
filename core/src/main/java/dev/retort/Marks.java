package dev.retort;

import org.jspecify.annotations.Nullable;

/**
 * How far a mailbox had come when the process made its last few references. A message that has such
 * a reference in it can only be behind that, so a receive for it need not look at what was there
 * before: BEAM's receive markers. Used by the process itself.
 */
final class Marks {
  private static final int COUNT = 4;

  private final @Nullable Object[] refs = new @Nullable Object[COUNT];

  /** The last entry at that time; null when there was none, or it and all before it were taken. */
  private final @Nullable Entry[] entries = new @Nullable Entry[COUNT];

  /** The mailbox's arrangement at that time: after another one the mark is worth nothing. */
  private final int[] arrangements = new int[COUNT];

  private int next;

  void set(Object ref, @Nullable Entry last, int arrangement) {
    refs[next] = ref;
    entries[next] = last;
    arrangements[next] = arrangement;
    next = (next + 1) % COUNT;
  }

  /** The entry behind which messages with {@code ref} are; null if they can be anywhere. */
  @Nullable Entry get(Object ref, int arrangement) {
    for (int i = 0; i < COUNT; i++) {
      if (refs[i] == ref) {
        return arrangements[i] == arrangement ? entries[i] : null;
      }
    }
    return null;
  }

  /** {@code entry}, which came after {@code previous}, has been taken out. */
  void taken(Entry entry, @Nullable Entry previous) {
    for (int i = 0; i < COUNT; i++) {
      if (entries[i] == entry) {
        entries[i] = previous;
      }
    }
  }
}
