package dev.retort.shell;

/** Typed code has called a method that mentions what is not declared yet. */
final class UndeclaredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UndeclaredException(String message, Throwable cause) {
    super(message, cause);
  }
}
