package dev.retort.program;

import dev.retort.AliasMode;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What OTP documents of signals, as simple as it can be said: a signal takes effect when it is
 * sent, one after the other. It is what a program comes to whose steps wait until all has settled.
 */
public final class Model {
  private static final class Worker {
    final int slot;
    final Kind kind;
    final int node;
    final TreeSet<Integer> links = new TreeSet<>();
    final List<Object> urgent = new ArrayList<>();
    final List<Object> queue = new ArrayList<>();
    final List<Object> seen = new ArrayList<>();
    boolean trapExit;
    @Nullable Object end;

    Worker(int slot, Kind kind, int node) {
      this.slot = slot;
      this.kind = kind;
      this.node = node;
    }

    boolean alive() {
      return end == null;
    }

    /** Takes what matches out of the mailbox. */
    List<Object> take(Predicate<Object> matches) {
      var taken = Stream.concat(urgent.stream(), queue.stream()).filter(matches).toList();
      urgent.removeIf(matches);
      queue.removeIf(matches);
      return taken;
    }
  }

  private record Name(int node, Atom name) {}

  /** A monitor that has not fired and was not taken back. */
  private record Watch(int owner, int target, Object object) {}

  /** An alias that takes messages. */
  private record Alias(int owner, AliasMode mode, boolean priority) {
    boolean endsWithMonitor() {
      return mode == AliasMode.DEMONITOR || mode == AliasMode.REPLY_DEMONITOR;
    }

    boolean endsWithMessage() {
      return mode == AliasMode.REPLY || mode == AliasMode.REPLY_DEMONITOR;
    }
  }

  private final List<Worker> workers = new ArrayList<>();
  private final Map<Integer, Watch> watches = new LinkedHashMap<>();
  private final Map<Integer, Alias> aliases = new TreeMap<>();
  private final Map<Name, Integer> names = new HashMap<>();

  /** Who has made which monitor or alias, active or not. */
  private final Map<Integer, Integer> refOwners = new TreeMap<>();

  /** Who has ended in this step, and still has to tell others. */
  private final ArrayDeque<Worker> ending = new ArrayDeque<>();

  // ---- what a generator of programs asks

  int born() {
    return workers.size();
  }

  /** How many monitors and aliases have been made. */
  int refs() {
    return refOwners.size();
  }

  List<Integer> alive() {
    return workers.stream().filter(Worker::alive).map(worker -> worker.slot).toList();
  }

  Kind kind(int slot) {
    return workers.get(slot).kind;
  }

  int node(int slot) {
    return slot == Act.DRIVER ? 0 : workers.get(slot).node;
  }

  List<Integer> refsOf(int slot) {
    return refOwners.entrySet().stream()
        .filter(entry -> entry.getValue() == slot)
        .map(Map.Entry::getKey)
        .toList();
  }

  boolean hasName(int slot, Atom name) {
    return Objects.equals(names.get(new Name(node(slot), name)), slot);
  }

  /** The aliases that take messages. */
  List<Integer> aliases() {
    return List.copyOf(aliases.keySet());
  }

  List<Integer> priorityAliases() {
    return aliases.keySet().stream().filter(ref -> aliases.get(ref).priority).toList();
  }

  // ---- a step

  /** Does a step and says what comes of it. */
  public Outcome step(Act step) {
    workers.forEach(worker -> worker.seen.clear());
    var result = act(step.actor(), step.op());
    announceEnds();
    if (step.actor() != Act.DRIVER && !workers.get(step.actor()).alive()) {
      result = Outcome.DIED;
    }
    return new Outcome(result, workers.stream().map(this::state).toList());
  }

  private Outcome.Worker state(Worker worker) {
    return new Outcome.Worker(
        worker.slot,
        worker.end == null ? Outcome.ALIVE : worker.end,
        Outcome.unordered(worker.seen),
        worker.urgent.size() + worker.queue.size(),
        List.copyOf(worker.links),
        watches.values().stream()
            .filter(watch -> watch.target == worker.slot)
            .map(Watch::owner)
            .sorted()
            .toList());
  }

