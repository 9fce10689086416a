package dev.retort;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Via;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The links, monitors and aliases of one process; made when the first of them is. Guarded by the
 * process's lock.
 *
 * <p>Links follow erl_dist_protocol's link protocol, on one node as between two: a process that
 * unlinks remembers the id of its unlink until the other side has acknowledged it. In the meantime
 * an exit or a link of the other side counts for nothing: it was sent before that side knew.
 */
final class Ties {
  /** A link that is active; any other value is the id of an unlink that is not acknowledged. */
  private static final Long ACTIVE = 0L;

  private final LocalProcess owner;

  private @Nullable SmallMap<Pid, Long> links;
  private @Nullable SmallMap<Ref, Watch> monitors;
  private @Nullable SmallMap<Ref, Signal.Monitor> monitoredBy;
  private @Nullable SmallMap<Ref, Alias> aliases;

  /** Whether any of it may concern another node, so that a distribution has to hear of the end. */
  boolean remote;

  /** What came after the signal that ends the process. */
  private @Nullable List<Object> tooLate;

  /** Signals to send once the lock is free. */
  private @Nullable List<Outgoing> outgoing;

  record Outgoing(Dest to, Signal signal) {}

  Ties(LocalProcess owner) {
    this.owner = owner;
  }

  // ---- links

  /** This process links; whether there was no active link. */
  boolean link(Pid other) {
    if (links == null) {
      links = new SmallMap<>();
    }
    return !ACTIVE.equals(links.put(other, ACTIVE));
  }

  /** The other side has linked; nothing changes if this side has one, or is unlinking. */
  void linked(Pid from) {
    if (links == null || !links.containsKey(from)) {
      link(from);
    }
  }

  /** This process unlinks; false if there is no active link. */
  boolean unlink(Pid other, long id) {
    if (links == null || !ACTIVE.equals(links.get(other))) {
      return false;
    }
    links.put(other, id);
    return true;
  }

  /** Whether there is an active link. */
  boolean isLinkedTo(Pid other) {
    return links != null && ACTIVE.equals(links.get(other));
  }

  /** The other side has unlinked. */
  void unlinked(Pid from) {
    if (links != null && ACTIVE.equals(links.get(from))) {
      links.remove(from);
    }
  }

  /** The other side has acknowledged an unlink of this one. */
  void acknowledged(Pid from, long id) {
    if (links != null) {
      var current = links.get(from);
      if (current != null && current == id) {
        links.remove(from);
      }
    }
  }

  /** The other side has ended; whether there was an active link, which is gone. */
  boolean broken(Pid from) {
    return links != null && ACTIVE.equals(links.remove(from));
  }

  void forEachLink(Consumer<Pid> action) {
    if (links != null) {
      links.forEach(
          (pid, state) -> {
            if (state.equals(ACTIVE)) {
              action.accept(pid);
            }
          });
    }
  }

  /**
   * All that may have a link to this process: also those that it is unlinking, since its end may
   * have come before the signal. Those that know of the unlink take no notice.
   */
  void forEachEnd(Consumer<Pid> action) {
    if (links != null) {
      links.forEach((pid, state) -> action.accept(pid));
    }
  }

  /** All that are linked or being unlinked and on {@code node}. */
  List<Pid> linksTo(Atom node) {
    var found = new ArrayList<Pid>();
    if (links != null) {
      links.forEach(
          (pid, state) -> {
            if (pid.node().equals(node)) {
              found.add(pid);
            }
          });
    }
    return found;
  }

  // ---- monitors

  void monitor(Ref ref, Watch watch) {
    if (monitors == null) {
      monitors = new SmallMap<>();
    }
    monitors.put(ref, watch);
  }

  /** What is monitored; null if there is no such monitor. */
  @Nullable Watch monitor(Ref ref) {
    return monitors == null ? null : monitors.get(ref);
  }

