package dev.retort.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a program that was started by a test is doing, for one that has not done what it should. */
final class ThreadDump {
  private static final long PATIENCE_SECONDS = 10;

  private ThreadDump() {}

  /**
   * Where each thread of a JVM is, virtual ones included; of another program, what it and its
   * children are. Empty if it has ended.
   */
  static String of(long pid) {
    return ProcessHandle.of(pid).map(ThreadDump::of).orElse("");
  }

  private static String of(ProcessHandle program) {
    var command = program.info().commandLine().orElse("a program without a command line");
    if (!program.info().command().orElse("").endsWith("java")) {
      return program
          .descendants()
          .map(child -> child.pid() + " " + child.info().commandLine().orElse("?"))
          .collect(Collectors.joining("\n  ", program.pid() + " " + command + "\n  ", "\n"));
    }
    return command + "\n" + platform(program.pid()) + virtual(program.pid());
  }

  /** By the JVM itself: locks, and classes in their initialization, too. */
  private static String platform(long pid) {
    return jcmd(pid, "Thread.print", "-l");
  }

  private static String virtual(long pid) {
    try {
      var file = Files.createTempFile("threads", ".txt");
      try {
        var said = jcmd(pid, "Thread.dump_to_file", "-overwrite", file.toString());
        return Files.size(file) == 0 ? said : Files.readString(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      return e + "\n";
    }
  }

  private static String jcmd(long pid, String... arguments) {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      var output = Files.createTempFile("jcmd", ".txt");
      try {
        var builder =
            new ProcessBuilder(jcmd, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.command().addAll(List.of(arguments));
        var process = builder.start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        return Files.readString(output, StandardCharsets.UTF_8)
            + (ended ? "" : "the JVM does not answer jcmd " + arguments[0] + "\n");
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return e + "\n";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted\n";
    }
  }
}
