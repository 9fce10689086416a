package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;

/** A process did not start: what OTP's {@code {error, Reason}} of {@code start_link} says. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Atom ALREADY_STARTED = Atom.of("already_started");

  private final transient Object reason;

  StartException(Object reason) {
    this(reason, explain(reason));
  }

  /** One whose message says more than its reason. */
  StartException(Object reason, String message) {
    super(message, reason instanceof Throwable cause ? cause : null);
    this.reason = reason;
  }

  static StartException alreadyStarted(Pid pid) {
    return new StartException(Tuple.of(ALREADY_STARTED, pid));
  }

  /**
   * The exit reason of the process that could not start, {@code timeout}, or {@code
   * {already_started, pid}} if the name is taken.
   */
  public Object reason() {
    return reason;
  }

  private static String explain(Object reason) {
    return reason instanceof Tuple tuple
            && tuple.size() == 2
            && tuple.get(0).equals(ALREADY_STARTED)
        ? "the name is taken: already started as " + tuple.get(1)
        : "the process did not start: " + CrashReport.inspect(reason);
  }
}
