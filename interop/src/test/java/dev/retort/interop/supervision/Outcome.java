package dev.retort.interop.supervision;

import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a step.
 *
 * @param order what supervisors started and told to end, each in its order
 * @param rest ends, replies and what else has no order
 * @param held who is held now
 * @param children what each supervisor lists and counts; {@code busy} if somebody is held
 */
record Outcome(
    Map<String, List<Object>> order, List<String> rest, List<Object> held, Object children) {
  static final Atom BUSY = Atom.of("busy");

  /** Of {@code {Said, Held, Children}}. */
  static Outcome of(List<?> said, List<?> held, Object children) {
    var order = new TreeMap<String, List<Object>>();
    var rest = new ArrayList<String>();
    for (var each : said) {
      var entry = (Tuple) each;
      if (isOrdered(entry)) {
        var supervisor = entry.get(1) + " " + entry.get(5);
        order.computeIfAbsent(supervisor, id -> new ArrayList<>()).add(entry);
      } else {
        rest.add(Inspect.inspect(entry));
      }
    }
    rest.sort(null);
    return new Outcome(order, rest, List.copyOf(held), children);
  }

  /** Children of a supervisor that was killed end in whatever order. */
  private static boolean isOrdered(Tuple entry) {
    return switch (((Atom) entry.get(0)).name()) {
      case "start" -> true;
      case "terminate" -> entry.get(4).equals(Atom.SHUTDOWN);
      default -> false;
    };
  }

  @Override
  public String toString() {
    return "\n    in order  "
        + order
        + "\n    and       "
        + rest
        + "\n    held      "
        + held
        + "\n    children  "
        + children
        + "\n";
  }
}
