package dev.retort;

import static dev.retort.Kernel.demonitor;
import static dev.retort.Kernel.demonitorFlush;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.link;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawnLink;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.unlink;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Some processes that all do things to each other at the same time, each by a script of its own,
 * and the history of what each did and saw. What it comes to differs from run to run; {@link
 * RaceRules} says what no run may come to.
 */
final class Race {
  /** What a process does. */
  enum Verb {
    READ,
    SEND,
    LINK,
    UNLINK,
    MONITOR,
    DEMONITOR,
    DEMONITOR_FLUSH,
    EXIT,
    KILL,
    SPAWN_LINK,
    END
  }

  /**
   * A step of a script.
   *
   * @param to whom it is done to, by number; for a demonitor, which of its monitors
   * @param pause how long it computes before
   */
  record Move(Verb verb, int to, int pause) {}

  /** One process's script, and whether it traps exits. */
  record Script(boolean traps, List<Move> moves) {}

  /** Something that a process did or got, in its order. */
  sealed interface Entry {}

  /**
   * A move that has begun.
   *
   * @param object who it was done to, or which monitor
   * @param n which of the signals that carry a number it was, of those to the same process
   * @param at the moment at which it began
   */
  record Began(Verb verb, int object, long n, long at) implements Entry {}

  /** The move that has begun last has come back. */
  record Returned(Object result, long at) implements Entry {}

  record Got(Object message) implements Entry {}

  /** The {@code n}th thing that one process sends to another. */
  record Note(int from, long n) {}

  /** A process of the race. */
  static final class Racer {
    final int number;
    final Script script;
    private final List<Entry> history = new ArrayList<>();

    /** The monitors it has made, and of whom. */
    final List<Ref> monitors = new ArrayList<>();

    final List<Integer> monitored = new ArrayList<>();

    private final Map<Integer, Long> sent = new HashMap<>();

    /** Who runs it; known before the start. */
    Pid pid = Kernel.self();

    /** Why it has ended; null while it has not. */
    @Nullable Object end;

    volatile boolean done;

    Racer(int number, Script script) {
      this.number = number;
      this.script = script;
    }

    synchronized List<Entry> history() {
      return List.copyOf(history);
    }

    /** Also the threads of killed processes come here, when others already read. */
    synchronized void add(Entry entry) {
      history.add(entry);
    }

    private long next(int to) {
      return sent.merge(to, 1L, Long::sum);
    }

    @Override
    public String toString() {
      return number
          + (script.traps ? " (traps)" : "")
          + (end == null ? " alive" : " ended: " + end)
          + "\n    "
          + String.join("\n    ", history().stream().map(Entry::toString).toList());
    }
  }

  final List<Racer> racers = new ArrayList<>();

  /** Processes that racers have started, linked, and that only wait; by whom. */
  final Map<Pid, Racer> children = Collections.synchronizedMap(new HashMap<>());

  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger atStart = new AtomicInteger();
  private final CountDownLatch start = new CountDownLatch(1);
  private final Map<Ref, Racer> watched = new HashMap<>();

  /** Made by the process that will drive it. */
  Race(List<Script> scripts) {
    for (var script : scripts) {
      racers.add(new Racer(racers.size(), script));
    }
  }

  // ---- the driver

  /** Runs all scripts; returns when each is done or its process has ended. */
  void run() {
    for (var racer : racers) {
      var monitored = spawnMonitor(() -> race(racer));
      racer.pid = monitored.pid();
      watched.put(monitored.ref(), racer);
    }
    start.countDown();
    while (racers.stream().anyMatch(racer -> !racer.done && racer.end == null)) {
      hearOfEnds();
    }
  }

  /** Looks for a moment whether somebody has ended. */
  void hearOfEnds() {
    var patience = Duration.ofNanos(20_000);
    for (Down down; (down = receive(Down.class, patience)) != null; patience = Duration.ZERO) {
      watched.get(down.ref()).end = down.reason();
    }
  }

  /** Ends all that are left. */
  void endAll() {
    racers.forEach(racer -> exit(racer.pid, Atom.KILL));
    List.copyOf(children.keySet()).forEach(child -> exit(child, Atom.KILL));
    while (racers.stream().anyMatch(racer -> racer.end == null)) {
      hearOfEnds();
    }
  }

  // ---- a racer

  private void race(Racer me) throws InterruptedException {
    trapExit(me.script.traps);
    start.await();
    meetAnother();
    for (var move : me.script.moves) {
      for (int i = 0; i < move.pause; i++) {
        Thread.onSpinWait();
      }
      make(me, move);
    }
    me.done = true;
    while (true) {
      me.add(new Got(receive()));
    }
  }

  /** Two at least should be under way at the same time, not one after the other. */
  private void meetAnother() {
    atStart.incrementAndGet();
    for (int i = 0; i < 10_000 && atStart.get() < Math.min(2, racers.size()); i++) {
      Thread.onSpinWait();
    }
  }

  private void make(Racer me, Move move) {
    int object = move.to % racers.size();
    var other = racers.get(object).pid;
    switch (move.verb) {
      case READ -> read(me);
      case SEND -> {
        long n = began(me, move.verb, object, true);
        send(other, new Note(me.number, n));
        returned(me, Atom.OK);
      }
      case LINK -> {
        began(me, move.verb, object, false);
        try {
          returned(me, link(other));
        } catch (RuntimeException noproc) {
          returned(me, Atom.NOPROC);
        }
      }
      case UNLINK -> {
        began(me, move.verb, object, false);
        returned(me, unlink(other));
        read(me); // what came through the link before
      }
      case MONITOR -> {
        began(me, move.verb, object, false);
        var ref = monitor(other);
        me.monitors.add(ref);
        me.monitored.add(object);
        returned(me, ref);
      }
      case DEMONITOR, DEMONITOR_FLUSH -> {
        if (!me.monitors.isEmpty()) {
          int monitor = move.to % me.monitors.size();
          began(me, move.verb, monitor, false);
          var ref = me.monitors.get(monitor);
          returned(me, move.verb == Verb.DEMONITOR ? demonitor(ref) : demonitorFlush(ref));
        }
      }
      case EXIT -> {
        long n = began(me, move.verb, object, true);
        exit(other, Tuple.of(Atom.of("note"), (long) me.number, (long) object, n));
        returned(me, true);
      }
      case KILL -> {
        began(me, move.verb, object, false);
        exit(other, Atom.KILL);
        returned(me, true);
      }
      case SPAWN_LINK -> {
        began(me, move.verb, object, false);
        returned(
            me,
            spawnLink(
                () -> {
                  children.put(self(), me);
                  receive();
                }));
      }
      case END -> {
        began(me, move.verb, me.number, false);
        exit(Tuple.of(Atom.of("end"), (long) me.number));
      }
    }
  }

  /** Takes what is in the mailbox. */
  private static void read(Racer me) {
    for (Object message; (message = receive(Duration.ZERO)) != null; ) {
      me.add(new Got(message));
    }
  }

  private long began(Racer me, Verb verb, int object, boolean numbered) {
    long n = numbered ? me.next(object) : 0;
    me.add(new Began(verb, object, n, clock.incrementAndGet()));
    return n;
  }

  private void returned(Racer me, Object result) {
    me.add(new Returned(result, clock.incrementAndGet()));
  }

  @Override
  public String toString() {
    return String.join("\n", racers.stream().map(Racer::toString).toList());
  }
}
