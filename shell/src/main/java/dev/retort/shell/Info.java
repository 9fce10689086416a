package dev.retort.shell;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code i(value)} prints, in iex's form. */
final class Info {
  private Info() {}

  static String of(@Nullable Object value) {
    var text = new StringBuilder();
    entry(text, "Term", Kernel.inspect(value));
    entry(text, "Java type", value == null ? "null" : type(value.getClass()));
    switch (value) {
      case Pid pid -> process(text, pid);
      case Atom atom -> entry(text, "Length", String.valueOf(atom.name().length()));
      case String string -> entry(text, "Length", String.valueOf(string.length()));
      case List<?> list -> entry(text, "Length", String.valueOf(list.size()));
      case Map<?, ?> map -> entry(text, "Size", String.valueOf(map.size()));
      case null, default -> {}
    }
    return text.toString().stripTrailing();
  }

  private static void process(StringBuilder text, Pid pid) {
    entry(text, "Node", Kernel.inspect(pid.node()));
    if (pid.node().equals(Node.self())) {
      entry(text, "Alive", String.valueOf(Kernel.alive(pid)));
    }
  }

  private static String type(Class<?> type) {
    return CrashReport.readable(type.getTypeName());
  }

  private static void entry(StringBuilder text, String name, String value) {
    text.append(name).append("\n  ").append(value.replace("\n", "\n  ")).append('\n');
  }
}
