package dev.retort.interop.behaviour;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What happens to a server, step by step.
 *
 * @param timed whether there are timeouts that come to pass, for which every step waits
 */
record Scenario(boolean timed, List<Op> ops) {
  /** The same with fewer steps, as few as it takes to be {@code bad} still. */
  Scenario shrink(Predicate<Scenario> bad) {
    var smallest = this;
    for (int i = ops.size() - 1; i >= 0; i--) {
      var fewer = new ArrayList<>(smallest.ops);
      fewer.remove(i);
      var smaller = new Scenario(timed, List.copyOf(fewer));
      if (!fewer.isEmpty() && bad.test(smaller)) {
        smallest = smaller;
      }
    }
    return smallest;
  }

  @Override
  public String toString() {
    var text = new StringBuilder(timed ? "\nthe steps, timed:\n" : "\nthe steps:\n");
    for (int i = 0; i < ops.size(); i++) {
      text.append("  ").append(i + 1).append(". ").append(ops.get(i)).append('\n');
    }
    return text.toString();
  }
}
