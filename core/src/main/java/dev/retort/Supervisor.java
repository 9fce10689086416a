package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that starts other processes and starts them again when they crash: OTP's {@code
 * supervisor}, Elixir's {@code Supervisor}.
 *
 * <pre>{@code
 * import static dev.retort.Supervisor.*;
 *
 * final class Counter implements GenServer<Integer> {
 *   record Next() implements Call<Integer> {}
 *
 *   public Integer init() {
 *     return 0;
 *   }
 *
 *   public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
 *     return switch (request) {
 *       case Next next -> next.reply(count + 1, count + 1);
 *       default        -> GenServer.unknown(request);
 *     };
 *   }
 * }
 *
 * Pid shop = Supervisor.startLink(
 *     oneForOne().maxRestarts(3, Duration.ofSeconds(5)),
 *     server("orders", Counter::new, GenServer.name("orders")),
 *     child("cart", () -> Agent.startLink(List::of))
 *         .restart(Restart.TRANSIENT)
 *         .shutdown(Duration.ofSeconds(30)),
 *     supervisor(
 *         "payment", restForOne(), server("bank", Counter::new), server("desk", Counter::new)));
 *
 * GenServer.call("orders", new Counter.Next()); // => 1
 * GenServer.call("orders", new Counter.Next()); // => 2
 * GenServer.stop("orders");                     // its supervisor wants it to be there, always
 * Supervisor.countChildren(shop).active();      // => 3
 * GenServer.call("orders", new Counter.Next()); // => 1
 * }</pre>
 *
 * <p>Or as a class of its own, whose {@link #init} says the same, and can look first what there is
 * to start:
 *
 * <pre>{@code
 * final class Shop implements Supervisor {
 *   static Pid startLink() {
 *     return Supervisor.startLink(Shop::new, GenServer.name("shop"));
 *   }
 *
 *   public Init init() {
 *     return Supervisor.init(
 *         oneForAll(), server("cart", Counter::new), server("till", Counter::new));
 *   }
 * }
 *
 * Shop.startLink();
 * Supervisor.countChildren(Name.of("shop")).active(); // => 2
 * }</pre>
 *
 * <p>Children are started in order, each one's start function in the supervisor's process. It must
 * link the child to that, as {@code startLink} functions do, or its end is not seen. They are
 * stopped in reverse order: told with {@code shutdown}, and killed when the time of their
 * specification is over. A start function that returns null wants no process ({@code ignore}): the
 * child is kept without one.
 *
 * <p>A restart that fails counts as another restart and is tried again. When there are more than
 * the strategy allows, the supervisor stops all children and ends with {@code shutdown}, so that
 * its own supervisor may begin with a clean state. {@link Strategy#backOff} makes it wait between
 * restarts.
 *
 * <p>Supervise it as any child: {@link #supervisor} gives it the time it needs to stop its own
 * children. Do not use it where the caller can deal with a failure as it happens: a supervisor is
 * for what must be there again afterwards. A {@link DynamicSupervisor} is for children that come
 * and go in numbers, a {@link PartitionSupervisor} for many of a kind that share the work.
 *
 * <p>Elixir's {@code Supervisor.which_children({:shop, :"java@host"})} and its kin work on it, and
 * the functions here, except {@link #startChild} and {@link #getChildspec}, on supervisors of
 * Erlang and Elixir nodes.
 */
public interface Supervisor {
  /**
   * What a supervisor starts with: {@code {ok, {SupFlags, ChildSpecs}}}.
   *
   * @param strategy what it does when a child ends
   * @param children what it starts, in this order; made immutable
   */
  record Init(Strategy strategy, List<ChildSpec> children) {
    public Init {
      Objects.requireNonNull(strategy, "a supervisor's strategy");
      children = List.copyOf(Objects.requireNonNull(children, "children"));
    }
  }

  /**
   * Says what to start; {@link #startLink(Supplier, Option...)} waits until that is done. Runs in
   * the supervisor's process, once. {@code init/1}.
   *
   * @return {@link #init(Strategy, ChildSpec...) Supervisor.init(strategy, children)}; null for no
   *     supervisor at all ({@code ignore})
   * @throws Exception to not start
   */
  @Nullable Init init() throws Exception;

  /** For the end of {@link #init()}. {@code Supervisor.init/2}. */
  static Init init(Strategy strategy, ChildSpec... children) {
    return new Init(strategy, List.of(Objects.requireNonNull(children, "children")));
  }

  // ---- strategies

  /** Only a child that ended is started again. */
  static Strategy oneForOne() {
    return Strategy.of(Strategy.Kind.ONE_FOR_ONE);
  }

  /** When a child ends, all are stopped and started again. */
  static Strategy oneForAll() {
    return Strategy.of(Strategy.Kind.ONE_FOR_ALL);
  }

  /** When a child ends, it and those started after it are stopped and started again. */
  static Strategy restForOne() {
    return Strategy.of(Strategy.Kind.REST_FOR_ONE);
  }

  // ---- children

  /**
   * A child: permanent, a worker, given 5 seconds to end.
   *
   * @param id names it in its supervisor
   * @param start starts it with a {@code startLink} function and returns its pid; null for {@code
   *     ignore}
   */
  static ChildSpec child(Object id, Callable<@Nullable Pid> start) {
    return new ChildSpec(
        id, start, Restart.PERMANENT, false, ChildSpec.SHUTDOWN, ChildSpec.Type.WORKER);
  }

  /**
   * A child that is a {@link GenServer}: {@code child(id, () -> GenServer.startLink(server,
   * options))}.
   */
  static ChildSpec server(Object id, Supplier<? extends GenServer<?>> server, Option... options) {
    Objects.requireNonNull(server, "server: what makes a GenServer was expected");
    Objects.requireNonNull(options, "options");
    return child(id, new Starts(server, () -> GenServer.startLink(server, options)));
  }

  /** A child that is a supervisor: with all the time it needs to stop its children. */
  static ChildSpec supervisor(Object id, Strategy strategy, ChildSpec... children) {
    var init = checked(init(strategy, children));
    return child(id, new Starts(init, () -> start(true, () -> init))).supervisor();
  }

  /** A child that is a supervisor with a class of its own. */
  static ChildSpec supervisor(
      Object id, Supplier<? extends Supervisor> supervisor, Option... options) {
    Objects.requireNonNull(supervisor, "supervisor: what makes one was expected");
    Objects.requireNonNull(options, "options");
    return child(id, new Starts(supervisor, () -> startLink(supervisor, options))).supervisor();
  }

  // ---- starting

  /**
   * Starts a supervisor, linked to this process, and its children. {@code Supervisor.start_link/2}.
   *
   * @throws StartException if a child does not start; those before it have been stopped
   * @throws IllegalArgumentException if two children have the same id, or a significant one is in
   *     the wrong place
   */
  static Pid startLink(Strategy strategy, ChildSpec... children) {
    return startLink(strategy, List.of(Objects.requireNonNull(children, "children")));
  }

  /** As {@link #startLink(Strategy, ChildSpec...)}, with a name or other options. */
  static Pid startLink(Strategy strategy, List<ChildSpec> children, Option... options) {
    var init = checked(new Init(strategy, children));
    return Objects.requireNonNull(start(true, () -> init, options));
  }

  /** As {@link #startLink(Strategy, List, Option...)}, without a link; from any thread. */
  static Pid start(Strategy strategy, List<ChildSpec> children, Option... options) {
    var init = checked(new Init(strategy, children));
    return Objects.requireNonNull(start(false, () -> init, options));
  }

  /**
   * Starts a supervisor with a class of its own, linked to this process, and its children. {@code
   * Supervisor.start_link/3}.
   *
   * @param supervisor makes the object whose {@code init} is called; called in the new process
   * @return null if {@code init} returned null
   * @throws StartException if {@code init} throws, a child does not start, or children cannot be
   *     together: with {@code {start_spec, Reason}} then
   */
  static @Nullable Pid startLink(Supplier<? extends Supervisor> supervisor, Option... options) {
    Objects.requireNonNull(supervisor, "supervisor");
    return start(true, () -> supervisor.get().init(), options);
  }

  /** As {@link #startLink(Supplier, Option...)}, without a link; from any thread. */
  static @Nullable Pid start(Supplier<? extends Supervisor> supervisor, Option... options) {
    Objects.requireNonNull(supervisor, "supervisor");
    return start(false, () -> supervisor.get().init(), options);
  }

  private static Init checked(Init init) {
    BadSpec.check(init.strategy(), init.children());
    return init;
  }

  private static @Nullable Pid start(
      boolean link, SupervisorServer.Source source, Option... options) {
    Supplier<SupervisorServer> server = () -> new SupervisorServer(source);
    return link ? GenServer.startLink(server, options) : GenServer.start(server, options);
  }

  // ---- talking to one

  /**
   * Adds a child behind the others and starts it. {@code Supervisor.start_child/2}.
   *
   * @return its pid; null for {@code ignore}
   * @throws StartException if it does not start, and is not added then; with the reason {@code
   *     {already_started, pid}} or {@code already_present} if there is one with this id
   * @throws IllegalArgumentException if the supervisor is on another node, to which a start
   *     function does not travel
   */
  static @Nullable Pid startChild(Dest supervisor, ChildSpec child) {
    Objects.requireNonNull(child, "child");
    SupervisorTerms.checkLocal(supervisor, "startChild", child.id());
    return GenServer.call(supervisor, new SupervisorServer.StartChild(child), Forever.TIME)
        .orThrow(child);
  }

  /**
   * Stops a child and keeps its specification, unless it is temporary. {@code
   * Supervisor.terminate_child/2}.
   *
   * @return false if there is no such child ({@code not_found})
   */
  static boolean terminateChild(Dest supervisor, Object id) {
    return ChildException.found(id, ask(supervisor, SupervisorTerms.TERMINATE_CHILD, id));
  }

  /**
   * Starts a child that is not running. {@code Supervisor.restart_child/2}.
   *
   * @return its pid; null for {@code ignore}
   * @throws StartException if it does not start; with the reason {@code running}, {@code
   *     restarting} or {@code not_found}, if it runs, is about to, or does not exist
   */
  static @Nullable Pid restartChild(Dest supervisor, Object id) {
    return Started.of(ask(supervisor, SupervisorTerms.RESTART_CHILD, id)).orThrow(id);
  }

  /**
   * Forgets a child that is not running. {@code Supervisor.delete_child/2}.
   *
   * @return false if there is no such child ({@code not_found})
   * @throws ChildException with the reason {@code running} or {@code restarting}, if it runs or is
   *     about to
   */
  static boolean deleteChild(Dest supervisor, Object id) {
    return ChildException.found(id, ask(supervisor, SupervisorTerms.DELETE_CHILD, id));
  }

  /**
   * The specification of a child; null if there is no such child. {@code
   * supervisor:get_childspec/2}.
   *
   * @throws IllegalArgumentException if the supervisor is on another node, from which a start
   *     function does not travel
   */
  static @Nullable ChildSpec getChildspec(Dest supervisor, Object id) {
    Objects.requireNonNull(id, "id");
    SupervisorTerms.checkLocal(supervisor, "getChildspec", id);
    return GenServer.call(supervisor, new SupervisorServer.GetChildspec(id), Forever.TIME);
  }

  /** Its children, in the order in which they were started. {@code Supervisor.which_children/1}. */
  static List<ChildInfo> whichChildren(Dest supervisor) {
    return SupervisorTerms.infos(
            GenServer.call(supervisor, SupervisorTerms.WHICH_CHILDREN, Forever.TIME))
        .reversed();
  }

  /** Its children, counted. {@code Supervisor.count_children/1}. */
  static ChildCount countChildren(Dest supervisor) {
    return SupervisorTerms.count(
        GenServer.call(supervisor, SupervisorTerms.COUNT_CHILDREN, Forever.TIME));
  }

  /**
   * Stops a supervisor and its children, in reverse order, and waits until it has ended. {@code
   * Supervisor.stop/1}.
   *
   * @throws CallException if there is no such supervisor
   */
  static void stop(Dest supervisor) {
    GenServer.stop(supervisor);
  }

  /** As {@link #stop(Dest)}, with another exit reason. {@code Supervisor.stop/2}. */
  static void stop(Dest supervisor, Object reason) {
    GenServer.stop(supervisor, reason);
  }

  /**
   * As {@link #stop(Dest, Object)}, waiting up to {@code timeout}; the supervisor goes on stopping
   * its children when time is up. {@code Supervisor.stop/3}.
   *
   * @throws CallException with {@code timeout}, too
   */
  static void stop(Dest supervisor, Object reason, Duration timeout) {
    GenServer.stop(supervisor, reason, timeout);
  }

  private static Object ask(Dest supervisor, Atom what, Object id) {
    Objects.requireNonNull(id, "a child's id");
    return GenServer.call(supervisor, Tuple.of(what, id), Forever.TIME);
  }
}
