package dev.retort.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as others see it: streams and an exit code. */
@Timeout(120)
class JexTest {
  private record Run(int status, String out, String err) {}

  @TempDir Path folder;

  @Test
  void evaluatesCodeAndEnds() throws Exception {
    assertThat(jex("", "-e", "println(\"up\")", "-e", "println(1 + 1)"))
        .isEqualTo(new Run(0, "up\n2\n", ""));
  }

  @Test
  void endsWithOneAtTheFirstFailureOfCode() throws Exception {
    var run = jex("", "-e", "println(1)", "-e", "1 / 0", "-e", "println(2)");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("1\n");
    assertThat(run.err()).isEqualTo("** (java.lang.ArithmeticException) / by zero\n    at -e:1\n");
  }

  @Test
  void evaluatesFilesAndTellsTheirLines() throws Exception {
    var file =
        Files.writeString(
            folder.resolve("a.jex"), "int x = 20\nx * 2 +\n 2\nprintln(x)\n\nnosuch()\n");

    var run = jex("", file.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("20\n");
    assertThat(run.err())
        .contains("** (CompileError) " + file + ":6: cannot find symbol", "  6 | nosuch()");
  }

  @Test
  void showsForAPipeWhatAnInteractiveSessionWould() throws Exception {
    var run = jex("1 + 1\nList.of(1,\n2)\nprintln(\"hi\")\n");

    assertThat(run.status()).isZero();
    assertThat(run.out().lines().skip(1).toList())
        .containsExactly("jex(1)> 2", "jex(2)> ...(2)> [1, 2]", "jex(3)> hi", ":ok", "jex(4)> ");
  }

  @Test
  void goesOnAfterAFailedLineOfAPipeAndEndsWithOne() throws Exception {
    var run = jex("1 / 0\n\"still here\"\n");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("jex(1)> ** (java.lang.ArithmeticException) / by zero", "\"still here\"");
  }

  @Test
  void failsWhenThePipeEndsWithinAnInput() throws Exception {
    var run = jex("1 +\n");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("** (SyntaxError)");
  }

  @Test
  void endsAtExitOfAPipe() throws Exception {
    assertThat(jex("exit()\nprintln(\"never\")\n").out()).doesNotContain("never");
  }

  @Test
  void letsCodeEndTheJvmWithItsOwnStatus() throws Exception {
    assertThat(jex("", "-e", "System.exit(7)").status()).isEqualTo(7);
  }

  @Test
  void saysInOneSentenceWhatIsWrongWithTheCommandLine() throws Exception {
    assertRefused(2, "there is no option --bad", "--bad");
    assertRefused(1, "there is no file", folder.resolve("none.jex").toString());
  }

  @Test
  void tellsVersionAndUsage() throws Exception {
    assertThat(jex("", "--version").out()).startsWith("Retort");
    assertThat(jex("", "--help").out()).contains("--sname NAME", "--no-halt");
  }

  @Test
  void speaksUtf8() throws Exception {
    assertThat(jex("", "-e", "println(\"Grüße, 世界\")").out()).isEqualTo("Grüße, 世界\n");
  }

  private void assertRefused(int status, String message, String... arguments) throws Exception {
    var run = jex("", arguments);
    assertThat(run.status()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("jex: ").contains(message);
  }

  private Run jex(String input, String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Duser.home=" + folder,
                Jex.class.getName()));
    command.addAll(List.of(arguments));
    var in = Files.writeString(folder.resolve("in"), input);
    var out = folder.resolve("out");
    var err = folder.resolve("err");
    var process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
