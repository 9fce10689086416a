package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.spi.Distribution;
import dev.retort.spi.ProcessDetails;
import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process: a mailbox, a state word, and what to run.
 *
 * <p>The state word says who may act. {@code NEW}: whoever makes it still does; what others put in
 * waits for {@link #start}. {@code OFF}: no runner is on it; either its mailbox is idle, and
 * whoever puts something in finds that and queues it, or it is queued. {@code RUNNING}: a runner is
 * on it, in its code or in code that it called. {@code WAITING}: its runner is parked in a receive;
 * whoever puts something in makes it {@code RUNNING} and unparks the runner. {@code CALLING}: the
 * same in a call, where only the reply and signals wake it. Senders push first and read the state
 * then; the process sets the state first and looks for pushes then, with an atomic operation in
 * between, so that no wake-up is lost. {@code STRANDED}: whoever was to queue it had neither stack
 * nor memory for that; the watcher does it.
 *
 * <p>The end ({@link #end}) happens once, on whatever thread finds the reason: the process's own,
 * or that of a process that sends it a lethal signal while it is busy. In the second case its
 * thread is interrupted; the runner does not leave the process before that is done, so that the
 * interrupt never meets the next one.
 */
final class LocalProcess extends Mailbox {
  private static final int NEW = 0; // as in an object that is being made
  private static final int OFF = 1;
  private static final int RUNNING = 2;
  private static final int WAITING = 3;
  private static final int CALLING = 4;
  private static final int STRANDED = 5;

  /** Whoever ended the process is done with its thread. */
  private static final int RELEASED = 1;

  /** Everybody has been told of the end. */
  private static final int CONCLUDED = 2;

  /** Messages that a behaviour handles before it lets others run. */
  private static final int BATCH = 100;

  /**
   * The ends that the calling thread has still to see to, while it is at one: a chain of links is
   * as long as users make it, a stack is not.
   */
  private static final ThreadLocal<@Nullable ArrayDeque<Runnable>> ENDING = new ThreadLocal<>();

  /** How long the end of a process waits for memory before it goes on. */
  private static final long NO_MEMORY_NANOS = 1_000_000;

  /** What a call fails with whose message had no place in a bounded mailbox. */
  static final Atom OVERLOAD = Atom.of("overload");

  private static final VarHandle STATE;
  private static final VarHandle END;
  private static final VarHandle GROUP_LEADER;

  static {
    try {
      var lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(LocalProcess.class, "state", int.class);
      END = lookup.findVarHandle(LocalProcess.class, "end", int.class);
      GROUP_LEADER = lookup.findVarHandle(LocalProcess.class, "groupLeader", Pid.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final LocalPid pid;

  /** A {@link Body} or a {@link Behaviour}; another body after {@link Kernel#hibernate}. */
  private Object code;

  volatile Pid groupLeader;
  volatile @Nullable Atom name;

  private volatile int state;

  /**
   * The thread that runs it. Written before the state becomes RUNNING, cleared before it is not.
   */
  private @Nullable Thread thread;

  /** How far the end is: {@link #RELEASED}, {@link #CONCLUDED}, or 0 before that. */
  private volatile int end;

  // Guarded by the mailbox's lock.
  private @Nullable Ties ties;
  private volatile boolean trapExit; // read without it, too, to see what can wait
  private @Nullable Object fatal;
  private @Nullable Object endReason;

  /** Calls that the code of a plain process has received and not answered, so far as known. */
  private @Nullable List<LocalCall> taken;

  // The process's own.
  private @Nullable Vocabulary vocabulary;
  private volatile @Nullable Map<Object, Object> dictionary; // others look into it

  /** How many messages it has taken; others read it, not exactly. Begins anew after 2^32. */
  private int handled;

  /** The call that it waits for; read by others that look for calls in a circle. */
  volatile @Nullable LocalCall pending;

  /** Others read it to see where to queue the process, and may see an old one for a moment. */
  private boolean high;

  private boolean hibernates;

  @SuppressWarnings("NullAway.Init") // groupLeader, through its handle
  LocalProcess(LocalPid pid, Object code, Pid groupLeader, @Nullable MailboxLimit limit) {
    super(limit == null ? null : new Gauge(limit, pid));
    this.pid = pid;
    this.code = code;
    GROUP_LEADER.set(this, groupLeader); // nobody else has it yet
  }

  // ---- a turn on a runner

  /** Lets a new process run when it gets its first message. */
  void startIdle() {
    state = OFF;
    rest();
  }

  /** Lets a new process run. */
  void start() {
    STATE.setRelease(this, OFF); // what queues it orders the rest
    pid.home.telemetry().started(pid, name, code);
    pid.home.scheduler.makeReady(this, Runner.current());
  }

  /**
   * Runs it on the runner's thread until it has nothing more to do, has had its share, or has
   * ended.
   */
  void activate(Runner runner) {
    thread = runner.thread();
    boolean more = false;
    try {
      // Who gave it a signal before it was RUNNING has left that to us: they set `signalled` (or
      // `ended`) and read the state then, we change the state and read those then.
      if (code instanceof Behaviour behaviour && behaviour.started()) {
        STATE.setRelease(this, RUNNING); // the atomic operation is the mailbox's, see pollFirst
      } else {
        state = RUNNING;
      }
      handleSignals();
      if (ended || (hibernates && !hasMessage())) {
        // it has ended by a signal, before its turn came, or a signal is all that came
      } else if (code instanceof Behaviour behaviour) {
        more = behave(behaviour, runner);
      } else {
        hibernates = false;
        ((Body) code).run();
        end(Atom.NORMAL);
      }
    } catch (ProcessEnded e) {
      // by a signal; all is done
    } catch (Hibernation next) {
      code = next.body; // its stack is gone; it goes on when a message comes
      hibernates = true;
    } catch (Throwable e) {
      crash(e);
    }
    leave(runner, more);
  }

  /** Whether there is more to do after this batch. */
  private boolean behave(Behaviour behaviour, Runner runner) throws Exception {
    if (!behaviour.started()) {
      behaviour.start();
    }
    int n = 0;
    try {
      for (; n < BATCH; n++) {
        checkEnded();
        var message = n == 0 ? pollFirst() : poll();
        if (ended) {
          if (message != null) {
            tooLate(message); // taken too late for end() to find it
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
        behaviour.handle(message);
      }
      return true;
    } finally {
      handled += n;
      runner.handled(n);
    }
  }

  private void leave(Runner runner, boolean more) {
    boolean over = ended;
    if (over) {
      left(this::tooLate); // what end(), on another thread, has perhaps not found
    }
    thread = null;
    // Who ends it closes the mailbox and reads the state then. Where it becomes idle it was open
    // after this change, and nobody interrupts us.
    STATE.setRelease(this, OFF);
    if (!over && !more && becomeIdle()) {
      // others may have it by now
    } else if (over || endedMeanwhile()) {
      awaitRelease();
    } else if (more) {
      pid.home.scheduler.makeReadyLast(this);
    } else {
      pid.home.scheduler.makeReady(this, runner);
    }
    Thread.interrupted(); // whatever is left of an interrupt belongs to this process
  }

  private boolean endedMeanwhile() {
    VarHandle.fullFence(); // the state before this look
    return ended;
  }

  /** Waits until whoever ended it does not interrupt its thread any more. */
  private void awaitRelease() {
    for (int looks = 0; end == 0; looks++) {
      Spin.pause(looks);
    }
  }

  /**
   * After a push: makes sure that somebody looks at it. Where the sender has neither stack nor
   * memory for that, the watcher does it a moment later.
   */
  private void wake(@Nullable Runner runner, Pushed pushed, boolean urgent) {
    boolean mine = pushed == Pushed.IDLE;
    try {
      if (mine) {
        var scheduler = pid.home.scheduler;
        if (runner != null && runner.next == null && !high && runner.scheduler == scheduler) {
          runner.next = this; // without a call, for which there might be no stack
          return;
        }
        StackReserve.toQueue();
        mine = false;
        scheduler.makeReady(this, runner);
        return;
      }
      switch (state) {
        case WAITING -> unpark(WAITING);
        case CALLING -> {
          if (urgent) {
            unpark(CALLING);
          }
        }
        case OFF -> {
          if (urgent && claim()) { // what came before the signal has let it become idle
            wake(runner, Pushed.IDLE, true);
          }
        }
        default -> {} // it looks before it goes idle or waits
      }
    } catch (VirtualMachineError e) {
      if (mine) {
        state = STRANDED;
      }
      pid.home.scheduler.neglected = true; // without a call, for which there is no stack
    }
  }

  private void unpark(int from) {
    StackReserve.toWake();
    if (STATE.compareAndSet(this, from, RUNNING)) {
      Runner.wakeRunner(thread);
    }
  }

  /** It could not be queued. */
  void notReady() {
    state = STRANDED;
  }

  /** Does what others had neither stack nor memory for. */
  void attend() {
    handleSignals();
    var call = pending;
    switch (state) {
      case STRANDED -> {
        if (STATE.compareAndSet(this, STRANDED, OFF)) {
          wake(null, Pushed.IDLE, true);
        }
      }
      case OFF -> {
        if (!isEmpty() && claim()) {
          wake(null, Pushed.IDLE, true);
        }
      }
      case WAITING -> {
        if (hasNew()) {
          unpark(WAITING);
        }
      }
      case CALLING -> {
        if (isSignalled() || (call != null && call.isDone())) {
          unpark(CALLING);
        }
      }
      default -> {}
    }
  }

  /** A {@link Body} or a {@link Behaviour}. */
  Object code() {
    return code;
  }

  /** Whether a thread has it, or it has been woken and will have one. */
  boolean isRunning() {
    return state == RUNNING;
  }

  // ---- what others do to it

  /** Puts a message in that nobody waits for; false if the process has ended. Any thread. */
  boolean send(Object message) {
    if (message instanceof TimedOut) {
      return sendSystem(message);
    }
    if (gauge != null && !gauge.enter(this, null, false, Long.MAX_VALUE)) {
      dropped(message);
      return true;
    }
    return deliver(message, Runner.current(), null);
  }

  /** Puts a system message in, for which there is always room; false if the process has ended. */
  boolean sendSystem(Object message) {
    if (gauge != null) {
      gauge.added();
    }
    return deliver(message, Runner.current(), null);
  }

  /**
   * Puts a message in for the process or plain thread that runs here, and may make it wait or throw
   * where the mailbox is bounded; false if the process has ended.
   *
   * @param runner the thread's, null if it is none
   */
  boolean send(Object message, @Nullable Runner runner) {
    return send(message, runner, Long.MAX_VALUE);
  }

  /** As {@link #send(Object, Runner)}; a wait for a place ends with {@code deadline}. */
  boolean send(Object message, @Nullable Runner runner, long deadline) {
    var from = runner == null ? null : runner.process();
    if (gauge != null && !gauge.enter(this, from, true, deadline)) {
      dropped(message);
      return true;
    }
    boolean open = deliver(message, runner, from);
    if (from != null) {
      from.checkEnded();
    }
    return open;
  }

  private boolean deliver(Object message, @Nullable Runner runner, @Nullable LocalProcess from) {
    var pushed = push(message, false, from);
    if (pushed == Pushed.CLOSED) {
      return false;
    }
    try {
      wake(runner, pushed, false);
    } catch (VirtualMachineError e) { // there was no stack for the call
      if (pushed == Pushed.IDLE) {
        state = STRANDED;
      }
      pid.home.scheduler.neglected = true;
    }
    return true;
  }

  /** Tells who waits for an answer to a message or signal that none will come. */
  private void tooLate(Object message) {
    switch (message) {
      case LocalCall call -> call.fail(Objects.requireNonNull(endReason));
      case Signal signal -> pid.home.refuse(pid, signal);
      default -> {}
    }
  }

  /** A message has been refused a place in the full mailbox, or has lost it. */
  void dropped(Object message) {
    if (message instanceof LocalCall call) {
      call.fail(OVERLOAD);
    }
  }

  /** Gives it a signal; false if the process has ended. Any thread. */
  boolean signal(Signal signal) {
    return signal(signal, null);
  }

  /** Gives it a signal on behalf of {@code actor}; false if the process has ended. */
  boolean signal(Signal signal, @Nullable LocalProcess actor) {
    boolean urgent = isUrgent(signal);
    var pushed = push(signal, urgent, actor);
    if (pushed == Pushed.CLOSED) {
      return false;
    }
    try {
      if (!urgent && isUrgent(signal)) {
        // It traps exits no more: what it does then to find this signal may have come too early.
        urgent = true;
        becomeUrgent();
      }
      int now = state;
      if (urgent && (now == RUNNING || now == CALLING)) {
        handleSignals();
        if (actor == this) {
          settle(); // another thread may be draining it,
          applied(); // or have drained it and not come to that yet
        }
      }
      wake(Runner.current(), pushed, urgent);
    } catch (VirtualMachineError e) {
      if (pushed == Pushed.IDLE) {
        state = STRANDED;
      }
      pid.home.scheduler.neglected = true;
    }
    return true;
  }

  /**
   * Whether the signal may end the process, or changes what its code does next, and so must not
   * wait until it looks at its mailbox. What a process that traps exits is told can wait.
   */
  private boolean isUrgent(Signal signal) {
    return switch (signal) {
      case Signal.Exit exit ->
          trapExit ? !exit.linked && exit.reason.equals(Atom.KILL) : !isHarmless(exit);
      case Signal.NoConnection lost -> true;
      case Signal.GroupLeader leader -> true; // its next line goes there
      default -> false;
    };
  }

  private boolean isHarmless(Signal.Exit exit) {
    return exit.reason.equals(Atom.NORMAL) && (exit.linked || !exit.from.equals(pid));
  }

  /** A reply to a call that it waits for has been set. Any thread. */
  void replied() {
    int now = state;
    if (now == CALLING || now == WAITING) {
      unpark(now);
    }
  }

  @Override
  void apply(Signal signal) {
    switch (signal) {
      case Signal.Link link -> {
        ties().linked(link.from);
        noteRemote(link.from);
      }
      case Signal.Unlink unlink -> {
        ties().unlinked(unlink.from);
        if (unlink.id != 0) {
          ties().tell(unlink.from, new Signal.UnlinkAck(pid, unlink.id));
        }
      }
      case Signal.UnlinkAck ack -> ties().acknowledged(ack.from, ack.id);
      case Signal.Exit exit -> applyExit(exit);
      case Signal.Monitor monitor -> {
        ties().monitoredBy(monitor);
        noteRemote(monitor.watcher);
      }
      case Signal.Demonitor demonitor -> ties().notMonitoredBy(demonitor.ref);
      case Signal.Down down -> applyDown(down);
      case Signal.ToAlias message -> applyToAlias(message);
      case Signal.GroupLeader leader -> groupLeader = leader.leader;
      case Signal.NoConnection lost -> applyNoConnection(lost.node);
      case Signal.Spawned spawned -> {
        if (spawned.linked) {
          ties().link(spawned.pid);
        }
        if (spawned.monitor != null) {
          ties().monitor(spawned.monitor, new Watch(spawned.pid));
        }
        noteRemote(spawned.pid);
      }
    }
  }

  private void applyExit(Signal.Exit exit) {
    if (exit.linked) {
      if (!ties().broken(exit.from)) {
        return; // the link is gone already
      }
    } else if (exit.reason.equals(Atom.KILL)) {
      fatal = Atom.KILLED;
      return;
    }
    if (trapExit) {
      append(new Exit(exit.from, exit.reason));
    } else if (!isHarmless(exit)) {
      fatal = exit.reason;
    }
  }

  private void applyDown(Signal.Down down) {
    var watch = ties().endMonitor(down.ref);
    if (watch != null) {
      append(
          watch.tag() == null
              ? new Down(down.ref, Down.PROCESS, watch.object(), down.reason)
              : Tuple.of(watch.tag(), down.ref, Down.PROCESS, watch.object(), down.reason));
    }
  }

  private void applyToAlias(Signal.ToAlias sent) {
    var alias = ties().use(sent.alias);
    if (alias == null) {
      return; // taken back in the meantime
    }
    if (sent.priority && alias.priority()) {
      prepend(sent.message);
    } else {
      appendSent(sent.message);
    }
  }

  private void applyNoConnection(Atom node) {
    var ties = ties();
    for (var linked : ties.linksTo(node)) {
      applyExit(new Signal.Exit(linked, Atom.NOCONNECTION, true));
    }
    ties.notMonitoredFrom(node);
    for (var ref : ties.monitorsOf(node)) {
      applyDown(new Signal.Down(ref, Atom.NOCONNECTION));
    }
  }

  @Override
  boolean isNew() {
    return state == NEW;
  }

  @Override
  @Nullable Consumer<Object> tooLate() {
    return fatal == null ? null : ties()::tooLate;
  }

  @Override
  void applied() {
    List<Ties.Outgoing> outgoing;
    Object reason;
    lock();
    try {
      reason = fatal;
      outgoing = ties == null ? List.of() : ties.takeOutgoing();
    } finally {
      unlock();
    }
    unlocked();
    for (var each : outgoing) {
      pid.home.signal(pid, each.to(), each.signal());
    }
    if (reason != null) {
      endInTurn(reason);
    } else if (Thread.currentThread() != thread) {
      // What was drained here is not in `outer` any more, where the process looks before it waits.
      // The read-modify-write pairs with its change of state: either it sees the messages, or we
      // see it wait.
      STATE.getAndAdd(this, 0);
      wake(Runner.current(), claim() ? Pushed.IDLE : Pushed.ACTIVE, true);
    }
  }

  private Ties ties() {
    if (ties == null) {
      ties = new Ties(this);
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
    if (!ended && code instanceof Behaviour behaviour) { // the dead run nothing more
      try {
        behaviour.crashed(reason(e));
      } catch (ProcessEnded ended) {
        return;
      } catch (Throwable worse) {
        error = worse;
      }
    }
    if (!ended) {
      try {
        CrashReport.log(this, code, error); // before others hear of the end
      } catch (ProcessEnded over) {
        // by a signal, while it reported
      } finally {
        end(reason(error));
      }
    }
  }

  static Object reason(Throwable e) {
    return e instanceof ExitException exit ? exit.reason() : e;
  }

  /**
   * Ends the process, once; whether this was the time. Its own thread, or one that gave it a
   * signal.
   */
  boolean end(Object reason) {
    Entry rest = null;
    Ties left;
    boolean first;
    lock();
    try {
      first = !ended;
      if (first) {
        endReason = reason;
        ended = true;
        rest = close();
      }
      left = ties;
      ties = null;
    } finally {
      unlock();
    }
    unlocked();
    if (!first) {
      return false;
    }
    try {
      awaitAct();
      pid.home.telemetry().ended(pid, name, reason);
      while (!conclude(rest, left, reason)) {
        LockSupport.parkNanos(this, NO_MEMORY_NANOS);
      }
    } finally {
      END.setRelease(this, CONCLUDED); // also after an error: its runner waits for it
    }
    return true;
  }

  /**
   * Tells all who are to know of the end.
   *
   * @return false if memory ran out: then it is to be done once more, and whoever has been told
   *     does not mind
   */
  private boolean conclude(@Nullable Entry rest, @Nullable Ties left, Object reason) {
    try {
      pid.home.forget(this);
      pid.process = null;
      if (code instanceof Behaviour behaviour) {
        behaviour.ended(reason); // before the interrupt: what its code replies then is too late
      }
      interruptOwner();
      END.setRelease(this, RELEASED);
      if (rest != null) {
        left(rest, this::tooLate);
      }
      if (Thread.currentThread() == thread) {
        forgetLeft();
      }
      if (taken != null) {
        taken.forEach(this::tooLate);
      }
      if (left != null) {
        left.tooLate().forEach(this::tooLate);
        announce(left, reason);
      }
      if (code instanceof Behaviour behaviour) {
        inTurn(() -> behaviour.announced(reason));
      }
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
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

  /** Does it when those have ended who end with this one. */
  private static void inTurn(Runnable task) {
    var waiting = ENDING.get();
    if (waiting != null) {
      waiting.add(task);
    } else {
      task.run();
    }
  }

  private void announce(Ties left, Object reason) {
    var home = pid.home;
    left.forgetAliases();
    left.forEachEnd(other -> home.signal(pid, other, new Signal.Exit(pid, reason, true)));
    left.forEachMonitoredBy(
        monitor -> home.signal(pid, monitor.watcher, new Signal.Down(monitor.ref, reason)));
    left.forEachMonitor(
        (ref, watch) -> home.signal(pid, watch.target(), new Signal.Demonitor(ref, pid)));
    if (left.remote) {
      home.endedRemotely(pid);
    }
  }

  /** Gets a thread that is busy with the code of an ended process out of there. */
  private void interruptOwner() {
    if (Thread.currentThread() == thread) {
      return;
    }
    int now = state;
    if ((now == WAITING || now == CALLING) && STATE.compareAndSet(this, now, RUNNING)) {
      LockSupport.unpark(thread);
    } else if (now != OFF) {
      // Either it is busy, or it has changed its state just now and looks at `ended` after that.
      var owner = thread;
      if (owner != null) {
        owner.interrupt();
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

  /** Whether it has ended and all who are to know have been told. */
  boolean hasConcluded() {
    return end == CONCLUDED;
  }

  /** Whether it has a link to {@code other}. */
  boolean isLinkedTo(Pid other) {
    return locked(() -> ties != null && ties.isLinkedTo(other));
  }

  /** Whether it lives when all that the caller has sent it has taken effect. Any thread. */
  boolean isAlive() {
    settle();
    lock();
    try {
      return !isOver();
    } finally {
      unlock();
      unlocked();
    }
  }

  /** Whether it has ended or is about to, by a signal that has come. Holds the lock. */
  private boolean isOver() {
    return ended || fatal != null;
  }

  /**
   * Takes the first message that {@code match} gives something for, in the order of arrival; the
   * others stay. Each is offered once, or twice where others come at that moment.
   *
   * @param deadline as {@link System#nanoTime} counts; {@link Long#MAX_VALUE} for none
   * @return null when the deadline has passed
   */
  <T> @Nullable T receive(Function<Object, @Nullable T> match, long deadline) {
    return receive(new Cursor(), match, deadline);
  }

  /**
   * As {@link #receive(Function, long)} for a message with {@code ref} in it: one that came before
   * this process made the reference is not looked at.
   */
  <T> @Nullable T receiveSince(Ref ref, Function<Object, @Nullable T> match, long deadline) {
    return receive(new Cursor(ref), match, deadline);
  }

  private <T> @Nullable T receive(
      Cursor cursor, Function<Object, @Nullable T> match, long deadline) {
    checkEnded();
    for (boolean again = false; ; again = true) {
      var only = receiveOnly(match);
      if (only != null) {
        return only;
      }
      var entry = cursor.next();
      checkEnded();
      if (entry == null) {
        if (isOver(deadline, again) || !await(cursor, null, deadline)) {
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
      if (result == null) {
        cursor.skip(entry);
      } else if (cursor.take(entry)) {
        received(entry.value);
        return result;
      }
    }
  }

  /** Takes the only message that there is; null if it does not match, or is not that simple. */
  private <T> @Nullable T receiveOnly(Function<Object, @Nullable T> match) {
    var entry = only();
    if (entry == null) {
      return null;
    }
    var value = entry.value();
    if (value == Entry.VOID || value instanceof Distribution.Payload) {
      return null;
    }
    var result = match.apply(value);
    if (result == null || !takeOnly(entry)) {
      return null;
    }
    received(value);
    return result;
  }

  private void received(Object value) {
    handled++;
    var runner = Runner.current();
    if (runner != null) {
      runner.handled(1);
    }
    if (value instanceof LocalCall call) {
      owe(call);
    }
  }

  /** Code that is no server's has received a call: it fails if the process ends before a reply. */
  private void owe(LocalCall call) {
    locked(
        () -> {
          if (taken == null) {
            taken = new ArrayList<>(1);
          }
          taken.removeIf(LocalCall::isDone);
          return taken.add(call);
        });
  }

  /** Takes the {@link Down} of a monitor, waiting for it; null when the deadline has passed. */
  @Nullable Down awaitDown(Ref ref, long deadline) {
    return this.<Down>receiveSince(
        ref,
        message -> message instanceof Down down && down.ref().equals(ref) ? down : null,
        deadline);
  }

  /** Waits until {@code call} has an outcome; false when the deadline has passed. */
  boolean await(LocalCall call, long deadline) {
    pending = call;
    try {
      for (boolean again = false; !call.isDone(); again = true) {
        handleSignals();
        checkEnded();
        if (isOver(deadline, again) || !await(null, call, deadline)) {
          return false;
        }
      }
    } finally {
      pending = null;
    }
    if (hasNew()) {
      settle(); // signals that came while it waited: the reply may have come after them
    }
    checkEnded();
    return true;
  }

  /** Whether a wait is over. The clock is not asked at once: a deadline was just made of it. */
  private static boolean isOver(long deadline, boolean again) {
    return deadline == Timers.AT_ONCE || (again && Timers.left(deadline) <= 0);
  }

  /** Waits for anything new; false when the deadline has passed. */
  private boolean await(@Nullable Cursor cursor, @Nullable LocalCall call, long deadline) {
    var runner = Runner.current();
    if (runner == null) {
      throw new IllegalStateException("a process waits on a thread that is not its own");
    }
    runner.letOthersRunInstead();
    var scheduler = runner.scheduler();
    int spins = scheduler.spins();
    for (int i = 0; i < spins; i++) {
      if (call == null ? hasNew() : call.isDone() || isSignalled()) {
        scheduler.spun(true);
        return true;
      }
      Thread.onSpinWait();
    }
    if (spins > 0) {
      scheduler.spun(false);
    }
    StackReserve.toWake(); // to park and come back
    if (call != null) {
      WaitCycle.note(this, call);
    }
    // Before the state changes, since there may be no memory for it.
    var alarm = deadline == Long.MAX_VALUE ? null : runner.alarm(pid.home.timers());
    if (alarm != null && !alarm.set(deadline)) {
      alarm.off();
      return false;
    }
    runner.beforeWaiting();
    try {
      return park(cursor, call, deadline, alarm);
    } finally {
      if (alarm != null) {
        alarm.off();
      }
      runner.afterWaiting();
    }
  }

  private boolean park(
      @Nullable Cursor cursor, @Nullable LocalCall call, long deadline, @Nullable Alarm alarm) {
    int waiting = call == null ? WAITING : CALLING;
    for (boolean again = false; ; again = true) {
      state = waiting;
      boolean timedOut = false;
      if (!isReady(cursor, call) && !ended) {
        timedOut = isOver(deadline, again);
        if (!timedOut) {
          // The second time: there may have been no memory for the timer to be set anew.
          if (!again || alarm == null || alarm.set(deadline)) {
            LockSupport.park(this);
          }
        }
      }
      boolean woken = !STATE.compareAndSet(this, waiting, RUNNING);
      checkEnded();
      if (woken || isReady(cursor, call)) {
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

  private boolean isReady(@Nullable Cursor cursor, @Nullable LocalCall call) {
    return call != null
        ? call.isDone() || isSignalled()
        : hasNew() || (cursor != null && cursor.hasNext());
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

  Map<Object, Object> dictionary() {
    var own = dictionary;
    if (own == null) {
      own = new ConcurrentHashMap<>();
      dictionary = own;
    }
    return own;
  }

  /** Only a body can be replaced by another one. */
  void checkBody(String function) {
    if (!(code instanceof Body)) {
      throw new IllegalStateException(
          function
              + " was called in a server: it holds neither thread nor stack while it waits for"
              + " messages, so there is nothing to give up");
    }
  }

  Priority priority() {
    return high ? Priority.HIGH : Priority.NORMAL;
  }

  boolean hasHighPriority() {
    return high;
  }

  void priority(Priority priority) {
    high = priority == Priority.HIGH;
  }

  boolean trapsExits() {
    return trapExit;
  }

  boolean trapExit(boolean on) {
    boolean before =
        locked(
            () -> {
              boolean was = trapExit;
              trapExit = on;
              return was;
            });
    if (before && !on) {
      settle(); // an exit that did not seem urgent may end it now
      checkEnded();
    }
    return before;
  }

  /** Whether there was no such link. */
  boolean addLink(Pid other) {
    return locked(
        () -> {
          noteRemote(other);
          return ties().link(other);
        });
  }

  /** What to send to the other side, or null if there was no link. */
  Signal.@Nullable Unlink removeLink(Pid other, long id) {
    return locked(() -> ties().unlink(other, id) ? new Signal.Unlink(pid, id) : null);
  }

  /** Makes sure that the distribution hears of its end, as links and monitors across nodes do. */
  void tieToOtherNode() {
    locked(
        () -> {
          ties().remote = true;
          return true;
        });
  }

  void addMonitor(Ref ref, Watch watch, @Nullable Alias alias) {
    locked(
        () -> {
          ties().monitor(ref, watch);
          if (!(watch.target() instanceof LocalPid)) {
            ties().remote = true;
          }
          if (alias != null) {
            ties().alias(ref, alias);
          }
          return true;
        });
  }

  /** What is monitored, or null if there is no such monitor. */
  @Nullable Watch monitor(Ref ref) {
    return locked(() -> ties == null ? null : ties.monitor(ref));
  }

  /** What was monitored, or null if there is no such monitor. */
  @Nullable Watch removeMonitor(Ref ref) {
    return locked(() -> ties == null ? null : ties.endMonitor(ref));
  }

  void addAlias(Ref ref, Alias alias) {
    if (alias.priority()) {
      takePriority();
    }
    locked(
        () -> {
          ties().alias(ref, alias);
          return true;
        });
  }

  /** Whether there was such an alias. */
  boolean removeAlias(Ref ref) {
    return locked(() -> ties != null && ties.unalias(ref));
  }

  /** Adds what a process has from its birth; before {@link #start}. */
  void bear(@Nullable Pid link, Signal.@Nullable Monitor monitor) {
    locked(
        () -> {
          if (link != null) {
            ties().link(link);
            noteRemote(link);
          }
          if (monitor != null) {
            ties().monitoredBy(monitor);
            noteRemote(monitor.watcher);
          }
          return true;
        });
  }

  private <T> T locked(Supplier<T> action) {
    T result;
    lock();
    try {
      checkEnded();
      result = action.get();
    } finally {
      unlock();
    }
    unlocked();
    return result;
  }

  // ---- what others see of it; any thread

  /** What it is, does and has; null if it has ended. */
  @Nullable ProcessInfo info() {
    return info(true);
  }

  /**
   * As {@link #info()}; where its thread is takes a while to find out, and is empty if not asked.
   */
  @Nullable ProcessInfo info(boolean withStack) {
    var links = new ArrayList<Pid>();
    var monitors = new ArrayList<Dest>();
    var monitoredBy = new ArrayList<Pid>();
    boolean traps;
    long length;
    settle();
    lock();
    try {
      if (isOver()) {
        return null;
      }
      traps = trapExit;
      length = length();
      if (ties != null) {
        ties.forEachLink(links::add);
        ties.forEachMonitor((ref, watch) -> monitors.add(watch.object()));
        ties.forEachMonitoredBy(monitor -> monitoredBy.add(monitor.watcher));
      }
    } finally {
      unlock();
    }
    unlocked();
    var call = pending;
    return new ProcessInfo(
        name,
        status(),
        code instanceof Behaviour behaviour ? behaviour.code() : code.getClass(),
        withStack ? stack() : List.of(),
        call == null || call.server == null ? null : call.server.pid,
        length,
        List.copyOf(links),
        List.copyOf(monitors),
        List.copyOf(monitoredBy),
        traps,
        priority(),
        groupLeader);
  }

  /** What Erlang's tools see of it besides; null if it has ended. */
  @Nullable ProcessDetails details(boolean withStack) {
    var info = info(withStack);
    if (info == null) {
      return null;
    }
    var kept = dictionary;
    var running = code;
    return new ProcessDetails(
        info,
        Origin.initialCall(running),
        Origin.translatedCall(running),
        Origin.behaviour(running),
        running instanceof Behaviour behaviour ? CrashReport.ancestors(behaviour) : List.of(),
        running instanceof Behaviour behaviour ? behaviour.callers() : List.of(),
        kept == null ? Map.of() : Map.copyOf(kept),
        Integer.toUnsignedLong(handled));
  }

  /** The messages that wait in its mailbox, as terms as far as they have one. */
  List<Object> messages() {
    List<Object> waiting;
    settle();
    lock();
    try {
      waiting = contents();
    } finally {
      unlock();
    }
    unlocked();
    return waiting.stream().map(LocalProcess::shown).toList();
  }

  private static Object shown(Object message) {
    try {
      return SystemLoop.term(
          message instanceof Distribution.Payload payload ? payload.decode() : Loop.event(message));
    } catch (IllegalArgumentException malformed) {
      return message.toString();
    }
  }

  private ProcessInfo.Status status() {
    return switch (state) {
      case NEW, STRANDED -> ProcessInfo.Status.RUNNABLE;
      case OFF -> isIdle() ? ProcessInfo.Status.WAITING : ProcessInfo.Status.RUNNABLE;
      case RUNNING -> ProcessInfo.Status.RUNNING;
      default -> ProcessInfo.Status.WAITING;
    };
  }

  /** What its thread is at; empty while it has none. */
  private List<StackTraceElement> stack() {
    var owner = thread;
    if (owner == null) {
      return List.of();
    }
    var stack = List.of(owner.getStackTrace());
    return owner == thread ? stack : List.of(); // it may have gone on to another process
  }
}
