package dev.retort.node;

import dev.retort.ProcessInfo;
import dev.retort.etf.Terms;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a process is, as Erlang's tools show it: {@code {Class, method, 0, Location}}. */
final class Stacks {
  private static final String TURN = "dev.retort.LocalProcess";

  /** What lies behind the functions by which processes wait. */
  private static final Set<String> KERNEL =
      Set.of(TURN, "dev.retort.Mailbox", "dev.retort.Runner", "dev.retort.LocalCall");

  private Stacks() {}

  /** {@code {Class, method, 0}} of what its thread runs; null if it has none. */
  static @Nullable Tuple innermost(ProcessInfo info) {
    var frames = frames(info);
    return frames.isEmpty() ? null : function(frames.getFirst());
  }

  /** {@code current_location}. */
  static Tuple location(ProcessInfo info, Tuple function) {
    return (Tuple) trace(info, function).getFirst();
  }

  /** {@code current_stacktrace}; one frame for a process that has no thread. */
  static List<Object> trace(ProcessInfo info, Tuple function) {
    var frames = frames(info);
    return frames.isEmpty()
        ? List.of(Tuple.of(function.get(0), function.get(1), function.get(2), List.of()))
        : List.copyOf(frames);
  }

  /** {@code backtrace}. */
  static String text(ProcessInfo info, Tuple function) {
    var text = new StringBuilder();
    for (var each : shown(info)) {
      text.append(each).append('\n');
    }
    return text.isEmpty() ? function + "\n" : text.toString();
  }

  private static Tuple function(Object frame) {
    var tuple = (Tuple) frame;
    return Tuple.of(tuple.get(0), tuple.get(1), tuple.get(2));
  }

  private static List<Tuple> frames(ProcessInfo info) {
    var bearer = new Throwable();
    bearer.setStackTrace(shown(info).toArray(StackTraceElement[]::new));
    var frames = new ArrayList<Tuple>();
    for (var each : (List<?>) ((Tuple) Terms.toTerm(bearer)).get(1)) {
      frames.add((Tuple) each);
    }
    return frames;
  }

  /** The frames of the process's own code, from what it waits in on. */
  private static List<StackTraceElement> shown(ProcessInfo info) {
    var stack = info.stack();
    boolean waits = info.status() == ProcessInfo.Status.WAITING;
    int from = 0;
    while (from < stack.size() && isMachinery(stack.get(from).getClassName(), waits)) {
      from++;
    }
    int to = stack.size();
    for (int i = from; i < stack.size(); i++) {
      if (stack.get(i).getClassName().equals(TURN)
          && stack.get(i).getMethodName().equals("activate")) {
        to = i;
      }
    }
    return stack.subList(from, to);
  }

  /** Whether a process is no more there than in how the JVM, or the kernel, makes it wait. */
  private static boolean isMachinery(String name, boolean waits) {
    return waits
        ? name.startsWith("java.") || name.startsWith("jdk.") || KERNEL.contains(name)
        : name.equals("java.lang.VirtualThread")
            || name.startsWith("java.lang.System$")
            || name.startsWith("jdk.internal.");
  }
}
