package dev.retort.program;

import dev.retort.term.Pid;
import java.util.List;

/** A look into the kernel's tables, which a test outside its package cannot have. */
public interface Tables {
  /** How many messages are in a process's mailbox. */
  int queued(Pid pid);

  /** The processes it is linked with. */
  List<Pid> links(Pid pid);

  /** The processes that monitor it, once for each monitor. */
  List<Pid> monitoredBy(Pid pid);
}
