package dev.retort.node;

import static dev.retort.node.ErlangTerms.badarg;

import dev.retort.Export;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The module {@code erlang}, as far as it is asked from other nodes: what there is on this one. All
 * of it looks; what acts are exit signals, which every node can send anyway.
 */
final class ErlangModule {
  private static final Atom HIDDEN = Atom.of("hidden");
  private static final Atom VISIBLE = Atom.of("visible");
  private static final Atom CONNECTED = Atom.of("connected");
  private static final Atom THIS = Atom.of("this");

  private final LocalNode local;
  private final OtpModules modules;
  private final ProcessItems items;
  private final SystemItems system;
  private final NodeCounters counters;

  ErlangModule(LocalNode local, OtpModules modules, NodeCounters counters) {
    this.local = local;
    this.modules = modules;
    this.counters = counters;
    items = new ProcessItems(local);
    system = new SystemItems();
  }

  // ---- processes

  @Export
  Object processes() {
    return Kernel.processes();
  }

  @Export
  Object processInfo(Object pid) {
    var info = items.all(ours(pid));
    return info == null ? Atom.UNDEFINED : info;
  }

  @Export
  Object processInfo(Object pid, Object what) {
    var process = ours(pid);
    if (what instanceof List<?> several) {
      var info = items.several(process, several);
      return info == null ? Atom.UNDEFINED : info;
    }
    var item = items.one(process, what);
    if (item == null) {
      return Atom.UNDEFINED;
    }
    return item.equals(ProcessItems.NO_NAME) ? List.of() : item;
  }

  @Export
  Object isProcessAlive(Object pid) {
    return Kernel.alive(ours(pid));
  }

  private Pid ours(Object term) {
    if (term instanceof Pid pid && local.isOurs(pid)) {
      return pid;
    }
    throw badarg();
  }

  /**
   * The collector of a JVM has all processes' garbage to itself: there is nothing to do for one.
   */
  @Export
  Object garbageCollect(Object pid) {
    return Kernel.alive(ours(pid));
  }

  @Export
  Object exit(Object pid, Object reason) {
    if (!(pid instanceof Pid process)) {
      throw badarg();
    }
    return Kernel.exit(process, reason);
  }

  @Export
  Object whereis(Atom name) {
    Pid pid = local.host().whereis(name);
    return pid == null ? Atom.UNDEFINED : pid;
  }

  @Export
  Object registered() {
    return List.copyOf(Kernel.registered());
  }

  // ---- nodes

  @Export
  Object node() {
    return local.name();
  }

  @Export
  Object isAlive() {
    return true;
  }

  @Export
  Object nodes() {
    return Node.list();
  }

  @Export
  Object nodes(Object which) {
    var found = new ArrayList<Atom>();
    for (var each : which instanceof List<?> several ? several : List.of(which)) {
      if (each.equals(VISIBLE)) {
        found.addAll(Node.list());
      } else if (each.equals(HIDDEN)) {
        found.addAll(Node.listHidden());
      } else if (each.equals(CONNECTED)) {
        found.addAll(Node.list());
        found.addAll(Node.listHidden());
      } else if (each.equals(THIS)) {
        found.add(local.name());
      } else {
        throw badarg();
      }
    }
    return found.stream().distinct().toList();
  }

  // ---- ports: a JVM has none

  @Export
  Object ports() {
    return List.of();
  }

  @Export
  Object portInfo(Object port) {
    return Atom.UNDEFINED;
  }

  @Export
  Object portInfo(Object port, Object item) {
    return Atom.UNDEFINED;
  }

  // ---- the system

  @Export
  Object memory() {
    return JvmMemory.now().all();
  }

  @Export
  Object memory(Object which) {
    var memory = JvmMemory.now();
    if (which instanceof List<?> several) {
      return several.stream().map(each -> Tuple.of(each, memory.get(each))).toList();
    }
    return memory.get(which);
  }

  @Export
  Object statistics(Atom which) {
    @Nullable Object figure = counters.get(which.name());
    if (figure == null) {
      throw badarg();
    }
    return figure;
  }

  @Export
  Object systemInfo(Object which) {
    return system.get(which);
  }

  @Export
  Object functionExported(Atom module, Atom function, long arity) {
    return modules.isExported(module, function, arity);
  }

  @Export
  Object loaded() {
    return List.copyOf(modules.names());
  }

  // ---- time

  @Export
  Object timestamp() {
    return timestampNow();
  }

  /** {@code {MegaSecs, Secs, MicroSecs}}. */
  static Tuple timestampNow() {
    long micros = micros();
    return Tuple.of(
        micros / 1_000_000_000_000L, micros / 1_000_000 % 1_000_000, micros % 1_000_000);
  }

  /** {@code system_time(microsecond)}. */
  static long micros() {
    var now = Instant.now();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
  }

  @Export
  Object systemTime() {
    return TimeUnit.MICROSECONDS.toNanos(micros());
  }

  @Export
  Object systemTime(Atom unit) {
    return inUnit(TimeUnit.MICROSECONDS.toNanos(micros()), unit);
  }

  @Export
  Object monotonicTime() {
    return System.nanoTime();
  }

  @Export
  Object monotonicTime(Atom unit) {
    return inUnit(System.nanoTime(), unit);
  }

  private static long inUnit(long nanos, Atom unit) {
    return switch (unit.name()) {
      case "native", "nanosecond" -> nanos;
      case "microsecond" -> Math.floorDiv(nanos, 1_000L);
      case "millisecond" -> Math.floorDiv(nanos, 1_000_000L);
      case "second" -> Math.floorDiv(nanos, 1_000_000_000L);
      default -> throw badarg();
    };
  }
}
