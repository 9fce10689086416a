package dev.retort;

import dev.retort.term.Pid;
import java.lang.System.Logger.Level;

/** What a supervisor writes to the log: OTP's supervisor reports. */
final class SupervisorReports {
  private SupervisorReports() {}

  static void childTerminated(Child child, Pid pid, Object reason) {
    CrashReport.log(
        Level.ERROR,
        "Child "
            + CrashReport.inspect(child.spec.id())
            + " of supervisor "
            + Kernel.self()
            + " terminated\n** "
            + explain(reason)
            + "\nPid: "
            + pid
            + "\nRestart: "
            + child.spec.restart());
  }

  static void startFailed(Child child, Object reason) {
    CrashReport.log(
        Level.ERROR,
        "Child "
            + CrashReport.inspect(child.spec.id())
            + " of supervisor "
            + Kernel.self()
            + " failed to start again\n** "
            + explain(reason));
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
            + Kernel.self()
            + " gives up (:reached_max_restart_intensity): child "
            + CrashReport.inspect(child.spec.id())
            + " ended once more after "
            + strategy.maxRestarts()
            + " restarts within "
            + strategy.within());
  }

  private static String explain(Object reason) {
    return reason instanceof Throwable thrown
        ? "(exit) an exception was raised: " + thrown
        : "(exit) " + CrashReport.inspect(reason);
  }
}
