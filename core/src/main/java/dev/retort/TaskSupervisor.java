package dev.retort;

import static dev.retort.Supervisor.oneForOne;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor of tasks: Elixir's {@code Task.Supervisor}. It shows what tasks there are and ends
 * them in good order when the program ends; and it has tasks whose failure is not their owner's.
 *
 * <pre>{@code
 * Supervisor.startLink(Supervisor.oneForOne(), TaskSupervisor.childSpec("tasks"));
 *
 * var tasks = Name.of("tasks");
 * Pid me = self();
 * TaskSupervisor.startChild(tasks, () -> send(me, "sent"));    // nobody waits
 * int sum = TaskSupervisor.async(tasks, () -> 1 + 2).await();  // => 3
 *
 * Callable<Integer> ask = () -> {
 *   throw new IOException("the shop is closed");
 * };
 * var quote = TaskSupervisor.asyncNolink(tasks, ask); // its failure is not ours
 * String offer = switch (quote.yield(Duration.ofSeconds(2))) {
 *   case Outcome.Value(var price)   -> "it costs " + price;
 *   case Outcome.Exited(var reason) -> "not to be had";
 *   case null -> {
 *     quote.shutdown();
 *     yield "no answer";
 *   }
 * }; // => "not to be had"
 * }</pre>
 *
 * <p>Supervise it under a name, as above. It is a {@link DynamicSupervisor}: all starts go through
 * its process. Where that is too slow, have several in a {@link PartitionSupervisor}. Do not use it
 * where a task's end is its owner's anyway, and the owner is supervised: a plain {@link Task#async}
 * will do.
 */
public final class TaskSupervisor {
  private static final Atom TASK_SUPERVISOR = Atom.of("Elixir.Task.Supervisor");
  private static final Atom TASK = Atom.of("Elixir.Task");

  private static final String TOO_MANY =
      "reached the maximum number of tasks for this task supervisor: give it more with"
          + " oneForOne().maxChildren(n), or run fewer at a time; a stream's maxConcurrency must"
          + " leave room for the other tasks of the supervisor";

  private TaskSupervisor() {}

  // ---- starting

  /** Starts one, linked to this process. {@code Task.Supervisor.start_link/1}. */
  public static Pid startLink(Option... options) {
    return DynamicSupervisor.startLink(oneForOne(), options);
  }

  /**
   * As {@link #startLink(Option...)}.
   *
   * @param strategy {@link Supervisor#oneForOne()}, with what {@link Strategy#maxChildren} and
   *     {@link Strategy#maxRestarts} say
   */
  public static Pid startLink(Strategy strategy, Option... options) {
    return DynamicSupervisor.startLink(strategy, options);
  }

  /** As {@link #startLink(Option...)}, without a link; from any thread. */
  public static Pid start(Option... options) {
    return DynamicSupervisor.start(oneForOne(), options);
  }

  /** As {@link #startLink(Strategy, Option...)}, without a link; from any thread. */
  public static Pid start(Strategy strategy, Option... options) {
    return DynamicSupervisor.start(strategy, options);
  }

  /** A supervisor's child, a task supervisor without a name. {@code Task.Supervisor.child_spec}. */
  public static ChildSpec childSpec() {
    return Supervisor.child(TASK_SUPERVISOR, () -> startLink()).supervisor();
  }

  /** A supervisor's child: a task supervisor under {@code name}, which is its id, too. */
  public static ChildSpec childSpec(String name) {
    var option = GenServer.name(name);
    return Supervisor.child(Atom.of(name), () -> startLink(option)).supervisor();
  }

  // ---- tasks

  /**
   * Starts a task, linked to this process and to the supervisor, that must be awaited. {@code
   * Task.Supervisor.async/2}.
   *
   * @throws IllegalStateException if the supervisor has as many tasks as it may
   */
  public static <T extends @Nullable Object> Task<T> async(Dest supervisor, Callable<T> function) {
    return async(supervisor, function, ChildSpec.SHUTDOWN);
  }

  /**
   * As {@link #async(Dest, Callable)}, for a task that gets {@code shutdown} to end when its
   * supervisor does; {@link ChildSpec#BRUTAL_KILL} for none. Only one that traps exits needs it.
   */
  public static <T extends @Nullable Object> Task<T> async(
      Dest supervisor, Callable<T> function, Duration shutdown) {
    return async("TaskSupervisor.async", supervisor, function, shutdown, true);
  }

  /**
   * Starts a task that is not linked to this process: its failure is an {@link Outcome.Exited} of
   * {@link Task#yield}. {@code Task.Supervisor.async_nolink/2}.
   *
   * @throws IllegalStateException if the supervisor has as many tasks as it may
   */
  public static <T extends @Nullable Object> Task<T> asyncNolink(
      Dest supervisor, Callable<T> function) {
    return asyncNolink(supervisor, function, ChildSpec.SHUTDOWN);
  }

  /** As {@link #asyncNolink(Dest, Callable)}, with a time as {@link #async} takes. */
  public static <T extends @Nullable Object> Task<T> asyncNolink(
      Dest supervisor, Callable<T> function, Duration shutdown) {
    return async("TaskSupervisor.asyncNolink", supervisor, function, shutdown, false);
  }

  /**
   * As {@link Task#asyncStream(Iterable, TaskFunction, StreamOptions)}, with tasks of a supervisor.
   * {@code Task.Supervisor.async_stream/4}.
   */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStream(
      Dest supervisor,
      Iterable<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options) {
    return stream(supervisor, elements, function, options, true);
  }

  /**
   * As {@link Task#asyncStream(Stream, TaskFunction, StreamOptions)}, with a supervisor's tasks.
   */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStream(
      Dest supervisor,
      Stream<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options) {
    return stream(supervisor, elements, function, options, true);
  }

  /**
   * As {@link #asyncStream(Dest, Iterable, TaskFunction, StreamOptions)}, with tasks that are not
   * linked: one that fails gives an {@link Outcome.Exited}, and the consumer goes on. What runs
   * when the stream is closed is killed all the same; when the consumer crashes, it runs on. {@code
   * Task.Supervisor.async_stream_nolink/4}.
   */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStreamNolink(
      Dest supervisor,
      Iterable<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options) {
    return stream(supervisor, elements, function, options, false);
  }

  /** As above, for the elements of a stream, which is closed with this one. */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStreamNolink(
      Dest supervisor,
      Stream<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options) {
    return stream(supervisor, elements, function, options, false);
  }

  /**
   * Starts a task whose value nobody wants, and that is not linked to this process: temporary, with
   * 5 seconds to end when the supervisor does. {@code Task.Supervisor.start_child/2}.
   *
   * @throws StartException with {@code max_children} if the supervisor has as many as it may
   */
  public static Pid startChild(Dest supervisor, Body body) {
    return startChild(supervisor, body, Restart.TEMPORARY, ChildSpec.SHUTDOWN);
  }

  /**
   * As {@link #startChild(Dest, Body)}, for a task that is started again when {@code restart} says.
   *
   * @param shutdown how long it may take to end when its supervisor does; {@link
   *     ChildSpec#BRUTAL_KILL} for not at all
   */
  public static Pid startChild(Dest supervisor, Body body, Restart restart, Duration shutdown) {
    Objects.requireNonNull(body, "body");
    var callers = Callers.of(Kernel.process("TaskSupervisor.startChild"));
    return start(
        supervisor, body.getClass(), () -> TaskProcess.silent(body, callers), restart, shutdown);
  }

  /**
   * Ends a task. {@code Task.Supervisor.terminate_child/2}.
   *
   * @return false if it is not one of this supervisor's
   */
  public static boolean terminateChild(Dest supervisor, Pid task) {
    return DynamicSupervisor.terminateChild(supervisor, task);
  }

  /** The tasks that run, in no particular order. {@code Task.Supervisor.children/1}. */
  public static List<Pid> children(Dest supervisor) {
    return DynamicSupervisor.whichChildren(supervisor).stream()
        .map(ChildInfo::pid)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Stops a supervisor and its tasks and waits until it has ended: {@link Supervisor#stop}. */
  public static void stop(Dest supervisor) {
    DynamicSupervisor.stop(supervisor);
  }

  /** As {@link #stop(Dest)}, with another exit reason. */
  public static void stop(Dest supervisor, Object reason) {
    DynamicSupervisor.stop(supervisor, reason);
  }

  /** As {@link #stop(Dest, Object)}, waiting up to {@code timeout}. */
  public static void stop(Dest supervisor, Object reason, Duration timeout) {
    DynamicSupervisor.stop(supervisor, reason, timeout);
  }

  // ---- by the names of functions, with supervisors of whatever node

  /**
   * Starts a task that calls a function which the supervisor's node knows by name. {@code
   * Task.Supervisor.async/4}. On an Elixir node it is any function, on a Retort node one that it
   * {@linkplain Exports exports}; its value comes when it is awaited.
   *
   * @param module {@code "Elixir.Enum"} for Elixir's {@code Enum}
   * @param type what the value is to be, as {@link Erpc} has it
   * @throws IllegalStateException if the supervisor has as many tasks as it may
   * @throws CallException if there is no such supervisor
   */
  public static <T extends @Nullable Object> Task<T> async(
      Dest supervisor, String module, String function, List<?> arguments, Class<T> type) {
    var mfa = Node.mfa(module, function, arguments);
    return async(Kernel.process("TaskSupervisor.async"), supervisor, mfa, type, true);
  }

  /** As above, for a task that is not linked to this process. {@code async_nolink/4}. */
  public static <T extends @Nullable Object> Task<T> asyncNolink(
      Dest supervisor, String module, String function, List<?> arguments, Class<T> type) {
    var mfa = Node.mfa(module, function, arguments);
    return async(Kernel.process("TaskSupervisor.asyncNolink"), supervisor, mfa, type, false);
  }

  /**
   * Starts a task likewise whose value nobody wants. {@code Task.Supervisor.start_child/4}.
   *
   * @throws StartException with {@code max_children} if the supervisor has as many as it may
   */
  public static Pid startChild(Dest supervisor, String module, String function, List<?> arguments) {
    var self = Kernel.process("TaskSupervisor.startChild");
    var mfa = Node.mfa(module, function, arguments);
    return startTask(supervisor, ForeignTask.startTask(self, mfa));
  }

  private static <T extends @Nullable Object> Task<T> async(
      LocalProcess self, Dest supervisor, Mfa mfa, Class<T> type, boolean link) {
    Objects.requireNonNull(type, "type");
    try {
      var pid = startTask(supervisor, ForeignTask.startTask(self));
      return Task.adopt(self, pid, link, mfa, type);
    } catch (StartException e) {
      throw notStarted(e);
    }
  }

  private static RuntimeException notStarted(StartException e) {
    return e.reason().equals(Started.MAX_CHILDREN) ? new IllegalStateException(TOO_MANY, e) : e;
  }

  private static Pid startTask(Dest supervisor, Tuple request) {
    var answer = (Tuple) GenServer.call(supervisor, request, ChildSpec.INFINITY);
    if (answer.get(0).equals(Atom.OK)) {
      return (Pid) answer.get(1);
    }
    throw new StartException(answer.get(1));
  }

  // ---- the machinery

  private static <T extends @Nullable Object> Task<T> async(
      String caller, Dest supervisor, Callable<T> function, Duration shutdown, boolean link) {
    Objects.requireNonNull(function, "function");
    var self = Kernel.process(caller);
    return async(self, supervisor, function, Callers.of(self), shutdown, link);
  }

  private static <T extends @Nullable Object> Task<T> async(
      LocalProcess self,
      Dest supervisor,
      Callable<T> function,
      Callers callers,
      Duration shutdown,
      boolean link) {
    Pid pid;
    try {
      pid =
          start(
              supervisor,
              function.getClass(),
              () -> TaskProcess.waiting(function, callers, self.pid),
              Restart.TEMPORARY,
              shutdown);
    } catch (StartException e) {
      throw notStarted(e);
    }
    return Task.adopt(self, pid, link);
  }

  private static <T, R extends @Nullable Object> Stream<Outcome<R>> stream(
      Dest supervisor,
      Iterable<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options,
      boolean link) {
    Objects.requireNonNull(elements, "elements");
    return AsyncStream.of(
        elements::iterator, () -> {}, function, options, starter(supervisor, options, link));
  }

  private static <T, R extends @Nullable Object> Stream<Outcome<R>> stream(
      Dest supervisor,
      Stream<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options,
      boolean link) {
    Objects.requireNonNull(elements, "elements");
    return AsyncStream.of(
        elements::iterator, elements::close, function, options, starter(supervisor, options, link));
  }

  private static AsyncStream.Starter starter(Dest supervisor, StreamOptions options, boolean link) {
    Objects.requireNonNull(supervisor, "supervisor");
    return new AsyncStream.Starter() {
      @Override
      public <R extends @Nullable Object> Task<R> start(
          LocalProcess monitor, Callable<R> function, Callers callers) {
        return async(monitor, supervisor, function, callers, options.shutdown(), link);
      }
    };
  }

  /** Starts a task in the supervisor's process, linked to that. */
  record Start(Class<?> code, Callable<? extends Behaviour> task)
      implements Callable<@Nullable Pid>, ChildSpec.Named {
    @Override
    public Pid call() throws Exception {
      var supervisor = Kernel.process("startChild");
      return supervisor.pid.home.spawnFrom(supervisor, task.call(), true, null);
    }
  }

  private static Pid start(
      Dest supervisor,
      Class<?> code,
      Callable<TaskProcess> task,
      Restart restart,
      Duration shutdown) {
    var child = Supervisor.child(TASK, new Start(code, task)).restart(restart).shutdown(shutdown);
    return Objects.requireNonNull(DynamicSupervisor.startChild(supervisor, child), "a task's pid");
  }
}
