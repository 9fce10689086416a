package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What a supervisor writes to the log: OTP's supervisor and progress reports. Its own process. */
final class SupervisorReports {
  private static final Atom TOO_MANY = Atom.of("reached_max_restart_intensity");

  private SupervisorReports() {}

  /** A child runs: OTP's progress report. */
  static void started(Child child) {
    if (child.pid != null) {
      report(Report.Child.Event.STARTED, child, child.pid, null, null);
    }
  }

  /** {@code child_terminated}. */
  static void childTerminated(Child child, Pid pid, Object reason) {
    report(Report.Child.Event.TERMINATED, child, pid, reason, null);
  }

  /** {@code start_error}. */
  static void startFailed(Child child, Object reason) {
    report(Report.Child.Event.FAILED_TO_START, child, null, reason, null);
  }

  /** {@code shutdown_error}: a child that was told to end has ended in another way. */
  static void shutdownFailed(Child child, Pid pid, Object reason) {
    report(Report.Child.Event.SHUT_DOWN_ABNORMALLY, child, pid, reason, null);
  }

  /** {@code shutdown}. */
  static void tooManyRestarts(Child child, Strategy strategy) {
    report(Report.Child.Event.CAUSED_SHUTDOWN, child, null, TOO_MANY, strategy);
  }

  private static void report(
      Report.Child.Event event,
      Child child,
      @Nullable Pid pid,
      @Nullable Object reason,
      @Nullable Strategy strategy) {
    var self = Kernel.process("report");
    self.pid
        .home
        .reports()
        .report(
            Reports.SUPERVISOR,
            event == Report.Child.Event.STARTED ? Level.DEBUG : Level.ERROR,
            () -> new Report.Child(event, self.pid, self.name, child.spec, pid, reason, strategy));
  }

  /** A child that has ended is about to be started again: for those who count. */
  static void restarting(Child child, Object reason) {
    var self = Kernel.process("restart");
    self.pid.home.telemetry().childRestarts(self.pid, self.name, child.spec.id(), reason);
  }

  /** A start function has given the pid of a process that is not linked. */
  static void notLinked(Child child, Pid pid) {
    line(
        Level.WARNING,
        "Child "
            + CrashReport.inspect(child.spec.id())
            + " of Supervisor "
            + who()
            + ": its start function gave "
            + pid
            + ", which is not linked to the supervisor, so that its end will not be seen: start it"
            + " with startLink or spawnLink\nStart Call: "
            + child.spec.module().name());
  }

  /** A message that supervisors have no use for. */
  static void unexpected(String what, Object message) {
    line(
        Level.ERROR,
        "Supervisor "
            + who()
            + " received an unexpected "
            + what
            + ": "
            + CrashReport.inspect(message));
  }

  private static void line(Level level, String text) {
    Reports.line(Reports.SUPERVISOR, level, text, null);
  }

  private static String who() {
    var self = Kernel.process("report");
    return ReportText.who(self.name, self.pid);
  }
}
