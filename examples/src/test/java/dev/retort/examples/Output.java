package dev.retort.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** What a program prints. */
final class Output {
  interface Program {
    void main() throws Exception;
  }

  private Output() {}

  static List<String> of(Program program) throws Exception {
    var bytes = new ByteArrayOutputStream();
    var out = System.out;
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try {
      program.main();
    } finally {
      System.setOut(out);
    }
    return bytes.toString(UTF_8).lines().toList();
  }
}
