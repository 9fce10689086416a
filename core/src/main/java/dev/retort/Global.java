package dev.retort;

import dev.retort.etf.Tag;
import dev.retort.etf.Terms;
import dev.retort.spi.GlobalRegistry;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import dev.retort.term.Via;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Names that are known on all nodes of a cluster, and locks: OTP's {@code global}. Erlang, Elixir
 * and Retort nodes see the same names.
 *
 * <pre>{@code
 * Agent.startLink(() -> 2.5, GenServer.name(Global.name("price")));
 * double price = Agent.get(Global.name("price"), (Double p) -> p); // on any node; => 2.5
 * }</pre>
 *
 * <p>A name goes with its process. Finding one asks no other node; registering one asks all, and
 * waits for all of them. When two clusters meet in which the same name is used, the {@link Method}
 * that it was registered with decides. Names may be anything that has a term: {@code "prices"} is
 * Elixir's {@code "prices"}, {@code Atom.of("prices")} is {@code :prices}.
 *
 * <p>Only visible nodes take part. On a node without a name there are global names, too; it knows
 * no others. Any thread may call what is not said to need a process.
 */
public final class Global {
  private Global() {}

  // ---- names

  /**
   * A global name, for wherever a process is named or meant: {@code {:global, name}}.
   *
   * @param name a value that has a term
   */
  public static Via name(Object name) {
    return new GlobalName(Terms.toTerm(name));
  }

  /**
   * Gives a process, of any node, a name, with {@link Method#RANDOM_EXIT}. {@code
   * global:register_name/2}.
   *
   * @return false if the name is taken, or the process has another one
   */
  public static boolean register(Object name, Pid pid) {
    return register(name, pid, Method.RANDOM_EXIT);
  }

  /** As above, with another way to resolve conflicts. {@code global:register_name/3}. */
  public static boolean register(Object name, Pid pid, Method method) {
    return register(name, pid, method, false);
  }

  /**
   * Gives a process a name, which another one may have had before; nobody tells that. {@code
   * global:re_register_name/3}.
   */
  public static void reregister(Object name, Pid pid, Method method) {
    var unused = register(name, pid, method, true);
  }

  /** As above, with {@link Method#RANDOM_EXIT}. {@code global:re_register_name/2}. */
  public static void reregister(Object name, Pid pid) {
    reregister(name, pid, Method.RANDOM_EXIT);
  }

  private static boolean register(Object name, Pid pid, Method method, boolean replace) {
    Objects.requireNonNull(pid, "pid");
    Objects.requireNonNull(method, "method");
    var term = Terms.toTerm(name);
    return waiting(() -> registry().register(term, pid, method.term(), replace));
  }

  /** Takes a name back, if anybody has it. {@code global:unregister_name/1}. */
  public static void unregister(Object name) {
    var term = Terms.toTerm(name);
    await(() -> registry().unregister(term));
  }

  /** The process that has a name; null if there is none. {@code global:whereis_name/1}. */
  public static @Nullable Pid whereis(Object name) {
    return registry().whereis(Terms.toTerm(name));
  }

  /** All names. {@code global:registered_names/0}. */
  public static List<Object> names() {
    return registry().names();
  }

  /**
   * Sends a message to a named process. {@code global:send/2}.
   *
   * @return the process
   * @throws ExitException {@code {badarg, {Name, Message}}} if nobody has the name
   */
  public static Pid send(Object name, Object message) {
    var pid = whereis(name);
    if (pid == null) {
      throw new ExitException(
          Tuple.of(Atom.of("badarg"), Tuple.of(name, message)),
          "no process is registered as {:global, " + CrashReport.inspect(name) + "}");
    }
    Kernel.send(pid, message);
    return pid;
  }

  /**
   * Waits until this node and all that are connected with it have the same names. Nodes that have
   * just met need a moment for that; whoever breaks a connection before makes {@code global} call
   * the other node again. {@code global:sync/0}.
   */
  public static void sync() {
    sync(Node.list());
  }

  /**
   * As above, for these nodes, which are called if they are not connected; those that cannot be
   * reached, or are lost meanwhile, are not waited for. {@code global:sync/1}.
   */
  public static void sync(List<Atom> nodes) {
    var all = List.copyOf(nodes);
    await(() -> registry().sync(all));
  }

  // ---- conflicts

  /**
   * What happens when two clusters meet in which the same name is used: a function of the two
   * processes that says which one keeps it. It runs on the node of one of them.
   */
  public record Method(String module, String function) {
    /** One process, as it happens, is killed. The default. */
    public static final Method RANDOM_EXIT = new Method("global", "random_exit_name");

    /** One process, as it happens, loses the name and gets a {@link NameConflict}. */
    public static final Method RANDOM_NOTIFY = new Method("global", "random_notify_name");

