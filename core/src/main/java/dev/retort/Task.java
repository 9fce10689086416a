package dev.retort;

import dev.retort.etf.Struct;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that computes one value for the process that started it: Elixir's {@code Task}.
 *
 * <pre>{@code
 * var text = "a task is a process";
 * var words = Task.async(() -> text.split(" ").length);
 * int letters = text.length(); // meanwhile
 * int sum = words.await() + letters; // => 5 + 19
 * }</pre>
 *
 * <p>Only the process that started a task may await it, once. The two are linked: when one crashes,
 * so does the other. What must not take its owner down, or is to be stopped in good order when the
 * program ends, is started by a {@link TaskSupervisor}.
 *
 * <p>A server does not wait: it gets the value as a {@link Reply} in {@code handleInfo}, and the
 * task's end as a {@link Down}, both with the task's {@link #ref()}; {@link Kernel#demonitorFlush}
 * after the reply saves it the {@code Down}.
 *
 * <pre>{@code
 * final class Quotes implements GenServer<Map<Ref, From>> {
 *   record Quote(String symbol) implements Call<Integer> {}
 *
 *   public Map<Ref, From> init() {
 *     return Map.of();
 *   }
 *
 *   public Step<Map<Ref, From>> handleCall(Call<?> request, From from, Map<Ref, From> asking) {
 *     return switch (request) {
 *       case Quote(var symbol) -> {
 *         var task = Task.async(() -> 100 * symbol.length()); // asks a slow exchange, say
 *         var more = new HashMap<>(asking);
 *         more.put(task.ref(), from);
 *         yield GenServer.noReply(Map.copyOf(more));
 *       }
 *       default -> GenServer.unknown(request);
 *     };
 *   }
 *
 *   public Step<Map<Ref, From>> handleInfo(Object message, Map<Ref, From> asking) {
 *     return switch (message) {
 *       case Task.Reply(var ref, var price) when asking.containsKey(ref) -> {
 *         demonitorFlush(ref);
 *         GenServer.reply(asking.get(ref), price);
 *         var less = new HashMap<>(asking);
 *         less.remove(ref);
 *         yield GenServer.noReply(Map.copyOf(less));
 *       }
 *       default -> GenServer.unknown(message);
 *     };
 *   }
 * }
 *
 * Pid quotes = GenServer.startLink(Quotes::new);
 * int price = GenServer.call(quotes, new Quotes.Quote("ACME")); // => 400
 * }</pre>
 *
 * <p>For a collection there is {@link #asyncStream}, which runs no more tasks at a time than it is
 * told.
 *
 * <p>Supervise it with a {@link TaskSupervisor}. Work without a value that belongs to the program
 * (warming a cache) may be a child of any supervisor:
 *
 * <pre>{@code
 * Pid me = self();
 * Supervisor.startLink(Supervisor.oneForOne(), Task.childSpec(() -> send(me, "it is warm")));
 * receive(); // => "it is warm"
 * }</pre>
 *
 * <p>Do not use it for what lives on and is asked again and again: that is a {@link GenServer} or
 * an {@link Agent}. Nor to make sequential code tidier: a task that is awaited at once is a call.
 *
 * @param <T> the value's type
 */
@Shareable
public final class Task<T extends @Nullable Object> {
  /** How long {@link #await()} and its kin wait where it is not said: 5 seconds, as in Elixir. */
  public static final Duration AWAIT_TIMEOUT = Duration.ofSeconds(5);

  private static final Atom TASK = Atom.of("Elixir.Task");
  private static final Atom NODEDOWN = Atom.of("nodedown");
  private static final Atom BRUTAL_KILL = Atom.of("brutal_kill");
  private static final Tuple APPLY = Tuple.of(Atom.of("erlang"), Atom.of("apply"), 2L);

  /**
   * A task's value on its way to its owner: Elixir's {@code {ref, value}}. The task ends with
   * sending it and keeps nothing, so the value may be of any kind.
   *
   * @param ref the task's {@link #ref()}
   */
  public record Reply(Ref ref, @Shareable @Nullable Object value) {}

  /**
   * What {@link #yieldMany} says of a task.
   *
   * @param outcome null if it has none yet
   */
  public record Yielded<T extends @Nullable Object>(Task<T> task, @Nullable Outcome<T> outcome) {}

  /** What {@link #yieldMany} does with the tasks that are not done when time is up. */
  public enum OnTimeout {
    /** Nothing: they can be awaited later. */
    NOTHING,
    /** As {@link #ignore}. */
    IGNORE,
    /** Kills them. */
    KILL_TASK
  }

  /** A task as exit reasons and messages show it: Elixir's struct. */
  @Struct("Task")
  private record Term(Tuple mfa, Pid owner, Object pid, Ref ref) {}

  private final Pid owner;
  private final @Nullable Pid pid;
  private final Ref ref;

  /** What a value that comes as a term is to be; null for one that comes as it is. */
  private final @Nullable Class<T> type;

  /** Whether its outcome has been taken, or given up. The owner's. */
  private boolean over;

  private Task(Pid owner, @Nullable Pid pid, Ref ref) {
    this(owner, pid, ref, null);
  }

  private Task(Pid owner, @Nullable Pid pid, Ref ref, @Nullable Class<T> type) {
    this.owner = owner;
    this.pid = pid;
    this.ref = ref;
    this.type = type;
  }

  // ---- starting

  /** Starts a task, linked to this process, that must be awaited. {@code Task.async/1}. */
  public static <T extends @Nullable Object> Task<T> async(Callable<T> function) {
    Objects.requireNonNull(function, "function");
    var self = Kernel.process("Task.async");
    return async(self, function, Callers.of(self));
  }

  static <T extends @Nullable Object> Task<T> async(
      LocalProcess self, Callable<T> function, Callers callers) {
    var ref = Kernel.makeRef();
    self.addAlias(ref, new Alias(AliasMode.DEMONITOR, false));
    var task = TaskProcess.replying(function, callers, ref);
    return new Task<>(self.pid, self.pid.home.spawnFrom(self, task, true, ref), ref);
  }

  /** The handle of a task that another process has started and that waits for its owner. */
  static <T extends @Nullable Object> Task<T> adopt(LocalProcess self, Pid pid, boolean link) {
    return adopt(self, pid, link, TaskProcess.Go::new, null);
  }

  /** As {@link #adopt}, for a task of whatever node that waits to be told what to call. */
  static <T extends @Nullable Object> Task<T> adopt(
      LocalProcess self, Pid pid, boolean link, Mfa mfa, Class<T> type) {
    return adopt(self, pid, link, ref -> ForeignTask.go(self, ref, mfa), type);
  }

  private static <T extends @Nullable Object> Task<T> adopt(
      LocalProcess self, Pid pid, boolean link, Function<Ref, Object> go, @Nullable Class<T> type) {
    if (link) {
      Kernel.link(pid);
    }
    var ref = Kernel.monitor(pid, AliasMode.DEMONITOR);
    Kernel.send(pid, go.apply(ref));
    return new Task<>(self.pid, pid, ref, type);
  }

  /**
   * A task that has its value from the beginning and no process: for code that awaits tasks and
   * knows some of their values already. {@code Task.completed/1}.
   */
  public static <T extends @Nullable Object> Task<T> completed(T value) {
    var self = Kernel.process("Task.completed");
    var ref = Kernel.makeRef();
    Kernel.send(self.pid, new Reply(ref, value));
    return new Task<>(self.pid, null, ref);
  }

  /**
   * Starts a process, linked to this one, whose result nobody wants: for a supervisor. {@code
   * Task.start_link/1}.
   */
  public static Pid startLink(Body body) {
    Objects.requireNonNull(body, "body");
    var self = Kernel.process("Task.startLink");
    var task = TaskProcess.silent(body, Callers.of(self));
    return self.pid.home.spawnFrom(self, task, true, null);
  }

  /**
   * Starts a process whose result nobody wants. What is to be stopped in good order when the
   * program ends is better started by {@link TaskSupervisor#startChild}. {@code Task.start/1}.
   */
  public static Pid start(Body body) {
    Objects.requireNonNull(body, "body");
    var self = Kernel.process("Task.start");
    var task = TaskProcess.silent(body, Callers.of(self));
    return self.pid.home.spawnFrom(self, task, false, null);
  }

  /**
   * A supervisor's child that runs {@code body} once: its id is {@code Task}, and it is temporary.
   * {@code Task.child_spec/1}.
   */
  public static ChildSpec childSpec(Body body) {
    Objects.requireNonNull(body, "body");
    return Supervisor.child(TASK, new TaskStart(body)).restart(Restart.TEMPORARY);
  }

  /**
   * Runs {@code function} for each element in a task of its own, as many at a time as this machine
   * has processors. {@code Task.async_stream/2}.
   *
   * @see #asyncStream(Iterable, TaskFunction, StreamOptions)
   */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStream(
      Iterable<? extends T> elements, TaskFunction<? super T, ? extends R> function) {
    return asyncStream(elements, function, StreamOptions.DEFAULT);
  }

  /**
   * Runs {@code function} for each element in a task of its own, some at a time, and gives what
   * comes of them. {@code Task.async_stream/3}.
   *
   * <pre>{@code
   * var lengths = Task.asyncStream(
   *         List.of("a", "bb", "ccc"), String::length, StreamOptions.DEFAULT.maxConcurrency(2))
   *     .limit(2)
   *     .toList(); // => List.of(new Outcome.Value<>(1), new Outcome.Value<>(2))
   * }</pre>
   *
   * <p>The stream is lazy: it takes elements and starts tasks while it is consumed, and never runs
   * more than {@link StreamOptions#maxConcurrency} at a time. The process that consumes it owns the
   * tasks; they are linked to it, through a process of the stream's. When a task crashes, so does
   * the owner; one that traps exits gets an {@link Outcome.Exited} in the task's place instead.
   *
   * <p>When the consumer has had enough ({@code limit}, {@code findFirst}), throws or is done, what
   * still runs is killed before the terminal operation returns. Who takes the stream's {@code
   * iterator()} or {@code spliterator()} closes the stream, if it is not read to its end.
   *
   * @param elements taken one by one, by the consuming process
   * @param function runs in a task; may throw
   * @return a sequential stream, for one process
   */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStream(
      Iterable<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options) {
    Objects.requireNonNull(elements, "elements");
    return AsyncStream.of(elements::iterator, () -> {}, function, options, Task::async);
  }

  /**
   * As {@link #asyncStream(Iterable, TaskFunction)} for the elements of a stream, which is closed
   * with this one.
   */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStream(
      Stream<? extends T> elements, TaskFunction<? super T, ? extends R> function) {
    return asyncStream(elements, function, StreamOptions.DEFAULT);
  }

  /**
   * As {@link #asyncStream(Iterable, TaskFunction, StreamOptions)} for the elements of a stream,
   * which is closed with this one.
   */
  public static <T, R extends @Nullable Object> Stream<Outcome<R>> asyncStream(
      Stream<? extends T> elements,
      TaskFunction<? super T, ? extends R> function,
      StreamOptions options) {
    Objects.requireNonNull(elements, "elements");
    return AsyncStream.of(elements::iterator, elements::close, function, options, Task::async);
  }

  // ---- waiting

  /** Waits up to 5 seconds for the value. {@code Task.await/1}. */
  public T await() {
    return await(AWAIT_TIMEOUT);
  }

  /**
   * Waits for the value. {@code Task.await/2}.
   *
   * @throws ExitException if the task ends without one ({@code {reason, {Task, :await, [task,
   *     timeout]}}}), the connection to its node is lost ({@code {{:nodedown, node}, _}}), or time
   *     is up ({@code {:timeout, _}}); uncaught, it ends this process and, by the link, the task.
   *     At once with {@code {:timeout, _}} if the value has been taken before, which Elixir waits
   *     for in vain
   * @throws IllegalStateException in any other process than the one that started the task
   */
  public T await(Duration timeout) {
    var self = owner("await");
    if (over) {
      throw exit(
          Atom.TIMEOUT,
          "await",
          List.of(term(), millis(timeout)),
          "its outcome has been taken before, or given up: a task is awaited once");
    }
    var message = message(self, Timers.deadline(timeout));
    if (message == null) {
      Kernel.demonitorFlush(ref);
      message = message(self, System.nanoTime()); // just in time
    }
    over = true;
    return switch (message) {
      case Reply reply -> taken(reply);
      case Down down -> throw exit(down, "await", List.of(term(), millis(timeout)));
      case null, default ->
          throw exit(
              Atom.TIMEOUT,
              "await",
              List.of(term(), millis(timeout)),
              "no value within " + timeout.toMillis() + " ms");
    };
  }

  /** As {@link #yield(Duration)}, for up to 5 seconds. {@code Task.yield/1}. */
  @SuppressWarnings("NamedLikeContextualKeyword") // Elixir's name
  public @Nullable Outcome<T> yield() {
    return this.yield(AWAIT_TIMEOUT);
  }

  /**
   * Waits for the outcome without giving the task up: null when there is none in time. {@code
   * Task.yield/2}.
   *
   * @throws ExitException if the connection to the task's node is lost
   * @throws IllegalStateException in any other process than the one that started the task
   */
  @SuppressWarnings("NamedLikeContextualKeyword") // Elixir's name
  public @Nullable Outcome<T> yield(Duration timeout) {
    var message = message(owner("yield"), Timers.deadline(timeout));
    return message == null ? null : outcome(message, "yield", List.of(term(), millis(timeout)));
  }

  /**
   * Lets the task go: it runs on, unlinked, and nothing of it arrives any more. {@code
   * Task.ignore/1}.
   *
   * @return what has come of it so far; null if nothing has
   * @throws ExitException if the connection to the task's node is lost
   * @throws IllegalStateException in any other process than the one that started the task
   */
  public @Nullable Outcome<T> ignore() {
    var self = owner("ignore");
    var message = message(self, System.nanoTime());
    if (!(message instanceof Down)) {
      if (pid != null) {
        Kernel.unlink(pid);
      }
      Kernel.demonitorFlush(ref);
    }
    if (message == null) {
      message = message(self, System.nanoTime());
    }
    over = true;
    return message == null ? null : outcome(message, "ignore", List.of(term()));
  }

  /** As {@link #shutdown(Duration)}, with 5 seconds. {@code Task.shutdown/1}. */
  public @Nullable Outcome<T> shutdown() {
    return shutdown(AWAIT_TIMEOUT);
  }

  /**
   * Unlinks the task and ends it: with {@code shutdown}, and with {@code kill} when {@code within}
   * is over. {@code Task.shutdown/2}.
   *
   * @param within {@link ChildSpec#BRUTAL_KILL} kills it at once, {@link ChildSpec#INFINITY} waits
   *     for its end
   * @return its value if that came before its end; why it ended if not by this; else null. {@code
   *     Exited(noproc)} if its outcome has been taken before
   * @throws ExitException if the connection to the task's node is lost
   * @throws IllegalStateException in any other process than the one that started the task
   */
  public @Nullable Outcome<T> shutdown(Duration within) {
    boolean brutal = within.equals(ChildSpec.BRUTAL_KILL);
    long deadline = brutal ? Long.MAX_VALUE : Timers.deadline(within);
    var self = owner("shutdown");
    if (pid == null) {
      return ignore();
    }
    var monitor = Kernel.monitor(pid);
    unlinkAndEnd(self, pid, brutal ? Atom.KILL : Atom.SHUTDOWN);
    var end = self.awaitDown(monitor, deadline);
    if (end == null) {
      Kernel.exit(pid, Atom.KILL);
      end = Objects.requireNonNull(self.awaitDown(monitor, Long.MAX_VALUE));
    }
    var first = message(self, System.nanoTime());
    Kernel.demonitorFlush(ref);
    over = true;
    if (first instanceof Reply reply) {
      return new Outcome.Value<>(taken(reply));
    }
    if (first instanceof Down earlier && end.reason().equals(Atom.NOPROC)) {
      end = earlier;
    }
    if (end.reason().equals(Atom.NOCONNECTION)) {
      throw exit(end, "shutdown", List.of(term(), brutal ? BRUTAL_KILL : millis(within)));
    }
    return end.reason().equals(brutal ? Atom.KILLED : Atom.SHUTDOWN)
        ? null
        : new Outcome.Exited<>(end.reason());
  }

  /**
   * Both or, if this process is killed in between, the second at least: an unlinked task that
   * nobody ends would run for ever.
   */
  static void unlinkAndEnd(LocalProcess self, Pid pid, Atom reason) {
    try {
      Kernel.unlink(pid);
      Kernel.exit(pid, reason);
    } catch (ProcessEnded e) {
      self.pid.home.signal(self.pid, pid, new dev.retort.spi.Signal.Exit(self.pid, reason, false));
      throw e;
    }
  }

  // ---- several

  /**
   * The values of all tasks, in order, waiting up to 5 seconds in all. {@code Task.await_many/1}.
   */
  public static <T extends @Nullable Object> List<T> awaitMany(List<Task<T>> tasks) {
    return awaitMany(tasks, AWAIT_TIMEOUT);
  }

  /**
   * The values of all tasks, in order. {@code Task.await_many/2}.
   *
   * @param timeout for all together
   * @throws ExitException as {@link #await(Duration)}: as soon as one task has ended without a
   *     value, or when time is up; no message of any of them comes any more
   * @throws IllegalStateException in any other process than the one that started the tasks
   */
  public static <T extends @Nullable Object> List<T> awaitMany(
      List<Task<T>> tasks, Duration timeout) {
    return ManyTasks.await(tasks, timeout);
  }

  /** What has come of the tasks within 5 seconds. {@code Task.yield_many/1}. */
  public static <T extends @Nullable Object> List<Yielded<T>> yieldMany(List<Task<T>> tasks) {
    return yieldMany(tasks, AWAIT_TIMEOUT);
  }

  /** What has come of the tasks, in order, within {@code timeout}. {@code Task.yield_many/2}. */
  public static <T extends @Nullable Object> List<Yielded<T>> yieldMany(
      List<Task<T>> tasks, Duration timeout) {
    return yieldMany(tasks, timeout, Integer.MAX_VALUE, OnTimeout.NOTHING);
  }

  /**
   * What has come of the tasks, in order. {@code Task.yield_many/2} with options.
   *
   * @param timeout how long to wait; {@link ChildSpec#INFINITY} for ever
   * @param limit how many outcomes are enough, 1 or more
   * @param onTimeout what becomes of the others when time is up; nothing when the limit is reached
   *     before
   * @throws ExitException if the connection to a task's node is lost
   * @throws IllegalStateException in any other process than the one that started the tasks
   */
  public static <T extends @Nullable Object> List<Yielded<T>> yieldMany(
      List<Task<T>> tasks, Duration timeout, int limit, OnTimeout onTimeout) {
    if (limit < 1) {
      throw new IllegalArgumentException("a limit of 1 or more was expected, this is " + limit);
    }
    return ManyTasks.yielded(tasks, timeout, limit, onTimeout);
  }

  // ---- what it is

  /** The process that computes; null if the task was {@link #completed} from the beginning. */
  public @Nullable Pid pid() {
    return pid;
  }

  /** What its {@link Reply} and its {@link Down} have in them. */
  public Ref ref() {
    return ref;
  }

  /** The process that started it and may await it. */
  public Pid owner() {
    return owner;
  }

  /**
   * On whose behalf this task runs, nearest first: the process that asked for it, on whose behalf
   * that one ran if it was a task itself, and so on; empty in a process that is no task. With a
   * {@link TaskSupervisor} it is still the one that asked, not the supervisor. What Elixir keeps
   * under {@code $callers} in the process dictionary; crash reports of tasks show it.
   */
  public static List<Pid> callers() {
    return Kernel.process("Task.callers").code() instanceof TaskProcess task
        ? task.callers()
        : List.of();
  }

  /** As Elixir shows it: {@code %Task{mfa: ..., owner: ..., pid: ..., ref: ...}}. */
  @Override
  public String toString() {
    return Kernel.inspect(term());
  }

  // ---- the machinery

  /** Starts a task as a supervisor's child. */
  private record TaskStart(Body body) implements Callable<@Nullable Pid>, ChildSpec.Named {
    @Override
    public Pid call() {
      return startLink(body);
    }

    @Override
    public Class<?> code() {
      return body.getClass();
    }
  }

  Object term() {
    return new Term(APPLY, owner, pid == null ? Atom.NIL : pid, ref);
  }

  /** The running process, which must be its owner. */
  LocalProcess owner(String function) {
    var self = Kernel.process(function);
    if (!self.pid.equals(owner)) {
      throw new IllegalStateException(
          "task "
              + this
              + " must be queried from the owner but was queried from "
              + self.pid
              + ": only the process that started it may "
              + function);
    }
    return self;
  }

  /** The first message of it: a {@link Reply} or a {@link Down}; null at the deadline. */
  private @Nullable Object message(LocalProcess self, long deadline) {
    return self.<Object>receiveSince(
        ref,
        message -> {
          var known = known(message);
          return Objects.equals(ref, ref(known)) ? known : null;
        },
        deadline);
  }

  /** The {@link Reply} that Elixir's {@code {ref, value}} is; any other message as it is. */
  static Object known(Object message) {
    var term = message instanceof Decoded(var decoded) ? decoded : message;
    return term instanceof Tuple tuple && tuple.size() == 2 && tuple.get(0) instanceof Ref of
        ? new Reply(of, tuple.get(1))
        : message;
  }

  /** Of which task a message is; null if it is something else. */
  static @Nullable Ref ref(Object message) {
    return switch (message) {
      case Reply reply -> reply.ref;
      case Down down -> down.ref();
      default -> null;
    };
  }

  /** Its outcome as a message says it. */
  Outcome<T> outcome(Object message, String function, List<Object> arguments) {
    return switch (message) {
      case Reply reply -> new Outcome.Value<>(taken(reply));
      case Down down -> {
        over = true;
        if (down.reason().equals(Atom.NOCONNECTION)) {
          throw exit(down, function, arguments);
        }
        yield new Outcome.Exited<>(down.reason());
      }
      default -> throw new AssertionError(message);
    };
  }

  /** The value; no Down comes any more. */
  @SuppressWarnings({"unchecked", "NullAway"}) // async says what it is
  T taken(Reply reply) {
    Kernel.demonitorFlush(ref);
    over = true;
    var value = reply.value;
    return type == null || value == null ? (T) value : Erpc.typed(type, value);
  }

  /** Nothing of it arrives any more. */
  void giveUp() {
    Kernel.demonitorFlush(ref);
    var unused = message(Kernel.process("await"), System.nanoTime());
    over = true;
  }

  /** A time in milliseconds, as Elixir's functions take it. */
  static Object millis(Duration timeout) {
    long nanos = Timers.nanos(timeout);
    return nanos == Long.MAX_VALUE ? Atom.INFINITY : (Object) (nanos / 1_000_000);
  }

  /** The exit of a process whose task has ended without a value. */
  static ExitException exit(Down down, String function, List<Object> arguments) {
    if (!down.reason().equals(Atom.NOCONNECTION)) {
      return exit(
          down.reason(),
          function,
          arguments,
          "the task ended with " + CrashReport.inspect(down.reason()));
    }
    var node =
        switch (down.object()) {
          case Pid pid -> pid.node();
          case Name(var name, var at) when at != null -> at;
          default -> Node.self();
        };
    return exit(
        Tuple.of(NODEDOWN, node), function, arguments, "the connection to " + node + " is lost");
  }

  /** {@code {reason, {Task, function, arguments}}}. */
  static ExitException exit(
      Object reason, String function, List<Object> arguments, String message) {
    return exit(reason, TASK, Atom.of(function), arguments, message);
  }

  static ExitException exit(
      Object reason, Atom module, Atom function, List<Object> arguments, String message) {
    var exit =
        new ExitException(
            Tuple.of(reason, Tuple.of(module, function, arguments)),
            function.name() + " failed: " + message);
    if (reason instanceof Throwable cause) {
      exit.initCause(cause);
    }
    return exit;
  }
}
