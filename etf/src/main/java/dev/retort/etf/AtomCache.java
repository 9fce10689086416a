package dev.retort.etf;

import dev.retort.term.Atom;

/** The atoms that a distribution header lists, to which ATOM_CACHE_REF refers. */
@FunctionalInterface
public interface AtomCache {
  /**
   * The atom with this number in the header, 0 to 254.
   *
   * @throws IndexOutOfBoundsException if the header has none
   */
  Atom get(int index);
}
