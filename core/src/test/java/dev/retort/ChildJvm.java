package dev.retort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program in a JVM of its own, with this one's class path and kind of carriers: where a test
 * needs other options.
 */
final class ChildJvm {
  /**
   * How it ended.
   *
   * @param status its exit status
   * @param output the lines that it wrote, errors among them
   */
  record Result(int status, List<String> output) {}

  private final List<String> command = new ArrayList<>();

  ChildJvm(String... options) {
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    if (Carriers.INSTANCE instanceof OwnCarriers) {
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
  }

  /**
   * Runs a class or a source file and waits for its end.
   *
   * @throws IllegalStateException if it has not ended after {@code seconds}; it is killed then
   */
  Result run(int seconds, String... program) throws IOException, InterruptedException {
    command.addAll(List.of(program));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new ArrayList<String>();
    var reader = Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(output::add));
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    process.destroyForcibly();
    reader.join();
    if (!ended) {
      throw new IllegalStateException("not ended after " + seconds + " s: " + output);
    }
    return new Result(process.exitValue(), output);
  }
}
