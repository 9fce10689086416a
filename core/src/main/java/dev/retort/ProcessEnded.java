package dev.retort;

/**
 * Thrown by every kernel function in a process that has already ended (it was killed, or a link
 * took it down, while its code went on): unwinds what is left of its stack.
 */
final class ProcessEnded extends Error {
  private static final long serialVersionUID = 1;

  ProcessEnded() {
    super("the process has been told to exit", null, false, false);
  }
}
