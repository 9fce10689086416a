package dev.retort;

import dev.retort.etf.Terms;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Groups of processes that are known on all nodes of a cluster: OTP's {@code pg}, whose scopes on
 * Erlang and Elixir nodes are one with those here.
 *
 * <pre>{@code
 * Supervisor.startLink(Supervisor.oneForOne(), Pg.childSpec());
 *
 * Pg.join("prices", self());
 * Pg.getMembers("prices").forEach(pid -> send(pid, "tea is cheaper")); // on all nodes
 * receive(String.class); // => "tea is cheaper"
 * }</pre>
 *
 * <p>A scope is a process, started on each node that takes part; scopes know nothing of each other.
 * A process leaves its groups when it ends, and may join a group several times. Nothing is agreed
 * upon: nodes see a change when they hear of it, and after a lost connection what is true of the
 * nodes that are still there. Groups may be anything that has a term. {@link Global} has names that
 * one process has, for the price of asking all nodes.
 *
 * <p>Any thread may call the functions that change or read groups; without a scope the first ones
 * fail with {@code noproc}, and the others see no groups.
 */
public final class Pg {
  /** The name of the scope that is meant where none is said. */
  public static final String DEFAULT_SCOPE = "pg";

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private Pg() {}

  /**
   * The answer to {@link #monitor}.
   *
   * @param ref is in the messages
   * @param members who is in the group now
   */
  public record GroupMonitor(Ref ref, List<Pid> members) {}

  /**
   * The answer to {@link #monitorScope}.
   *
   * @param ref is in the messages
   * @param members who is in which group now
   */
  public record ScopeMonitor(Ref ref, Map<Object, List<Pid>> members) {}

  /** A message to one who monitors: these processes have joined. */
  public record Joined(Ref ref, Object group, List<Pid> pids) {}

  /** A message to one who monitors: these processes have left. */
  public record Left(Ref ref, Object group, List<Pid> pids) {}

  // ---- scopes

  /** Starts the default scope, linked to this process. {@code pg:start_link/0}. */
  public static Pid startLink() {
    return startLink(DEFAULT_SCOPE);
  }

  /**
   * Starts a scope, linked to this process. {@code pg:start_link/1}.
   *
   * @param scope its name, under which the process is registered
   * @throws StartException if it runs already
   */
  public static Pid startLink(String scope) {
    var name = Atom.of(scope);
    return GenServer.startLink(() -> new PgScope(name), GenServer.name(scope));
  }

  /** As above, without a link; from any thread. {@code pg:start/1}. */
  public static Pid start(String scope) {
    var name = Atom.of(scope);
    return GenServer.start(() -> new PgScope(name), GenServer.name(scope));
  }

  /** A supervisor's child: the default scope, whose id is its name. */
  public static ChildSpec childSpec() {
    return childSpec(DEFAULT_SCOPE);
  }

  /** A supervisor's child: a scope, whose id is its name. */
  public static ChildSpec childSpec(String scope) {
    return Supervisor.child(Atom.of(scope), () -> startLink(scope));
  }

  // ---- groups

  /** Lets processes of this node join a group of the default scope. {@code pg:join/2}. */
  public static void join(Object group, Pid... pids) {
    join(DEFAULT_SCOPE, group, List.of(pids));
  }

  /**
   * Lets processes of this node join a group. {@code pg:join/3}.
   *
   * @throws IllegalArgumentException if one is another node's
   * @throws CallException if there is no such scope
   */
  public static void join(String scope, Object group, List<Pid> pids) {
    var unused = call(scope, new PgScope.Join(Terms.toTerm(group), local(pids)));
  }

  /**
   * Lets processes leave a group of the default scope; whether one was in it. {@code pg:leave/2}.
   */
  public static boolean leave(Object group, Pid... pids) {
    return leave(DEFAULT_SCOPE, group, List.of(pids));
  }

  /**
   * Lets processes of this node leave a group, once each.
   *
   * @return whether one of them was in it. {@code pg:leave/3}
   * @throws IllegalArgumentException if one is another node's
   * @throws CallException if there is no such scope
   */
  public static boolean leave(String scope, Object group, List<Pid> pids) {
    return call(scope, new PgScope.Leave(Terms.toTerm(group), local(pids)));
  }

  /** Who is in a group of the default scope, on all nodes. {@code pg:get_members/1}. */
  public static List<Pid> getMembers(Object group) {
    return getMembers(DEFAULT_SCOPE, group);
  }

