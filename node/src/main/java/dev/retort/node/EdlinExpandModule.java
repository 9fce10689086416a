package dev.retort.node;

import dev.retort.Export;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;

/**
 * The module {@code edlin_expand}: what {@code erl -remsh} completes with until the shell has said
 * how. It knows of nothing.
 */
final class EdlinExpandModule {
  /** {@code {no, Insert, Choices}}. */
  static final Tuple NOTHING = Tuple.of(Atom.of("no"), List.of(), List.of());

  @Export
  Tuple expand(Object before) {
    return NOTHING;
  }

  @Export
  Tuple expand(Object before, Object options) {
    return NOTHING;
  }
}
