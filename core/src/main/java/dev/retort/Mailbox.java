package dev.retort;

import dev.retort.spi.Signal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue that all messages and signals to one process share, so that they arrive in the order
 * sent.
 *
 * <p>Senders push onto {@code outer}, newest first, without a lock. {@link #drain} takes all of it
 * at once, turns it round, applies the signals and appends the messages to {@code inner}, where
 * {@code receive} finds them, oldest first. Draining needs the {@code lock}: the process itself
 * drains when it looks for a message, and another thread does when a signal that may end the
 * process comes while it is busy with code of its own ({@link #handleSignals}), as BEAM's dirty
 * signal handlers do. The two names are BEAM's, too.
 *
 * <p>Others only ever append to {@code inner}, except where {@link #arrangements} count: a priority
 * message goes in front, and a full mailbox with {@link Overload#DROP_OLDEST} loses its first. So
 * the process may take an entry that has a next one without the lock.
 *
 * <p>An empty mailbox is four null fields: an idle process has no queue node.
 */
abstract class Mailbox {
  private static final VarHandle OUTER;
  private static final VarHandle LOCK;
  private static final VarHandle ACTING;

  static {
    try {
      var lookup = MethodHandles.lookup();
      OUTER = lookup.findVarHandle(Mailbox.class, "outer", Entry.class);
      LOCK = lookup.findVarHandle(Mailbox.class, "lock", int.class);
      ACTING = lookup.findVarHandle(Mailbox.class, "acting", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a drain has found: signals, with or without messages, or messages alone. */
  private enum Moved {
    NOTHING,
    MESSAGES,
    SIGNALS
  }

  /** What a push has met. */
  enum Pushed {
    /** The process has ended. */
    CLOSED,
    /** Some thread has the process, or is about to. */
    ACTIVE,
    /** Nobody had it: it is the pusher's to {@linkplain Scheduler#makeReady make ready}. */
    IDLE
  }

  /** What {@code outer} is while no thread has the process and nothing is to be done. */
  private static final Entry IDLE = new Entry("idle");

  /** What {@code outer} is once the process has ended: nothing is put in any more. */
  private static final Entry CLOSED = new Entry("closed");

  /** Counts the messages of a bounded mailbox; null for one without bounds. */
  final @Nullable Gauge gauge;

  private volatile @Nullable Entry outer;

  /** Set under the lock when the process ends; read by its own thread in every kernel function. */
  volatile boolean ended;

  /** Whether its thread is doing something that others see. Written by that alone. */
  private volatile boolean acting;

  /** 1 while a thread drains or changes what the lock guards. */
  @SuppressWarnings("unused") // through LOCK
  private volatile int lock;

  /**
   * Set after an urgent signal was pushed and before the sender tries the lock; whoever holds the
   * lock looks at it after unlocking. Both are volatile, so one of the two sees the other.
   */
  private volatile boolean signalled;

  // Guarded by lock; `head` and the last entry's `next` are also read without it, by the process.
  private @Nullable Entry head;
  private @Nullable Entry tail;

  /** Set by the process before others can send it priority messages; they go in front. */
  private boolean takesPriority;

  /** The last priority message; those before it are priority messages, too. */
  private @Nullable Entry lastPriority;

  /** Changes of `inner` other than at its end, by others than the process. */
  private int arrangements;

  /** What a drain has left because there was neither stack nor memory for it, oldest first. */
  private @Nullable Entry undrained;

  /** Entries that the process took out of the middle: a receive inside a receive sees them. */
  private int selections;

  /** The process's own: where its last references were made; null until it makes one. */
  private @Nullable Marks marks;

  Mailbox(@Nullable Gauge gauge) {
    this.gauge = gauge;
  }

  /**
   * Puts a message or signal in.
   *
   * @param urgent whether it is a signal that takes effect while the process is busy: the caller
   *     goes on to {@link #handleSignals} if the process is
   */
  final Pushed push(Object value, boolean urgent) {
    return push(value, urgent, null);
  }

  /**
   * Puts something in on behalf of {@code sender}, before its end or not at all. Others are told of
   * its end after {@code ended} was set, so what is put in before that is ahead of what they hear.
   *
   * @throws ProcessEnded if the sender has ended, and nothing has been put in
   */
  final Pushed push(Object value, boolean urgent, @Nullable Mailbox sender) {
    var entry = new Entry(value);
    var first = outer;
    while (first != CLOSED
        && !(first == IDLE ? putFirst(entry, sender) : put(entry, first, sender))) {
      first = outer;
    }
    if (first == CLOSED) {
      return Pushed.CLOSED;
    }
    if (urgent) {
      signalled = true;
    }
    return first == IDLE ? Pushed.IDLE : Pushed.ACTIVE;
  }

  /**
   * Into an idle mailbox, where nobody looks before the sender has made the process ready: the
   * entry's place is settled first, and then whether the sender lived at that time.
   */
  private boolean putFirst(Entry entry, @Nullable Mailbox sender) {
    entry.next = null; // after a try to put it behind others
    if (sender == null) {
      return OUTER.compareAndSet(this, IDLE, entry);
    }
    var value = entry.value;
    entry.value = Entry.UNDECIDED; // another thread's drain waits for it
    if (OUTER.compareAndSet(this, IDLE, entry)) {
      entry.value = sender.ended ? Entry.VOID : value; // no calls: there may be no stack for one
      return true;
    }
    entry.value = value;
    return false;
  }

  /** Behind others, which the process may be about to take. */
  private boolean put(Entry entry, @Nullable Entry first, @Nullable Mailbox sender) {
    entry.next = first;
    if (sender == null) {
      return OUTER.compareAndSet(this, first, entry);
    }
    boolean done = false;
    try {
      sender.beginAct();
      done = OUTER.compareAndSet(this, first, entry);
      sender.endAct();
    } catch (VirtualMachineError e) {
      sender.acting = false; // without a call, for which there is no stack
      if (!done) {
        throw e;
      }
    }
    return done;
  }

  /**
   * The process begins to do something that others see, unless it has ended: {@code ended} is read
   * after {@code acting} was set, and who ends it does it the other way round.
   */
  final void beginAct() {
    acting = true;
    if (ended) {
      acting = false;
      throw new ProcessEnded();
    }
  }

  final void endAct() {
    ACTING.setRelease(this, false);
  }

  /** After {@code ended} was set by another thread: whatever it was doing has been done. */
  final void awaitAct() {
    for (int looks = 0; acting; looks++) {
      Spin.pause(looks);
    }
  }

  /** Lets a process that nobody can have sent anything to wait for its first message. */
  final void rest() {
    outer = IDLE;
  }

  /** Whether no thread has the process and nothing is to be done. */
  final boolean isIdle() {
    return outer == IDLE;
  }

  /**
   * Leaves the process to whoever pushes next. Called by the process itself when it has nothing
   * more to do.
   *
   * @return false if there is something to do, and the process is still the caller's
   */
  final boolean becomeIdle() {
    if (head != null || signalled || !OUTER.compareAndSet(this, null, IDLE)) {
      return false;
    }
    // Another thread's drain may have moved messages meanwhile; it looks for an idle process after
    // that, so one of the two sees the other.
    return (head == null && !signalled) || !claim();
  }

  /** Takes an idle process, to make it ready; whether it was one. Any thread. */
  final boolean claim() {
    return outer == IDLE && OUTER.compareAndSet(this, IDLE, null);
  }

  /**
   * Whether something was pushed that has not been drained yet. Volatile: pairs with the state
   * word.
   */
  final boolean hasNew() {
    return outer != null || signalled;
  }

  /**
   * Whether an urgent signal was pushed that nobody has handled yet, or a drain was cut short.
   * Volatile, as hasNew.
   */
  final boolean isSignalled() {
    return signalled;
  }

  /** Whether there is nothing at all to do. */
  final boolean isEmpty() {
    var first = outer;
    return (first == null || first == IDLE) && head == null && !signalled;
  }

  /**
   * Applies a signal, holding the lock. A message that comes of it is put in with {@link #append}
   * or {@link #prepend}.
   */
  abstract void apply(Signal signal);

  /**
   * Takes what came behind the signal that ends the process, null while there is none such. Holds
   * the lock.
   */
  abstract @Nullable Consumer<Object> tooLate();

  /** Called without the lock, after a drain in which signals were applied. */
  abstract void applied();

  /** Appends the message that comes of a signal, such as a Down, holding the lock. */
  final void append(Object message) {
    if (gauge != null) {
      gauge.added();
    }
    append(new Entry.Kept(message));
  }

  /** Appends a message that another process has sent through an alias, holding the lock. */
  final void appendSent(Object message) {
    if (gauge != null) {
      gauge.added();
    }
    append(new Entry(message));
  }

  private void append(Entry entry) {
    VarHandle.releaseFence(); // the entry before the way to it; pairs with Cursor.next and poll
    if (tail == null) {
      head = entry;
    } else {
      tail.next = entry;
    }
    tail = entry;
  }

  /** From now on messages may come in front of others. Called by the process itself. */
  final void takePriority() {
    takesPriority = true;
  }

  /** Whether what has come may have to go in front of what is here. */
  private boolean hasPriority() {
    return takesPriority && outer != null;
  }

  /** Puts a priority message behind the priority messages that are there, before all others. */
  final void prepend(Object message) {
    if (gauge != null) {
      gauge.added();
    }
    var entry = new Entry(message);
    var before = lastPriority;
    entry.next = before == null ? head : before.next;
    VarHandle.releaseFence();
    if (before == null) {
      head = entry;
    } else {
      before.next = entry;
    }
    if (entry.next == null) {
      tail = entry;
    }
    lastPriority = entry;
    arrangements++;
  }

  final boolean tryLock() {
    return LOCK.compareAndSet(this, 0, 1);
  }

  /** Waits for the lock; whoever holds it runs none but the kernel's code. */
  final void lock() {
    for (int looks = 0; !tryLock(); looks++) {
      Spin.pause(looks);
    }
  }

  /**
   * Gives the lock back; in a {@code finally}, since a stack may end anywhere. A volatile write: it
   * comes before {@link #unlocked}'s look at `signalled`, see there.
   */
  final void unlock() {
    lock = 0;
  }

  /** Does what others have left to whoever had the lock. */
  final void unlocked() {
    if (signalled) {
      handleSignals();
    }
  }

  /** A signal that was pushed seemed not to be urgent, but is; {@link #handleSignals} follows. */
  final void becomeUrgent() {
    signalled = true;
  }

  /** Whether signals must wait, as for a process that is still being made. */
  abstract boolean isNew();

  /**
   * Lets an urgent signal and what came before it take effect now, whatever the process is doing.
   * Any thread; where another one holds the lock, that one does it.
   */
  final void handleSignals() {
    if (!signalled || isNew()) {
      return;
    }
    StackReserve.forSignals();
    while (signalled && tryLock()) {
      try {
        drain();
      } finally {
        lock = 0;
      }
      applied();
    }
  }

  /** Moves everything from outer to inner, applying signals; what it found. Holds the lock. */
  private Moved drain() {
    if (signalled) {
      signalled = false;
    }
    var moved = Moved.NOTHING;
    Entry newer = null;
    var entry = takeNew(null);
    try {
      for (var late = tooLate(); entry != null; ) {
        newer = entry.next;
        var value = entry.value();
        if (value == Entry.VOID) {
          forget();
        } else if (late != null) {
          late.accept(value);
        } else if (value instanceof Signal signal) {
          apply(signal);
          moved = Moved.SIGNALS;
          late = tooLate();
        } else {
          entry.next = null;
          append(entry);
          moved = moved == Moved.NOTHING ? Moved.MESSAGES : moved;
        }
        entry = newer;
      }
    } catch (VirtualMachineError e) {
      if (entry != null) {
        entry.next = newer;
        undrained = entry; // without a call, for which there is no stack
      }
      signalled = true; // so that somebody goes on with it
      throw e;
    }
    return moved;
  }

  /**
   * Takes what has not been moved to inner, oldest first. Once it has been taken out of outer
   * nothing is called.
   *
   * @param outerThen what outer is then
   */
  private @Nullable Entry takeNew(@Nullable Entry outerThen) {
    Entry newest;
    do {
      newest = outer;
    } while (newest != CLOSED
        && (outerThen != null || (newest != null && newest != IDLE))
        && !OUTER.compareAndSet(this, newest, outerThen));
    if (newest == CLOSED || newest == IDLE) {
      newest = null;
    }
    Entry oldest = null;
    while (newest != null) {
      var older = newest.next;
      newest.next = oldest;
      oldest = newest;
      newest = older;
    }
    var first = undrained;
    if (first != null) {
      undrained = null;
      var last = first;
      while (last.next != null) {
        last = last.next;
      }
      last.next = oldest;
      oldest = first;
    }
    return oldest;
  }

  /** Takes the oldest message; null if there is none. Called by the process itself. */
  final @Nullable Object poll() {
    var first = head;
    if (first == null) {
      return pollNew();
    }
    VarHandle.acquireFence(); // pairs with append
    var next = first.next;
    if (next == null || signalled || isArranged()) {
      return pollLocked();
    }
    head = next; // others append behind `next`, at the earliest
    return taken(first, null);
  }

  /**
   * As {@link #poll}, with an atomic operation before a message is returned: who gives the process
   * a signal after that has seen what it wrote before.
   */
  final @Nullable Object pollFirst() {
    return head == null ? pollNew() : pollLocked();
  }

  private @Nullable Object pollNew() {
    if (!hasNew()) {
      return null;
    }
    var entry = only();
    if (entry != null && takeOnly(entry)) {
      if (signalled) {
        handleSignals(); // of a signal behind the message
      }
      var value = entry.value();
      if (value != Entry.VOID) {
        return value;
      }
      forget();
    }
    return pollLocked();
  }

  /**
   * The one message of a mailbox that holds nothing else; null if it is not that simple. Without
   * the lock: a drain that has taken older ones either holds it now or has put them where we look,
   * and one that comes later takes this one, too, so that {@link #takeOnly} fails. Called by the
   * process itself.
   */
  final @Nullable Entry only() {
    var entry = outer;
    if (entry == null || entry == CLOSED || entry.next != null || isArranged()) {
      return null;
    }
    boolean isAlone = lock == 0 && head == null && undrained == null && !signalled;
    return isAlone && !(entry.value() instanceof Signal) ? entry : null;
  }

  /** Takes what {@link #only} has given; false if others have come. */
  final boolean takeOnly(Entry entry) {
    return OUTER.compareAndSet(this, entry, null);
  }

  /** Whether messages are counted, or some go in front of others. */
  private boolean isArranged() {
    return gauge != null || takesPriority;
  }

  /** An entry that held a place has turned out to be void. */
  private void forget() {
    if (gauge != null) {
      gauge.taken();
    }
  }

  private @Nullable Object pollLocked() {
    boolean acted = false;
    Entry first;
    lock();
    try {
      acted = (head == null || signalled || hasPriority()) && drain() == Moved.SIGNALS;
      first = head;
      if (first != null) {
        head = first.next;
        if (head == null) {
          tail = null;
        }
        if (first == lastPriority) {
          lastPriority = null;
        }
      }
    } finally {
      lock = 0;
    }
    unlocked();
    if (acted) {
      applied();
    }
    return first == null ? null : taken(first, null);
  }

  /** Whether a message waits, after a look at what has come. Called by the process itself. */
  final boolean hasMessage() {
    if (head == null && hasNew()) {
      settle();
    }
    return head != null;
  }

  /** Lets all signals that have come take effect. Any thread. */
  final void settle() {
    if (isNew()) {
      return;
    }
    StackReserve.forSignals();
    Moved moved;
    lock();
    try {
      moved = drain();
    } finally {
      lock = 0;
    }
    unlocked();
    if (moved != Moved.NOTHING) { // also for messages alone: the process did not see them come
      applied();
    }
  }

  /** An entry has left the mailbox; its message. */
  private Object taken(Entry entry, @Nullable Entry previous) {
    // An old entry that has been taken must not keep younger ones reachable until the old
    // generation is collected.
    entry.next = null;
    if (marks != null) {
      marks.taken(entry, previous);
    }
    if (gauge != null) {
      gauge.taken();
    }
    return entry.value;
  }

  /** Remembers that {@code ref} was made now: no message that is here already can have it. */
  final void mark(Object ref) {
    if (marks == null) {
      marks = new Marks();
    }
    // A drain by another thread may be changing it: an older tail is a mark as good, unless it has
    // been dropped since; then the arrangement that was read before is not the present one.
    int arrangement = arrangements;
    VarHandle.acquireFence(); // pairs with dropOldest
    marks.set(ref, tail, arrangement);
  }

  /** What {@link #close} has left: messages, and signals that had not taken effect. */
  final void left(Consumer<Object> rest) {
    left(head, rest);
  }

  static void left(@Nullable Entry first, Consumer<Object> rest) {
    for (var entry = first; entry != null; entry = entry.next) {
      rest.accept(entry.value());
    }
  }

  private static boolean isKept(Entry entry) {
    return entry instanceof Entry.Kept
        || entry.value instanceof TimedOut
        || (entry.value instanceof LocalCall call && call.request instanceof SystemRequest);
  }

  /** Takes the first message out on behalf of a sender who found the mailbox full; any thread. */
  final @Nullable Object dropOldest() {
    if (isNew()) {
      return null;
    }
    StackReserve.forSignals();
    Moved moved;
    Entry first;
    lock();
    try {
      moved = drain();
      var before = lastPriority;
      first = before == null ? head : before.next;
      while (first != null && isKept(first)) {
        before = first;
        first = first.next;
      }
      if (first != null) {
        if (before == null) {
          head = first.next;
        } else {
          before.next = first.next;
        }
        if (tail == first) {
          tail = before;
        }
        VarHandle.releaseFence(); // pairs with mark
        arrangements++;
      }
    } finally {
      lock = 0;
    }
    unlocked();
    if (moved != Moved.NOTHING) { // also for messages alone: the process did not see them come
      applied();
    }
    return first == null ? null : first.value;
  }

  /**
   * How many messages wait; others may send and the process may receive meanwhile. Holds the lock.
   */
  final long length() {
    long length = 0;
    for (var entry = outer; entry != null && entry != CLOSED && entry != IDLE; entry = entry.next) {
      var value = entry.value();
      if (!(value instanceof Signal) && value != Entry.VOID) {
        length++;
      }
    }
    for (var entry = head; entry != null; entry = entry.next) {
      length++;
    }
    return length;
  }

  /** The messages that wait, the oldest first; others as in {@link #length}. Holds the lock. */
  final List<Object> contents() {
    var newest = new ArrayList<>();
    for (var entry = outer; entry != null && entry != CLOSED && entry != IDLE; entry = entry.next) {
      var value = entry.value();
      if (!(value instanceof Signal) && value != Entry.VOID) {
        newest.add(value);
      }
    }
    var all = new ArrayList<>();
    for (var entry = head; entry != null; entry = entry.next) {
      all.add(entry.value());
    }
    all.addAll(newest.reversed());
    return all;
  }

  /**
   * The place in the mailbox that a selective receive has come to: messages before it did not
   * match, and new ones come behind it, so each is looked at once. It starts anew when others have
   * changed what it has seen.
   */
  final class Cursor {
    private @Nullable Entry previous;
    private int seen = arrangements + selections;

    Cursor() {}

    /** Begins with what has come after {@code ref} was made, if that is remembered. */
    Cursor(Object ref) {
      if (marks != null && lastPriority == null) {
        previous = marks.get(ref, arrangements);
      }
    }

    /** The next message behind the cursor, without taking it; null if there is none yet. */
    @Nullable Entry next() {
      // A drain by another thread may be appending: what is not seen now is seen under the lock.
      var next = after(previous);
      VarHandle.acquireFence(); // pairs with append
      if (next == null || signalled || gauge != null || hasPriority()) {
        boolean acted = false;
        lock();
        try {
          acted = drain() == Moved.SIGNALS;
          next = after(previous);
        } finally {
          lock = 0;
        }
        unlocked();
        if (acted) {
          applied();
        }
      }
      return next;
    }

    private @Nullable Entry after(@Nullable Entry here) {
      if (isDisturbed()) {
        seen = arrangements + selections;
        previous = null;
        return head;
      }
      return here == null ? head : here.next;
    }

    /** Whether another thread's drain has put something behind the cursor. */
    boolean hasNext() {
      return isDisturbed() || (previous == null ? head : previous.next) != null;
    }

    /** Leaves the entry that {@link #next} gave in the mailbox. */
    void skip(Entry entry) {
      previous = entry;
    }

    /** Takes the entry that {@link #next} gave out of the mailbox; false if it is gone already. */
    boolean take(Entry entry) {
      boolean there;
      lock();
      try {
        there = outer != CLOSED && (!isDisturbed() || find(entry));
        if (there) {
          unlink(entry);
          selections++;
        }
      } finally {
        lock = 0;
      }
      unlocked();
      if (there) {
        taken(entry, previous);
      }
      return there;
    }

    private boolean isDisturbed() {
      return seen != arrangements + selections;
    }

    private boolean find(Entry entry) {
      seen = arrangements + selections;
      previous = null;
      for (var each = head; each != null; each = each.next) {
        if (each == entry) {
          return true;
        }
        previous = each;
      }
      previous = null;
      return false;
    }

    private void unlink(Entry entry) {
      if (previous == null) {
        head = entry.next;
      } else {
        previous.next = entry.next;
      }
      if (tail == entry) {
        tail = previous;
      }
      if (lastPriority == entry) {
        lastPriority = previous;
      }
    }
  }

  /**
   * Closes the mailbox: nothing is put in any more. Holds the lock, once.
   *
   * <p>Where another thread closes it, the process may be taking a message at this moment, and cut
   * the way to what comes behind that: so it looks at {@link #left} itself when it stops.
   *
   * @return the first of what is left, see {@link #left}
   */
  final @Nullable Entry close() {
    var rest = takeNew(CLOSED);
    if (rest != null) {
      VarHandle.releaseFence(); // pairs with poll, as append
      if (tail == null) {
        head = rest;
      } else {
        tail.next = rest;
      }
    }
    if (gauge != null) {
      gauge.closed();
    }
    return head;
  }

  /** The process has seen to what was left. */
  final void forgetLeft() {
    head = null;
    tail = null;
  }
}
