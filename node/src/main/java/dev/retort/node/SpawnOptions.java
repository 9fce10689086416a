package dev.retort.node;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may stand in the options of a SPAWN_REQUEST, {@code erlang:spawn_request/5}. */
final class SpawnOptions {
  private static final Atom BADOPT = Atom.of("badopt");
  private static final Set<String> PRIORITIES = Set.of("low", "normal", "high", "max");

  /** Those with a value, of which only some mean anything here. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "monitor",
          "fullsweep_after",
          "min_heap_size",
          "min_bin_vheap_size",
          "max_heap_size",
          "message_queue_data",
          "async_dist");

  private SpawnOptions() {}

  /** What is answered instead of a process: {@code badopt}; null if nothing is wrong. */
  static @Nullable Atom refusal(List<?> options) {
    return options.stream().allMatch(SpawnOptions::isOption) ? null : BADOPT;
  }

  private static boolean isOption(Object option) {
    return switch (option) {
      case Atom atom -> atom.name().equals("link") || atom.name().equals("monitor");
      case Tuple tuple when tuple.size() == 2 && tuple.get(0) instanceof Atom name ->
          name.name().equals("priority")
              ? tuple.get(1) instanceof Atom level && PRIORITIES.contains(level.name())
              : WITH_VALUE.contains(name.name());
      default -> false;
    };
  }
}
