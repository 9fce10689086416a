package dev.retort;

import dev.retort.etf.Vocabulary;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The process of a {@link Pg} scope: OTP's {@code pg}. Scopes of the same name on connected nodes
 * find each other ({@code discover}), tell each other their groups ({@code sync}), and from then on
 * who joins and leaves. Each speaks for the processes of its own node alone.
 */
final class PgScope implements GenServer<PgScope.State> {
  record Join(Object group, List<Pid> pids) implements Call<Boolean> {}

  record Leave(Object group, List<Pid> pids) implements Call<Boolean> {}

  record MonitorGroup(Object group) implements Call<Pg.GroupMonitor> {}

  record MonitorScope() implements Call<Pg.ScopeMonitor> {}

  record Demonitor(Ref ref) implements Call<Boolean> {}

  private static final Atom DISCOVER = Atom.of("discover");
  private static final Atom SYNC = Atom.of("sync");
  private static final Atom JOIN = Atom.of("join");
  private static final Atom LEAVE = Atom.of("leave");

  /** A process of this node: in which groups it is, as often as it has joined. */
  private record Member(Ref monitor, List<Object> groups) {}

  /** Another node's scope, and its processes by group. */
  private record Peer(Ref monitor, Map<Object, List<Pid>> groups) {}

  /** Who wants to know of changes; of all groups, where {@code group} is null. */
  private record Watcher(Pid pid, @Nullable Object group) {}

  /** What the scope knows: its process's own, but for the groups, which others read. */
  static final class State {
    private final PgGroups groups;
    private final Map<Pid, Member> members = new HashMap<>();
    private final Map<Pid, Peer> peers = new LinkedHashMap<>();
    private final Map<Ref, Watcher> watchers = new LinkedHashMap<>();

    State(PgGroups groups) {
      this.groups = groups;
    }
  }

  private final Atom scope;

  PgScope(Atom scope) {
    this.scope = scope;
  }

  @Override
  public State init() {
    Kernel.vocabulary(Vocabulary.EMPTY); // other nodes' messages are not our records
    Node.monitorNodes(true);
    for (var node : Node.list()) {
      discover(new Name(scope, node));
    }
    var self = Kernel.self();
    var groups = new PgGroups(self);
    Node.current().pgScopes.put(scope, groups);
    return new State(groups);
  }

  private static void discover(Dest peer) {
    Kernel.send(peer, Tuple.of(DISCOVER, Kernel.self()));
  }

  // ---- what this node's processes ask

  @Override
  public Step<State> handleCall(Call<?> request, From from, State state) {
    return switch (request) {
      case Join join -> {
        join(join, state);
        yield join.reply(true, state);
      }
      case Leave leave -> leave.reply(leave(leave, state), state);
      case MonitorGroup monitor -> {
        var ref = watch(from.pid(), monitor.group, state);
        yield monitor.reply(new Pg.GroupMonitor(ref, state.groups.of(monitor.group).all()), state);
      }
      case MonitorScope monitor -> {
        var ref = watch(from.pid(), null, state);
        yield monitor.reply(new Pg.ScopeMonitor(ref, state.groups.all()), state);
      }
      case Demonitor demonitor -> {
        boolean there = state.watchers.remove(demonitor.ref) != null;
        if (there) {
          Kernel.demonitor(demonitor.ref);
        }
        yield demonitor.reply(there, state);
      }
      default -> GenServer.unknown(request);
    };
  }

  private static Ref watch(Pid pid, @Nullable Object group, State state) {
    var ref = Kernel.monitor(pid);
    state.watchers.put(ref, new Watcher(pid, group));
    return ref;
  }

  private static void join(Join join, State state) {
    for (var pid : join.pids) {
      state
          .members
          .computeIfAbsent(pid, any -> new Member(Kernel.monitor(pid), new ArrayList<>()))
          .groups
          .add(join.group);
    }
    joined(state, join.group, join.pids, true);
    broadcast(state, Tuple.of(JOIN, Kernel.self(), join.group, join.pids));
  }

  private static boolean leave(Leave leave, State state) {
    var gone = new ArrayList<Pid>();
    for (var pid : leave.pids) {
      var member = state.members.get(pid);
      if (member != null && member.groups.remove(leave.group)) {
        gone.add(pid);
        if (member.groups.isEmpty()) {
          state.members.remove(pid);
          Kernel.demonitor(member.monitor);
        }
      }
    }
    if (!gone.isEmpty()) {
      left(state, leave.group, gone, true);
      broadcast(state, Tuple.of(LEAVE, Kernel.self(), gone, List.of(leave.group)));
    }
    return !gone.isEmpty();
  }

  private static void broadcast(State state, Tuple message) {
    for (var peer : state.peers.keySet()) {
      Kernel.send(peer, message);
    }
  }

  // ---- what the scopes of other nodes say

  @Override
  public Step<State> handleCast(Object message, State state) {
    if (message instanceof Tuple sync
        && sync.size() == 3
        && sync.get(0).equals(SYNC)
        && sync.get(1) instanceof Pid peer
        && sync.get(2) instanceof List<?> groups) {
      sync(peer, groups, state);
    } else {
      unexpected(message);
    }
    return GenServer.noReply(state);
  }

