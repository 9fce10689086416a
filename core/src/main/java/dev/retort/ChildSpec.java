package dev.retort;

import dev.retort.term.Pid;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How a supervisor starts, restarts and stops a child: OTP's child specification. Immutable; made
 * by {@link Supervisor#child}.
 *
 * @param id names the child in its supervisor
 * @param start starts it, linked to the supervisor, and gives its pid; runs in the supervisor's
 *     process
 * @param restart when it is started again
 * @param shutdown how long it may take to end when it is told to; zero kills it at once, {@link
 *     #INFINITY} waits for ever
 * @param type whether it is a supervisor itself
 */
public record ChildSpec(
    Object id,
    @Shareable Callable<@Nullable Pid> start,
    Restart restart,
    Duration shutdown,
    Type type) {
  /** Waits for a child's end for ever. */
  public static final Duration INFINITY = Duration.ofSeconds(Long.MAX_VALUE);

  /** Kills a child without asking it to end: {@code brutal_kill}. */
  public static final Duration BRUTAL_KILL = Duration.ZERO;

  /** What a child is. */
  public enum Type {
    WORKER,
    SUPERVISOR
  }

  public ChildSpec {
    Objects.requireNonNull(id, "a child's id");
    Objects.requireNonNull(start, "a child's start function");
    Objects.requireNonNull(restart, "when a child is restarted");
    Objects.requireNonNull(type, "a child's type");
    if (shutdown.isNegative()) {
      throw new IllegalArgumentException(
          "child " + id + ": a shutdown time of 0 or more was expected, this is " + shutdown);
    }
  }

  /** The same child, started again when {@code restart} says. */
  public ChildSpec restart(Restart restart) {
    return new ChildSpec(id, start, restart, shutdown, type);
  }

  /** The same child, given {@code shutdown} to end. */
  public ChildSpec shutdown(Duration shutdown) {
    return new ChildSpec(id, start, restart, shutdown, type);
  }

  /**
   * The same child, which is a supervisor: it has all the time it needs to stop its own children.
   */
  public ChildSpec supervisor() {
    return new ChildSpec(id, start, restart, INFINITY, Type.SUPERVISOR);
  }
}
