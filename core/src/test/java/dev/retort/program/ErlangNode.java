package dev.retort.program;

import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A real Erlang node that has workers, as the driver sees it: it tells them and asks after them by
 * messages. {@code program.erl} is its side.
 */
final class ErlangNode {
  private static final Atom START = Atom.of("start");
  private static final Atom LOOK = Atom.of("look");
  private static final Atom COMMAND = Atom.of("command");
  private static final Atom REF = Atom.of("ref");
  private static final Atom NODE = Atom.of("node");

  private final World world;
  private final Dest agent;
  private final Map<Integer, ErlangWorker> workers = new HashMap<>();
  private Map<Integer, Look> looks = Map.of();
  private long asked;
  private long answered;

  /** A process that does steps there. */
  private final class ErlangWorker implements Worker {
    private final int slot;
    private final Queue<Object> seen = new ArrayDeque<>();
    private CompletableFuture<Object> result = new CompletableFuture<>();

    ErlangWorker(int slot) {
      this.slot = slot;
    }

    @Override
    public CompletableFuture<Object> command(Op op) {
      result = new CompletableFuture<>();
      send(world.seen(slot), Tuple.of(COMMAND, self(), op, known()));
      return result;
    }

    @Override
    public Queue<Object> seen() {
      return seen;
    }
  }

  ErlangNode(Atom name, World world) {
    this.world = world;
    this.agent = new Name(RetortRun.ECHO, name);
  }

  /** Starts a worker; {@link #hear} is told that it is born. */
  void start(Kind kind, int slot) {
    send(agent, Tuple.of(START, self(), kind, (long) slot));
  }

  @Nullable Worker worker(int slot) {
    return workers.get(slot);
  }

  /** How the worker was when its node was last asked; null if it had ended. */
  @Nullable Look look(int slot) {
    return looks.get(slot);
  }

  /** Asks how the workers are; {@link #knows} says when it has the answer. */
  void ask() {
    var pids = new LinkedHashMap<Object, Object>();
    workers.keySet().forEach(slot -> pids.put((long) slot, world.seen(slot)));
    send(agent, Tuple.of(LOOK, self(), ++asked, pids));
  }

  boolean knows() {
    return answered == asked;
  }

  /** What its processes tell the driver. */
  void hear(Tuple news) {
    switch (((Atom) news.get(0)).name()) {
      case "born" -> {
        int slot = number(news.get(1));
        workers.put(slot, new ErlangWorker(slot));
        world.born(slot, (Pid) news.get(2));
      }
      case "result" -> workers.get(number(news.get(1))).result.complete(result(news.get(2)));
      case "seen" -> workers.get(number(news.get(1))).seen.add(news.get(2));
      case "looked" -> {
        answered = (Long) news.get(1);
        var looks = new HashMap<Integer, Look>();
        ((Map<?, ?>) news.get(2)).forEach((slot, look) -> looks.put(number(slot), look(look)));
        this.looks = looks;
      }
      default -> throw new AssertionError(news);
    }
  }

  private static Look look(Object term) {
    var look = (Tuple) term;
    return new Look(number(look.get(0)), pids(look.get(1)), pids(look.get(2)));
  }

  private static List<Pid> pids(Object list) {
    return ((List<?>) list).stream().map(Pid.class::cast).toList();
  }

  private Object result(Object term) {
    if (term instanceof Pid pid) {
      return (long) world.slot(pid);
    }
    if (term instanceof Tuple made && made.get(0).equals(Atom.of("made"))) {
      world.number(number(made.get(1)), (Ref) made.get(2));
      return made.get(3);
    }
    if (term instanceof Tuple taken && taken.get(0).equals(Atom.of("taken"))) {
      return Outcome.promised(world.events(new ArrayList<>((List<?>) taken.get(1))));
    }
    return term;
  }

  private static int number(Object term) {
    return Math.toIntExact((Long) term);
  }

  /** Pids by number, references by {@code {ref, Number}}, nodes by {@code {node, Number}}. */
  private Map<Object, Object> known() {
    var known = new LinkedHashMap<Object, Object>();
    world.pids().forEach((slot, pid) -> known.put((long) slot, world.seen(slot)));
    world.refs().forEach((number, ref) -> known.put(Tuple.of(REF, (long) number), ref));
    for (int node = 0; node < world.names().size(); node++) {
      known.put(Tuple.of(NODE, (long) node), world.names().get(node));
    }
    return known;
  }
}
