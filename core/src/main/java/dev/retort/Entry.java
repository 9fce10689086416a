package dev.retort;

import org.jspecify.annotations.Nullable;

/** One message or signal in a mailbox, and the way to the next. */
class Entry {
  /** A message, or a {@link dev.retort.spi.Signal}. Replaced by the receiver when it decodes it. */
  Object value;

  @Nullable Entry next;

  Entry(Object value) {
    this.value = value;
  }

  /** What the kernel tells a process: it is never dropped to make room. */
  static final class Kept extends Entry {
    Kept(Object value) {
      super(value);
    }
  }
}
