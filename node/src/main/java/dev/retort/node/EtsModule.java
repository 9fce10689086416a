package dev.retort.node;

import dev.retort.Export;
import dev.retort.term.Atom;
import java.util.List;

/** The module {@code ets}: a JVM has no such tables. */
final class EtsModule {
  @Export
  Object all() {
    return List.of();
  }

  @Export
  Object info(Object table) {
    return Atom.UNDEFINED;
  }

  @Export
  Object info(Object table, Object item) {
    return Atom.UNDEFINED;
  }
}
