package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The end that a supervisor puts to a child. Made, begun and awaited one after the other in the
 * supervisor's process; where many children end at once, each step for all of them.
 */
final class Shutdown {
  private final @Nullable Pid pid;
  private final Duration within;
  private final Ref ref;
  private long deadline;

  /** Watches the child instead of being linked to it; {@code pid} null if it does not run. */
  Shutdown(@Nullable Pid pid, Duration within) {
    this.pid = pid;
    this.within = within;
    if (pid == null) {
      ref = Kernel.makeRef();
      return;
    }
    ref = Kernel.monitor(pid);
    Kernel.unlink(pid);
    Kernel.process("shutdown")
        .<Exit>receive( // it may have ended by itself just before it was unlinked
            message -> message instanceof Exit exit && exit.from().equals(pid) ? exit : null,
            System.nanoTime());
  }

  /** Tells the child to end; its time begins. */
  void begin() {
    if (pid == null) {
      return;
    }
    boolean brutal = within.isZero();
    deadline = brutal ? Long.MAX_VALUE : Timers.deadline(within);
    Kernel.exit(pid, brutal ? Atom.KILL : Atom.SHUTDOWN);
  }

  /** Waits until the child has ended, and kills it when its time is over. */
  void await() {
    if (pid != null && !awaitDown(deadline)) {
      Kernel.exit(pid, Atom.KILL);
      awaitDown(Long.MAX_VALUE);
    }
  }

  private boolean awaitDown(long deadline) {
    return Kernel.process("shutdown").awaitDown(ref, deadline) != null;
  }
}
