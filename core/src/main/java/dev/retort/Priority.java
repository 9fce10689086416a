package dev.retort;

/**
 * Which of the processes that have something to do run first: {@code process_flag(priority, _)}.
 * Two levels, where Erlang has four. Most programs need none: a process with a high priority that
 * always has something to do leaves all others one turn in 64.
 */
public enum Priority {
  /** As all processes. */
  NORMAL,

  /** Before the normal ones. */
  HIGH
}
