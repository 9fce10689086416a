package dev.retort.node;

import static dev.retort.node.ErlangTerms.charlist;
import static dev.retort.node.ErlangTerms.natural;
import static dev.retort.node.ErlangTerms.pair;

import dev.retort.ErlangException;
import dev.retort.Export;
import dev.retort.Kernel;
import dev.retort.ProcessInfo;
import dev.retort.spi.ProcessDetails;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The module {@code observer_backend}: what {@code observer} and {@code etop} run on the node that
 * they look at. Some functions answer, others are the body of a process that sends what it finds.
 */
final class ObserverBackendModule {
  /** Of the {@code runtime_tools} that these functions are like. */
  private static final String VERSION = "1.19";

  /** Processes that one message to observer tells of. */
  private static final int CHUNK = 10_000;

  private static final List<String> SOCKET_FIGURES =
      List.of(
          "iov_max",
          "num_monitors",
          "num_cnt_bits",
          "num_dinet",
          "num_dinet6",
          "num_dlocal",
          "num_pip",
          "num_psctp",
          "num_ptcp",
          "num_pudp",
          "num_sockets",
          "num_tdgrams",
          "num_tseqpkgs",
          "num_tstreams");

  private final LocalNode local;
  private final NodeCounters counters;
  private final SystemItems system = new SystemItems();

  ObserverBackendModule(LocalNode local, NodeCounters counters) {
    this.local = local;
    this.counters = counters;
  }

  @Export
  Object vsn() {
    return Tuple.of(Atom.OK, charlist(VERSION));
  }

  @Export
  Object sysInfo() {
    var all = new ArrayList<>(system.forObserver(counters));
    all.addAll(JvmMemory.now().all());
    return all;
  }

  // ---- what a JVM has none of

  @Export
  Object getPortList() {
    return List.of();
  }

  @Export
  Object getSocketList() {
    return List.of();
  }

  @Export
  Object socketInfo() {
    return SOCKET_FIGURES.stream().map(each -> pair(each, 0L)).toList();
  }

  @Export
  Object getTableList(Atom kind, List<Object> options) {
    if (kind.name().equals("ets")) {
      return List.of();
    }
    throw new ErlangException(
        ErlangException.Kind.THROW,
        Tuple.of(Atom.ERROR, charlist("Mnesia is not running on: " + local.name().name())));
  }

  // ---- processes

  /** Sends {@code {procs_info, Pid, Infos}} until all have been told of. */
  @Export
  void procsInfo(Pid collector) {
    var all = new ArrayList<Object>();
    for (var pid : Kernel.processes()) {
      addTo(all, pid);
      if (all.size() == CHUNK) {
        sendProcesses(collector, all);
        all.clear();
      }
    }
    sendProcesses(collector, all);
  }

  private static void sendProcesses(Pid collector, List<Object> infos) {
    Kernel.send(collector, Tuple.of(Atom.of("procs_info"), Kernel.self(), List.copyOf(infos)));
  }

  /** Sends {@code {Pid, #etop_info{}}}. */
  @Export
  void etopCollect(Pid collector) {
    var schedulers = counters.schedulers();
    var all = new ArrayList<Object>();
    for (var pid : Kernel.processes()) {
      addTo(all, pid);
    }
    Kernel.send(
        collector,
        Tuple.of(
            Kernel.self(),
            Tuple.of(
                Atom.of("etop_info"),
                ErlangModule.timestampNow(),
                (long) all.size(),
                Atom.UNDEFINED, // wall_clock
                schedulers, // runtime
                counters.runQueue(),
                List.of(), // alloc_areas
                etopMemory(),
                all)));
  }

  private static List<Object> etopMemory() {
    var memory = JvmMemory.now();
    return List.<Object>of(
        figure(memory, "total"),
        figure(memory, "processes"),
        figure(memory, "ets"),
        figure(memory, "atom"),
        figure(memory, "code"),
        figure(memory, "binary"));
  }

  private static Tuple figure(JvmMemory memory, String which) {
    return pair(which, memory.get(Atom.of(which)));
  }

  /** {@code #etop_proc_info{}} of a process that is alive and not the one that looks. */
  private void addTo(List<Object> all, Pid pid) {
    var details = pid.equals(Kernel.self()) ? null : details(pid);
    if (details == null) {
      return;
    }
    var name = details.info().registeredName();
    var translated = details.translatedCall();
    all.add(
        Tuple.of(
            Atom.of("etop_proc_info"),
            pid,
            ProcessItems.memory(details.info()),
            details.handled(),
            name != null ? name : translated != null ? translated : details.initialCall(),
            0L, // runtime, which a tracer would know
            ProcessItems.currentFunction(details),
            details.info().messageQueueLength()));
  }

  /** Only of those that run it is asked where they are: it takes a while, and they are few. */
  private @Nullable ProcessDetails details(Pid pid) {
    var details = local.host().details(pid, false);
    return details != null && details.info().status() == ProcessInfo.Status.RUNNING
        ? local.host().details(pid, true)
        : details;
  }

  // ---- figures over time

  /** Sends {@code {stats, 1, Schedulers, Io, Memory}} again and again, until a message comes. */
  @Export
  void fetchStats(Pid parent, Object milliseconds) {
    Kernel.trapExit(true);
    var pause = Duration.ofMillis(natural(milliseconds));
    while (Kernel.receive(pause) == null) {
      Kernel.send(
          parent,
          Tuple.of(
              Atom.of("stats"), 1L, counters.schedulers(), counters.io(), JvmMemory.now().all()));
    }
  }
}
