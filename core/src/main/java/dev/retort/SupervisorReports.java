package dev.retort;

import dev.retort.term.Pid;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** What a supervisor writes to the log: OTP's supervisor and progress reports. */
final class SupervisorReports {
  private SupervisorReports() {}

  /** A child runs: OTP's progress report. */
  static void started(Child child) {
    if (child.pid != null && CrashReport.isLogged(Level.DEBUG)) {
      CrashReport.log(
          Level.DEBUG, "Child " + id(child) + " of supervisor " + who() + " started" + of(child));
    }
  }

  /** {@code child_terminated}. */
  static void childTerminated(Child child, Pid pid, Object reason) {
    error(child, "terminated", reason, pid);
  }

  /** {@code start_error}. */
  static void startFailed(Child child, Object reason) {
    error(child, "failed to start", reason, null);
  }

  /** {@code shutdown_error}: a child that was told to end has ended in another way. */
  static void shutdownFailed(Child child, Pid pid, Object reason) {
    error(child, "shut down abnormally", reason, pid);
  }

  private static void error(Child child, String what, Object reason, @Nullable Pid pid) {
    CrashReport.log(
        Level.ERROR,
        "Child "
            + id(child)
            + " of supervisor "
            + who()
            + " "
            + what
            + "\n** "
            + explain(reason)
            + (pid == null ? "" : "\nPid: " + pid)
            + of(child));
  }

  /** A child that has ended is about to be started again: for those who count. */
  static void restarting(Child child, Object reason) {
    var self = Kernel.process("restart");
    self.pid.home.telemetry().childRestarts(self.pid, self.name, child.spec.id(), reason);
  }

  static void tooManyRestarts(Child child, Strategy strategy) {
    CrashReport.log(
        Level.ERROR,
        "Supervisor "
            + who()
            + " gives up (:reached_max_restart_intensity): child "
            + id(child)
            + " ended once more after "
            + strategy.maxRestarts()
            + " restarts within "
            + strategy.within()
            + of(child));
  }

  /** A start function has given the pid of a process that is not linked. */
  static void notLinked(Child child, Pid pid) {
    CrashReport.log(
        Level.WARNING,
        "Child "
            + id(child)
            + " of supervisor "
            + who()
            + ": its start function gave "
            + pid
            + ", which is not linked to the supervisor, so that its end will not be seen: start it"
            + " with startLink or spawnLink"
            + of(child));
  }

  /** A message that supervisors have no use for. */
  static void unexpected(String what, Object message) {
    CrashReport.log(
        Level.ERROR,
        "Supervisor "
            + who()
            + " received an unexpected "
            + what
            + ": "
            + CrashReport.inspect(message));
  }

  private static String who() {
    var self = Kernel.process("report");
    return self.name == null ? self.pid.toString() : self.name + " (" + self.pid + ")";
  }

  private static String id(Child child) {
    return CrashReport.inspect(child.spec.id());
  }

  private static String of(Child child) {
    return "\nStart: " + child.spec.module().name() + "\nRestart: " + child.spec.restart();
  }

  private static String explain(Object reason) {
    return reason instanceof Throwable thrown
        ? "(exit) an exception was raised: " + thrown
        : "(exit) " + CrashReport.inspect(reason);
  }
}
