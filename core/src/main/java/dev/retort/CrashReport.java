package dev.retort;

import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the log says of a process that crashed, as Elixir's and OTP's crash reports do. */
final class CrashReport {
  private static final System.Logger LOG = System.getLogger("dev.retort");

  /** What is no behaviour. */
  static final String PLAIN = "Process";

  static final String LAST_MESSAGE = "Last message";
  static final String STARTED_FROM = "Started from";

  /** How much of a value is shown. */
  private static final int LONGEST = 1000;

  /** Of a process that has started one that has started one ... */
  private static final int MOST_ANCESTORS = 20;

  private CrashReport() {}

  /** A process ends with an uncaught exception, or with an exit that is not a normal one. */
  static void log(LocalProcess process, Object code, Throwable error) {
    if (error instanceof ExitException exit && (code instanceof Body || isNormal(exit.reason()))) {
      return; // exit/1 is no crash; OTP logs it only for a behaviour
    }
    var reason = error instanceof ExitException exit ? exit.reason() : error;
    var kind = code instanceof Behaviour behaviour ? behaviour.describe() : PLAIN;
    var home = process.pid.home;
    home.telemetry().crashed(process.pid, process.name, kind, reason);
    home.reports()
        .report(Reports.PREFIX + kind, Level.ERROR, () -> report(process, kind, code, error));
  }

  private static Report.Crash report(
      LocalProcess process, String kind, Object code, Throwable error) {
    var reason = error instanceof ExitException exit ? exit.reason() : error;
    var behaviour = code instanceof Behaviour driven ? driven : null;
    var info = process.info(false);
    return new Report.Crash(
        kind,
        process.pid,
        process.name,
        reason,
        reason instanceof Throwable thrown ? thrown : error,
        behaviour == null ? code.getClass() : behaviour.code(),
        behaviour == null ? List.of() : ancestors(behaviour),
        behaviour == null ? List.of() : behaviour.callers(),
        info == null ? List.of() : info.links(),
        info == null ? 0 : info.messageQueueLength(),
        behaviour == null ? null : behaviour.client(),
        behaviour == null ? Map.of() : behaviour.circumstances());
  }

  /** Who has started it, and who that one; the name of each that has one, nearest first. */
  static List<Object> ancestors(Behaviour behaviour) {
    var ancestors = new ArrayList<>();
    var next = behaviour.starter();
    while (next != null && ancestors.size() < MOST_ANCESTORS) {
      var process = next instanceof LocalPid local ? local.process : null;
      var name = process == null ? null : process.name;
      ancestors.add(name == null ? next : name);
      next = process != null && process.code() instanceof Behaviour above ? above.starter() : null;
    }
    return List.copyOf(ancestors);
  }

  /** A message from another node could not be decoded and is dropped. */
  static void malformed(Pid pid, IllegalArgumentException e) {
    LOG.log(Level.WARNING, "A malformed message to " + pid + " was dropped: " + e.getMessage());
  }

  /** A process of the distribution could not make anything of a message. */
  static void unhandled(Pid pid, String name, Throwable e) {
    LOG.log(Level.WARNING, "A message to " + name + " " + pid + " was dropped: " + e, e);
  }

  /** The code of a process that has ended goes on. */
  static void runaway(Pid pid, long nanos, StackTraceElement[] stack) {
    var where = new StringBuilder();
    for (var element : stack) {
      where.append("\n\tat ").append(element);
    }
    LOG.log(
        Level.WARNING,
        "The code of "
            + pid
            + ", which has ended, still runs after "
            + seconds(nanos)
            + ": it catches or passes over the interrupt that tells it to stop"
            + where);
  }

  /** The code of a process that had ended before has ended, too. */
  static void runawayOver(Pid pid, long nanos) {
    LOG.log(
        Level.INFO, "The code of " + pid + " has ended, " + seconds(nanos) + " after the process");
  }

  private static String seconds(long nanos) {
    return Math.round(nanos / 1e8) / 10.0 + " s";
  }

  static void log(Level level, String message) {
    LOG.log(level, message);
  }

  /** The class whose callback runs here, in front of what it has not; nothing if none does. */
  static String whose() {
    var self = Runner.currentProcess();
    return self != null && self.code() instanceof Behaviour behaviour
        ? behaviour.code().getName() + " has "
        : "";
  }

  /** {@code normal}, {@code shutdown} and {@code {shutdown, _}} are how processes should end. */
  static boolean isNormal(Object reason) {
    return reason.equals(Atom.NORMAL)
        || reason.equals(Atom.SHUTDOWN)
        || (reason instanceof Tuple tuple
            && tuple.size() == 2
            && tuple.get(0).equals(Atom.SHUTDOWN));
  }

  /** A value in a log or an error message: never too long, and never an exception of its own. */
  static String inspect(@Nullable Object value) {
    try {
      return shortened(
          value instanceof Throwable thrown ? thrown.toString() : Inspect.inspect(value));
    } catch (RuntimeException | StackOverflowError e) { // of a toString
      return value == null ? "nil" : value.getClass().getName() + " (" + e.getMessage() + ")";
    }
  }

  static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
