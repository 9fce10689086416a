package dev.retort;

import dev.retort.term.Pid;

/**
 * A message was not taken, since the receiver's mailbox is full and its {@link MailboxLimit} says
 * {@link Overload#REFUSE}. Thrown in the sender, which may try again or do without.
 */
public final class MailboxFullException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private final transient Pid receiver;

  MailboxFullException(Pid receiver, int capacity) {
    super(
        "the mailbox of "
            + receiver
            + " is full: "
            + capacity
            + " messages wait in it, and its limit says REFUSE");
    this.receiver = receiver;
  }

  /** The process that did not take it. */
  public Pid receiver() {
    return receiver;
  }
}
