package dev.retort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One message or signal in a mailbox, and the way to the next. */
class Entry {
  /** Until the sender has seen whether it was still alive when it put the entry in. */
  static final Object UNDECIDED = new Object();

  /** The sender had ended: there is nothing in this entry. */
  static final Object VOID = new Object();

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(Entry.class, "value", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A message, or a {@link dev.retort.spi.Signal}. Replaced by the receiver when it decodes it. */
  Object value;

  @Nullable Entry next;

  Entry(Object value) {
    this.value = value;
  }

  /** What its sender has decided on. */
  final Object value() {
    var now = value;
    return now == UNDECIDED ? awaitDecision() : now;
  }

  private Object awaitDecision() {
    for (int looks = 0; ; looks++) {
      var now = VALUE.getAcquire(this);
      if (now != UNDECIDED) {
        return now;
      }
      Spin.pause(looks);
    }
  }

  /** What the kernel tells a process: it is never dropped to make room. */
  static final class Kept extends Entry {
    Kept(Object value) {
      super(value);
    }
  }
}
