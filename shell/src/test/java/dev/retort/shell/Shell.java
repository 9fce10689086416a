package dev.retort.shell;

import dev.retort.Node;
import java.util.regex.Pattern;

/** A session on the JVM's default node, with a script for a user. */
final class Shell {
  private static final Pattern PID = Pattern.compile("#PID<0\\.\\d+\\.0>");

  private Shell() {}

  /** What is on the screen when all lines have been typed. */
  static String screenOf(String... lines) {
    var console = new ScriptedConsole(lines);
    new Session(Node.current(), console, new Preparation(false)).interact();
    return console.screen();
  }

  /** The same without the prompts and the input. */
  static String outputOf(String... lines) {
    return screenOf(lines)
        .lines()
        .filter(line -> !line.matches("(jex|\\.\\.\\.)\\(\\d+\\)> .*"))
        .reduce("", (all, line) -> all + line + "\n");
  }

  static String withoutPids(String screen) {
    return PID.matcher(screen).replaceAll("#PID<...>");
  }
}
