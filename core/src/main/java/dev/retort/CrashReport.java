package dev.retort;

import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What the log says of a process that crashed, as Elixir's and OTP's crash reports do. */
final class CrashReport {
  private static final System.Logger LOG = System.getLogger("dev.retort");

  private CrashReport() {}

  /** A process ended with an uncaught exception, or with an exit that is not a normal one. */
  static void log(Pid pid, @Nullable Atom name, Object code, Throwable error) {
    if (error instanceof ExitException exit && (code instanceof Body || isNormal(exit.reason()))) {
      return; // exit/1 is no crash; OTP logs it only for a behaviour
    }
    if (pid instanceof LocalPid local) {
      local
          .home
          .telemetry()
          .crashed(
              pid,
              name,
              code instanceof Behaviour behaviour ? behaviour.describe() : "Process",
              error instanceof ExitException exit ? exit.reason() : error);
    }
    if (!LOG.isLoggable(Level.ERROR)) {
      return;
    }
    var who = name == null ? pid.toString() : name + " (" + pid + ")";
    LOG.log(
        Level.ERROR,
        code instanceof Behaviour behaviour
            ? behaviour.describe() + " " + who + " terminating" + behaviour.circumstances()
            : "Process " + who + " raised an exception",
        error instanceof ExitException exit && exit.reason() instanceof Throwable cause
            ? cause
            : error);
  }

  /** A message from another node could not be decoded and is dropped. */
  static void malformed(Pid pid, IllegalArgumentException e) {
    LOG.log(Level.WARNING, "A malformed message to " + pid + " was dropped: " + e.getMessage());
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

  static boolean isLogged(Level level) {
    return LOG.isLoggable(level);
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
  static String inspect(Object value) {
    String text;
    try {
      text = value instanceof Throwable thrown ? thrown.toString() : Inspect.inspect(value);
    } catch (RuntimeException e) {
      text = value.getClass().getName() + " (" + e.getMessage() + ")";
    }
    return text.length() <= 1000 ? text : text.substring(0, 1000) + "...";
  }
}