  /** A monitor is taken back, or has fired; what it was, null if there is none. */
  @Nullable Watch endMonitor(Ref ref) {
    var watch = monitors == null ? null : monitors.remove(ref);
    if (watch != null && aliases != null) {
      var alias = aliases.get(ref);
      if (alias != null && alias.mode().endsWithMonitor()) {
        unalias(ref);
      }
    }
    return watch;
  }

  void forEachMonitor(BiConsumer<Ref, Watch> action) {
    if (monitors != null) {
      monitors.forEach(action);
    }
  }

  /** The monitors of processes on {@code node}. */
  List<Ref> monitorsOf(Atom node) {
    var found = new ArrayList<Ref>();
    forEachMonitor(
        (ref, watch) -> {
          if (isOn(node, watch.target())) {
            found.add(ref);
          }
        });
    return found;
  }

  private static boolean isOn(Atom node, Dest object) {
    return switch (object) {
      case Pid pid -> pid.node().equals(node);
      case Name(var name, var at) -> at != null && at.equals(node);
      case Ref ref -> false;
      case Via via -> false;
    };
  }

  void monitoredBy(Signal.Monitor monitor) {
    if (monitoredBy == null) {
      monitoredBy = new SmallMap<>();
    }
    monitoredBy.put(monitor.ref, monitor);
  }

  void notMonitoredBy(Ref ref) {
    if (monitoredBy != null) {
      monitoredBy.remove(ref);
    }
  }

  /** The monitors of a node that is lost are gone. */
  void notMonitoredFrom(Atom node) {
    var lost = new ArrayList<Ref>();
    forEachMonitoredBy(
        monitor -> {
          if (monitor.watcher.node().equals(node)) {
            lost.add(monitor.ref);
          }
        });
    lost.forEach(this::notMonitoredBy);
  }

  void forEachMonitoredBy(Consumer<Signal.Monitor> action) {
    if (monitoredBy != null) {
      monitoredBy.forEach((ref, monitor) -> action.accept(monitor));
    }
  }

  // ---- aliases

  void alias(Ref ref, Alias alias) {
    if (aliases == null) {
      aliases = new SmallMap<>();
    }
    aliases.put(ref, alias);
    owner.pid.home.addAlias(ref, owner);
  }

  /** An alias is taken back; whether there was one. */
  boolean unalias(Ref ref) {
    boolean was = aliases != null && aliases.remove(ref) != null;
    if (was) {
      owner.pid.home.removeAlias(ref);
    }
    return was;
  }

  /** A message has come through {@code ref}: the alias that it uses, null if there is none. */
  @Nullable Alias use(Ref ref) {
    var alias = aliases == null ? null : aliases.get(ref);
    if (alias != null && alias.mode().endsWithReply()) {
      unalias(ref);
      var watch = alias.mode().endsWithMonitor() ? endMonitor(ref) : null;
      if (watch != null) {
        tell(watch.target(), new Signal.Demonitor(ref, owner.pid));
      }
    }
    return alias;
  }

  /** The process has ended: nobody finds it through an alias any more. */
  void forgetAliases() {
    if (aliases != null) {
      aliases.forEach((ref, alias) -> owner.pid.home.removeAlias(ref));
    }
  }

  // ---- for later

  void tooLate(Object message) {
    if (tooLate == null) {
      tooLate = new ArrayList<>();
    }
    tooLate.add(message);
  }

  List<Object> tooLate() {
    return tooLate == null ? List.of() : tooLate;
  }

  /**
   * Sends a signal that is not urgent: at once, so that it comes before what this process does
   * next, if that is on this node, and once the lock is free otherwise.
   */
  void tell(Dest to, Signal signal) {
    if (to instanceof LocalPid local) {
      var process = local.process;
      if (process != null) {
        process.signal(signal);
      }
      return;
    }
    if (outgoing == null) {
      outgoing = new ArrayList<>(1);
    }
    outgoing.add(new Outgoing(to, signal));
  }

  List<Outgoing> takeOutgoing() {
    var taken = outgoing;
    outgoing = null;
    return taken == null ? List.of() : taken;
  }
}
