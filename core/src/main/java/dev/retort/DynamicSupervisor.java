package dev.retort;

import dev.retort.term.Dest;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor of children that come and go: Elixir's {@code DynamicSupervisor}. It starts with
 * none, has no order among them, and each is restarted alone.
 *
 * <pre>{@code
 * import static dev.retort.Supervisor.*;
 *
 * Supervisor.startLink(
 *     oneForOne(),
 *     child(
 *             "carts",
 *             () -> DynamicSupervisor.startLink(
 *                 oneForOne().maxChildren(10_000), GenServer.name("carts")))
 *         .supervisor());
 *
 * var carts = Name.of("carts");
 * Pid ann = DynamicSupervisor.startChild(
 *     carts,
 *     child("ann", () -> Agent.startLink(() -> List.of("tea"))).restart(Restart.TRANSIENT));
 * List<String> items = Agent.get(ann, (List<String> cart) -> cart); // => List.of("tea")
 *
 * GenServer.stop(ann);                              // one that is transient may end by itself
 * DynamicSupervisor.countChildren(carts).active();  // => 0
 * }</pre>
 *
 * <p>One with many children stops them side by side, each with the time of its specification. It
 * has no names for its children: register them, in a {@link Registry} say.
 *
 * <p>Supervise it under a name, as above; {@link ChildSpec#supervisor} gives it the time that its
 * children need to stop. All starts go through its process, one after the other. Where that is too
 * slow, have several, in a {@link PartitionSupervisor}. Do not use it where the children are known
 * when it starts, or depend on each other: that is a {@link Supervisor}; nor for work whose result
 * somebody waits for: that is a {@link Task}.
 */
public final class DynamicSupervisor {
  private DynamicSupervisor() {}

  /**
   * A child whose start function takes the {@link Strategy#extraArgument} of its supervisor.
   *
   * <pre>{@code
   * record Config(int size) {}
   *
   * Pid boxes = DynamicSupervisor.startLink(oneForOne().extraArgument(new Config(8)));
   * Pid box = DynamicSupervisor.startChild(
   *     boxes,
   *     DynamicSupervisor.child("box", Config.class, config -> Agent.startLink(config::size)));
   * int size = Agent.get(box, (Integer n) -> n); // => 8
   * }</pre>
   *
   * @param argument the type of the extra argument; with another one the child does not start
   */
  public static <A> ChildSpec child(
      Object id, Class<A> argument, Function<? super A, @Nullable Pid> start) {
    Objects.requireNonNull(argument, "the type of the extra argument");
    Objects.requireNonNull(start, "a child's start function");
    return Supervisor.child(id, new WithArgument<>(argument, start));
  }

  /**
   * Starts one, linked to this process. {@code DynamicSupervisor.start_link/1}.
   *
   * @param strategy {@link Supervisor#oneForOne()}, with the restarts that are too many, and
   *     perhaps {@link Strategy#maxChildren}
   * @throws IllegalArgumentException for another kind of strategy, or one with an {@link
   *     AutoShutdown}
   */
  public static Pid startLink(Strategy strategy, Option... options) {
    check(strategy);
    return GenServer.startLink(() -> new DynamicSupervisorServer(strategy), options);
  }

  /** As {@link #startLink}, without a link; from any thread. */
  public static Pid start(Strategy strategy, Option... options) {
    check(strategy);
    return GenServer.start(() -> new DynamicSupervisorServer(strategy), options);
  }

  private static void check(Strategy strategy) {
    if (Objects.requireNonNull(strategy, "strategy").kind() != Strategy.Kind.ONE_FOR_ONE) {
      throw new IllegalArgumentException(
          "a DynamicSupervisor is oneForOne(), " + strategy.kind() + " needs a Supervisor");
    }
    if (strategy.autoShutdown() != AutoShutdown.NEVER) {
      throw new IllegalArgumentException(
          "a DynamicSupervisor never shuts down by itself, "
              + strategy.autoShutdown()
              + " needs a Supervisor");
    }
  }

  /**
   * Starts a child; ids need not differ. {@code DynamicSupervisor.start_child/2}.
   *
   * @return its pid; null if the start function returned null, and then there is no child
   * @throws StartException if it does not start; with the reason {@code max_children} if there are
   *     as many as there may be
   * @throws IllegalArgumentException if it is significant, or the supervisor is on another node, to
   *     which a start function does not travel
   */
  public static @Nullable Pid startChild(Dest supervisor, ChildSpec child) {
    BadSpec.checkDynamic(Objects.requireNonNull(child, "child"));
    SupervisorTerms.checkLocal(supervisor, "startChild", child.id());
    return GenServer.call(supervisor, new DynamicSupervisorServer.StartChild(child), Forever.TIME)
        .orThrow(child);
  }

  /**
   * Stops a child for good. {@code DynamicSupervisor.terminate_child/2}.
   *
   * @param child its pid; where the supervisor is about to start it again, the one that it had
   * @return false if it is not a child of this supervisor ({@code not_found})
   */
  public static boolean terminateChild(Dest supervisor, Pid child) {
    Objects.requireNonNull(child, "a child's pid");
    return ChildException.found(
        child,
        GenServer.call(supervisor, Tuple.of(SupervisorTerms.TERMINATE_CHILD, child), Forever.TIME));
  }

  /**
   * Its children, in no particular order, with the ids that they were started with; those of one on
   * another node all have the id {@code undefined}. {@code DynamicSupervisor.which_children/1}.
   */
  public static List<ChildInfo> whichChildren(Dest supervisor) {
    return Calls.isHere(supervisor)
        ? GenServer.call(supervisor, new DynamicSupervisorServer.WhichChildren(), Forever.TIME)
        : Supervisor.whichChildren(supervisor);
  }

  /** Its children, counted. {@code DynamicSupervisor.count_children/1}. */
  public static ChildCount countChildren(Dest supervisor) {
    return Supervisor.countChildren(supervisor);
  }

  /**
   * Stops a supervisor and its children and waits until it has ended. {@code
   * DynamicSupervisor.stop/1}.
   *
   * @throws CallException if there is no such supervisor
   */
  public static void stop(Dest supervisor) {
    Supervisor.stop(supervisor);
  }

  /** As {@link #stop(Dest)}, with another exit reason. {@code DynamicSupervisor.stop/2}. */
  public static void stop(Dest supervisor, Object reason) {
    Supervisor.stop(supervisor, reason);
  }

  /**
   * As {@link #stop(Dest, Object)}, waiting up to {@code timeout}, as {@link Supervisor#stop(Dest,
   * Object, Duration)}. {@code DynamicSupervisor.stop/3}.
   */
  public static void stop(Dest supervisor, Object reason, Duration timeout) {
    Supervisor.stop(supervisor, reason, timeout);
  }
}
