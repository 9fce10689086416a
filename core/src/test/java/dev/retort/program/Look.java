package dev.retort.program;

import dev.retort.ProcessInfo;
import dev.retort.term.Pid;
import java.util.List;

/** How a process is that has not ended. */
record Look(int queued, List<Pid> links, List<Pid> monitoredBy) {
  static Look of(ProcessInfo info) {
    return new Look((int) info.messageQueueLength(), info.links(), info.monitoredBy());
  }
}
