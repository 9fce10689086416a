package dev.retort;

import java.util.Objects;

/**
 * Ends the process that throws it with {@link #reason()}: what {@link Kernel#exit(Object)} and a
 * failed call raise. It can be caught, as Elixir's {@code catch :exit, reason} does.
 */
public class ExitException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Object reason;

  public ExitException(Object reason) {
    this(reason, CrashReport.inspect(reason));
  }

  /** An exit whose message says more than its reason. */
  ExitException(Object reason, String message) {
    super(message);
    this.reason = checked(reason);
  }

  /** An exit reason that users have given. */
  static Object checked(Object reason) {
    return Objects.requireNonNull(reason, "an exit reason is never null: Atom.NIL for nil");
  }

  /** The exit reason: a term or a Throwable. */
  public final Object reason() {
    return reason;
  }
}