    /** Both processes lose the name and get a {@link NameConflictWith}. */
    public static final Method NOTIFY_ALL = new Method("global", "notify_all_name");

    /**
     * A function of one's own, {@code (Object name, Pid one, Pid other)}, which gives one of the
     * pids, or {@code Atom.of("none")}. It must be {@linkplain Node#export exported} on every node
     * with such a process.
     */
    public Method {
      Objects.requireNonNull(module, "module");
      Objects.requireNonNull(function, "function");
    }

    private Object term() {
      return new Fun.Export(Atom.of(module), Atom.of(function), 3);
    }
  }

  /** To a process that has lost its name: {@code {global_name_conflict, Name}}. */
  @Tag("global_name_conflict")
  public record NameConflict(Object name) {}

  /** To a process that has lost its name: {@code {global_name_conflict, Name, Other}}. */
  @Tag("global_name_conflict")
  public record NameConflictWith(Object name, Pid other) {}

  // ---- locks

  /**
   * A lock on something, and who has it: {@code {ResourceId, LockRequesterId}}. Processes that use
   * the same requester have it together. Both are values that have terms.
   */
  public record Lock(Object resource, Object requester) {
    public Lock {
      resource = Terms.toTerm(resource);
      requester = Terms.toTerm(requester);
    }
  }

  /** A lock of the running process alone. */
  public static Lock lock(Object resource) {
    return new Lock(resource, Kernel.self());
  }

  /**
   * Sets a lock on this and all visible nodes, waiting until that is possible. It goes with the
   * running process. {@code global:set_lock/1}.
   */
  public static void setLock(Lock lock) {
    var unused = setLock(lock, Calls.nodes(), Integer.MAX_VALUE);
  }

  /**
   * Sets a lock on these nodes.
   *
   * @param retries how often to try again, after at most 1/4 s at first and 8 s later
   * @return false if others have it still. {@code global:set_lock/3}
   */
  public static boolean setLock(Lock lock, List<Atom> nodes, int retries) {
    Objects.requireNonNull(lock, "lock");
    var on = List.copyOf(nodes);
    var self = Kernel.process("Global.setLock");
    return waiting(() -> registry().setLock(self.pid, lock.resource, lock.requester, on, retries));
  }

  /** Takes a lock back on this and all visible nodes. {@code global:del_lock/1}. */
  public static void delLock(Lock lock) {
    delLock(lock, Calls.nodes());
  }

  /** Takes a lock back on these nodes. {@code global:del_lock/2}. */
  public static void delLock(Lock lock, List<Atom> nodes) {
    Objects.requireNonNull(lock, "lock");
    var on = List.copyOf(nodes);
    var self = Kernel.process("Global.delLock");
    await(() -> registry().deleteLock(self.pid, lock.resource, lock.requester, on));
  }

  /** Runs {@code body} while the process has a lock. {@code global:trans/2}. */
  public static <T extends @Nullable Object> T trans(Lock lock, Callable<T> body) throws Exception {
    var nodes = Calls.nodes();
    var unused = setLock(lock, nodes, Integer.MAX_VALUE);
    try {
      return body.call();
    } finally {
      delLock(lock, nodes);
    }
  }

  /**
   * As above, on these nodes, and not at all where others have the lock still after {@code
   * retries}. {@code global:trans/4}.
   *
   * @return null if it did not run
   */
  public static <T> @Nullable T trans(
      Lock lock, Callable<? extends @Nullable T> body, List<Atom> nodes, int retries)
      throws Exception {
    if (!setLock(lock, nodes, retries)) {
      return null;
    }
    try {
      return body.call();
    } finally {
      delLock(lock, nodes);
    }
  }

  // ---- the machinery

  private static GlobalRegistry registry() {
    return Node.current().global();
  }

  /** What may take a while, and comes to nothing. */
  @FunctionalInterface
  private interface Wait {
    void run() throws InterruptedException;
  }

  private static void await(Wait wait) {
    var unused =
        waiting(
            () -> {
              wait.run();
              return true;
            });
  }

  private static boolean waiting(Callable<Boolean> change) {
    Kernel.checkCaller();
    try {
      return change.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Kernel.checkCaller(); // a process that was told to exit
      throw new IllegalStateException("interrupted", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code {:global, name}}. */
  private record GlobalName(Object name) implements Via {
    @Override
    public @Nullable Pid whereis() {
      return Global.whereis(name);
    }

    @Override
    public boolean register(Pid pid) {
      return Global.register(name, pid);
    }

    @Override
    public void unregister() {
      Global.unregister(name);
    }

    @Override
    public String toString() {
      return "{:global, " + Kernel.inspect(name) + "}";
    }
  }
}