  /**
   * Who is in a group, on all nodes: each as often as it has joined, in no particular order. {@code
   * pg:get_members/2}.
   */
  public static List<Pid> getMembers(String scope, Object group) {
    return groups(scope).of(Terms.toTerm(group)).all();
  }

  /** Who is in a group of the default scope, on this node. {@code pg:get_local_members/1}. */
  public static List<Pid> getLocalMembers(Object group) {
    return getLocalMembers(DEFAULT_SCOPE, group);
  }

  /** Who is in a group, on this node. {@code pg:get_local_members/2}. */
  public static List<Pid> getLocalMembers(String scope, Object group) {
    return groups(scope).of(Terms.toTerm(group)).local();
  }

  /** The groups of the default scope. {@code pg:which_groups/0}. */
  public static List<Object> whichGroups() {
    return whichGroups(DEFAULT_SCOPE);
  }

  /** The groups that have members. {@code pg:which_groups/1}. */
  public static List<Object> whichGroups(String scope) {
    return List.copyOf(groups(scope).groups().keySet());
  }

  /** The groups of the default scope with members on this node. {@code pg:which_local_groups/0}. */
  public static List<Object> whichLocalGroups() {
    return whichLocalGroups(DEFAULT_SCOPE);
  }

  /** The groups that have members on this node. {@code pg:which_local_groups/1}. */
  public static List<Object> whichLocalGroups(String scope) {
    return groups(scope).groups().entrySet().stream()
        .filter(group -> !group.getValue().local().isEmpty())
        .<Object>map(Map.Entry::getKey)
        .toList();
  }

  // ---- who wants to know

  /** As below, for the default scope. {@code pg:monitor/1}. */
  public static GroupMonitor monitor(Object group) {
    return monitor(DEFAULT_SCOPE, group);
  }

  /**
   * Has the running process told of changes of a group: it gets {@link Joined} and {@link Left}.
   * {@code pg:monitor/2}.
   */
  public static GroupMonitor monitor(String scope, Object group) {
    Kernel.process("Pg.monitor").checkEnded();
    return call(scope, new PgScope.MonitorGroup(Terms.toTerm(group)));
  }

  /** As below, for the default scope. {@code pg:monitor_scope/0}. */
  public static ScopeMonitor monitorScope() {
    return monitorScope(DEFAULT_SCOPE);
  }

  /** Has the running process told of changes of all groups. {@code pg:monitor_scope/1}. */
  public static ScopeMonitor monitorScope(String scope) {
    Kernel.process("Pg.monitorScope").checkEnded();
    return call(scope, new PgScope.MonitorScope());
  }

  /** As below, for the default scope. {@code pg:demonitor/1}. */
  public static boolean demonitor(Ref ref) {
    return demonitor(DEFAULT_SCOPE, ref);
  }

  /**
   * Takes a monitor back; no message of it arrives any more.
   *
   * @return whether there was one. {@code pg:demonitor/2}
   */
  public static boolean demonitor(String scope, Ref ref) {
    Objects.requireNonNull(ref, "ref");
    boolean there = call(scope, new PgScope.Demonitor(ref));
    if (there) {
      while (flushed(ref)) {
        // what was on its way
      }
    }
    return there;
  }

  private static boolean flushed(Ref ref) {
    return Kernel.process("Pg.demonitor")
            .<Object>receive(
                message ->
                    switch (message) {
                      case Joined joined when joined.ref.equals(ref) -> message;
                      case Left left when left.ref.equals(ref) -> message;
                      default -> null;
                    },
                System.nanoTime())
        != null;
  }

  private static <R> R call(String scope, Call<R> request) {
    return GenServer.call(Name.of(scope), request, FOREVER);
  }

  private static List<Pid> local(List<Pid> pids) {
    var here = Node.self();
    var all = new ArrayList<Pid>();
    for (var pid : pids) {
      if (!pid.node().equals(here)) {
        throw new IllegalArgumentException(
            "a process of this node was expected, " + pid + " is one of " + pid.node());
      }
      all.add(pid);
    }
    return List.copyOf(all);
  }

  private static PgGroups groups(String scope) {
    var node = Node.current();
    var groups = node.pgScopes.get(Atom.of(scope));
    var owner = node.whereis(scope);
    if (groups != null && owner != null && owner.equals(groups.owner())) {
      return groups;
    }
    return new PgGroups(node.user()); // there is no such scope, or no more
  }
}
