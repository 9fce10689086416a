package dev.retort.node;

import dev.retort.etf.Etf;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JVM of its own that runs the closure in a file, and shows what that prints. */
final class ClosureMain {
  private ClosureMain() {}

  public static void main(String[] arguments) throws Exception {
    var body = Closure.fromTerm(Etf.decode(Files.readAllBytes(Path.of(arguments[0]))));
    Printed.by(body).forEach(System.out::println);
  }
}
