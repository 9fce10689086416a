package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A process that computes one value for the process that started it: Elixir's {@code Task}.
 *
 * <pre>{@code
 * var task = Task.async(() -> slow(1));
 * int other = slow(2);
 * int sum = task.await() + other;
 * }</pre>
 *
 * <p>Only the process that started a task may await it, once. The two are linked: when one crashes,
 * so does the other.
 *
 * @param <T> the value's type
 */
@Shareable
public final class Task<T extends @Nullable Object> {
  /** How long {@link #await()} waits: 5 seconds, as in Elixir. */
  public static final Duration AWAIT_TIMEOUT = Duration.ofSeconds(5);

  private static final Atom TASK = Atom.of("Elixir.Task");
  private static final Atom AWAIT = Atom.of("await");

  /** The task ends with sending it and keeps nothing: the value may be of any kind. */
  private record Result(Ref ref, @Shareable @Nullable Object value) {}

  /** Who has come first. */
  private enum Outcome {
    OPEN,
    /** The task: its value is on its way. */
    SENT,
    /** The owner: it has what it waited for, or has given up, and no value comes after that. */
    OVER
  }

  private final AtomicReference<Outcome> state;
  private final Pid owner;
  private final Pid pid;
  private final Ref ref;

  private Task(AtomicReference<Outcome> state, Pid owner, Pid pid, Ref ref) {
    this.state = state;
    this.owner = owner;
    this.pid = pid;
    this.ref = ref;
  }

  /** Starts a task, linked to this process, that must be awaited. {@code Task.async/1}. */
  public static <T extends @Nullable Object> Task<T> async(Callable<T> function) {
    Objects.requireNonNull(function, "function");
    var self = Kernel.process("Task.async");
    var home = self.pid.home;
    var ref = home.newRef();
    var owner = self.pid;
    var state = new AtomicReference<>(Outcome.OPEN);
    Body body =
        () -> {
          var result = new Result(ref, function.call());
          if (state.compareAndSet(Outcome.OPEN, Outcome.SENT)) {
            Kernel.send(owner, result);
          }
        };
    return new Task<>(state, owner, home.spawnFrom(self, body, true, ref), ref);
  }

  /** Starts a process, linked to this one, whose result nobody wants. {@code Task.start_link/1}. */
  public static Pid startLink(Body body) {
    return Kernel.spawnLink(body);
  }

  /** Starts a process whose result nobody wants. {@code Task.start/1}. */
  public static Pid start(Body body) {
    return Kernel.spawn(body);
  }

  /** Waits up to 5 seconds for the value. {@code Task.await/1}. */
  public T await() {
    return await(AWAIT_TIMEOUT);
  }

  /**
   * Waits for the value. {@code Task.await/2}.
   *
   * @throws ExitException if the task ends without one, or time is up; uncaught, it ends this
   *     process and, by the link, the task
   * @throws IllegalStateException in any other process than the one that started the task
   */
  public T await(Duration timeout) {
    var outcome = outcome(Timers.deadline(timeout));
    if (outcome == null
        && !state.compareAndSet(Outcome.OPEN, Outcome.OVER)
        && state.get() == Outcome.SENT) {
      outcome = outcome(Long.MAX_VALUE); // just in time
    }
    if (outcome == null) {
      Kernel.demonitorFlush(ref);
      throw exit(Atom.TIMEOUT, "no value within " + timeout.toMillis() + " ms");
    }
    return value(outcome);
  }

  /**
   * Waits for the value without giving the task up: null when none came in time. {@code
   * Task.yield/2}.
   *
   * @throws ExitException if the task ended without one
   */
  @SuppressWarnings("NamedLikeContextualKeyword") // Elixir's name
  public @Nullable T yield(Duration timeout) {
    var outcome = outcome(Timers.deadline(timeout));
    return outcome == null ? null : value(outcome);
  }

  /**
   * Ends the task: with {@code shutdown}, and with {@code kill} after 5 s. {@code Task.shutdown/1}.
   */
  public void shutdown() {
    checkOwner();
    Kernel.unlink(pid);
    Kernel.exit(pid, Atom.SHUTDOWN);
    if (outcome(Timers.deadline(AWAIT_TIMEOUT)) == null) {
      Kernel.exit(pid, Atom.KILL);
    }
    state.set(Outcome.OVER);
    Kernel.demonitorFlush(ref);
  }

  /**
   * The values of all tasks, in order, waiting up to 5 seconds in all. {@code Task.await_many/1}.
   */
  public static <T extends @Nullable Object> List<T> awaitMany(List<Task<T>> tasks) {
    long deadline = Timers.deadline(AWAIT_TIMEOUT);
    var values = new ArrayList<T>(tasks.size());
    for (var task : tasks) {
      values.add(task.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
    }
    return values;
  }

  /** The process that computes. */
  public Pid pid() {
    return pid;
  }

  private @Nullable Object outcome(long deadline) {
    checkOwner();
    var outcome =
        Kernel.process("await")
            .<Object>receive(
                message ->
                    (message instanceof Result result && result.ref.equals(ref))
                            || (message instanceof Down down && down.ref().equals(ref))
                        ? message
                        : null,
                deadline);
    if (outcome != null) {
      state.set(Outcome.OVER);
    }
    return outcome;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // async says what it is
  private T value(Object outcome) {
    return switch (outcome) {
      case Down down ->
          throw exit(down.reason(), "the task ended with " + CrashReport.inspect(down.reason()));
      case Result result -> {
        Kernel.demonitorFlush(ref);
        yield (T) result.value;
      }
      default -> throw new AssertionError(outcome);
    };
  }

  private void checkOwner() {
    var self = Kernel.self();
    if (!self.equals(owner)) {
      throw new IllegalStateException(
          "a task must be awaited by the process that started it: "
              + owner
              + ", but this is "
              + self);
    }
  }

  private ExitException exit(Object reason, String message) {
    var exit =
        new ExitException(
            Tuple.of(reason, Tuple.of(TASK, AWAIT, List.of(pid))), "await failed: " + message);
    if (reason instanceof Throwable cause) {
      exit.initCause(cause);
    }
    return exit;
  }
}
