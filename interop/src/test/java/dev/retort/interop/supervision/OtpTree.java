package dev.retort.interop.supervision;

import dev.retort.etf.Etf;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A real Erlang runtime that runs {@link Scenario}s on OTP's supervisors, one after the other. */
final class OtpTree implements AutoCloseable {
  private final DataOutputStream to;
  private final DataInputStream from;

  /**
   * Starts one.
   *
   * @param folder where its code is compiled to
   */
  OtpTree(Path folder) throws IOException, InterruptedException {
    compile(folder);
    var process =
        new ProcessBuilder(
                "erl",
                "+S",
                "1:1",
                "-noshell",
                "-noinput",
                "-kernel",
                "logger_level",
                "none",
                "-s",
                "supervision",
                "serve")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    to = new DataOutputStream(process.getOutputStream());
    from = new DataInputStream(process.getInputStream());
  }

  private static void compile(Path folder) throws IOException, InterruptedException {
    var source = folder.resolve("supervision.erl");
    try (InputStream resource = OtpTree.class.getResourceAsStream("/supervision.erl")) {
      Files.copy(Objects.requireNonNull(resource, "supervision.erl"), source);
    }
    int status =
        new ProcessBuilder("erlc", "-Werror", source.getFileName().toString())
            .directory(folder.toFile())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("erlc refused supervision.erl");
    }
  }

  /** What comes of the start and of each step there. */
  List<Outcome> run(Scenario scenario) throws IOException {
    var question = Etf.encode(scenario);
    to.writeInt(question.length);
    to.write(question);
    to.flush();
    var answer = new byte[from.readInt()];
    from.readFully(answer);
    var tuple = (Tuple) Etf.decode(answer);
    if (!tuple.get(0).equals(Atom.OK)) {
      throw new AssertionError("the interpreter failed: " + tuple.get(1) + scenario);
    }
    return ((List<?>) tuple.get(1)).stream().map(OtpTree::outcome).toList();
  }

  private static Outcome outcome(Object term) {
    var tuple = (Tuple) term;
    return Outcome.of((List<?>) tuple.get(0), (List<?>) tuple.get(1), tuple.get(2));
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
