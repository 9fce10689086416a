package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reports as text, in the words of Elixir's logger. */
final class ReportText {
  /** How much of a client's stack is shown. */
  private static final int FRAMES = 16;

  private static final String NEXT = "\n    ";

  private static final Atom NODEDOWN = Atom.of("nodedown");

  private ReportText() {}

  // ---- crashes

  static String of(Report.Crash crash) {
    boolean plain = crash.kind().equals(CrashReport.PLAIN);
    var text = new StringBuilder(crash.kind()).append(' ').append(who(crash.name(), crash.pid()));
    var starter = crash.details().get(CrashReport.STARTED_FROM);
    if (starter != null) {
      text.append(" started from ").append(CrashReport.inspect(starter));
    }
    text.append(plain ? " raised an exception" : " terminating");
    text.append("\n** ")
        .append(
            crash.reason() instanceof Throwable thrown
                ? exception(thrown)
                : "(stop) " + stop(crash));
    line(text, "Initial Call", ChildSpec.nameOf(crash.code()));
    list(text, "Ancestors", crash.ancestors());
    list(text, "Callers", crash.callers());
    line(text, "Message Queue Length", crash.messageQueueLength());
    list(text, "Links", crash.links());
    crash
        .details()
        .forEach(
            (what, value) -> {
              if (what.equals(CrashReport.LAST_MESSAGE) && crash.client() != null) {
                line(text, what + " (from " + crash.client() + ")", CrashReport.inspect(value));
              } else if (!what.equals(CrashReport.STARTED_FROM)) {
                line(
                    text,
                    what,
                    value instanceof Class<?> code
                        ? ChildSpec.nameOf(code)
                        : CrashReport.inspect(value));
              }
            });
    if (crash.client() != null) {
      text.append("\nClient ").append(crash.client()).append(" is ").append(state(crash.client()));
    }
    return text.toString();
  }

  /** A call that has failed says more than its reason. */
  private static String stop(Report.Crash crash) {
    return crash.thrown() instanceof CallException call
        ? CrashReport.shortened(String.valueOf(call.getMessage()))
        : exit(crash.reason());
  }

  private static void list(StringBuilder text, String what, List<?> values) {
    if (!values.isEmpty()) {
      line(text, what, CrashReport.inspect(values));
    }
  }

  private static void line(StringBuilder text, String what, Object value) {
    text.append('\n').append(what).append(": ").append(value);
  }

  private static String state(Pid client) {
    if (!(client instanceof LocalPid local)) {
      return "remote on node " + CrashReport.inspect(client.node());
    }
    var process = local.process;
    var info = process == null ? null : process.info();
    if (info == null) {
      return "dead";
    }
    var text = new StringBuilder("alive");
    info.stack().stream()
        .filter(frame -> frame.getModuleName() == null || !isJdk(frame.getModuleName()))
        .limit(FRAMES)
        .forEach(frame -> text.append(NEXT).append("at ").append(frame));
    return text.toString();
  }

  private static boolean isJdk(String module) {
    return module.startsWith("java.") || module.startsWith("jdk.");
  }

  // ---- supervisors

  static String of(Report.Child report) {
    var spec = report.child();
    var text =
        new StringBuilder("Child ")
            .append(CrashReport.inspect(spec.id()))
            .append(" of Supervisor ")
            .append(who(report.name(), report.supervisor()))
            .append(' ')
            .append(report.event().words);
    if (report.reason() != null) {
      text.append("\n** (exit) ").append(exit(report.reason()));
    }
    if (report.pid() != null) {
      line(text, "Pid", report.pid());
    }
    line(text, "Start Call", spec.module().name());
    line(text, "Restart", atom(spec.restart()));
    line(text, "Shutdown", shutdown(spec.shutdown()));
    line(text, "Type", atom(spec.type()));
    if (spec.significant()) {
      line(text, "Significant", true);
    }
    var strategy = report.strategy();
    if (strategy != null) {
      line(
          text,
          "Intensity",
          strategy.maxRestarts() + " restarts within " + strategy.within().toMillis() + " ms");
    }
    return text.toString();
  }

  private static String atom(Enum<?> constant) {
    return ":" + constant.name().toLowerCase(Locale.ROOT);
  }

  private static String shutdown(Duration shutdown) {
    return shutdown.equals(ChildSpec.INFINITY)
        ? ":infinity"
        : shutdown.equals(ChildSpec.BRUTAL_KILL)
            ? ":brutal_kill"
            : String.valueOf(shutdown.toMillis());
  }

  // ---- reasons

  static String who(@Nullable Atom name, Pid pid) {
    return name == null ? pid.toString() : name + " (" + pid + ")";
  }

  private static String exception(Throwable thrown) {
    var message = CrashReport.shortened(String.valueOf(thrown.getMessage()));
    return "("
        + thrown.getClass().getName()
        + ")"
        + (thrown.getMessage() == null ? "" : " " + message);
  }

  /** An exit reason in words: {@code Exception.format_exit/1}. */
  static String exit(Object reason) {
    return exit(reason, NEXT);
  }

  private static String exit(Object reason, String next) {
    return switch (reason) {
      case Throwable thrown -> "an exception was raised:" + next + "** " + exception(thrown);
      case Atom atom -> atom(atom);
      case Tuple tuple
          when tuple.size() == 2
              && tuple.get(0).equals(Atom.SHUTDOWN)
              && tuple.get(1) instanceof Tuple child
              && child.size() == 3
              && child.get(0).equals(SupervisorServer.FAILED_TO_START_CHILD) ->
          "shutdown: failed to start child: "
              + CrashReport.inspect(child.get(1))
              + next
              + "** (EXIT) "
              + exit(child.get(2), next + "    ");
      case Tuple tuple when tuple.size() == 2 && tuple.get(0).equals(Atom.SHUTDOWN) ->
          "shutdown: " + CrashReport.inspect(tuple.get(1));
      case Tuple tuple
          when tuple.size() == 2
              && tuple.get(1) instanceof Tuple call
              && ApplicationException.isCall(call) ->
          "exited in: "
              + ApplicationException.callback(call)
              + next
              + "** (EXIT) "
              + exit(tuple.get(0), next + "    ");
      case Tuple tuple
          when tuple.size() == 2
              && tuple.get(0).equals(NODEDOWN)
              && tuple.get(1) instanceof Atom node ->
          "no connection to " + node.name();
      default -> CrashReport.inspect(reason);
    };
  }

  private static String atom(Atom reason) {
    return switch (Objects.requireNonNull(reason).name()) {
      case "normal", "shutdown", "killed" -> reason.name();
      case "timeout" -> "time out";
      case "noproc" ->
          "no process: the process is not alive or there's no process currently associated with the"
              + " given name, possibly because its application isn't started";
      case "noconnection" -> "no connection";
      case "calling_self" -> "process attempted to call itself";
      default -> CrashReport.inspect(reason);
    };
  }
}
