package dev.retort;

/**
 * Thrown by {@link Kernel#hibernate}: unwinds the stack of the process, which goes on with a body.
 */
final class Hibernation extends Error {
  private static final long serialVersionUID = 1;

  final transient Body body;

  Hibernation(Body body) {
    super("the process hibernates", null, false, false);
    this.body = body;
  }
}
