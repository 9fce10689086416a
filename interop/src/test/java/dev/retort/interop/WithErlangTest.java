package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.program.Program;
import dev.retort.program.RetortRun;
import dev.retort.term.Atom;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs of signals whose processes are on a Retort node and on a real Erlang node come to
 * what the model says, as those on two Retort nodes do in {@link AcrossNodesTest}.
 *
 * <p>{@code -Ddev.retort.programs=100000} for more of them, {@code -Ddev.retort.seed=42} for those
 * that begin with this seed; a failure names its own.
 */
class WithErlangTest {
  /** Held, since it would be forgotten together with its level otherwise. */
  private static final Logger LOG = Logger.getLogger("dev.retort");

  private static final String COOKIE = "a_cookie_of_programs";

  @TempDir private static Path folder;

  private static Node node;
  private static Process erlang;
  private static Atom there;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Nodes.isInstalled("erl") && Nodes.isInstalled("erlc"), "Erlang is not installed");
    LOG.setLevel(Level.OFF); // thousands of processes crash on purpose
    long unique = ProcessHandle.current().pid();
    node = Node.start(NodeOptions.shortName("with-java-" + unique).withCookie(COOKIE));
    ErlangInterpreter.compile("interpreter", folder);
    ErlangInterpreter.compile("program", folder);
    var name = "with-erlang-" + unique;
    erlang =
        new ProcessBuilder(
                "erl",
                "-sname",
                name,
                "-setcookie",
                COOKIE,
                "-noshell",
                "-kernel",
                "logger_level",
                "none",
                "-s",
                "program",
                "serve_java")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(new BufferedReader(erlang.inputReader()).readLine()).isEqualTo("ready");
    there = Atom.of(name + "@" + Nodes.host());
    assertThat(node.run(() -> Node.connect(there.name()))).isTrue();
  }

  @AfterAll
  static void stop() throws Exception {
    LOG.setLevel(null);
    if (erlang != null) {
      erlang.getOutputStream().close();
      node.close();
      assertThat(erlang.waitFor()).isZero();
    }
  }

  @Test
  @Timeout(value = 1, unit = java.util.concurrent.TimeUnit.DAYS) // more on request
  void everyStepComesToWhatTheModelSays() throws Exception {
    new ForetoldPrograms(
            Program::acrossWithErlang, program -> RetortRun.withErlang(node, there, program))
        .everyStepComesToWhatTheModelSays();
  }
}
