package dev.retort.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Node;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InterruptTest {
  @Test
  void stopsALoopAndKeepsTheProcess() {
    assertStops("while (true) Thread.onSpinWait()", true);
  }

  @Test
  void stopsALambdaInALibrary() {
    assertStops("Stream.iterate(1, x -> x).forEach(x -> {})", true);
  }

  @Test
  void stopsWhatWaits() {
    assertStops("receive()", true);
    assertStops("Thread.sleep(100_000)", true);
  }

  @Test
  void takesTheProcessFromWhatDoesNotStop() {
    assertStops("new java.util.concurrent.Semaphore(0).acquireUninterruptibly()", false);
  }

  @Test
  void stopsWhatRemainsOfAnInput() {
    Started.COUNT.set(0);
    var console = new ScriptedConsole("receive(); dev.retort.shell.Started.now()", "\"end\"");
    var session = new Session(Node.current(), console, new Preparation(true));
    var thread = Thread.ofPlatform().start(session::interact);
    await()
        .until(
            () -> {
              session.interrupt();
              return !thread.isAlive();
            });

    assertThat(Started.COUNT).hasValue(0);
  }

  private static void assertStops(String code, boolean gently) {
    Started.COUNT.set(0);
    var console =
        new ScriptedConsole(
            "var before = self()",
            "{ dev.retort.shell.Started.now(); " + code + "; }",
            "\"same: \" + before.equals(self())");
    var session = new Session(Node.current(), console, new Preparation(true));
    var thread = Thread.ofPlatform().start(session::interact);
    await().until(() -> Started.COUNT.get() == 1);

    session.interrupt();
    if (!gently) {
      session.interrupt();
    }

    await().atMost(Duration.ofSeconds(20)).until(() -> !thread.isAlive());
    assertThat(console.screen())
        .contains(gently ? "** interrupted" : "shell process exited with reason: :killed")
        .endsWith("\"same: " + gently + "\"\n");
  }
}
