package dev.retort;

import dev.retort.term.Atom;

/** A supervisor could not do what was asked with a child: OTP's {@code {error, Reason}}. */
public final class ChildException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Object reason;

  ChildException(Object reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** A child that was to be deleted may only be when it does not run. */
  static ChildException notDeleted(Object id, Object reason) {
    var child = "child " + CrashReport.inspect(id);
    return new ChildException(
        reason,
        reason.equals(Started.RUNNING)
            ? child + " runs (:running): terminateChild stops it, so that it can be deleted"
            : reason.equals(Started.RESTARTING)
                ? child
                    + " is about to be started again (:restarting): terminateChild keeps its"
                    + " supervisor from that, so that it can be deleted"
                : child + " was not deleted: " + CrashReport.inspect(reason));
  }

  /** As OTP names it: {@code running}, {@code restarting}. */
  public Object reason() {
    return reason;
  }

  /** Whether {@code answer} is {@code ok}; false for {@code {error, not_found}}. */
  static boolean found(Object id, Object answer) {
    if (answer.equals(Atom.OK)) {
      return true;
    }
    var failure = Started.of(answer).failure();
    var reason = failure == null ? answer : failure;
    if (reason.equals(Started.NOT_FOUND)) {
      return false;
    }
    throw notDeleted(id, reason);
  }
}
