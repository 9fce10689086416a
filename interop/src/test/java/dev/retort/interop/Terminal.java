package dev.retort.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A real terminal with a program in it: a tmux of its own, whose screen is read. */
final class Terminal implements AutoCloseable {
  private final String socket;
  private final long pid;

  /** A terminal that runs {@code command}, a line for {@code sh}, until it ends. */
  Terminal(String socket, String command) throws IOException {
    this.socket = socket;
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "132", "-y", "50", "exec " + command);
    this.pid = Long.parseLong(tmux("list-panes", "-F", "#{pane_pid}").strip());
  }

  /** Types a line and presses return. */
  void type(String line) throws IOException {
    // A semicolon at the end of an argument would end tmux's own command.
    tmux("send-keys", "-l", line.replaceFirst(";$", "\\\\;"));
    press("Enter");
  }

  /** Presses a key by tmux's name for it, such as {@code C-d} or {@code Tab}. */
  void press(String key) throws IOException {
    tmux("send-keys", key);
  }

  /**
   * Everything on the screen and above it, with lines as they were printed, not as they wrapped.
   */
  String screen() {
    try {
      return tmux("capture-pane", "-p", "-J", "-S", "-").stripTrailing();
    } catch (IOException e) {
      return "(no screen: " + e.getMessage() + ")";
    }
  }

  /** Waits until the screen's last lines match {@code regex} to the end. */
  void awaitEnd(String regex) {
    awaitEnd(regex, Console.PATIENCE);
  }

  void awaitEnd(String regex, Duration patience) {
    await("(?s).*" + regex + "\\s*", regex, patience);
  }

  /** Waits until {@code regex} is found on the screen. */
  void await(String regex) {
    await(regex, Console.PATIENCE);
  }

  void await(String regex, Duration patience) {
    await("(?s).*" + regex + ".*", regex, patience);
  }

  private void await(String whole, String regex, Duration patience) {
    try {
      Awaitility.await()
          .atMost(patience)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> screen().matches(whole));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("the screen never showed: " + regex + "\n" + screen(), e);
    }
  }

  /** SIGKILL to the program. */
  void kill() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  long pid() {
    return pid;
  }

  boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Override
  public void close() {
    kill();
    try {
      tmux("kill-server");
    } catch (IOException e) {
      // With its last program, the server ended too.
    }
  }

  private String tmux(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("tmux", "-L", socket));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }
}
