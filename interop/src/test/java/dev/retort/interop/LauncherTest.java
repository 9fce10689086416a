package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./jex} as a command among others: from anywhere, with pipes, with exit statuses. */
class LauncherTest {
  private static final String JEX = Nodes.HOME.resolve("jex").toString();

  @RegisterExtension final Nodes nodes = new Nodes();

  @Test
  void itRunsFromAnyFolder(@TempDir Path elsewhere) throws IOException {
    var jex = nodes.runIn(elsewhere, JEX, "-e", "println(\"up\")");
    assertThat(jex.exitStatus()).isZero();
    assertThat(jex.transcript()).contains("\nup\n");
  }

  @Test
  void itRunsThroughSymbolicLinks(@TempDir Path elsewhere) throws IOException {
    var first = Files.createSymbolicLink(elsewhere.resolve("first"), Path.of(JEX));
    var folder = Files.createDirectory(elsewhere.resolve("with a space"));
    Files.createSymbolicLink(folder.resolve("second"), Path.of("../" + first.getFileName()));
    var jex = nodes.runIn(elsewhere, "with a space/second", "-e", "println(\"up\")");
    assertThat(jex.exitStatus()).isZero();
    assertThat(jex.transcript()).contains("\nup\n");
  }

  @Test
  void argumentsArriveAsTheyAre() throws IOException {
    var jex = nodes.run(JEX, "-e", "println(\"two  spaces and a $HOME\")");
    assertThat(jex.exitStatus()).isZero();
    assertThat(jex.transcript()).contains("\ntwo  spaces and a $HOME\n");
  }

  @Test
  void codeThatFailsGivesANonZeroStatus() throws IOException {
    var jex = nodes.run(JEX, "-e", "throw new IllegalStateException(\"no\")");
    assertThat(jex.exitStatus()).isNotZero();
    assertThat(jex.transcript()).contains("IllegalStateException").contains("no");
  }

  @Test
  void pipedInputGivesZeroWhenEveryLineRan() throws IOException {
    var jex = nodes.run(JEX);
    jex.type("1 + 1");
    jex.await("2");
    assertThat(jex.endInput()).isZero();
  }

  @Test
  void pipedInputGivesOneWhenALineFailed() throws IOException {
    var jex = nodes.run(JEX);
    jex.type("int x = \"no number\"");
    assertThat(jex.endInput()).isOne();
  }

  @Test
  void aJvmOfTheWrongAgeIsNotTaken(@TempDir Path old) throws IOException {
    Files.createDirectories(old.resolve("bin"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    nodes.with("JAVA_HOME", old.toString());
    var jex = nodes.run(JEX, "-e", "println(\"up\")");
    assertThat(jex.exitStatus()).isZero();
    assertThat(jex.transcript()).contains("\nup\n");
  }

  @Test
  void optionsForTheJvmAreHandedOn() throws IOException {
    nodes.with("JEX_JAVA_OPTIONS", "-Dretort.colour=green -Dretort.shape=round");
    var jex =
        nodes.run(
            JEX,
            "-e",
            "println(System.getProperty(\"retort.colour\") + System.getProperty(\"retort.shape\"))");
    assertThat(jex.exitStatus()).isZero();
    assertThat(jex.transcript()).contains("\ngreenround\n");
  }
}
