package dev.retort;

/**
 * What happens to a message for a process whose {@linkplain MailboxLimit bounded} mailbox is full.
 */
public enum Overload {
  /** It is dropped, as a message to nobody is. */
  DROP_NEWEST,

  /** The message that has waited longest is dropped, and this one takes its place. */
  DROP_OLDEST,

  /**
   * Its sender gets a {@link MailboxFullException}. Where there is no sender to tell (another node,
   * a timer), it is dropped.
   */
  REFUSE,

  /**
   * Its sender waits until there is room, or the receiver has ended. Messages from other nodes and
   * from timers do not wait, nor do those that a process sends itself: they are let in.
   */
  BLOCK
}
