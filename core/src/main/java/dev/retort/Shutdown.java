package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The end that a supervisor puts to a child: {@code supervisor:shutdown/1}, and {@code
 * terminate_dynamic_children} for many at once. Used by the supervisor's process.
 */
final class Shutdown {
  private final Pid pid;
  private final Ref ref;

  /** When its time is over and it is killed. */
  private final long deadline;

  /** Tells a child to end: its time begins. It is watched from now on instead of being linked. */
  private Shutdown(Pid pid, Duration within) {
    this.pid = pid;
    ref = Kernel.monitor(pid);
    if (!Kernel.unlinkIfLinked(pid)) {
      Kernel.process("shutdown")
          .<Exit>receive( // it had ended by itself before it was unlinked
              message -> message instanceof Exit exit && exit.from().equals(pid) ? exit : null,
              System.nanoTime());
    }
    boolean brutal = within.isZero();
    deadline = brutal ? Long.MAX_VALUE : Timers.deadline(within);
    Kernel.exit(pid, brutal ? Atom.KILL : Atom.SHUTDOWN);
  }

  /** Ends a child and waits until it has ended; null does not run. */
  static void of(@Nullable Pid pid, Duration within) {
    if (pid != null) {
      await(List.of(new Shutdown(pid, within)));
    }
  }

  /** Ends many children, whose times run side by side, and waits until all have ended. */
  static void ofAll(Map<Pid, Duration> children) {
    await(
        children.entrySet().stream()
            .map(child -> new Shutdown(child.getKey(), child.getValue()))
            .sorted(Comparator.comparingLong(shutdown -> shutdown.deadline))
            .toList());
  }

  /** Waits for their ends in whatever order they come, and kills those whose time is over. */
  private static void await(List<Shutdown> byDeadline) {
    var running = new HashMap<Ref, Shutdown>();
    byDeadline.forEach(shutdown -> running.put(shutdown.ref, shutdown));
    int next = 0;
    while (!running.isEmpty()) {
      while (next < byDeadline.size() && !running.containsKey(byDeadline.get(next).ref)) {
        next++;
      }
      long deadline = next < byDeadline.size() ? byDeadline.get(next).deadline : Long.MAX_VALUE;
      var down =
          Kernel.process("shutdown")
              .<Down>receiveSince(
                  byDeadline.getFirst().ref,
                  message ->
                      message instanceof Down end && running.containsKey(end.ref()) ? end : null,
                  deadline);
      if (down != null) {
        running.remove(down.ref());
      } else {
        Kernel.exit(byDeadline.get(next).pid, Atom.KILL);
        next++;
      }
    }
  }
}
