package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A supervisor of many children of a kind that share the work, each of it by a key: Elixir's {@code
 * PartitionSupervisor}.
 *
 * <pre>{@code
 * import static dev.retort.Supervisor.*;
 *
 * PartitionSupervisor.startLink("counters", n -> child(n, () -> Agent.startLink(() -> 0)));
 *
 * Pid counter = PartitionSupervisor.whereis("counters", "ann");
 * Agent.update(counter, (Integer n) -> n + 1);
 * PartitionSupervisor.whereis("counters", "ann"); // => counter
 * }</pre>
 *
 * <p>Which process has a key is looked up without asking the supervisor, from any thread, and is
 * always the same one: what was one process with too much to do becomes as many as there are
 * processors. So it does for a {@link DynamicSupervisor} that starts more than one process can:
 *
 * <pre>{@code
 * PartitionSupervisor.startLink(
 *     "carts", n -> child(n, () -> DynamicSupervisor.startLink(oneForOne())).supervisor());
 *
 * Pid carts = PartitionSupervisor.whereis("carts", self());
 * DynamicSupervisor.startChild(carts, child("ann", () -> Agent.startLink(List::of)));
 * DynamicSupervisor.countChildren(carts).active(); // => 1
 * }</pre>
 *
 * <p>Supervise it as {@code child("counters", () ->
 * PartitionSupervisor.startLink(...)).supervisor()}. Its children are numbered from 0; Elixir's
 * {@code Supervisor.which_children({:counters, :"java@host"})} lists them. Do not use it where the
 * state of the children depends on each other, or must survive a change of their number: a key then
 * belongs to another child.
 */
public final class PartitionSupervisor {
  private static final Atom MODULE = Atom.of("Elixir.PartitionSupervisor");

  private PartitionSupervisor() {}

  /** As many partitions as there are processors, each restarted alone. */
  public static Pid startLink(String name, IntFunction<ChildSpec> child) {
    return startLink(name, Runtime.getRuntime().availableProcessors(), child);
  }

  /** As {@link #startLink(String, int, Strategy, IntFunction)}, each restarted alone. */
  public static Pid startLink(String name, int partitions, IntFunction<ChildSpec> child) {
    return startLink(name, partitions, Supervisor.oneForOne(), child);
  }

  /**
   * Starts one, linked to this process, and its children. {@code PartitionSupervisor.start_link/1}.
   *
   * @param name it is registered by this name
   * @param partitions how many children; 1 or more
   * @param strategy what it does when one ends
   * @param child the child for the partition with this number: Elixir's {@code with_arguments}. Its
   *     id becomes the number
   * @throws StartException if a child does not start, or the name is taken
   * @throws IllegalArgumentException if there is to be no partition, or the strategy has an {@link
   *     AutoShutdown}
   */
  public static Pid startLink(
      String name, int partitions, Strategy strategy, IntFunction<ChildSpec> child) {
    var source = source(name, partitions, strategy, child);
    return Objects.requireNonNull(Supervisor.startLink(source, GenServer.name(name)));
  }

  /** As {@link #startLink(String, int, Strategy, IntFunction)}, without a link; from any thread. */
  public static Pid start(
      String name, int partitions, Strategy strategy, IntFunction<ChildSpec> child) {
    var source = source(name, partitions, strategy, child);
    return Objects.requireNonNull(Supervisor.start(source, GenServer.name(name)));
  }

