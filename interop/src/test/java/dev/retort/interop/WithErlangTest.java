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
import java.util.List;
import java.util.Random;
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

  private static final int PROGRAMS = Integer.getInteger("dev.retort.programs", 200);
  private static final long SEED = Long.getLong("dev.retort.seed", new Random().nextInt());
  private static final int LENGTH = 60;
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
    for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
      var drafts = Program.random(seed, LENGTH);
      if (fails(drafts)) {
        var smallest = Program.acrossWithErlang(Program.shrink(drafts, WithErlangTest::fails));
        var outcomes = RetortRun.withErlang(node, there, smallest);
        int last = outcomes.size() - 1;
        assertThat(outcomes.get(last))
            .as("seed %d, shrunk; the last step of %s", seed, smallest.upTo(last))
            .isEqualTo(smallest.expected().get(last));
        throw new AssertionError(
            "seed " + seed + " fails now and then" + Program.acrossWithErlang(drafts));
      }
    }
  }

  private static boolean fails(List<Program.Draft> drafts) {
    var program = Program.acrossWithErlang(drafts);
    try {
      return !RetortRun.withErlang(node, there, program).equals(program.expected());
    } catch (Exception e) {
      throw new AssertionError("could not run" + program, e);
    }
  }
}
