package dev.retort.node.eval;

/** A pattern, which sets the variables of a frame as far as it comes. */
@FunctionalInterface
interface Pattern {
  boolean matches(Object term, Frame frame);
}
