package dev.retort;

import dev.retort.spi.Distribution;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log of another node, where the reports of a process go whose group leader is there: whoever
 * has started it reads of its end where its output is, as with OTP's {@code logger}.
 */
final class RemoteLog {
  private static final Atom LOGGER_PROXY = Atom.of("logger_proxy");
  private static final Atom LOG = Atom.of("log");
  private static final List<Long> FORMAT = "~ts".chars().mapToObj(Long::valueOf).toList();

  /** How much of a stack trace is shown. */
  private static final int FRAMES = 16;

  private final Distribution distribution;
  private final Pid process;
  private final Pid leader;

  private RemoteLog(Distribution distribution, Pid process, Pid leader) {
    this.distribution = distribution;
    this.process = process;
    this.leader = leader;
  }

  /**
   * That of the running process; null if its reports stay here, as they also do where its group
   * leader's node is not connected.
   */
  static @Nullable RemoteLog current() {
    var self = Runner.currentProcess();
    if (self == null) {
      return null;
    }
    var distribution = self.pid.home.distribution();
    var leader = self.groupLeader;
    var node = leader.node();
    return distribution != null
            && !node.equals(distribution.name())
            && (distribution.nodes(false).contains(node) || distribution.nodes(true).contains(node))
        ? new RemoteLog(distribution, self.pid, leader)
        : null;
  }

  /** Sends {@code {log, Level, "~ts", [Text], Metadata}}. */
  void log(Level level, String text, @Nullable Throwable thrown) {
    var shown = new StringBuilder(text).append("\nNode: ").append(process.node().name());
    if (thrown != null) {
      appendStack(shown, thrown);
    }
    distribution.send(
        null,
        new Name(LOGGER_PROXY, leader.node()),
        Tuple.of(LOG, level(level), FORMAT, List.of(shown.toString()), metadata()));
  }

  private static void appendStack(StringBuilder text, Throwable thrown) {
    var stack = thrown.getStackTrace();
    for (int i = 0; i < Math.min(stack.length, FRAMES); i++) {
      text.append("\n    at ").append(stack[i]);
    }
  }

  private Map<Atom, Object> metadata() {
    return Map.of(
        Atom.of("pid"),
        process,
        Atom.of("gl"),
        leader,
        Atom.of("time"),
        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }

  private static Atom level(Level level) {
    return Atom.of(
        switch (level) {
          case ERROR -> "error";
          case WARNING -> "warning";
          case INFO -> "notice";
          default -> "debug";
        });
  }
}
