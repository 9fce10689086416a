import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A process that measures when told to: commands go to its input, one a line, answers come from its
 * output as lines that begin with {@value #ANSWER}. What else it prints is shown as it is.
 */
final class Peer implements AutoCloseable {
  static final String ANSWER = "= ";

  private static final ScheduledThreadPoolExecutor CLOCK =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().factory());

  private final String name;
  private final Process process;
  private final PrintStream commands;
  private final BufferedReader answers;
  private final Duration patience;
  private final Thread hook;
  private final String about;

  /**
   * Starts it and waits until it is ready.
   *
   * @param patience how long it may take for an answer; it is ended then
   */
  Peer(String name, List<String> command, Duration patience) throws IOException {
    this.name = name;
    this.patience = patience;
    this.process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
    this.about = answer();
  }

  /** What it says of itself, which it does when it is ready. */
  String about() {
    return about;
  }

  /** Tells it to measure and waits for the answer. */
  String ask(String command) throws IOException {
    commands.println(command);
    return answer();
  }

  private String answer() throws IOException {
    var late = new CompletableFuture<Void>();
    ScheduledFuture<?> watchdog =
        CLOCK.schedule(
            () -> {
              late.complete(null);
              process.destroyForcibly();
            },
            patience.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      for (String line; (line = answers.readLine()) != null; ) {
        if (line.startsWith(ANSWER)) {
          return line.substring(ANSWER.length());
        }
        System.err.println(name + ": " + line);
      }
    } finally {
      watchdog.cancel(false);
    }
    throw new IOException(
        name + (late.isDone() ? " gave no answer in " + patience.toSeconds() + " s" : " ended"));
  }

  /** Processor time that it has used, as the operating system counts it. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElseThrow();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
