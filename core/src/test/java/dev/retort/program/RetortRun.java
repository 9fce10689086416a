package dev.retort.program;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;

import dev.retort.Down;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Program} on a Retort node and says what came of each step.
 *
 * <p>The driver, a process, tells workers what to do. After each step it looks at everybody until
 * all is as the program expects; what it does not come to within {@link #PATIENCE} is reported as
 * it is then, and is the last.
 */
public final class RetortRun {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Once a program has failed, a smaller one is looked for, and it need not take so long. */
  private static final Duration LESS_PATIENCE = Duration.ofSeconds(1);

  private static final Duration GLANCE = Duration.ofNanos(20_000);

  private static volatile Duration patience = PATIENCE;

  /** Who answers the driver on another node. */
  static final Atom ECHO = Atom.of("program_echo");

  private final Program program;
  private final List<Node> nodes;
  private final World world;

  private final Map<Ref, Integer> watched = new HashMap<>();

  /** Exit reasons by slot. */
  private final Map<Integer, Object> ends = new HashMap<>();

  /** How often other nodes were asked, and have answered, that all sent before has arrived. */
  private long asked;

  private long answered;

  private RetortRun(Program program, List<Node> nodes, @Nullable Atom erlang) {
    this.program = program;
    this.nodes = nodes;
    this.world = new World(nodes, erlang);
  }

  /** Runs it to its end, from a thread that is no process. */
  public static List<Outcome> of(Program program) throws Exception {
    return across(List.of(Node.current()), program);
  }

  /**
   * Runs it on nodes of this JVM. The driver, on the first, reaches all workers directly; what they
   * do to each other goes over the connections.
   */
  public static List<Outcome> across(List<Node> nodes, Program program) throws Exception {
    return nodes.getFirst().run(new RetortRun(program, nodes, null)::drive);
  }

  /**
   * Runs it on a node of this JVM, where the driver is, and an Erlang node that it is connected to.
   */
  public static List<Outcome> withErlang(Node node, Atom erlang, Program program) throws Exception {
    return node.run(new RetortRun(program, List.of(node), erlang)::drive);
  }

  private List<Outcome> drive() throws Exception {
    world.born(Act.DRIVER, self());
    for (var node : nodes.subList(1, nodes.size())) {
      node.run(() -> echo(node));
    }
    try {
      var outcomes = new ArrayList<Outcome>();
      for (int i = 0; i < program.acts().size(); i++) {
        var expected = program.expected().get(i);
        var outcome = outcome(program.acts().get(i), expected);
        outcomes.add(outcome);
        if (!outcome.equals(expected)) {
          break;
        }
      }
      return outcomes;
    } finally {
      endAll();
    }
  }

  /**
   * Has a step done; how everybody is once it is as expected, or there is no more hope for that.
   */
  private Outcome outcome(Act step, Outcome expected) throws Exception {
    for (int slot = 0; world.pid(slot) != null; slot++) {
      var worker = world.worker(slot);
      if (worker != null) {
        worker.seen().clear();
      }
    }
    var result =
        step.actor() == Act.DRIVER
            ? CompletableFuture.completedFuture(world.exec(Act.DRIVER, step.op()))
            : Objects.requireNonNull(world.worker(step.actor())).command(step.op());
    long deadline = System.nanoTime() + patience.toNanos();
    boolean settled = others().isEmpty() || canAllBeSeen(step.op());
    while (true) {
      var outcome = look(step, result);
      if (outcome.equals(expected)) {
        if (settled) {
          return outcome;
        }
        settle();
        settled = true;
        continue;
      }
      if (System.nanoTime() - deadline > 0) {
        patience = LESS_PATIENCE;
        return outcome;
      }
      hearNews(GLANCE);
    }
  }

  // ---- other nodes

  private List<Atom> others() {
    return world.names().subList(1, world.names().size());
  }

  /**
   * Whether the step has done all that it ever will once it is as expected. Two signals may change
   * nothing, and would do so if they came later.
   */
  private static boolean canAllBeSeen(Op op) {
    return !(op instanceof Op.ExitOther || op instanceof Op.SendNameNode);
  }

  /** Leaves a process on a node that answers the driver. */
  private static boolean echo(Node node) throws InterruptedException {
    if (node.whereis(ECHO.name()) == null) {
      var ready = new CountDownLatch(1);
      node.spawn(
          () -> {
            register(ECHO.name(), self());
            ready.countDown();
            while (true) {
              var question = (Tuple) receive();
              send((Pid) question.get(0), question.get(1));
            }
          });
      ready.await();
    }
    return true;
  }

  /**
   * Waits until all has arrived that was sent before between the driver's node and the others: a
   * connection carries everything in order. What it leads to may still be to come, and can be seen.
   */
  private void settle() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (var node : others()) {
      send(new Name(ECHO, node), Tuple.of(self(), ++asked));
      while (answered < asked) {
        hearNews(Duration.ofSeconds(1));
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError(node + " does not answer");
        }
      }
    }
  }

  private Outcome look(Act step, CompletableFuture<Object> result) {
    askErlang();
    hearNews(Duration.ZERO);
    var value = result.getNow(Atom.of("pending"));
    if (step.op() instanceof Op.Spawn(_, _, var slot, _, _)
        && result.isDone()
        && world.pid(slot) != null) {
      watch(slot); // before anybody takes the step for done
    }
    if (step.op() instanceof Op.SpawnEnding(var reason, _, var slot, _)
        && world.pid(slot) != null
        && world.look(slot) == null) {
      ends.putIfAbsent(slot, reason); // why, its parent may see
    }
    if (ends.containsKey(step.actor())) {
      value = Outcome.DIED;
    }
    var workers = new ArrayList<Outcome.Worker>();
    for (int slot = 0; world.pid(slot) != null; slot++) {
      workers.add(worker(slot));
    }
    return new Outcome(value, workers);
  }

  private void askErlang() {
    var erlang = world.erlang();
    if (erlang != null) {
      erlang.ask();
      while (!erlang.knows()) {
        hearNews(PATIENCE);
      }
    }
  }

  private void watch(int slot) {
    if (!watched.containsValue(slot)) {
      watched.put(monitor(Objects.requireNonNull(world.pid(slot))), slot);
    }
  }

  private void hearNews(Duration patience) {
    for (Object news; (news = receive(patience)) != null; patience = Duration.ZERO) {
      if (news instanceof Down(var ref, var type, var object, var reason)) {
        ends.put(watched.get(ref), World.reason(reason));
      } else if (news instanceof Long answer) {
        answered = answer;
      } else if (news instanceof Tuple tuple) {
        Objects.requireNonNull(world.erlang()).hear(tuple);
      }
    }
  }

  private Outcome.Worker worker(int slot) {
    var end = ends.get(slot);
    var worker = world.worker(slot);
    var look = end == null ? world.look(slot) : null;
    if (look == null || worker == null) {
      return Outcome.Worker.ended(slot, end == null ? Atom.of("not yet ended") : end);
    }
    return new Outcome.Worker(
        slot,
        Outcome.ALIVE,
        Outcome.unordered(world.events(List.copyOf(worker.seen()))),
        look.queued(),
        numbers(look.links(), any -> true),
        numbers(look.monitoredBy(), by -> by != Act.DRIVER));
  }

  private List<Integer> numbers(List<Pid> pids, IntPredicate which) {
    return pids.stream().map(world::slot).filter(which::test).sorted().toList();
  }

  private void endAll() {
    for (int slot : watched.values()) {
      exit(Objects.requireNonNull(world.pid(slot)), Atom.KILL);
    }
    while (!ends.keySet().containsAll(watched.values())) {
      hearNews(Duration.ofSeconds(1));
    }
  }
}
