package dev.retort.interop;

import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.program.Program;
import dev.retort.program.RetortRun;
import java.io.IOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random programs of signals whose processes are on two nodes come to what the model says: what
 * every function returned, what every process got, in the order that each sender sent it, why each
 * ended, who is linked with whom and monitors whom.
 *
 * <p>{@code -Ddev.retort.programs=100000} for more of them, {@code -Ddev.retort.seed=42} for those
 * that begin with this seed; a failure names its own.
 */
class AcrossNodesTest {
  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Logger LOG = Logger.getLogger("dev.retort");

  private static Node one;
  private static Node other;

  @BeforeAll
  static void start() throws IOException {
    LOG.setLevel(Level.OFF); // thousands of processes crash on purpose
    one = node("one");
    other = node("other");
  }

  private static Node node(String role) throws IOException {
    var name = "across-" + role + "-" + ProcessHandle.current().pid();
    return Node.start(NodeOptions.shortName(name).withCookie("a cookie of programs"));
  }

  @AfterAll
  static void stop() {
    other.close();
    one.close();
    LOG.setLevel(null);
  }

  @Test
  @Timeout(value = 1, unit = java.util.concurrent.TimeUnit.DAYS) // more on request
  void everyStepComesToWhatTheModelSays() throws Exception {
    new ForetoldPrograms(
            Program::acrossNodes, program -> RetortRun.across(List.of(one, other), program))
        .everyStepComesToWhatTheModelSays();
  }
}
