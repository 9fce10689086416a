package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guide, done as it says. A block that begins with {@code $} is a terminal: a program that
 * prints what is shown, or a shell in which what is shown is typed; a block that begins with a
 * prompt goes on in the shell above it.
 *
 * <p>Pids, references and times differ from run to run. A line of three dots stands for any lines.
 * {@code myhost} is this machine, {@code secret} and the names of nodes are those of this test.
 */
class GuideTest {
  private static final String JEX = "'" + Nodes.HOME.resolve("jex") + "'";
  private static final Pattern PROMPT =
      Pattern.compile("(jex|iex|\\.\\.\\.)\\([^()]*\\)[0-9]*> ?.*");
  private static final Pattern READY = Pattern.compile("(jex|iex)\\([^()]*\\)[0-9]*>");
  private static final String ANY_LINES = "...";

  /** For programs and nodes to start, too, on a machine that is busy with other tests. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** A node that is started, its name as an atom, its name. */
  private static final Pattern NAMED = Pattern.compile("(--sname )(\\w+)|(:?)\\b(\\w+)@myhost");

  @RegisterExtension final Nodes nodes = new Nodes();

  static List<Path> chapters() throws IOException {
    return Markdown.in(Nodes.HOME.resolve("docs/guide"));
  }

  @ParameterizedTest
  @MethodSource("chapters")
  void whatItShowsIsWhatComes(Path chapter) throws IOException {
    Terminal shell = null;
    for (var block : Markdown.blocks(chapter)) {
      if (block.first().startsWith("$ examples/run ")) {
        run(block);
      } else if (block.first().startsWith("$ ")) {
        shell = nodes.terminalWith(own(block.first().substring(2)).replace("./jex", JEX));
        type(block.lines().subList(1, block.lines().size()), shell);
      } else if (PROMPT.matcher(block.first()).matches()) {
        assertThat(shell).as("the shell in which %s is typed", block).isNotNull();
        type(block.lines(), shell);
      }
    }
  }

  // ---- programs

  /** Runs a program. A node runs on; of any other all that it prints is shown. */
  private void run(Markdown.Block block) throws IOException {
    var command = own(block.first().substring(2));
    var shown = block.lines().stream().skip(1).map(this::own).toList();
    if (command.contains("--sname")) {
      var node = nodes.run(command.split(" "));
      shown.forEach(line -> node.await(Pattern.compile(Pattern.quote(line) + "\\R"), PATIENCE));
      return;
    }
    var log = Files.createTempFile("guide", ".log");
    try {
      var program = nodes.run("sh", "-c", "exec " + command + " 2> " + log);
      assertThat(program.exitStatus(PATIENCE)).isZero();
      compare(block, shown, normal(program.unread()), normal(Files.readString(log)));
    } finally {
      Files.delete(log);
    }
  }

  /** What is shown is all of the output, and between it lines of the log, in order. */
  private static void compare(
      Markdown.Block block, List<String> shown, List<String> output, List<String> log) {
    int printed = 0;
    int logged = 0;
    for (var line : normal(String.join("\n", shown))) {
      if (printed < output.size() && output.get(printed).equals(line)) {
        printed++;
      } else if (!line.equals(ANY_LINES)) {
        int at = log.subList(logged, log.size()).indexOf(line);
        assertThat(at)
            .as("%s: \"%s\" comes next in %s, or in %s", block, line, output, log)
            .isNotNegative();
        logged += at + 1;
      }
    }
    assertThat(output.subList(printed, output.size())).as("%s shows all", block).isEmpty();
  }

  // ---- shells

  /** Types what stands behind the prompts, and waits for what comes then. */
  private void type(List<String> lines, Terminal shell) throws IOException {
    var input = new ArrayList<String>();
    var output = new ArrayList<String>();
    for (var line : lines) {
      boolean prompt = PROMPT.matcher(line).matches();
      if (prompt && !line.startsWith(ANY_LINES) && !input.isEmpty()) {
        step(input, output, shell);
        input.clear();
        output.clear();
      }
      (prompt ? input : output).add(own(line));
    }
    step(input, output, shell);
  }

  /** Lines of output may come in any order: they are of different processes. */
  private static void step(List<String> input, List<String> output, Terminal shell)
      throws IOException {
    for (var line : input) {
      shell.awaitEnd("\\R" + Pattern.quote(line.substring(0, line.indexOf('>') + 1)), PATIENCE);
      shell.type(line.substring(line.indexOf('>') + 1).strip());
    }
    var expected = new ArrayList<>(normal(String.join("\n", output)));
    boolean more = expected.remove(ANY_LINES);
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                var came = new ArrayList<>(after(shell.screen(), input.getLast()));
                if (came.isEmpty() || !READY.matcher(came.removeLast()).matches()) {
                  return false;
                }
                return expected.stream().allMatch(came::remove) && (more || came.isEmpty());
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(expected + " never came of " + input + "\n" + shell.screen(), e);
    }
  }

  private static List<String> after(String screen, String line) {
    int echo = screen.lastIndexOf(line);
    return echo < 0 ? List.of() : normal(screen.substring(echo + line.length()));
  }

  // ---- what differs from run to run

  private static List<String> normal(String text) {
    return text.lines()
        .map(line -> line.replace("\t", "        ").stripTrailing())
        .filter(line -> !line.isEmpty())
        .map(line -> line.replaceAll("#(PID|Reference)<[0-9.]+>", "#$1<>"))
        .map(line -> line.replaceAll("[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}", "00:00:00.000"))
        .toList();
  }

  /** With the names and the cookie of this test in place of the guide's. */
  private String own(String line) {
    return NAMED
        .matcher(line)
        .replaceAll(
            found ->
                found.group(1) != null
                    ? found.group(1) + nodes.name(found.group(2))
                    : found.group(3).isEmpty()
                        ? nodes.node(found.group(4))
                        : Shell.atom(nodes.node(found.group(4))))
        .replace("--cookie secret", "--cookie " + nodes.cookie());
  }
}
