package dev.retort.program;

/** Which of the spawn functions starts a process. */
public enum Birth {
  PLAIN,
  LINKED,
  MONITORED
}
