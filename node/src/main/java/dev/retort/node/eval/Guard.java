package dev.retort.node.eval;

/** A guard: an error in it is no match. */
@FunctionalInterface
interface Guard {
  Guard NONE = frame -> true;

  boolean holds(Frame frame);
}
