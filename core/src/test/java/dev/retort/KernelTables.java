package dev.retort;

import dev.retort.program.Tables;
import dev.retort.spi.Signal;
import dev.retort.term.Pid;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the kernel knows of a process. */
public final class KernelTables implements Tables {
  private static final VarHandle HEAD;
  private static final VarHandle OUTER;
  private static final VarHandle TIES;

  static {
    try {
      HEAD =
          MethodHandles.privateLookupIn(Mailbox.class, MethodHandles.lookup())
              .findVarHandle(Mailbox.class, "head", Entry.class);
      OUTER =
          MethodHandles.privateLookupIn(Mailbox.class, MethodHandles.lookup())
              .findVarHandle(Mailbox.class, "outer", Entry.class);
      TIES =
          MethodHandles.privateLookupIn(LocalProcess.class, MethodHandles.lookup())
              .findVarHandle(LocalProcess.class, "ties", Ties.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Looks at the processes of any node of this JVM. */
  public KernelTables() {}

  @Override
  public int queued(Pid pid) {
    return locked(
        pid,
        process ->
            messages((Entry) HEAD.get(process)) + messages((Entry) OUTER.getVolatile(process)),
        0);
  }

  private static int messages(@Nullable Entry first) {
    int n = 0;
    for (var entry = first; entry != null; entry = entry.next) {
      if (!(entry.value instanceof Signal)) {
        n++;
      }
    }
    return n;
  }

  @Override
  public List<Pid> links(Pid pid) {
    return locked(
        pid,
        process -> {
          var ties = (Ties) TIES.get(process);
          return ties == null ? List.of() : List.copyOf(ties.links);
        },
        List.of());
  }

  @Override
  public List<Pid> monitoredBy(Pid pid) {
    return locked(
        pid,
        process -> {
          var ties = (Ties) TIES.get(process);
          var watchers = new ArrayList<Pid>();
          if (ties != null) {
            ties.monitoredBy.values().forEach(monitor -> watchers.add(monitor.watcher));
          }
          return watchers;
        },
        List.of());
  }

  private static <T> T locked(Pid pid, Function<LocalProcess, T> look, T otherwise) {
    var process = ((LocalPid) pid).process;
    if (process == null) {
      return otherwise;
    }
    process.lock();
    try {
      return look.apply(process);
    } finally {
      process.unlock();
    }
  }
}
