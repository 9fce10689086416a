package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The process of a task: it runs one function, sends the value to whoever wants it, and ends.
 * Elixir's {@code Task.Supervised}.
 */
final class TaskProcess extends Behaviour {
  /** Tells a task of a supervisor that its owner is ready for the value. */
  record Go(Ref replyTo) {}

  /** The end of a task that has done its work; one for all, since it says nothing of where. */
  private static final class Done extends ExitException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("StaticAssignmentOfThrowable") // has neither stack trace nor cause
    private static final Done DONE = new Done();

    private Done() {
      super(Atom.NORMAL, "the task is done");
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  private final Class<?> code;
  private final Callable<?> function;
  private final Callers callers;

  /** Where the value goes; null if nobody wants it, or if {@link #waitsFor} says it. */
  private final @Nullable Ref replyTo;

  /** The owner that says where the value goes, before the function runs; null if none does. */
  private final @Nullable Pid waitsFor;

  private @Nullable Pid starter;

  private TaskProcess(
      Class<?> code,
      Callable<?> function,
      Callers callers,
      @Nullable Ref replyTo,
      @Nullable Pid waitsFor) {
    this.code = code;
    this.function = function;
    this.callers = callers;
    this.replyTo = replyTo;
    this.waitsFor = waitsFor;
  }

  /** One that sends its value to an alias of its owner. */
  static TaskProcess replying(Callable<?> function, Callers callers, Ref replyTo) {
    return new TaskProcess(code(function), function, callers, replyTo, null);
  }

  /**
   * One that another process starts for its owner: it waits until that has linked and monitored it
   * and has sent {@link Go}.
   */
  static TaskProcess waiting(Callable<?> function, Callers callers, Pid owner) {
    return new TaskProcess(code(function), function, callers, null, owner);
  }

  /** One whose value nobody wants. */
  static TaskProcess silent(Body body, Callers callers) {
    Callable<?> function =
        () -> {
          body.run();
          return Atom.OK;
        };
    return new TaskProcess(body.getClass(), function, callers, null, null);
  }

  /** One that calls an exported function for a process of another node, which wants no value. */
  static TaskProcess silent(Mfa function, Callers callers) {
    return new TaskProcess(TaskProcess.class, function::applyInOwnProcess, callers, null, null);
  }

  private static Class<?> code(Callable<?> function) {
    return function instanceof StreamMonitor.Application<?, ?> application
        ? application.function().getClass()
        : function.getClass();
  }

  /** As {@link #callers()}, for tasks that it starts itself. */
  Callers ownCallers() {
    return callers;
  }

  @Override
  List<Pid> callers() {
    return callers.toList();
  }

  @Override
  void init() throws Exception {
    var to = waitsFor == null ? replyTo : awaitGo(waitsFor);
    var value = function.call();
    if (to != null) {
      Kernel.send(to, new Task.Reply(to, value));
    }
    throw Done.DONE;
  }

  private static Ref awaitGo(Pid owner) {
    var monitor = Kernel.monitor(owner);
    var message =
        Kernel.process("task")
            .<Object>receiveSince(
                monitor,
                received ->
                    received instanceof Go
                            || (received instanceof Down down && down.ref().equals(monitor))
                        ? received
                        : null,
                Long.MAX_VALUE);
    if (message instanceof Go(var replyTo)) {
      Kernel.demonitorFlush(monitor);
      return replyTo;
    }
    var reason = message instanceof Down down ? down.reason() : Atom.NORMAL;
    throw new ExitException(Tuple.of(Atom.SHUTDOWN, reason));
  }

  @Override
  void handle(Object message) {
    throw new AssertionError("ends in init");
  }

  @Override
  Class<?> code() {
    return code;
  }

  @Override
  String describe() {
    return "Task";
  }

  @Override
  Map<String, Object> circumstances() {
    var all = new LinkedHashMap<String, Object>();
    all.put(CrashReport.STARTED_FROM, callers.pid());
    all.put("Function", code);
    return Collections.unmodifiableMap(all);
  }

  @Override
  @Nullable Pid starter() {
    return starter;
  }

  /** A process starts it. */
  void startedBy(Pid pid) {
    starter = pid;
  }
}
