package dev.retort;

import java.util.List;

/**
 * What a class says about whether its instances can be changed; {@link Shapes} finds it.
 *
 * <p>All that says "can be changed" is certain. What is not known to be mutable is taken for
 * immutable: a check that cries wolf is switched off.
 */
sealed interface Shape {
  /** Nothing to see, now or in any instance. */
  enum Immutable implements Shape {
    INSTANCE
  }

  /**
   * Its instances can be changed.
   *
   * @param remedy what to pass instead, {@code %s} standing for the value: {@code List.copyOf(%s)}
   */
  record Mutable(String remedy) implements Shape {}

  /** It has a field that is not final. */
  record Assignable(String owner, String field) implements Shape {}

  /** An array can be changed, unless it is empty or its owner keeps it to itself. */
  record Array(String remedy) implements Shape {}

  /** It is as immutable as its elements: a tuple, an unmodifiable list or map, an optional. */
  enum Container implements Shape {
    INSTANCE
  }

  /** It is as immutable as what is in these fields. */
  record Fields(List<Part> parts) implements Shape {}
}