  @Override
  public Step<State> handleInfo(Object message, State state) {
    switch (message) {
      case Down down -> down(down, state);
      case NodeUp(var node) -> discover(new Name(scope, node));
      case NodeDown down -> {} // its scope's monitor says so
      case Tuple tuple
          when (tuple.size() == 2 || tuple.size() == 3) // newer ones add a version, and know ours
              && tuple.get(1) instanceof Pid peer
              && is(tuple, DISCOVER) ->
          discovered(peer, state);
      case Tuple tuple
          when tuple.size() == 4 && tuple.get(1) instanceof Pid peer && is(tuple, JOIN) ->
          joined(peer, tuple.get(2), pids(tuple.get(3)), state);
      case Tuple tuple
          when tuple.size() == 4
              && tuple.get(1) instanceof Pid peer
              && tuple.get(3) instanceof List<?> groups
              && is(tuple, LEAVE) ->
          left(peer, pids(tuple.get(2)), groups, state);
      default -> unexpected(message);
    }
    return GenServer.noReply(state);
  }

  private static boolean is(Tuple message, Atom tag) {
    return message.get(0).equals(tag);
  }

  private static void unexpected(Object message) {
    CrashReport.log(
        Level.WARNING, "pg received an unexpected message: " + CrashReport.inspect(message));
  }

  /** A pid or a list of them. */
  private static List<Pid> pids(Object term) {
    return term instanceof Pid pid
        ? List.of(pid)
        : term instanceof List<?> list
            ? list.stream().filter(Pid.class::isInstance).map(Pid.class::cast).toList()
            : List.of();
  }

  /** Another scope has come; it gets to know us, and we it. */
  private static void discovered(Pid peer, State state) {
    var own = new LinkedHashMap<Object, List<Pid>>();
    state.members.forEach(
        (pid, member) ->
            member.groups.forEach(
                group -> own.computeIfAbsent(group, any -> new ArrayList<>()).add(pid)));
    var groups =
        own.entrySet().stream()
            .map(entry -> Tuple.of(entry.getKey(), List.copyOf(entry.getValue())))
            .toList();
    GenServer.cast(peer, Tuple.of(SYNC, Kernel.self(), groups));
    if (!state.peers.containsKey(peer)) {
      peer(peer, state);
      discover(peer);
    }
  }

  private static Peer peer(Pid pid, State state) {
    return state.peers.computeIfAbsent(
        pid, any -> new Peer(Kernel.monitor(pid), new LinkedHashMap<>()));
  }

  /** All groups of another scope: what we knew of it before gives way. */
  private static void sync(Pid pid, List<?> groups, State state) {
    var peer = peer(pid, state);
    var before = new LinkedHashMap<>(peer.groups);
    peer.groups.clear();
    for (var element : groups) {
      if (element instanceof Tuple pair && pair.size() == 2) {
        var group = pair.get(0);
        var now = pids(pair.get(1));
        var then = before.remove(group);
        var old = then == null ? List.<Pid>of() : then;
        peer.groups.put(group, now);
        left(state, group, PgGroups.minus(old, now), false);
        joined(state, group, PgGroups.minus(now, old), false);
      }
    }
    before.forEach((group, pids) -> left(state, group, pids, false));
  }

  private static void joined(Pid from, Object group, List<Pid> pids, State state) {
    var peer = state.peers.get(from);
    if (peer != null) { // else it has been lost meanwhile, or is none
      peer.groups.merge(group, pids, (old, more) -> PgGroups.plus(more, old));
      joined(state, group, pids, false);
    }
  }

  private static void left(Pid from, List<Pid> pids, List<?> groups, State state) {
    var peer = state.peers.get(from);
    if (peer == null) {
      return;
    }
    for (var group : groups) {
      var old = peer.groups.get(group);
      if (old != null) {
        var rest = PgGroups.minus(old, pids);
        if (rest.isEmpty()) {
          peer.groups.remove(group);
        } else {
          peer.groups.put(group, rest);
        }
        left(state, group, pids, false);
      }
    }
  }

  /** A process of a group, another node's scope, or a watcher is no more. */
  private static void down(Down down, State state) {
    if (state.watchers.remove(down.ref()) != null || !(down.object() instanceof Pid pid)) {
      return;
    }
    var member = state.members.get(pid);
    if (member != null && member.monitor.equals(down.ref())) {
      state.members.remove(pid);
      member.groups.forEach(group -> left(state, group, List.of(pid), true));
      broadcast(state, Tuple.of(LEAVE, Kernel.self(), pid, List.copyOf(member.groups)));
      return;
    }
    var peer = state.peers.get(pid);
    if (peer != null && peer.monitor.equals(down.ref())) {
      state.peers.remove(pid);
      peer.groups.forEach((group, pids) -> left(state, group, pids, false));
    }
  }

  // ---- who is in which group

  private static void joined(State state, Object group, List<Pid> pids, boolean local) {
    if (!pids.isEmpty()) {
      state.groups.add(group, pids, local);
      tell(state, group, ref -> new Pg.Joined(ref, group, pids));
    }
  }

  private static void left(State state, Object group, List<Pid> pids, boolean local) {
    if (!pids.isEmpty() && state.groups.remove(group, pids, local)) {
      tell(state, group, ref -> new Pg.Left(ref, group, pids));
    }
  }

  private static void tell(State state, Object group, Function<Ref, Object> message) {
    state.watchers.forEach(
        (ref, watcher) -> {
          if (watcher.group == null || watcher.group.equals(group)) {
            Kernel.send(watcher.pid, message.apply(ref));
          }
        });
  }
}
