package dev.retort;

import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Via;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a node; made when the first of them is.
 *
 * <p>They are spread over several {@linkplain TimerWheel wheels}, so that processes on different
 * cores seldom meet at one lock; all timers to one process are in the same. One {@linkplain
 * TimerThread thread} fires them all, in order: it takes what is due out of all wheels, sorts that
 * by the nanosecond and sends the messages. A timer is its own reference, so that setting and
 * cancelling one needs no table; only a reference that has been to another node and back, and is
 * equal to the timer without being it, is looked for in all wheels.
 *
 * <p>Who reads or cancels a timer and who fires it meet at the timer's message (see {@link Timer});
 * who sets one and the end of its receiver meet at the wheel.
 */
final class Timers {
  private static final System.Logger LOG = System.getLogger(Timers.class.getName());

  /** 146 years; {@link System#nanoTime} could not tell much more from the past. */
  private static final long LONGEST_NANOS = 1L << 62;

  /** A deadline that has passed, wherever the clock is. */
  static final long AT_ONCE = Long.MIN_VALUE;

  /** A power of two, so that processes, whose ids are consecutive, are spread evenly. */
  private static final int WHEELS =
      Math.min(64, 4 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));

  private final Node node;
  private final LongSupplier clock;
  private final long start;
  private final TimerWheel[] wheels = new TimerWheel[WHEELS];

  /** The processes that have had timers; each until its end. */
  private final Map<LocalPid, Receiver> receivers = new ConcurrentHashMap<>();

  private final Outbox outbox;

  /** Null where a test turns the clock and fires what is due itself. */
  private final @Nullable TimerThread thread;

  /** What has been taken out of the wheels; the firing thread's. */
  private final ArrayList<Timer> due = new ArrayList<>();

  private volatile boolean closed;

  Timers(Node node, String threadName) {
    this(node, threadName, System::nanoTime);
  }

  /** For tests: nothing fires unless {@link #fireDue} is called. */
  Timers(Node node, LongSupplier clock) {
    this(node, null, clock);
  }

  private Timers(Node node, @Nullable String threadName, LongSupplier clock) {
    this.node = node;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.outbox = new Outbox((to, message) -> node.send(null, to, message));
    for (int i = 0; i < WHEELS; i++) {
      wheels[i] = new TimerWheel();
    }
    this.thread = threadName == null ? null : new TimerThread(threadName, this::now, this::fireDue);
  }

  // ---- any thread

  /** Sends {@code message} after {@code delay}. */
  Ref sendAfter(Dest to, Object message, Duration delay) {
    return set(to, message, false, after(delay));
  }

  /** Sends {@code message} when the clock shows {@code nanoTime}. */
  Ref sendAt(Dest to, Object message, long nanoTime) {
    return set(to, message, false, at(nanoTime));
  }

  /** Sends a {@link Timeout} with {@code message} after {@code delay}. */
  Ref startTimer(Dest to, Object message, Duration delay) {
    return set(to, message, true, after(delay));
  }

  /** Sends a {@link Timeout} with {@code message} when the clock shows {@code nanoTime}. */
  Ref startTimerAt(Dest to, Object message, long nanoTime) {
    return set(to, message, true, at(nanoTime));
  }

  /** What ends the waits of the calling thread. */
  Alarm alarm() {
    var sleeper = Thread.currentThread();
    return new Alarm(
        this, sleeper, new Receiver(node.user(), wheel((int) sleeper.threadId()), true));
  }

  /** For an {@link Alarm}: a timer that is still to be {@linkplain #add added}. */
  Timer make(long nanoTime, Receiver receiver) {
    return new Timer(node, nanoTime - start, receiver);
  }

  /** Whether {@code timer} fires when the clock shows {@code nanoTime}, or before that. */
  boolean isBy(Timer timer, long nanoTime) {
    return timer.due - (nanoTime - start) <= 0;
  }

  /** Whether the clock shows {@code nanoTime}, or more. */
  boolean isDue(long nanoTime) {
    return nanoTime - clock.getAsLong() <= 0;
  }

  /** Stops what an {@link Alarm} has set. */
  void stop(Timer timer) {
    if (timer.take() != null) {
      timer.receiver.wheel.remove(timer);
    }
  }

  private Ref set(Dest to, Object message, boolean wrap, long time) {
    if (closed) {
      throw new IllegalStateException("the node is closed");
    }
    var local = local(to);
    var pid = local instanceof LocalPid here && here.home == node ? here : null;
    var receiver = pid == null ? new Receiver(local, wheel(local.hashCode())) : receiver(pid);
    var timer = new Timer(node, time, receiver);
    add(timer, wrap ? new Timeout(timer, message) : message);
    return timer;
  }

  void add(Timer timer, Object message) {
    timer.give(message);
    if (!timer.receiver.wheel.add(timer)) {
      timer.take(); // its receiver has ended
    } else if (thread != null) {
      thread.wakeBy(timer.tick() * TimerWheel.TICK_NANOS);
    }
  }

  /** The time that was left; null if there is no such timer any more, or never was. */
  @Nullable Duration cancel(Ref ref) {
    var timer = timer(ref);
    if (timer == null || timer.take() == null) {
      return null;
    }
    timer.receiver.wheel.remove(timer);
    return left(timer);
  }

  /** The time that is left; null if there is no such timer any more, or never was. */
  @Nullable Duration read(Ref ref) {
    var timer = timer(ref);
    return timer != null && timer.isPending() ? left(timer) : null;
  }

  /** A process of this node has ended, and its timers end with it. */
  void ended(LocalPid pid) {
    var receiver = receivers.get(pid); // most have none, and to look takes no lock
    if (receiver != null) {
      receivers.remove(pid, receiver);
      receiver.wheel.end(receiver);
    }
  }

  private @Nullable Timer timer(Ref ref) {
    if (ref instanceof Timer timer) {
      return timer.home == node ? timer : null;
    }
    if (!(ref instanceof LocalRef)
        && ref.node().equals(node.name())
        && ref.creation() == node.creation()) {
      for (var wheel : wheels) {
        var timer = wheel.find(ref);
        if (timer != null) {
          return timer;
        }
      }
    }
    return null;
  }

  private Duration left(Timer timer) {
    return Duration.ofNanos(Math.max(0, timer.due - now()));
  }

  private Receiver receiver(LocalPid pid) {
    var known = receivers.get(pid);
    if (known != null) {
      return known;
    }
    var receiver = new Receiver(pid, wheel(pid.id()));
    var first = receivers.putIfAbsent(pid, receiver);
    if (pid.hasEnded()) {
      ended(pid); // who ended it may have looked here too early
    }
    return first == null ? receiver : first;
  }

  private TimerWheel wheel(int hash) {
    return wheels[hash & (WHEELS - 1)];
  }

  /** The pid with the process in it, where a pid of this node has come back from another. */
  private Dest local(Dest to) {
    return to instanceof Pid pid
            && !(pid instanceof LocalPid)
            && pid.node().equals(node.name())
            && pid.creation() == node.creation()
        ? node.pid(pid.id(), pid.serial())
        : to;
  }

  // ---- the timer thread

  /**
   * Fires the timers that are due, in order.
   *
   * @return when the next one may be due, as {@link #now} counts; {@link TimerWheel#NEVER} if there
   *     is none
   */
  long fireDue() {
    long tick = Math.floorDiv(now(), TimerWheel.TICK_NANOS);
    long next = TimerWheel.NEVER;
    for (var wheel : wheels) {
      next = Math.min(next, wheel.advance(tick, due));
    }
    due.sort(Timer.ORDER);
    for (var timer : due) {
      fire(timer);
    }
    due.clear();
    due.trimToSize(); // there may have been a million of them
    return next == TimerWheel.NEVER ? next : next * TimerWheel.TICK_NANOS;
  }

  private void fire(Timer timer) {
    var message = timer.take();
    if (message == null) {
      return; // cancelled
    }
    try {
      if (message instanceof Alarm alarm) {
        alarm.fired(timer);
      } else {
        deliver(timer.receiver.to, message);
      }
    } catch (Throwable e) { // out of memory: that message is lost, the other timers are not
      LOG.log(Level.ERROR, "a timer's message to " + timer.receiver.to + " is lost", e);
    }
  }

  private void deliver(Dest to, Object message) {
    var at =
        switch (to) {
          case LocalPid pid -> node.name(); // or of another node in this JVM, which is as near
          case Pid pid -> pid.node();
          case Ref alias -> alias.node();
          case Name(var name, var other) -> other == null ? node.name() : other;
          case Via via -> node.name(); // which looks it up
        };
    if (at.equals(node.name())) {
      node.send(null, to, message);
    } else {
      outbox.send(at, to, message);
    }
  }

  /** Ends the thread and forgets all timers. */
  void close() {
    closed = true;
    if (thread != null) {
      thread.close();
    }
    for (var wheel : wheels) {
      var all = new ArrayList<Timer>();
      wheel.advance(TimerWheel.NEVER - 1, all);
      all.forEach(Timer::take);
    }
    receivers.clear();
  }

  // ---- time

  /** Nanoseconds since the first timer was made. */
  private long now() {
    return clock.getAsLong() - start;
  }

  private long after(Duration delay) {
    Objects.requireNonNull(delay, "a delay of 0 or more was expected, this is null");
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of 0 or more was expected, this is " + delay);
    }
    long nanos = nanos(delay);
    if (nanos > LONGEST_NANOS) {
      throw tooLong(delay);
    }
    return now() + nanos;
  }

  private long at(long nanoTime) {
    long now = clock.getAsLong();
    long nanos = nanoTime - now;
    if (nanos > LONGEST_NANOS) {
      throw tooLong(Duration.ofNanos(nanos));
    }
    return now - start + nanos;
  }

  private static IllegalArgumentException tooLong(Duration delay) {
    return new IllegalArgumentException(
        "a delay of at most 146 years was expected, this is " + delay);
  }

  /** How many have not fired yet, those of alarms aside. */
  int pending() {
    int pending = 0;
    for (var wheel : wheels) {
      pending += wheel.size();
    }
    return pending;
  }

  /** How many of alarms have not fired yet, whether something waits for them or not. */
  int alarms() {
    int alarms = 0;
    for (var wheel : wheels) {
      alarms += wheel.alarms();
    }
    return alarms;
  }

  /** The length in nanoseconds, {@link Long#MAX_VALUE} where it is too long for them. */
  static long nanos(Duration duration) {
    Objects.requireNonNull(duration, "a time of 0 or more was expected, this is null");
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a time of 0 or more was expected, this is " + duration);
    }
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * When {@code after} from now is over, as {@link System#nanoTime} counts; {@link #AT_ONCE} for
   * none.
   */
  static long deadline(Duration after) {
    long nanos = nanos(after);
    if (nanos == 0) {
      return AT_ONCE;
    }
    long now = System.nanoTime();
    // MAX_VALUE stands for "never", and differences of nanoTime() must not overflow.
    return nanos > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : now + nanos;
  }

  /** The time until {@code deadline}; {@link Long#MAX_VALUE} if that never comes. */
  static long left(long deadline) {
    if (deadline == Long.MAX_VALUE) {
      return deadline;
    }
    return deadline == AT_ONCE ? 0 : deadline - System.nanoTime();
  }
}
