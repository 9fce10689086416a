package dev.retort.program;

/** What a worker of a {@link Program} does between two commands. */
public enum Kind {
  /** Waits in {@code receive} for a command and leaves all else in its mailbox. */
  HOLDING,
  /** Waits for a command outside the kernel, as code that talks to a database does. */
  BLOCKED,
  /** Takes every message out of its mailbox as it comes. */
  READING,
  /** A GenServer, which does the same without a thread of its own. */
  SERVING;

  /** Whether messages stay in the mailbox until a step takes them. */
  public boolean holds() {
    return this == HOLDING || this == BLOCKED;
  }
}
