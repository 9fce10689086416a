package dev.retort;

import java.lang.System.Logger.Level;

/** What the log says of applications. */
final class ApplicationReports {
  private ApplicationReports() {}

  /** OTP's progress report. */
  static void started(String name, Node node) {
    if (CrashReport.isLogged(Level.DEBUG)) {
      CrashReport.log(Level.DEBUG, "Application " + name + " started at " + node.name());
    }
  }

  static void exited(String name, Object reason, Restart type) {
    CrashReport.log(
        Level.INFO, "Application " + name + " exited: " + ApplicationException.explain(reason));
  }

  static void callbackFailed(String name, String callback, Throwable thrown) {
    CrashReport.log(
        Level.ERROR, "Application " + name + ": " + callback + " has failed: " + thrown);
  }

  static void nodeEnds(Node node, Object reason) {
    CrashReport.log(Level.ERROR, node.name() + " ends: " + CrashReport.inspect(reason));
  }
}
