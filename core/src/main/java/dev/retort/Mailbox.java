package dev.retort;

import dev.retort.spi.Signal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue that all messages and signals to one process share, so that they arrive in the order
 * sent.
 *
 * <p>Senders push onto {@code outer}, newest first, without a lock. {@link #drain} takes all of it
 * at once, turns it round, applies the signals and appends the messages to {@code inner}, where
 * {@code receive} finds them, oldest first. Draining needs the {@code lock}: the process itself
 * drains when it looks for a message, and another thread does when a signal comes to a process that
 * is busy with code of its own ({@link #handleSignals}), as BEAM's dirty signal handlers do. The
 * two names are BEAM's, too.
 *
 * <p>An empty mailbox is four null fields: an idle process has no queue node.
 */
abstract class Mailbox {
  private static final VarHandle OUTER;
  private static final VarHandle LOCK;

  static {
    try {
      var lookup = MethodHandles.lookup();
      OUTER = lookup.findVarHandle(Mailbox.class, "outer", Entry.class);
      LOCK = lookup.findVarHandle(Mailbox.class, "lock", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What {@code outer} is once the process has ended: nothing is put in any more. */
  private static final Entry CLOSED = new Entry("closed");

  private volatile @Nullable Entry outer;

  /** 1 while a thread drains or changes what the lock guards. */
  @SuppressWarnings("unused") // through LOCK
  private volatile int lock;

  /**
   * Set after a signal was pushed and before the sender tries the lock; whoever holds the lock
   * looks at it after unlocking. Both are volatile, so one of the two sees the other.
   */
  private volatile boolean signalled;

  // Guarded by lock; `head` and the last entry's `next` are also read without it, by Cursor.
  private @Nullable Entry head;
  private @Nullable Entry tail;

  /**
   * Puts a message or signal in.
   *
   * @return false if the process has ended
   */
  final boolean push(Object value) {
    var entry = new Entry(value);
    for (; ; ) {
      var first = outer;
      if (first == CLOSED) {
        return false;
      }
      entry.next = first;
      if (OUTER.compareAndSet(this, first, entry)) {
        if (value instanceof Signal) {
          signalled = true;
        }
        return true;
      }
    }
  }

  /**
   * Whether something was pushed that has not been drained yet. Volatile: pairs with the state
   * word.
   */
  final boolean hasNew() {
    return outer != null;
  }

  /** Whether there is anything at all to do. Called by the process itself. */
  final boolean isEmpty() {
    return outer == null && head == null;
  }

  /**
   * Applies a signal, holding the lock. A message that comes of it is put in with {@link #append}.
   */
  abstract void apply(Signal signal);

  /**
   * Whether a signal has come that ends the process: what came after it stays in the mailbox, for
   * {@link #close} to hand out. Holds the lock.
   */
  abstract boolean isDoomed();

  /** Called without the lock, after a drain in which signals were applied. */
  abstract void applied();

  /** Appends a message, holding the lock. */
  final void append(Object message) {
    append(new Entry(message));
  }

  private void append(Entry entry) {
    VarHandle.releaseFence(); // the entry before the way to it; pairs with Cursor.next
    if (tail == null) {
      head = entry;
    } else {
      tail.next = entry;
    }
    tail = entry;
  }

  final boolean tryLock() {
    return LOCK.compareAndSet(this, 0, 1);
  }

  /** Waits for the lock; whoever holds it runs none but the kernel's code. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // yields only to a preempted holder, which runs a few steps
  final void lock() {
    for (int spins = 0; !tryLock(); spins++) {
      if (spins < 100) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  final void unlock() {
    LOCK.setRelease(this, 0);
    VarHandle.fullFence(); // the release before the look at `signalled`, see there
    if (signalled) {
      handleSignals();
    }
  }

  /**
   * Lets signals take effect now, whatever the process is doing. Any thread; where another one
   * holds the lock, that one does it.
   */
  final void handleSignals() {
    while (signalled && tryLock()) {
      boolean acted = drain();
      LOCK.setVolatile(this, 0);
      if (acted) {
        applied();
      }
    }
  }

  /**
   * Moves everything from outer to inner, applying signals; whether there were any. Holds the lock.
   */
  private boolean drain() {
    signalled = false;
    var first = outer;
    if (first == null || first == CLOSED) {
      return false;
    }
    boolean acted = false;
    for (var entry = oldestFirst((Entry) OUTER.getAndSet(this, null)); entry != null; ) {
      var newer = entry.next;
      entry.next = null;
      if (entry.value instanceof Signal signal) {
        apply(signal);
        acted = true;
      } else {
        append(entry);
      }
      entry = newer;
    }
    return acted;
  }

  /** Turns what was in outer round. */
  private static @Nullable Entry oldestFirst(@Nullable Entry newest) {
    Entry oldest = null;
    for (var entry = newest; entry != null; ) {
      var older = entry.next;
      entry.next = oldest;
      oldest = entry;
      entry = older;
    }
    return oldest;
  }

  /** Takes the oldest message; null if there is none. Called by the process itself. */
  final @Nullable Object poll() {
    if (isEmpty()) {
      return null;
    }
    lock();
    boolean acted = (head == null || signalled) && drain();
    var first = isDoomed() ? null : head;
    if (first != null) {
      head = first.next;
      if (head == null) {
        tail = null;
      }
    }
    unlock();
    if (acted) {
      applied();
    }
    return first == null ? null : first.value;
  }

  /**
   * The place in the mailbox that a selective receive has come to: messages before it did not
   * match, and new ones come behind it, so each is looked at once.
   */
  final class Cursor {
    private @Nullable Entry previous;

    /** The next message behind the cursor, without taking it; null if there is none yet. */
    @Nullable Entry next() {
      var here = previous;
      // A drain by another thread may be appending: what is not seen now is seen under the lock.
      var next = here == null ? head : here.next;
      VarHandle.acquireFence(); // pairs with append
      if (next == null || signalled) {
        lock();
        boolean acted = drain();
        next = here == null ? head : here.next;
        unlock();
        if (acted) {
          applied();
        }
      }
      return next;
    }

    /** Whether another thread's drain has put something behind the cursor. */
    boolean hasNext() {
      return (previous == null ? head : previous.next) != null;
    }

    /** Leaves the entry that {@link #next} gave in the mailbox. */
    void skip(Entry entry) {
      previous = entry;
    }

    /** Takes the entry that {@link #next} gave out of the mailbox. */
    void take(Entry entry) {
      lock();
      if (previous == null) {
        head = entry.next;
      } else {
        previous.next = entry.next;
      }
      if (tail == entry) {
        tail = previous;
      }
      unlock();
    }
  }

  /** Closes the mailbox and hands out all that is left, oldest first. Holds the lock, once. */
  final void close(Consumer<Object> rest) {
    var left = head;
    head = null;
    tail = null;
    for (var entry = left; entry != null; entry = entry.next) {
      rest.accept(entry.value);
    }
    for (var entry = oldestFirst((Entry) OUTER.getAndSet(this, CLOSED));
        entry != null;
        entry = entry.next) {
      rest.accept(entry.value);
    }
  }
}
