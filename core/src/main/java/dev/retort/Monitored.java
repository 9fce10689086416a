package dev.retort;

import dev.retort.term.Pid;
import dev.retort.term.Ref;

/** A process and the monitor that was set up together with it: {@code spawn_monitor/1}. */
public record Monitored(Pid pid, Ref ref) {}
