package dev.retort.program;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What came of one step: what the function returned, and how everybody is once all has settled.
 *
 * @param result the value, {@code badarg} or {@code noproc}, or {@code died} if the actor has
 * @param workers all that have been born, as the driver sees them
 */
public record Outcome(Object result, List<Worker> workers) {
  public static final Atom DIED = Atom.of("died");
  public static final Atom BADARG = Atom.of("badarg");
  public static final Atom ALIVE = Atom.of("alive");

  /** How every crash is told, in whatever language. */
  public static final Atom CRASH = Atom.of("crash");

  private static final Atom MESSAGE = Atom.of("message");
  private static final Atom EXIT = Atom.of("exit");
  private static final Atom DOWN = Atom.of("down");

  /**
   * A worker after a step.
   *
   * @param end {@link #ALIVE}, or the exit reason
   * @param seen what a worker that is alive and reads its mailbox saw in this step
   * @param queued how many messages are in its mailbox
   * @param links the workers it is linked with
   * @param monitoredBy the workers that monitor it, once for each monitor
   */
  public record Worker(
      int slot,
      Object end,
      List<Object> seen,
      int queued,
      List<Integer> links,
      List<Integer> monitoredBy) {
    static Worker ended(int slot, Object reason) {
      return new Worker(slot, reason, List.of(), 0, List.of(), List.of());
    }

    @Override
    public String toString() {
      return "    worker %d %s, seen %s, %d queued, links %s, monitored by %s"
          .formatted(slot, end, seen, queued, links, monitoredBy);
    }
  }

  static Tuple message(int from, Op.Type type, int n) {
    return Tuple.of(MESSAGE, (long) from, Atom.of(type == Op.Type.A ? "a" : "b"), (long) n);
  }

  static Tuple exit(int from, Object reason) {
    return Tuple.of(EXIT, (long) from, reason);
  }

  static Tuple down(int monitor, Object object, Object reason) {
    return Tuple.of(DOWN, (long) monitor, object, reason);
  }

  static Op.Type type(Object event) {
    var tuple = (Tuple) event;
    if (tuple.get(0).equals(MESSAGE)) {
      return tuple.get(2).equals(Atom.of("a")) ? Op.Type.A : Op.Type.B;
    }
    return tuple.get(0).equals(EXIT) ? Op.Type.EXIT : Op.Type.DOWN;
  }

  /**
   * What came in one step, in an order of its own: that of signals from several processes is
   * nobody's promise.
   */
  public static List<Object> unordered(List<?> events) {
    return events.stream()
        .sorted(Comparator.comparing(Object::toString))
        .collect(Collectors.toList());
  }

  /**
   * A mailbox as far as its order is promised. From each sender: messages and exits as they came,
   * and messages and downs as they came, where downs that stand together have no order. And the
   * messages of all senders, since each was there before the next was sent.
   */
  public static Object promised(List<?> mailbox) {
    var exits = new TreeMap<Long, List<Object>>();
    var downs = new TreeMap<Long, List<Object>>();
    var names = new ArrayList<Object>();
    var messages = new ArrayList<Object>();
    for (var event : mailbox) {
      var tuple = (Tuple) event;
      switch (type(event)) {
        case A, B -> {
          messages.add(event);
          add(exits, tuple.get(1), event);
          add(downs, tuple.get(1), event);
        }
        case EXIT -> add(exits, tuple.get(1), event);
        case DOWN -> {
          if (tuple.get(2) instanceof Long) {
            add(downs, tuple.get(2), event);
          } else {
            names.add(event);
          }
        }
      }
    }
    downs.replaceAll((from, events) -> downsSorted(events));
    return List.of(
        List.copyOf(exits.values()),
        List.copyOf(downs.values()),
        (Object) unordered(names),
        messages);
  }

  private static void add(Map<Long, List<Object>> bySender, Object sender, Object event) {
    bySender.computeIfAbsent((Long) sender, none -> new ArrayList<>()).add(event);
  }

  private static List<Object> downsSorted(List<Object> events) {
    var sorted = new ArrayList<Object>();
    var run = new ArrayList<Object>();
    for (var event : events) {
      if (type(event) == Op.Type.DOWN) {
        run.add(event);
      } else {
        sorted.addAll(unordered(run));
        run.clear();
        sorted.add(event);
      }
    }
    sorted.addAll(unordered(run));
    return sorted;
  }

  @Override
  public String toString() {
    return result + workers.stream().map(worker -> "\n" + worker).collect(Collectors.joining());
  }
}
