package dev.retort.interop;

import dev.retort.etf.Etf;
import dev.retort.program.Outcome;
import dev.retort.program.Program;
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

/** A real Erlang runtime that runs {@link Program}s, one after the other. */
final class ErlangRun implements AutoCloseable {
  private final Process process;
  private final DataOutputStream to;
  private final DataInputStream from;

  /**
   * Starts one.
   *
   * @param folder where its code is compiled to
   */
  ErlangRun(Path folder) throws IOException, InterruptedException {
    compile(folder);
    process =
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
                "program",
                "serve")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    to = new DataOutputStream(process.getOutputStream());
    from = new DataInputStream(process.getInputStream());
  }

  private static void compile(Path folder) throws IOException, InterruptedException {
    var source = folder.resolve("program.erl");
    try (InputStream resource = ErlangRun.class.getResourceAsStream("/program.erl")) {
      Files.copy(Objects.requireNonNull(resource, "program.erl"), source);
    }
    int status =
        new ProcessBuilder("erlc", "-Werror", source.getFileName().toString())
            .directory(folder.toFile())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("erlc refused program.erl");
    }
  }

  /** What comes of each step there. */
  List<Outcome> of(Program program) throws IOException {
    var question = Etf.encode(program.acts());
    to.writeInt(question.length);
    to.write(question);
    to.flush();
    var answer = new byte[from.readInt()];
    from.readFully(answer);
    var tuple = (Tuple) Etf.decode(answer);
    if (!tuple.get(0).equals(Atom.OK)) {
      throw new AssertionError("the interpreter failed: " + tuple.get(1) + program);
    }
    return list(tuple.get(1)).stream().map(ErlangRun::outcome).toList();
  }

  private static Outcome outcome(Object term) {
    var tuple = (Tuple) term;
    var result = tuple.get(0);
    if (result instanceof Tuple taken && taken.get(0).equals(Atom.of("taken"))) {
      result = Outcome.promised(list(taken.get(1)));
    }
    return new Outcome(result, list(tuple.get(1)).stream().map(ErlangRun::worker).toList());
  }

  private static Outcome.Worker worker(Object term) {
    var tuple = (Tuple) term;
    return new Outcome.Worker(
        (int) (long) (Long) tuple.get(0),
        tuple.get(1),
        Outcome.unordered(list(tuple.get(2))),
        (int) (long) (Long) tuple.get(3),
        numbers(tuple.get(4)),
        numbers(tuple.get(5)));
  }

  private static List<Integer> numbers(Object term) {
    return list(term).stream().map(number -> (int) (long) (Long) number).toList();
  }

  private static List<?> list(Object term) {
    return (List<?>) term;
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
