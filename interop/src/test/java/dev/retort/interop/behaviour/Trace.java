package dev.retort.interop.behaviour;

import dev.retort.Kernel;
import dev.retort.ProcessInfo;
import dev.retort.etf.Inspect;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What happens in a running scenario; told and asked by all of its processes. */
final class Trace {
  private record Entry(Tuple who, Object what) {}

  private final List<Entry> entries = new ArrayList<>();
  private final TreeMap<Long, Pid> servers = new TreeMap<>();
  private final Map<Pid, Long> numbers = new HashMap<>();
  private final Set<Pid> held = new HashSet<>();
  private final Set<Pid> all = new HashSet<>();
  private final Set<Pid> busy = new HashSet<>();

  synchronized void say(Tuple who, Object what) {
    entries.add(new Entry(who, what));
  }

  /** A process that takes part, and may do so whenever it does not wait. */
  synchronized void here(Pid pid) {
    all.add(pid);
    busy.add(pid);
  }

  /** The running process has done its part and says only what it gets. */
  synchronized void done() {
    busy.remove(Kernel.self());
  }

  /** The running process is a server. */
  synchronized void born(long number) {
    here(Kernel.self());
    servers.put(number, Kernel.self());
    numbers.put(Kernel.self(), number);
  }

  synchronized void held() {
    held.add(Kernel.self());
  }

  synchronized void released() {
    held.remove(Kernel.self());
  }

  // ---- for the driver

  /** The server that has started last, alive or not; null if there was none. */
  synchronized @Nullable Pid youngest() {
    return servers.isEmpty() ? null : servers.lastEntry().getValue();
  }

  synchronized boolean isHeld(Pid server) {
    return held.contains(server) && Kernel.alive(server);
  }

  synchronized @Nullable Long number(@Nullable Pid server) {
    return server == null ? null : numbers.get(server);
  }

  synchronized Set<Pid> all() {
    return Set.copyOf(all);
  }

  synchronized int size() {
    return entries.size();
  }

  /** What was said from a place on, by each in its order. */
  synchronized Map<String, List<Object>> said(int from) {
    var said = new TreeMap<String, List<Object>>();
    for (var each : entries.subList(from, entries.size())) {
      said.computeIfAbsent(Inspect.inspect(each.who), who -> new ArrayList<>()).add(each.what);
    }
    return said;
  }

  /** Whether everybody waits or has ended. */
  boolean isStill() {
    Set<Pid> looked;
    synchronized (this) {
      looked = Set.copyOf(busy);
    }
    for (var pid : looked) {
      var info = Kernel.processInfo(pid);
      if (info == null) {
        synchronized (this) {
          busy.remove(pid);
        }
      } else if (info.status() != ProcessInfo.Status.WAITING) {
        return false;
      }
    }
    return true;
  }
}
