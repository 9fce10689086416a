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
 * Supervisor.startLink(
 *     oneForOne(),
 *     child(
 *             "sessions",
 *             () -> DynamicSupervisor.startLink(
 *                 oneForOne().maxChildren(10_000), GenServer.name("sessions")))
 *         .supervisor());
 *
 * Pid ann = DynamicSupervisor.startChild(
 *     Name.of("sessions"),
 *     child("ann", () -> Session.startLink("ann")).restart(TRANSIENT));
 * }</pre>
 *
 * <p>One with many children stops them side by side, each with the time of its specification. It
 * has no names for its children: register them, in a {@link Registry} say.
 *
 * <p>All starts go through its process, one after the other. Where that is too slow, have several,
 * in a {@link PartitionSupervisor}. Use a {@link Supervisor} where the children are known when it
 * starts, or depend on each other, and a {@link Task} for work whose result somebody waits for.
 */
public final class DynamicSupervisor {
  private DynamicSupervisor() {}

  /**
   * A child whose start function takes the {@link Strategy#extraArgument} of its supervisor.
   *
   * <pre>{@code
   * Pid sessions = DynamicSupervisor.startLink(oneForOne().extraArgument(config));
   * DynamicSupervisor.startChild(
   *     sessions,
   *     DynamicSupervisor.child("ann", Config.class, config -> Session.startLink(config, "ann")));
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
