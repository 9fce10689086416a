package dev.retort;

import dev.retort.program.Tables;
import dev.retort.term.Pid;
import java.util.List;

/** What the kernel knows of a process. */
public final class KernelTables implements Tables {
  /** Looks at the processes of any node of this JVM. */
  public KernelTables() {}

  @Override
  public int queued(Pid pid) {
    var info = Kernel.processInfo(pid);
    return info == null ? 0 : (int) info.messageQueueLength();
  }

  @Override
  public List<Pid> links(Pid pid) {
    var info = Kernel.processInfo(pid);
    return info == null ? List.of() : info.links();
  }

  @Override
  public List<Pid> monitoredBy(Pid pid) {
    var info = Kernel.processInfo(pid);
    return info == null ? List.of() : info.monitoredBy();
  }
}
