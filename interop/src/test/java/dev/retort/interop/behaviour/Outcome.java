package dev.retort.interop.behaviour;

import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of a step.
 *
 * @param said what each process had to say, in order
 * @param named which server has the name; {@code none} if none has
 * @param held whether the youngest server is held
 */
record Outcome(Map<String, List<Object>> said, Object named, boolean held) {
  private static final Atom IGNORE = Atom.of("ignore");
  private static final Atom EXIT = Atom.of("exit");

  /** Of {@code {[{Who, Said}], Named, Held}}. */
  static Outcome of(Tuple term) {
    var said = new TreeMap<String, List<Object>>();
    for (var each : (List<?>) term.get(0)) {
      var entry = (Tuple) each;
      said.put(Inspect.inspect(entry.get(0)), List.copyOf((List<?>) entry.get(1)));
    }
    return new Outcome(said, term.get(1), (boolean) term.get(2));
  }

  /**
   * Without what a starter says directly behind its {@code {error, Reason}} or {@code ignore}: that
   * the server's exit came with this reason, or with {@code normal}.
   */
  Outcome withoutExitsOfStarts() {
    var all = new TreeMap<String, List<Object>>();
    said.forEach((who, entries) -> all.put(who, withoutExits(entries)));
    return new Outcome(all, named, held);
  }

  private static List<Object> withoutExits(List<Object> entries) {
    var kept = new ArrayList<Object>();
    Object exit = null;
    for (var entry : entries) {
      if (!entry.equals(exit)) {
        kept.add(entry);
      }
      exit = exitOfStart(entry);
    }
    return List.copyOf(kept);
  }

  /** What OTP 25 has the starter say next; null if this is no start that failed. */
  private static @Nullable Object exitOfStart(Object entry) {
    if (entry.equals(IGNORE)) {
      return Tuple.of(EXIT, Atom.NORMAL);
    }
    return entry instanceof Tuple error && error.size() == 2 && error.get(0).equals(Atom.ERROR)
        ? Tuple.of(EXIT, error.get(1))
        : null;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    said.forEach((who, entries) -> text.append("\n    ").append(who).append("  ").append(entries));
    return text + "\n    named " + named + (held ? ", held\n" : "\n");
  }
}
