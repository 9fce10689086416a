package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of processes that spawn, send, call, link, monitor, kill, wait and set timers at random,
 * round after round on one node, each with an account at its end: no message, wake-up, DOWN or kill
 * is lost, and no process, thread, monitor, link, alias, name or timer is left.
 *
 * <p>{@code -Ddev.retort.stress=PT1H} says for how long; {@code -Ddev.retort.stress.seed=N} begins
 * with the seed that a run has printed. The seed decides what each process does, not how they
 * interleave.
 */
class StressTest {
  private static final Duration TIME =
      Duration.parse(System.getProperty("dev.retort.stress", "PT30S"));
  private static final Duration ROUND = Duration.ofSeconds(2);

  /** For what comes after the time: an account may wait for each thing that it asks for. */
  private static final Duration GRACE = StressRound.GENEROUS.multipliedBy(3);

  /** What a scheduler keeps for the next process. */
  private static final int IDLE_RUNNERS = 8;

  @TempDir Path directory;

  @BeforeEach
  void beginWithAFreshNode() {
    Node.current().close();
    CrashLog.on(false);
  }

  @AfterEach
  void endTheNode() {
    CrashLog.on(true);
    Node.current().close();
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.DAYS) // its own time-out follows from its time
  void nothingIsLostAndNothingIsLeft() {
    assertTimeoutPreemptively(TIME.plus(GRACE), this::stress);
  }

  private void stress() throws Exception {
    long seed = Long.getLong("dev.retort.stress.seed", System.nanoTime());
    System.out.println("StressTest: " + TIME + " with -Ddev.retort.stress.seed=" + seed);
    var seeds = new Random(seed);
    long runnersOfOthers = runners();
    var node = Node.current();
    long end = System.nanoTime() + TIME.toNanos();
    assertThat(node.run(this::runners)).as("runners are seen").isPositive();
    // The process that ran this is counted until it has quite ended: the first round counts, too.
    Awaitility.await("the node's own process alone").until(() -> node.processCount() == 1);
    long messages = 0;
    int rounds = 0;
    do {
      messages += new StressRound(node, seeds.nextLong()).run(ROUND);
      rounds++;
      assertThat(messages).isPositive();
      Awaitility.await("only idle runners")
          .until(
              () ->
                  node.statistics().runners() == 0 && runners() <= runnersOfOthers + IDLE_RUNNERS);
    } while (System.nanoTime() - end < 0);
    System.out.println(
        "StressTest: " + rounds + " rounds, " + messages + " messages, " + node.statistics());
    node.close();
    Awaitility.await("no runner").until(() -> runners() <= runnersOfOthers);
  }

  /**
   * How many runners this JVM has. A dump of threads is the one way to see virtual ones; by
   * reflection, since this module does not read those that offer it.
   */
  private long runners() throws Exception {
    var file = directory.resolve("threads");
    Files.deleteIfExists(file);
    var diagnostic = Class.forName("com.sun.management.HotSpotDiagnosticMXBean");
    var format =
        Class.forName("com.sun.management.HotSpotDiagnosticMXBean$ThreadDumpFormat")
            .getField("TEXT_PLAIN");
    var bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getPlatformMXBean", Class.class)
            .invoke(null, diagnostic);
    diagnostic
        .getMethod("dumpThreads", String.class, format.getType())
        .invoke(bean, file.toAbsolutePath().toString(), format.get(null));
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> line.contains("\"retort-runner")).count();
    }
  }
}
