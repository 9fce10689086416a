package dev.retort;

import java.lang.System.Logger.Level;

/** What the log says of applications. */
final class ApplicationReports {
  private ApplicationReports() {}

  /** OTP's progress report. */
  static void started(String name, Node node) {
    node.reports()
        .report(
            Reports.APPLICATION,
            Level.DEBUG,
            () -> new Report.ApplicationStarted(name, node.name()));
  }

  static void exited(String name, Object reason, Restart type, Node node) {
    node.reports()
        .report(
            Reports.APPLICATION,
            Level.INFO,
            () -> new Report.ApplicationExited(name, reason, type));
  }

  static void callbackFailed(String name, String callback, Throwable thrown) {
    Reports.line(
        Reports.APPLICATION,
        Level.ERROR,
        "Application " + name + ": " + callback + " has failed: " + thrown,
        thrown);
  }

  /** OTP writes it last of all: {@code Kernel pid terminated}. */
  static void nodeEnds(Node node, Object reason) {
    Reports.line(
        Reports.APPLICATION,
        Level.ERROR,
        "Node " + node.name().name() + " ends: " + CrashReport.inspect(reason),
        null);
  }
}
