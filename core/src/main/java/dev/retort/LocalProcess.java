package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.spi.Distribution;
import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process: a mailbox, a state word, and what to run.
 *
 * <p>The state word says who may act. {@code NEW}: whoever makes it still does; what others put in
 * waits for {@link #start}. {@code IDLE}: no thread has it; whoever puts something in the mailbox
 * makes it {@code READY} and queues it. {@code RUNNING}: a runner is on it, in its code or in code
 * that it called. {@code WAITING}: its runner is parked in a receive; whoever puts something in
 * makes it {@code RUNNING} and unparks the runner. {@code ENDED}: for good. Senders push first and
 * read the state then; the process sets the state first and looks for pushes then; all of it
 * volatile, so that no wake-up is lost.
 *
 * <p>The end ({@link #end}) happens once, on whatever thread finds the reason: the process's own,
 * or that of a process that sends it a lethal signal while it is busy. In the second case its
 * thread is interrupted; {@code INTERRUPTING} holds the runner back until that is done, so that the
 * interrupt never meets the next process.
 */
final class LocalProcess extends Mailbox {
  private static final int IDLE = 0;
  private static final int READY = 1;
  private static final int RUNNING = 2;
  private static final int WAITING = 3;
  private static final int INTERRUPTING = 4;
  private static final int ENDED = 5;
  private static final int NEW = 6;

  /** Messages that a behaviour handles before it lets others run. */
  private static final int BATCH = 100;

  /** How often a waiting process looks again before it parks: an answer often comes within that. */
  static final int SPIN = Runtime.getRuntime().availableProcessors() > 1 ? 400 : 0;

  /**
   * The ends that the calling thread has still to see to, while it is at one: a chain of links is
   * as long as users make it, a stack is not.
   */
  private static final ThreadLocal<@Nullable ArrayDeque<Runnable>> ENDING = new ThreadLocal<>();

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(LocalProcess.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final LocalPid pid;

  /** A {@link Body} or a {@link Behaviour}. */
  private final Object code;

  volatile Pid groupLeader;
  volatile @Nullable Atom name;

  private volatile int state = NEW;

  /**
   * The thread that runs it. Written before the state becomes RUNNING, cleared before it is not.
   */
  private @Nullable Thread thread;

  /** Set under the lock when the process ends; read by its own thread in every kernel function. */
  private volatile boolean ended;

  // Guarded by the mailbox's lock.
  private @Nullable Ties ties;
  private boolean trapExit;
  private @Nullable Object fatal;

  // The process's own.
  private @Nullable Vocabulary vocabulary;

  LocalProcess(LocalPid pid, Object code, Pid groupLeader) {
    this.pid = pid;
    this.code = code;
    this.groupLeader = groupLeader;
  }

  // ---- a turn on a runner

  /** Lets a new process run when it gets its first message. */
  void startIdle() {
    state = IDLE;
  }

  /** Lets a new process run. */
  void start() {
    state = READY;
    pid.home.telemetry().started(pid, name, code);
    pid.home.scheduler().makeReady(this);
  }

  /**
   * Runs it on the runner's thread until it has nothing more to do, has had its share, or has
   * ended.
   */
  void activate(Runner runner) {
    thread = Thread.currentThread();
    if (!STATE.compareAndSet(this, READY, RUNNING)) {
      throw new IllegalStateException("activated in state " + state);
    }
    boolean more = false;
    try {
      // Who gave it a signal before it was RUNNING has left that to us: they set `signalled` and
      // read the state then, we change the state and read `signalled` then.
      handleSignals();
      if (ended) {
        // by a signal, before its turn came
      } else if (code instanceof Behaviour behaviour) {
        more = behave(behaviour, runner);
      } else {
        ((Body) code).run();
        end(Atom.NORMAL);
      }
    } catch (ProcessEnded e) {
      // by a signal; all is done
    } catch (Throwable e) {
      crash(e);
    }
    leave(more);
  }

  /** Whether there is more to do after this batch. */
  private boolean behave(Behaviour behaviour, Runner runner) throws Exception {
    if (!behaviour.started()) {
      behaviour.start();
    }
    for (int n = 0; n < BATCH; n++) {
      checkEnded();
      var message = poll();
      if (ended) {
        if (message instanceof LocalCall call) {
          call.fail(Objects.requireNonNull(fatal)); // taken too late for end() to find it
        }
        throw new ProcessEnded();
      }
      if (message == null) {
        return false;
      }
      if (message instanceof Distribution.Payload payload) {
        message = decode(payload);
        if (message == null) {
          continue;
        }
      }
      runner.handled++;
      behaviour.handle(message);
    }
    return true;
  }

  private void leave(boolean more) {
    thread = null;
    int next = ended ? ENDED : more ? READY : IDLE;
    if (!STATE.compareAndSet(this, RUNNING, next)) {
      while (state == INTERRUPTING) {
        Thread.onSpinWait(); // until the interrupt that ended it has been sent
      }
      next = ENDED;
    }
    Thread.interrupted(); // whatever is left of an interrupt belongs to this process
    if (next == READY) {
      pid.home.scheduler().makeReadyLast(this);
    } else if (next == IDLE && !isEmpty() && STATE.compareAndSet(this, IDLE, READY)) {
      pid.home.scheduler().makeReady(this);
    }
  }

  /** After a push: makes sure that somebody looks at it. */
  private void wake() {
    switch (state) {
      case IDLE -> {
        if (STATE.compareAndSet(this, IDLE, READY)) {
          pid.home.scheduler().makeReady(this);
        }
      }
      case WAITING -> unpark();
      default -> {} // it looks before it goes idle or waits
    }
  }

  private void unpark() {
    if (STATE.compareAndSet(this, WAITING, RUNNING)) {
      LockSupport.unpark(thread);
    }
  }

  // ---- what others do to it

  /** Puts a message in; false if the process has ended. Any thread. */
  boolean send(Object message) {
    if (!push(message)) {
      return false;
    }
    wake();
    return true;
  }

  /** Gives it a signal; false if the process has ended. Any thread. */
  boolean signal(Signal signal) {
    if (!push(signal)) {
      return false;
    }
    if (state == RUNNING) {
      handleSignals();
    }
    wake();
    return true;
  }

  /** A reply to a call that it waits for has been set. Any thread. */
  void replied() {
    if (state == WAITING) {
      unpark();
    }
  }

  @Override
  void apply(Signal signal) {
    if (fatal != null) {
      ties().tooLate.add(signal); // it comes after the end: answered by end()
      return;
    }
    switch (signal) {
      case Signal.Link link -> {
        ties().links.add(link.from);
        noteRemote(link.from);
      }
      case Signal.Unlink unlink -> {
        ties().links.remove(unlink.from);
        if (unlink.id != 0) {
          ties().acknowledge(unlink);
        }
      }
      case Signal.UnlinkAck ack -> ties().unlinking.remove(ack.from, ack.id);
      case Signal.Exit exit -> applyExit(exit);
      case Signal.Monitor monitor -> {
        ties().monitoredBy.put(monitor.ref, monitor);
        noteRemote(monitor.watcher);
      }
      case Signal.Demonitor demonitor -> ties().monitoredBy.remove(demonitor.ref);
      case Signal.Down down -> {
        var object = ties().monitors.remove(down.ref);
        if (object != null) {
          append(new Down(down.ref, Down.PROCESS, object, down.reason));
        }
      }
      case Signal.GroupLeader leader -> groupLeader = leader.leader;
      case Signal.NoConnection lost -> applyNoConnection(lost.node);
      case Signal.Spawned spawned -> {
        if (spawned.linked) {
          ties().links.add(spawned.pid);
        }
        if (spawned.monitor != null) {
          ties().monitors.put(spawned.monitor, spawned.pid);
        }
        noteRemote(spawned.pid);
      }
    }
  }

  private void applyExit(Signal.Exit exit) {
    if (exit.linked) {
      if (ties().unlinking.containsKey(exit.from) || !ties().links.remove(exit.from)) {
        return; // the link is gone already
      }
    } else if (exit.reason.equals(Atom.KILL)) {
      fatal = Atom.KILLED;
      return;
    }
    if (trapExit) {
      append(new Exit(exit.from, exit.reason));
    } else if (!exit.reason.equals(Atom.NORMAL) || (!exit.linked && exit.from.equals(pid))) {
      fatal = exit.reason;
    }
  }

  private void applyNoConnection(Atom node) {
    var ties = ties();
    for (var linked : List.copyOf(ties.links)) {
      if (linked.node().equals(node)) {
        applyExit(new Signal.Exit(linked, Atom.NOCONNECTION, true));
      }
    }
    ties.unlinking.keySet().removeIf(other -> other.node().equals(node));
    ties.monitoredBy.values().removeIf(monitor -> monitor.watcher.node().equals(node));
    for (var monitor : List.copyOf(ties.monitors.entrySet())) {
      if (Ties.isOn(node, monitor.getValue())) {
        apply(new Signal.Down(monitor.getKey(), Atom.NOCONNECTION));
      }
    }
  }

  @Override
  boolean isDoomed() {
    return fatal != null;
  }

  @Override
  void applied() {
    List<Signal.Unlink> toAcknowledge;
    Object reason;
    lock();
    reason = fatal;
    toAcknowledge = ties == null ? List.of() : ties.takeAcknowledgements();
    unlock();
    for (var unlink : toAcknowledge) {
      pid.home.signal(pid, unlink.from, new Signal.UnlinkAck(pid, unlink.id));
    }
    if (reason != null) {
      endInTurn(reason);
    } else if (Thread.currentThread() != thread) {
      // What was drained here is not in `outer` any more, where the process looks before it waits.
      // The read-modify-write pairs with its change of state: either it sees the messages, or we
      // see it wait.
      STATE.getAndAdd(this, 0);
      wake();
    }
  }

  private Ties ties() {
    if (ties == null) {
      ties = new Ties();
    }
    return ties;
  }

  private void noteRemote(Pid other) {
    if (!(other instanceof LocalPid)) {
      ties().remote = true;
    }
  }

  // ---- the end

  private void crash(Throwable e) {
    var error = e;
    if (code instanceof Behaviour behaviour) {
      try {
        behaviour.crashed(reason(e));
      } catch (ProcessEnded ended) {
        return;
      } catch (Throwable worse) {
        error = worse;
      }
    }
    var registered = name;
    if (!ended) {
      try {
        CrashReport.log(pid, registered, code, error); // before others hear of the end
      } finally {
        end(reason(error));
      }
    }
  }

  private static Object reason(Throwable e) {
    return e instanceof ExitException exit ? exit.reason() : e;
  }

  /**
   * Ends the process, once; whether this was the time. Its own thread, or one that gave it a
   * signal.
   */
  boolean end(Object reason) {
    var rest = new ArrayList<Object>(0);
    Ties left;
    lock();
    boolean first = !ended;
    if (first) {
      ended = true;
      close(rest::add);
    }
    left = ties;
    ties = null;
    unlock();
    if (!first) {
      return false;
    }
    pid.home.forget(this);
    pid.home.telemetry().ended(pid, name, reason);
    pid.process = null;
    interruptOwner();
    if (code instanceof Behaviour behaviour) {
      behaviour.ended(reason);
    }
    if (left != null) {
      rest.addAll(left.tooLate);
    }
    for (var message : rest) {
      switch (message) {
        case LocalCall call -> call.fail(reason);
        case Signal signal -> pid.home.refuse(pid, signal);
        default -> {}
      }
    }
    if (left != null) {
      announce(left, reason);
    }
    return true;
  }

  /** Ends it now, or after the end that the calling thread is at and that led to this one. */
  private void endInTurn(Object reason) {
    var waiting = ENDING.get();
    if (waiting != null) {
      waiting.add(() -> end(reason));
      return;
    }
    waiting = new ArrayDeque<>(1);
    ENDING.set(waiting);
    try {
      end(reason);
      for (Runnable next; (next = waiting.poll()) != null; ) {
        next.run();
      }
    } finally {
      ENDING.remove();
    }
  }

  private void announce(Ties left, Object reason) {
    for (var other : left.links) {
      pid.home.signal(pid, other, new Signal.Exit(pid, reason, true));
    }
    for (var monitor : left.monitoredBy.values()) {
      pid.home.signal(pid, monitor.watcher, new Signal.Down(monitor.ref, reason));
    }
    left.monitors.forEach(
        (ref, object) -> pid.home.signal(pid, object, new Signal.Demonitor(ref, pid)));
    if (left.remote) {
      pid.home.endedRemotely(pid);
    }
  }

  /** Gets a thread that is busy with the code of an ended process out of there. */
  private void interruptOwner() {
    if (Thread.currentThread() == thread) {
      return;
    }
    for (; ; ) {
      switch (state) {
        case RUNNING -> {
          if (STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
            var owner = thread;
            if (owner != null) {
              owner.interrupt();
            }
            state = ENDED;
            return;
          }
        }
        case WAITING -> {
          if (STATE.compareAndSet(this, WAITING, RUNNING)) {
            LockSupport.unpark(thread);
            return;
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  // ---- what it does itself; its own thread

  /** Unwinds a process that has been told to exit. */
  void checkEnded() {
    if (ended) {
      throw new ProcessEnded();
    }
  }

  boolean hasEnded() {
    return ended;
  }

  /**
   * Takes the first message that {@code match} gives something for, in the order of arrival; the
   * others stay. Each is offered once.
   *
   * @param deadline as {@link System#nanoTime} counts; {@link Long#MAX_VALUE} for none
   * @return null when the deadline has passed
   */
  <T> @Nullable T receive(Function<Object, @Nullable T> match, long deadline) {
    checkEnded();
    var cursor = new Cursor();
    for (; ; ) {
      var entry = cursor.next();
      checkEnded();
      if (entry == null) {
        if (!await(cursor, null, deadline)) {
          return null;
        }
        continue;
      }
      if (entry.value instanceof Distribution.Payload payload) {
        var term = decode(payload);
        if (term == null) {
          cursor.take(entry);
          continue;
        }
        entry.value = term;
      }
      var result = match.apply(entry.value);
      if (result != null) {
        cursor.take(entry);
        Runner.received();
        return result;
      }
      cursor.skip(entry);
    }
  }

  /** Takes the {@link Down} of a monitor, waiting for it; null when the deadline has passed. */
  @Nullable Down awaitDown(Ref ref, long deadline) {
    return this.<Down>receive(
        message -> message instanceof Down down && down.ref().equals(ref) ? down : null, deadline);
  }

  /** Waits until {@code call} has an outcome; false when the deadline has passed. */
  boolean await(LocalCall call, long deadline) {
    var cursor = new Cursor();
    while (!call.isDone()) {
      for (var entry = cursor.next(); entry != null; entry = cursor.next()) {
        cursor.skip(entry);
      }
      checkEnded();
      if (!await(cursor, call, deadline)) {
        return false;
      }
    }
    handleSignals(); // those that came while it waited: the reply may have come after them
    checkEnded();
    return true;
  }

  /** Waits for anything new; false when the deadline has passed. */
  private boolean await(Cursor cursor, @Nullable LocalCall call, long deadline) {
    long nanos = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
    if (nanos <= 0) {
      return false;
    }
    var runner = Runner.current();
    if (runner != null) {
      runner.letOthersRun();
    }
    for (int i = 0; i < SPIN; i++) {
      if (hasNew() || (call != null && call.isDone())) {
        return true;
      }
      Thread.onSpinWait();
    }
    if (runner != null) {
      runner.beforeWaiting();
    }
    try {
      return park(cursor, call, deadline);
    } finally {
      if (runner != null) {
        runner.afterWaiting();
      }
    }
  }

  private boolean park(Cursor cursor, @Nullable LocalCall call, long deadline) {
    for (; ; ) {
      if (!STATE.compareAndSet(this, RUNNING, WAITING)) {
        throw new ProcessEnded();
      }
      boolean timedOut = false;
      if (!hasNew() && !cursor.hasNext() && (call == null || !call.isDone()) && !ended) {
        if (deadline == Long.MAX_VALUE) {
          LockSupport.park(this);
        } else {
          long nanos = deadline - System.nanoTime();
          timedOut = nanos <= 0;
          if (!timedOut) {
            LockSupport.parkNanos(this, nanos);
          }
        }
      }
      boolean woken = !STATE.compareAndSet(this, WAITING, RUNNING);
      checkEnded();
      if (woken || hasNew() || cursor.hasNext() || (call != null && call.isDone())) {
        return true;
      }
      if (Thread.interrupted()) {
        throw new CancellationException("interrupted while waiting for a message");
      }
      if (timedOut) {
        return false;
      }
    }
  }

  /** The term of a payload; null (and a line in the log) where it is malformed. */
  private @Nullable Decoded decode(Distribution.Payload payload) {
    try {
      return new Decoded(payload.decode());
    } catch (IllegalArgumentException e) {
      CrashReport.malformed(pid, e);
      return null;
    }
  }

  /** The records that messages from other nodes may become. */
  Vocabulary vocabulary() {
    if (vocabulary == null) {
      vocabulary =
          Vocabulary.ofCode(
              code instanceof Behaviour behaviour ? behaviour.code() : code.getClass());
    }
    return vocabulary;
  }

  void vocabulary(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  boolean trapExit(boolean on) {
    return locked(
        () -> {
          boolean before = trapExit;
          trapExit = on;
          return before;
        });
  }

  /** Whether the link is new. */
  boolean addLink(Pid other) {
    return locked(
        () -> {
          noteRemote(other);
          return ties().links.add(other);
        });
  }

  /** What to send to the other side, or null if there was no link. */
  Signal.@Nullable Unlink removeLink(Pid other, long id) {
    return locked(
        () -> {
          if (!ties().links.remove(other)) {
            return null;
          }
          if (id != 0) {
            ties().unlinking.put(other, id);
          }
          return new Signal.Unlink(pid, id);
        });
  }

  /** Makes sure that the distribution hears of its end, as links and monitors across nodes do. */
  void tieToOtherNode() {
    locked(
        () -> {
          ties().remote = true;
          return true;
        });
  }

  void addMonitor(Ref ref, Dest object) {
    locked(
        () -> {
          ties().monitors.put(ref, object);
          if (!(object instanceof LocalPid) && !(object instanceof Name n && n.node() == null)) {
            ties().remote = true;
          }
          return true;
        });
  }

  /** What was monitored, or null if there is no such monitor. */
  @Nullable Dest removeMonitor(Ref ref) {
    return locked(() -> ties().monitors.remove(ref));
  }

  /** Adds what a process has from its birth; before {@link #start}. */
  void bear(@Nullable Pid link, Signal.@Nullable Monitor monitor) {
    if (link != null) {
      ties().links.add(link);
      noteRemote(link);
    }
    if (monitor != null) {
      ties().monitoredBy.put(monitor.ref, monitor);
      noteRemote(monitor.watcher);
    }
  }

  private <T> T locked(java.util.function.Supplier<T> action) {
    lock();
    try {
      checkEnded();
      return action.get();
    } finally {
      unlock();
    }
  }
}