  private Object act(int actor, Op op) {
    int here = node(actor);
    return switch (op) {
      case Op.Spawn(var kind, var birth, var slot, var monitor, var node) -> {
        bear(actor, new Worker(slot, kind, node), birth, monitor);
        yield (long) slot;
      }
      case Op.SpawnEnding(var reason, var birth, var slot, var monitor) -> {
        var worker = new Worker(slot, Kind.HOLDING, here);
        bear(actor, worker, birth, monitor);
        end(worker, reason);
        yield (long) slot;
      }
      case Op.Send(var to, var type, var n) -> send(actor, to, type, n);
      case Op.SendName(var name, var type, var n) -> {
        var to = names.get(new Name(here, name));
        yield to == null ? Outcome.BADARG : send(actor, to, type, n);
      }
      case Op.SendNameNode(var name, var node, var type, var n) -> {
        var to = names.get(new Name(node, name));
        yield to == null ? Atom.OK : send(actor, to, type, n);
      }
      case Op.Link(var to) -> link(workers.get(actor), workers.get(to));
      case Op.Unlink(var to) -> {
        workers.get(actor).links.remove(to);
        workers.get(to).links.remove(actor);
        yield true;
      }
      case Op.Monitor(var monitor, var to) -> monitor(monitor, actor, to, (long) to);
      case Op.MonitorName(var monitor, var name) -> monitor(monitor, actor, new Name(here, name));
      case Op.MonitorNameNode(var monitor, var name, var node) ->
          monitor(monitor, actor, new Name(node, name));
      case Op.MonitorAlias(var monitor, var to, var mode) -> {
        aliases.put(monitor, new Alias(actor, mode, false));
        yield monitor(monitor, actor, to, (long) to);
      }
      case Op.MonitorNameAlias(var monitor, var name, var mode) -> {
        aliases.put(monitor, new Alias(actor, mode, false));
        yield monitor(monitor, actor, new Name(here, name));
      }
      case Op.Alias(var ref, var mode) -> alias(ref, new Alias(actor, mode, false));
      case Op.PriorityAlias(var ref, var mode) -> alias(ref, new Alias(actor, mode, true));
      case Op.Unalias(var ref) -> {
        var alias = aliases.get(ref);
        yield alias != null && alias.owner == actor && aliases.remove(ref, alias);
      }
      case Op.SendAlias(var ref, var type, var n) ->
          sendAlias(ref, Outcome.message(actor, type, n), false);
      case Op.SendPriority(var ref, var type, var n) ->
          sendAlias(ref, Outcome.message(actor, type, n), true);
      case Op.Demonitor(var monitor) -> endMonitor(monitor) != null;
      case Op.DemonitorFlush(var monitor) -> {
        boolean active = endMonitor(monitor) != null;
        workers
            .get(actor)
            .take(
                event ->
                    Outcome.type(event) == Op.Type.DOWN
                        && ((Tuple) event).get(1).equals((long) monitor));
        yield active;
      }
      case Op.ExitSelf(var reason) -> end(workers.get(actor), reason);
      case Op.Crash() -> end(workers.get(actor), Outcome.CRASH);
      case Op.Return() -> end(workers.get(actor), Atom.NORMAL);
      case Op.ExitOther(var to, var reason) -> {
        exit(actor, workers.get(to), reason, false);
        yield true;
      }
      case Op.TrapExit(var on) -> {
        var worker = workers.get(actor);
        boolean before = worker.trapExit;
        worker.trapExit = on;
        yield before;
      }
      case Op.Register(var name, var slot) -> {
        var worker = workers.get(slot);
        if (!worker.alive() || worker.node != here || names.containsValue(slot)) {
          yield Outcome.BADARG;
        }
        yield names.putIfAbsent(new Name(here, name), slot) == null ? true : Outcome.BADARG;
      }
      case Op.Unregister(var name) ->
          names.remove(new Name(here, name)) == null ? Outcome.BADARG : true;
      case Op.Whereis(var name) ->
          names.containsKey(new Name(here, name))
              ? (long) names.get(new Name(here, name))
              : Atom.UNDEFINED;
      case Op.Alive(var slot) -> node(slot) == here ? workers.get(slot).alive() : Outcome.BADARG;
      case Op.Take(var type) ->
          Outcome.promised(workers.get(actor).take(event -> Outcome.type(event) == type));
      case Op.Drain() -> Outcome.promised(workers.get(actor).take(_ -> true));
    };
  }

  private void bear(int parent, Worker worker, Birth birth, int monitor) {
    if (worker.slot != workers.size()) {
      throw new IllegalArgumentException("worker " + worker.slot + " is born out of turn");
    }
    workers.add(worker);
    switch (birth) {
      case PLAIN -> {}
      case LINKED -> {
        workers.get(parent).links.add(worker.slot);
        worker.links.add(parent);
      }
      case MONITORED -> monitor(monitor, parent, worker.slot, (long) worker.slot);
    }
  }

