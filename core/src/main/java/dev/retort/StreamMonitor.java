package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The process between the consumer of a {@link Task#asyncStream} and its tasks. It starts them,
 * ends those that take too long, also while the consumer is busy, and tells what came of each. It
 * is linked to the consumer, and the tasks to it: what crashes takes the others with it, unless the
 * consumer traps exits; then this process does, too, and the consumer's mailbox is spared.
 */
final class StreamMonitor<T, R extends @Nullable Object> {
  /** Run a task for an element. From the consumer. */
  record Run(long position, @Shareable @Nullable Object element) {}

  /** End all tasks, then yourself. From the consumer. */
  enum Stop {
    STOP
  }

  /**
   * A task has ended. To the consumer.
   *
   * @param outcome null if it took too long and the consumer is to exit
   */
  record Result(Ref stream, long position, @Shareable @Nullable Outcome<?> outcome) {}

  /** A task could not be started. To the consumer. */
  record Refused(Ref stream, RuntimeException why) {}

  /** A task has had its time. From a timer. */
  private record Late(Ref task) {}

  /** What a task runs. */
  record Application<T, R extends @Nullable Object>(
      TaskFunction<? super T, ? extends R> function, T element) implements Callable<R> {
    @Override
    public R call() throws Exception {
      return function.apply(element);
    }
  }

  private static final class Running<T, R extends @Nullable Object> {
    final long position;
    final T element;
    final Task<R> task;
    @Nullable Ref timer;
    @Nullable Outcome<R> value;
    boolean late;

    Running(long position, T element, Task<R> task) {
      this.position = position;
      this.element = element;
      this.task = task;
    }
  }

  private final Pid consumer;
  private final boolean trapsExits;
  private final Ref stream;
  private final Callers callers;
  private final TaskFunction<? super T, ? extends R> function;
  private final StreamOptions options;
  private final AsyncStream.Starter starter;
  private final Map<Ref, Running<T, R>> tasks = new HashMap<>();

  StreamMonitor(
      Pid consumer,
      boolean trapsExits,
      Ref stream,
      Callers callers,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options,
      AsyncStream.Starter starter) {
    this.consumer = consumer;
    this.trapsExits = trapsExits;
    this.stream = stream;
    this.callers = callers;
    this.function = function;
    this.options = options;
    this.starter = starter;
  }

  /** The process, from its start to its end. */
  void run() {
    Kernel.trapExit(trapsExits);
    var end = Kernel.monitor(consumer);
    for (; ; ) {
      switch (Kernel.receive()) {
        case Run(var position, var element) -> start(position, element);
        case Task.Reply(var ref, var value) -> replied(ref, value);
        case Late(var ref) -> late(ref);
        case Down down when down.ref().equals(end) -> abandon(down.reason());
        case Down down -> ended(down);
        case Stop stop -> {
          stop();
          return;
        }
        default -> {} // exits that it traps, and what is none of its business
      }
    }
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // it comes from the consumer's iterator
  private void start(long position, @Nullable Object given) {
    var element = (T) given;
    Task<R> task;
    try {
      task =
          starter.start(Kernel.process("Task.asyncStream"), () -> function.apply(element), callers);
    } catch (ExitException e) {
      throw e;
    } catch (RuntimeException e) {
      Kernel.send(consumer, new Refused(stream, e));
      return;
    }
    var running = new Running<T, R>(position, element, task);
    if (Timers.deadline(options.timeout()) != Long.MAX_VALUE) {
      running.timer = Kernel.sendAfter(Kernel.self(), new Late(task.ref()), options.timeout());
    }
    tasks.put(task.ref(), running);
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // it comes from the function
  private void replied(Ref ref, @Nullable Object value) {
    var running = tasks.get(ref);
    if (running != null) {
      running.value = new Outcome.Value<>((R) value);
    }
  }

  private void late(Ref ref) {
    var running = tasks.get(ref);
    var pid = running == null ? null : running.task.pid();
    if (running != null && pid != null) {
      running.late = true;
      Task.unlinkAndEnd(Kernel.process("Task.asyncStream"), pid, Atom.KILL);
    }
  }

  private void ended(Down down) {
    var running = tasks.remove(down.ref());
    if (running != null) {
      if (running.timer != null) {
        var unused = Kernel.cancelTimer(running.timer);
      }
      Kernel.send(consumer, new Result(stream, running.position, outcome(running, down.reason())));
    }
  }

  private @Nullable Outcome<R> outcome(Running<T, R> running, Object reason) {
    if (running.value != null) {
      return running.value;
    }
    if (running.late && options.onTimeout() == StreamOptions.OnTimeout.EXIT) {
      return null;
    }
    var why = running.late ? Atom.TIMEOUT : reason;
    var element = running.element == null ? Atom.NIL : running.element;
    return new Outcome.Exited<>(options.zipInputOnExit() ? Tuple.of(element, why) : why);
  }

  private void stop() {
    Kernel.trapExit(true);
    for (var running : tasks.values()) {
      var pid = running.task.pid();
      if (pid != null) {
        Kernel.exit(pid, Atom.KILL);
      }
    }
    var self = Kernel.process("Task.asyncStream");
    for (var ref : tasks.keySet()) {
      var unused = self.awaitDown(ref, Long.MAX_VALUE);
    }
  }

  /** The consumer has ended, and nobody wants the values: this ends the tasks that are linked. */
  private static void abandon(Object reason) {
    throw new ExitException(reason.equals(Atom.NORMAL) ? Atom.SHUTDOWN : reason);
  }
}
