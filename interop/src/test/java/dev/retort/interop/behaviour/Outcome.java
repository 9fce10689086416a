package dev.retort.interop.behaviour;

import dev.retort.etf.Inspect;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a step.
 *
 * @param said what each process had to say, in order
 * @param named which server has the name; {@code none} if none has
 * @param held whether the youngest server is held
 */
record Outcome(Map<String, List<Object>> said, Object named, boolean held) {
  /** Of {@code {[{Who, Said}], Named, Held}}. */
  static Outcome of(Tuple term) {
    var said = new TreeMap<String, List<Object>>();
    for (var each : (List<?>) term.get(0)) {
      var entry = (Tuple) each;
      said.put(Inspect.inspect(entry.get(0)), List.copyOf((List<?>) entry.get(1)));
    }
    return new Outcome(said, term.get(1), (boolean) term.get(2));
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    said.forEach((who, entries) -> text.append("\n    ").append(who).append("  ").append(entries));
    return text + "\n    named " + named + (held ? ", held\n" : "\n");
  }
}