  private Object send(int from, int to, Op.Type type, int n) {
    put(workers.get(to), Outcome.message(from, type, n));
    return Atom.OK;
  }

  private Object alias(int ref, Alias alias) {
    refOwners.put(ref, alias.owner);
    aliases.put(ref, alias);
    return (long) ref;
  }

  private Object sendAlias(int ref, Object message, boolean priority) {
    var alias = aliases.get(ref);
    if (alias != null) {
      if (alias.endsWithMessage()) {
        aliases.remove(ref);
      }
      if (alias.mode == AliasMode.REPLY_DEMONITOR) {
        watches.remove(ref);
      }
      put(workers.get(alias.owner), message, priority && alias.priority);
    }
    return Atom.OK;
  }

  private void put(Worker worker, Object event) {
    put(worker, event, false);
  }

  private void put(Worker worker, Object event, boolean urgent) {
    if (worker.alive()) {
      var queue = urgent ? worker.urgent : worker.queue;
      (worker.kind.holds() ? queue : worker.seen).add(event);
    }
  }

  private Object link(Worker actor, Worker to) {
    if (actor == to) {
      return true;
    }
    if (to.alive()) {
      actor.links.add(to.slot);
      to.links.add(actor.slot);
    } else if (actor.trapExit) {
      put(actor, Outcome.exit(to.slot, Atom.NOPROC));
    } else if (to.node != actor.node) {
      return end(actor, Atom.NOPROC);
    } else {
      return Atom.NOPROC;
    }
    return true;
  }

  private Object monitor(int monitor, int owner, Name name) {
    return monitor(monitor, owner, names.get(name), Tuple.of(name.name, (long) name.node));
  }

  private Object monitor(int monitor, int owner, @Nullable Integer target, Object object) {
    refOwners.put(monitor, owner);
    if (target == null || !workers.get(target).alive()) {
      endAliasOf(monitor);
      put(workers.get(owner), Outcome.down(monitor, object, Atom.NOPROC));
    } else if (target != owner) {
      watches.put(monitor, new Watch(owner, target, object));
    }
    return (long) monitor;
  }

  /** A monitor is taken back or fires; null if it was not active. */
  private @Nullable Watch endMonitor(int monitor) {
    var watch = watches.remove(monitor);
    if (watch != null) {
      endAliasOf(monitor);
    }
    return watch;
  }

  private void endAliasOf(int monitor) {
    var alias = aliases.get(monitor);
    if (alias != null && alias.endsWithMonitor()) {
      aliases.remove(monitor);
    }
  }

  /** An exit signal arrives. */
  private void exit(int from, Worker to, Object reason, boolean linked) {
    if (!to.alive() || (linked && !to.links.remove(from))) {
      return;
    }
    if (reason.equals(Atom.KILL) && !linked) {
      end(to, Atom.KILLED);
    } else if (to.trapExit) {
      put(to, Outcome.exit(from, reason));
    } else if (!reason.equals(Atom.NORMAL) || (!linked && from == to.slot)) {
      end(to, reason);
    }
  }

  private Object end(Worker worker, Object reason) {
    worker.end = reason;
    worker.urgent.clear();
    worker.queue.clear();
    worker.seen.clear(); // how much of it came before the end is nobody's promise
    worker.trapExit = false;
    names.values().removeIf(slot -> slot == worker.slot);
    aliases.values().removeIf(alias -> alias.owner == worker.slot);
    ending.add(worker);
    return Outcome.DIED;
  }

  private void announceEnds() {
    for (Worker ended; (ended = ending.poll()) != null; ) {
      var reason = Objects.requireNonNull(ended.end);
      for (int other : List.copyOf(ended.links)) {
        exit(ended.slot, workers.get(other), reason, true);
      }
      ended.links.clear();
      for (var entry : List.copyOf(watches.entrySet())) {
        var watch = entry.getValue();
        if (watch.target == ended.slot) {
          endMonitor(entry.getKey());
          put(workers.get(watch.owner), Outcome.down(entry.getKey(), watch.object, reason));
        } else if (watch.owner == ended.slot) {
          watches.remove(entry.getKey());
        }
      }
    }
  }
}
