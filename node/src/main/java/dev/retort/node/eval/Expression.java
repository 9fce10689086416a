package dev.retort.node.eval;

/** An expression of a function, made ready to be evaluated again and again. */
@FunctionalInterface
interface Expression {
  /** Its value; a {@link TailCall} of one that was compiled as the last of its function. */
  Object value(Frame frame);
}