  private static Supplier<Supervisor> source(
      String name, int partitions, Strategy strategy, IntFunction<ChildSpec> child) {
    Objects.requireNonNull(name, "the name of the PartitionSupervisor");
    Objects.requireNonNull(child, "the children of the PartitionSupervisor");
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "a number of partitions of 1 or more was expected, this is " + partitions);
    }
    if (strategy.autoShutdown() != AutoShutdown.NEVER) {
      throw new IllegalArgumentException(
          "a PartitionSupervisor never shuts down by itself, "
              + strategy.autoShutdown()
              + " needs a Supervisor");
    }
    return () -> () -> init(name, partitions, strategy, child);
  }

  /** In the supervisor's process, which has the name already. */
  private static Supervisor.Init init(
      String name, int partitions, Strategy strategy, IntFunction<ChildSpec> child) {
    var table = new Partitions(Kernel.self(), partitions);
    Node.current().partitions.put(Atom.of(name), table);
    var children = new ArrayList<ChildSpec>(partitions);
    for (int i = 0; i < partitions; i++) {
      children.add(partition(i, child.apply(i), table));
    }
    return new Supervisor.Init(strategy, children);
  }

  private static ChildSpec partition(int number, ChildSpec child, Partitions table) {
    return child
        .id(number)
        .start(
            new Starts(
                child.start(),
                () -> {
                  var pid = child.start().call();
                  table.set(number, pid);
                  return pid;
                }));
  }

  /**
   * The process that has {@code key}: what {@code {:via, PartitionSupervisor, {name, key}}} means.
   * Where it is being restarted, it may be the one that has ended. From any thread.
   *
   * @param key an integer means the partition with this number, modulo how many there are; for
   *     anything else its hash code decides, so that equal keys have the same process
   * @throws ExitException with {@code {noproc, _}} if there is no such PartitionSupervisor on this
   *     node
   * @throws IllegalStateException if it has no partitions, having been resized to none
   */
  public static Pid whereis(String name, Object key) {
    Objects.requireNonNull(key, "a key");
    var table = table(name, "whereis_name");
    var pid = table.of(key);
    if (pid == null) {
      if (table.size == 0) {
        throw new IllegalStateException(
            "PartitionSupervisor " + name + " has no partitions: it was resized to 0");
      }
      throw noproc(name, "whereis_name");
    }
    return pid;
  }

  /**
   * How many partitions there are. {@code PartitionSupervisor.partitions/1}. From any thread.
   *
   * @throws ExitException with {@code {noproc, _}} if there is no such PartitionSupervisor
   */
  public static int partitions(String name) {
    return table(name, "partitions").size;
  }

  /**
   * Stops partitions, the last ones first to have no work, or starts those again that were stopped.
   * {@code PartitionSupervisor.resize!/2}. From any thread.
   *
   * @param partitions from 0 to the number that it was started with
   * @return how many there were
   * @throws IllegalArgumentException for another number
   * @throws StartException if one does not start again
   * @throws ExitException with {@code {noproc, _}} if there is no such PartitionSupervisor
   */
  public static int resize(String name, int partitions) {
    var table = table(name, "resize!");
    if (partitions < 0 || partitions > table.most()) {
      throw new IllegalArgumentException(
          "PartitionSupervisor "
              + name
              + ": a number of partitions from 0 to "
              + table.most()
              + " was expected, this is "
              + partitions);
    }
    table.resizing.lock();
    try {
      int before = table.size;
      for (int i = before; i < partitions; i++) {
        Supervisor.restartChild(table.supervisor, i);
      }
      table.size = partitions;
      for (int i = partitions; i < before; i++) {
        Supervisor.terminateChild(table.supervisor, i);
      }
      return before;
    } finally {
      table.resizing.unlock();
    }
  }

  private static Partitions table(String name, String function) {
    Objects.requireNonNull(name, "the name of the PartitionSupervisor");
    var node = Node.current();
    var table = node.partitions.get(Atom.of(name));
    // One that has been killed has left its table, which is of no use to the next by this name.
    if (table == null || !Objects.equals(node.whereis(Atom.of(name)), table.supervisor)) {
      throw noproc(name, function);
    }
    return table;
  }

  private static ExitException noproc(String name, String function) {
    return new ExitException(
        Tuple.of(Atom.NOPROC, Tuple.of(MODULE, Atom.of(function), List.of(Atom.of(name)))),
        "no process (:noproc): there is no PartitionSupervisor "
            + name
            + " on this node, or it has no process for this key");
  }

  /** Its children by number, running or not. {@code PartitionSupervisor.which_children/1}. */
  public static List<ChildInfo> whichChildren(String name) {
    return Supervisor.whichChildren(dest(name));
  }

  /** Its children, counted. {@code PartitionSupervisor.count_children/1}. */
  public static ChildCount countChildren(String name) {
    return Supervisor.countChildren(dest(name));
  }

  /** Stops it and its children and waits until it has ended. {@code PartitionSupervisor.stop/1}. */
  public static void stop(String name) {
    Supervisor.stop(dest(name));
  }

  /** As {@link #stop(String)}, with another exit reason. {@code PartitionSupervisor.stop/2}. */
  public static void stop(String name, Object reason) {
    Supervisor.stop(dest(name), reason);
  }

  /**
   * As {@link #stop(String, Object)}, waiting up to {@code timeout}, as {@link
   * Supervisor#stop(Dest, Object, Duration)}. {@code PartitionSupervisor.stop/3}.
   */
  public static void stop(String name, Object reason, Duration timeout) {
    Supervisor.stop(dest(name), reason, timeout);
  }

  private static Dest dest(String name) {
    return Name.of(name);
  }
}
