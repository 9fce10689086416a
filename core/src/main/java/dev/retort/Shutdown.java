package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end that a supervisor puts to a child: {@code supervisor:shutdown/1}, and {@code
 * terminate_dynamic_children} for many at once. Used by the supervisor's process.
 *
 * <p>A monitor tells of the end, since the child may have taken its link back; the link stays, so
 * that the child does not outlive a supervisor that is killed meanwhile. Where there is one, the
 * child's exit comes just before the {@link Down} ({@code LocalProcess.announce} sends them in that
 * order), or was there before the monitor was made.
 */
final class Shutdown {
  private final Child child;
  private final Pid pid;
  private final Ref ref;

  /** When its time is over and it is killed. */
  private final long deadline;

  /** The reason that came through the link. */
  private @Nullable Object exit;

  /** The reason that came through the monitor. */
  private @Nullable Object down;

  /** Tells a child to end: its time begins. */
  private Shutdown(Child child, Pid pid) {
    this.child = child;
    this.pid = pid;
    ref = Kernel.monitor(pid);
    boolean brutal = child.shutdown().equals(ChildSpec.BRUTAL_KILL);
    deadline = brutal ? Long.MAX_VALUE : deadline(child.shutdown());
    Kernel.exit(pid, brutal ? Atom.KILL : Atom.SHUTDOWN);
  }

  private static long deadline(Duration within) {
    return within.equals(ChildSpec.INFINITY) ? Long.MAX_VALUE : Timers.deadline(within);
  }

  /** Ends a child, if it runs, and waits until it has ended. */
  static void of(Child child) {
    if (child.pid != null) {
      new Shutdown(child, child.pid).await();
    }
  }

  private void await() {
    var process = Kernel.process("shutdown");
    var end = process.awaitDown(ref, deadline);
    if (end == null) {
      Kernel.exit(pid, Atom.KILL);
      end = Objects.requireNonNull(process.awaitDown(ref, Long.MAX_VALUE));
    }
    if (!end.reason().equals(Atom.NOPROC)) {
      noteExit(process.receiveSince(ref, this::exit, System.nanoTime()));
    }
    ended(process, end.reason());
  }

  private void noteExit(@Nullable Exit sent) {
    if (sent != null) {
      exit = sent.reason();
    }
  }

  private @Nullable Exit exit(Object message) {
    return message instanceof Exit sent && sent.from().equals(pid) ? sent : null;
  }

  /** It has ended: takes the exit of one that had ended before, and reports an unexpected end. */
  private void ended(LocalProcess process, Object how) {
    if (how.equals(Atom.NOPROC) && exit == null) {
      noteExit(process.receive(this::exit, System.nanoTime()));
    }
    var reason = exit == null ? how : exit;
    if (!isExpected(reason)) {
      SupervisorReports.shutdownFailed(child, pid, reason);
    }
  }

  private boolean isExpected(Object reason) {
    boolean brutal = child.shutdown().equals(ChildSpec.BRUTAL_KILL);
    return reason.equals(brutal ? Atom.KILLED : Atom.SHUTDOWN)
        || (child.spec.restart() != Restart.PERMANENT && CrashReport.isNormal(reason));
  }

  /** Ends many children, whose times run side by side, and waits until all have ended. */
  static void ofAll(Collection<Child> children) {
    var byDeadline = new ArrayList<Shutdown>(children.size());
    var running = HashMap.<Pid, Shutdown>newHashMap(children.size());
    for (var child : children) {
      if (child.pid != null) {
        var shutdown = new Shutdown(child, child.pid);
        byDeadline.add(shutdown);
        running.put(child.pid, shutdown);
      }
    }
    byDeadline.sort(Comparator.comparingLong(shutdown -> shutdown.deadline));
    await(running, byDeadline);
  }

  /** Waits for their ends in whatever order they come, and kills those whose time is over. */
  private static void await(Map<Pid, Shutdown> running, List<Shutdown> byDeadline) {
    var process = Kernel.process("shutdown");
    int next = 0;
    while (!running.isEmpty()) {
      while (next < byDeadline.size() && !byDeadline.get(next).isIn(running)) {
        next++;
      }
      long deadline = next < byDeadline.size() ? byDeadline.get(next).deadline : Long.MAX_VALUE;
      var shutdown = process.receive(sent -> heard(sent, running), deadline);
      if (shutdown == null) {
        Kernel.exit(byDeadline.get(next++).pid, Atom.KILL);
      } else if (shutdown.down != null) {
        running.remove(shutdown.pid);
        shutdown.ended(process, shutdown.down);
      }
    }
  }

  private boolean isIn(Map<Pid, Shutdown> running) {
    return running.get(pid) == this;
  }

  /** Notes what a message says of one of them; which one that is, null if it is none. */
  private static @Nullable Shutdown heard(Object message, Map<Pid, Shutdown> running) {
    switch (message) {
      case Exit(var from, var reason) -> {
        var shutdown = running.get(from);
        if (shutdown != null) {
          shutdown.exit = reason;
        }
        return shutdown;
      }
      case Down down when down.object() instanceof Pid pid -> {
        var shutdown = running.get(pid);
        if (shutdown == null || !shutdown.ref.equals(down.ref())) {
          return null;
        }
        shutdown.down = down.reason();
        return shutdown;
      }
      default -> {
        return null;
      }
    }
  }
}
