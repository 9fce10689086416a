package dev.retort;

import dev.retort.term.Dest;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A process that starts other processes and starts them again when they crash: OTP's {@code
 * supervisor}.
 *
 * <pre>{@code
 * Supervisor.startLink(
 *     oneForOne().maxRestarts(3, ofSeconds(5)),
 *     child("counter", () -> Counter.startLink(0)),
 *     child("cache", () -> Cache.startLink()).restart(TRANSIENT).shutdown(ofSeconds(5)));
 * }</pre>
 *
 * <p>Children are started in order, each one's start function in the supervisor's process; they
 * must be linked to it ({@code startLink} functions are). They are stopped in reverse order: with
 * {@code shutdown}, and with {@code kill} when the time of their specification is over. When there
 * are more restarts than the strategy allows, the supervisor stops all children and ends with
 * {@code shutdown}.
 *
 * <p>Elixir's {@code Supervisor.which_children({:sup, :"java@host"})} and its kin work on it.
 */
public final class Supervisor {
  private Supervisor() {}

  /** Only a child that ended is started again. */
  public static Strategy oneForOne() {
    return Strategy.of(Strategy.Kind.ONE_FOR_ONE);
  }

  /** When a child ends, all are stopped and started again. */
  public static Strategy oneForAll() {
    return Strategy.of(Strategy.Kind.ONE_FOR_ALL);
  }

  /** When a child ends, it and those started after it are stopped and started again. */
  public static Strategy restForOne() {
    return Strategy.of(Strategy.Kind.REST_FOR_ONE);
  }

  /**
   * A child: permanent, a worker, given 5 seconds to end.
   *
   * @param id names it in its supervisor
   * @param start starts it with a {@code startLink} function and returns its pid; null for {@code
   *     ignore}
   */
  public static ChildSpec child(Object id, Callable<@Nullable Pid> start) {
    return new ChildSpec(
        id, start, Restart.PERMANENT, Duration.ofSeconds(5), ChildSpec.Type.WORKER);
  }

  /**
   * Starts a supervisor, linked to this process, and its children. {@code Supervisor.start_link/2}.
   *
   * @throws StartException if a child does not start; those before it have been stopped
   * @throws IllegalArgumentException if two children have the same id
   */
  public static Pid startLink(Strategy strategy, ChildSpec... children) {
    return startLink(strategy, List.of(children));
  }

  /** As {@link #startLink(Strategy, ChildSpec...)}, with a name or other options. */
  public static Pid startLink(Strategy strategy, List<ChildSpec> children, Option... options) {
    var specs = List.copyOf(children);
    SupervisorServer.checkIds(specs);
    return GenServer.startLink(() -> new SupervisorServer(strategy, specs), options);
  }

  /** As {@link #startLink(Strategy, List, Option...)}, without a link; from any thread. */
  public static Pid start(Strategy strategy, List<ChildSpec> children, Option... options) {
    var specs = List.copyOf(children);
    SupervisorServer.checkIds(specs);
    return GenServer.start(() -> new SupervisorServer(strategy, specs), options);
  }

  /**
   * Adds a child and starts it. {@code Supervisor.start_child/2}.
   *
   * @throws StartException if it does not start, or there is one with this id
   */
  public static @Nullable Pid startChild(Dest supervisor, ChildSpec child) {
    return result(GenServer.call(supervisor, new SupervisorServer.StartChild(child), FOREVER));
  }

  /**
   * Stops a child and keeps its specification. {@code Supervisor.terminate_child/2}.
   *
   * @return false if there is no such child
   */
  public static boolean terminateChild(Dest supervisor, Object id) {
    return GenServer.call(supervisor, new SupervisorServer.TerminateChild(id), FOREVER);
  }

  /**
   * Starts a child that is not running. {@code Supervisor.restart_child/2}.
   *
   * @throws StartException if it does not start, runs already, or there is no such child
   */
  public static @Nullable Pid restartChild(Dest supervisor, Object id) {
    return result(GenServer.call(supervisor, new SupervisorServer.RestartChild(id), FOREVER));
  }

  /**
   * Forgets a child that is not running. {@code Supervisor.delete_child/2}.
   *
   * @return false if it runs, or there is no such child
   */
  public static boolean deleteChild(Dest supervisor, Object id) {
    return GenServer.call(supervisor, new SupervisorServer.DeleteChild(id), FOREVER);
  }

  /** Its children, in the order in which they were started. {@code Supervisor.which_children/1}. */
  public static List<ChildInfo> whichChildren(Dest supervisor) {
    return GenServer.call(supervisor, new SupervisorServer.WhichChildren(), FOREVER);
  }

  /** Its children, counted. {@code Supervisor.count_children/1}. */
  public static ChildCount countChildren(Dest supervisor) {
    return GenServer.call(supervisor, new SupervisorServer.CountChildren(), FOREVER);
  }

  /**
   * Stops a supervisor and its children and waits until it has ended. {@code Supervisor.stop/1}.
   */
  public static void stop(Dest supervisor) {
    GenServer.stop(supervisor);
  }

  /** A child may take its time to start or stop. */
  static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  static @Nullable Pid result(SupervisorServer.Started started) {
    var failure = started.failure();
    if (failure != null) {
      throw new StartException(failure);
    }
    return started.pid();
  }
}
