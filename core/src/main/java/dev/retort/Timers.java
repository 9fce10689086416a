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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
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

  /** A power of two, so that processes, whose ids are consecutive, are spread evenly. */
  private static final int WHEELS =
      Math.min(64, 4 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));

  /** The message of a timer that wakes a thread. */
  private record Parked(Thread thread) {}

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

  /**
   * Unparks the calling thread when the clock shows {@code nanoTime}, unless that is {@linkplain
   * #stop stopped} before. For processes that wait: the JDK's timed park costs a virtual thread
   * several microseconds more than a plain one, even if it is unparked long before. When the node
   * is closed nothing happens, since that ends the process.
   */
  Timer wakeAt(long nanoTime) {
    var sleeper = Thread.currentThread();
    var receiver = new Receiver(node.user(), wheel((int) sleeper.threadId()));
    return add(new Timer(node, at(nanoTime), receiver), new Parked(sleeper));
  }

  /** Stops what {@link #wakeAt} has set. */
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
    return add(timer, wrap ? new Timeout(timer, message) : message);
  }

  private Timer add(Timer timer, Object message) {
    timer.give(message);
    if (!timer.receiver.wheel.add(timer)) {
      timer.take(); // its receiver has ended
    } else if (thread != null) {
      thread.wakeBy(timer.tick() * TimerWheel.TICK_NANOS);
    }
    return timer;
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
    var process = pid.process;
    if (process == null || process.hasEnded()) {
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
      if (message instanceof Parked(var sleeper)) {
        LockSupport.unpark(sleeper);
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

  /** How many have not fired yet. */
  int pending() {
    int pending = 0;
    for (var wheel : wheels) {
      pending += wheel.size();
    }
    return pending;
  }

  /** The length in nanoseconds, {@link Long#MAX_VALUE} where it is too long for them. */
  static long nanos(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a time of 0 or more was expected, this is " + duration);
    }
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** When {@code after} from now is over, as {@link System#nanoTime} counts. */
  static long deadline(Duration after) {
    long nanos = nanos(after);
    long now = System.nanoTime();
    // MAX_VALUE stands for "never", and differences of nanoTime() must not overflow.
    return nanos > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : now + nanos;
  }
}
