package dev.retort.node;

import static dev.retort.node.ErlangTerms.pair;

import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The figures of {@code erlang:statistics/1}. A reduction is a message that a process has taken:
 * nothing else is counted. Schedulers are the JVM's processors, and what they have done is the CPU
 * time of the JVM in equal shares.
 */
final class NodeCounters {
  private final Traffic traffic;
  private final long start = System.nanoTime();
  private final long cpuAtStart = cpuTime().toNanos();

  // What the last question was told, for the answers that say how much is new.
  private final AtomicLong lastWallClock = new AtomicLong();
  private final AtomicLong lastRuntime = new AtomicLong();
  private final AtomicLong lastReductions = new AtomicLong();

  NodeCounters(Traffic traffic) {
    this.traffic = traffic;
  }

  /** One of them; null if there is none of that name. */
  @Nullable Object get(String which) {
    return switch (which) {
      case "wall_clock" -> total(uptime(), lastWallClock);
      case "runtime" -> total(cpuMillis(), lastRuntime);
      case "reductions", "exact_reductions" -> total(reductions(), lastReductions);
      case "run_queue", "total_run_queue_lengths", "total_run_queue_lengths_all" -> runQueue();
      case "run_queue_lengths", "run_queue_lengths_all" -> queues(runQueue());
      case "total_active_tasks", "total_active_tasks_all" -> active();
      case "active_tasks", "active_tasks_all" -> queues(active());
      case "io" -> io();
      case "garbage_collection" -> Tuple.of(collections(), 0L, 0L);
      case "context_switches" -> Tuple.of(0L, 0L); // not counted
      case "scheduler_wall_time", "scheduler_wall_time_all" -> schedulers();
      case "microstate_accounting" -> Atom.UNDEFINED;
      default -> null;
    };
  }

  private static Tuple total(long now, AtomicLong last) {
    return Tuple.of(now, now - last.getAndSet(now));
  }

  /** How long the node has been there, in milliseconds. */
  long uptime() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  long runQueue() {
    return Node.current().statistics().runQueue();
  }

  private static long reductions() {
    return Node.current().statistics().messages();
  }

  private static long active() {
    var now = Node.current().statistics();
    return (long) now.runQueue() + now.runners();
  }

  /** All that waits, at the first scheduler: they have one queue together. */
  private static List<Object> queues(long length) {
    var queues = new ArrayList<Object>(Collections.nCopies(SystemItems.schedulers(), 0L));
    queues.set(0, length);
    return queues;
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(collector -> Math.max(0, collector.getCollectionCount()))
        .sum();
  }

  /** The CPU time of the JVM, in milliseconds. */
  long cpuMillis() {
    return cpuTime().toMillis();
  }

  private static Duration cpuTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** {@code [{Id, Active, Total}]}, in nanoseconds. */
  List<Object> schedulers() {
    int count = SystemItems.schedulers();
    long total = System.nanoTime() - start;
    long active = Math.min(total, (cpuTime().toNanos() - cpuAtStart) / count);
    var all = new ArrayList<Object>();
    for (int id = 1; id <= count; id++) {
      all.add(Tuple.of((long) id, active, total));
    }
    return all;
  }

  Tuple io() {
    return Tuple.of(pair("input", traffic.received()), pair("output", traffic.sent()));
  }
}
