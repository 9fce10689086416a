package dev.retort.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TerminalConsoleTest {
  private static final String UP = "\033OA";

  @TempDir Path folder;

  private final PipedOutputStream keys = new PipedOutputStream();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private TerminalConsole console;
  private Thread user;

  @BeforeEach
  void open() throws IOException {
    var preparation = new Preparation(true);
    console =
        TerminalConsole.imaginary(
            new PipedInputStream(keys, 100_000), screen, history(), preparation::engine);
    var session = new Session(Node.current(), console, preparation);
    user = Thread.ofPlatform().start(session::interact);
    awaitScreen("jex(1)> ");
  }

  @AfterEach
  void close() throws Exception {
    keys.close();
    user.join(Duration.ofSeconds(20));
    console.close();
  }

  @Test
  void showsResultsAndContinuationPrompts() throws IOException {
    type("1 + 1\n");
    awaitScreen("2", "jex(2)> ");
    type("List.of(1,\n");
    awaitScreen("...(2)> ");
    type("2)\n");
    awaitScreen("[1, 2]", "jex(3)> ");
  }

  @Test
  void showsTheOutputOfProcessesAboveThePrompt() throws IOException {
    type("spawn(() -> { receive(Duration.ofMillis(300)); println(\"from \" + \"below\"); })\n");
    awaitScreen("jex(2)> ");
    type("half");
    awaitScreen("from below\n");
    type("\b\b\b\b");
  }

  @Test
  void completesAndThenDocuments() throws IOException {
    type("Node.spawnL\t");
    awaitScreen("Node.spawnLink(");
    type("\t");
    awaitScreen("dev.retort.Body body");
  }

  @Test
  void recallsAnInputOfSeveralLinesAsOne() throws IOException {
    type("List.of(1,\n");
    awaitScreen("...(1)> ");
    type("2)\n");
    awaitScreen("jex(2)> ");
    type(UP + "\n");
    awaitScreen("jex(3)> ");
    assertThat(shown()).containsPattern("(?s)\\[1, 2].*\\[1, 2]");
  }

  @Test
  void evaluatesALineAtATimeWhatIsPastedAtOnce() throws IOException {
    type("\033[200~int a = 2;\nint b = a * 3;\nrecord P(int x) {}\nnew P(b)\033[201~");
    type("\n");
    awaitScreen("{:p, 6}", "jex(5)> ");
  }

  @Test
  void keepsTheHistoryInAFile() throws Exception {
    type("\"kept\"\n");
    awaitScreen("jex(2)> ");
    close();
    assertThat(Files.readString(history())).contains("\"kept\"");
  }

  @Test
  void endsAtControlD() throws Exception {
    type("\004");
    user.join(Duration.ofSeconds(20));
    assertThat(user.isAlive()).isFalse();
  }

  private Path history() {
    return folder.resolve("history");
  }

  private void type(String text) throws IOException {
    keys.write(text.getBytes(StandardCharsets.UTF_8));
    keys.flush();
  }

  private void awaitScreen(String... texts) {
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(shown()).contains(texts));
  }

  /** What was written, without the codes that move the cursor and choose colours. */
  private String shown() {
    return screen
        .toString(StandardCharsets.UTF_8)
        .replaceAll("\033\\[[0-9;?]*[A-Za-z]|\033[=>]", "")
        .replace("\r", "");
  }
}
