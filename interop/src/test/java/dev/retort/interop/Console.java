package dev.retort.interop;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A running program whose terminal is a pair of pipes: what it prints is waited for, what a user
 * would type is sent. Output that has been waited for is not looked at again, as a reader goes on.
 */
class Console implements AutoCloseable {
  /** When a program is called hung; long enough for one that shares its processors with many. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String title;
  private final Process process;
  private final Writer keyboard;
  private final StringBuilder output = new StringBuilder();
  private final Object newOutput = new Object();
  private boolean ended;
  private int read;

  Console(String title, List<String> command, Map<String, String> environment, Path folder)
      throws IOException {
    this.title = title;
    var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
    builder.environment().putAll(environment);
    this.process = builder.start();
    this.keyboard = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread.ofVirtual().name("output of " + title).start(this::collect);
  }

  private void collect() {
    try (var reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      var buffer = new char[8192];
      for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
        synchronized (newOutput) {
          output.append(buffer, 0, n);
          newOutput.notifyAll();
        }
      }
    } catch (IOException closed) {
      // The program was killed: its output ends here.
    }
    synchronized (newOutput) {
      ended = true;
      newOutput.notifyAll();
    }
  }

  /** Types a line and presses return. */
  void type(String line) {
    try {
      keyboard.write(line + "\n");
      keyboard.flush();
    } catch (IOException e) {
      throw new AssertionError(title + " no longer reads\n" + transcript(), e);
    }
  }

  /** Waits until {@code text} is printed after what was last waited for. */
  void await(String text) {
    await(Pattern.compile(Pattern.quote(text)));
  }

  /** Waits until the pattern is printed after what was last waited for, and gives the match. */
  MatchResult await(Pattern pattern) {
    return await(pattern, PATIENCE);
  }

  MatchResult await(Pattern pattern, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (newOutput) {
      while (true) {
        var matcher = pattern.matcher(output);
        if (matcher.find(read)) {
          read = matcher.end();
          return matcher.toMatchResult();
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          throw new AssertionError(
              title
                  + (ended ? " ended" : " did not print")
                  + " without: "
                  + pattern
                  + "\n"
                  + transcript());
        }
        try {
          newOutput.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("interrupted", e);
        }
      }
    }
  }

  /** What was printed and not yet waited for. */
  String unread() {
    synchronized (newOutput) {
      return output.substring(read);
    }
  }

  /** All of the output so far, under a heading. */
  String transcript() {
    synchronized (newOutput) {
      return "---- " + title + (process.isAlive() ? "" : ", ended") + " ----\n" + output + "\n";
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Ends the input, as Ctrl-D does, and waits for the program to end by itself. */
  int endInput() {
    try {
      keyboard.close();
    } catch (IOException e) {
      // It has ended before.
    }
    return exitStatus();
  }

  /** Waits for the program to end by itself. */
  int exitStatus() {
    return exitStatus(PATIENCE);
  }

  int exitStatus(Duration patience) {
    try {
      if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(title + " did not end\n" + transcript());
      }
      // What it printed last may still be on its way.
      synchronized (newOutput) {
        while (!ended) {
          newOutput.wait();
        }
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** SIGKILL: no goodbye to anyone. */
  void kill() {
    process.destroyForcibly();
    exitStatus();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
