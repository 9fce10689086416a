package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How a supervisor starts, restarts and stops a child: OTP's child specification. Immutable; made
 * by {@link Supervisor#child} and its kin, and changed, as {@code Supervisor.child_spec/2} does, by
 * the functions here:
 *
 * <pre>{@code
 * import static dev.retort.Supervisor.*;
 *
 * final class Cache {
 *   static ChildSpec childSpec() {
 *     return child(Cache.class, () -> Agent.startLink(Map::of)).shutdown(Duration.ofSeconds(30));
 *   }
 * }
 *
 * Pid caches = Supervisor.startLink(
 *     oneForOne(),
 *     Cache.childSpec().id("hot"),
 *     Cache.childSpec().id("cold").restart(Restart.TRANSIENT));
 * Supervisor.getChildspec(caches, "cold").restart(); // => Restart.TRANSIENT
 * }</pre>
 *
 * @param id names the child in its supervisor
 * @param start starts it, linked to the supervisor, and gives its pid, or null for {@code ignore};
 *     runs in the supervisor's process
 * @param restart when it is started again
 * @param significant whether its end may end the supervisor: see {@link AutoShutdown}
 * @param shutdown how long it may take to end when it is told to, after which it is killed; {@link
 *     #INFINITY} waits for ever, {@link #BRUTAL_KILL} does not tell it
 * @param type whether it is a supervisor itself
 */
public record ChildSpec(
    Object id,
    @Shareable Callable<@Nullable Pid> start,
    Restart restart,
    boolean significant,
    Duration shutdown,
    Type type) {
  /** Waits for a child's end for ever. */
  public static final Duration INFINITY = Duration.ofSeconds(Long.MAX_VALUE);

  /** Kills a child without asking it to end: {@code brutal_kill}. */
  public static final Duration BRUTAL_KILL = Duration.ofSeconds(Long.MIN_VALUE);

  /** How long a worker may take to end where it is not said: 5 seconds. */
  static final Duration SHUTDOWN = Duration.ofSeconds(5);

  /** What a child is. */
  public enum Type {
    WORKER,
    SUPERVISOR
  }

  public ChildSpec {
    Objects.requireNonNull(id, "a child's id");
    Objects.requireNonNull(start, "a child's start function");
    Objects.requireNonNull(restart, "when a child is restarted");
    Objects.requireNonNull(shutdown, "how long a child may take to end");
    Objects.requireNonNull(type, "a child's type");
    if (shutdown.isNegative() && !shutdown.equals(BRUTAL_KILL)) {
      throw new IllegalArgumentException(
          "child "
              + id
              + ": a shutdown time of 0 or more was expected, this is "
              + shutdown
              + "; see also INFINITY and BRUTAL_KILL");
    }
  }

  /** The same child by another id: for two of a kind in one supervisor. */
  public ChildSpec id(Object id) {
    return new ChildSpec(id, start, restart, significant, shutdown, type);
  }

  /** The same child, started by another function. */
  public ChildSpec start(Callable<@Nullable Pid> start) {
    return new ChildSpec(id, start, restart, significant, shutdown, type);
  }

  /** The same child, started again when {@code restart} says. */
  public ChildSpec restart(Restart restart) {
    return new ChildSpec(id, start, restart, significant, shutdown, type);
  }

  /**
   * The same child, whose end may end the supervisor or not. Where it may, the supervisor must have
   * an {@link AutoShutdown}, and the child must not be {@link Restart#PERMANENT}.
   */
  public ChildSpec significant(boolean significant) {
    return new ChildSpec(id, start, restart, significant, shutdown, type);
  }

  /** The same child, given {@code shutdown} to end. */
  public ChildSpec shutdown(Duration shutdown) {
    return new ChildSpec(id, start, restart, significant, shutdown, type);
  }

  /**
   * The same child, which is a supervisor: it has all the time it needs to stop its own children.
   */
  public ChildSpec supervisor() {
    return new ChildSpec(id, start, restart, significant, INFINITY, Type.SUPERVISOR);
  }

  /** A start function that tells whose it is. */
  interface Named {
    Class<?> code();
  }

  /** The class whose code starts it, as Erlang's tools know a child's module. */
  Atom module() {
    return start instanceof ForeignStart foreign
        ? foreign.function().module()
        : Atom.of(nameOf(start instanceof Named named ? named.code() : start.getClass()));
  }

  /** The name of a class; of a lambda's, that of the class in which it is written. */
  static String nameOf(Class<?> code) {
    var name = code.getName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : name.substring(0, lambda);
  }

  /** As a message names it: {@code child "a" (started by com.example.Shop)}. */
  String describe() {
    return "child " + CrashReport.inspect(id) + " (started by " + module().name() + ")";
  }
}
