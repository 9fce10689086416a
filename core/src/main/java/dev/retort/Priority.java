package dev.retort;

/**
 * Which of the processes that have something to do run first: {@code process_flag(priority, _)}.
 * Two levels, where Erlang has four: most programs need none, and a process that always has
 * something to do starves all of a lower level.
 */
public enum Priority {
  /** As all processes. */
  NORMAL,

  /** Before the normal ones. */
  HIGH;

  boolean isUrgent() {
    return this == HIGH;
  }
}
