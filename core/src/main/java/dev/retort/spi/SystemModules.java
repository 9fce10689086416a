package dev.retort.spi;

import dev.retort.Exports;
import dev.retort.term.Atom;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The modules that other nodes find on every node, whatever its users export. */
public interface SystemModules {
  /** Their names, which no user's module may have. */
  Set<Atom> names();

  /**
   * The module in which the function is to be looked for; null if there is none. Called by the
   * process that is to run the function.
   */
  @Nullable Exports find(Atom module, Atom function);
}
