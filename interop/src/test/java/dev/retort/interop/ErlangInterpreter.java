package dev.retort.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;

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

/**
 * A real Erlang runtime that runs what it is asked to in a module of ours, one after the other.
 * {@code interpreter.erl} is its side.
 */
public final class ErlangInterpreter implements AutoCloseable {
  private final DataOutputStream to;
  private final DataInputStream from;

  /**
   * Starts one.
   *
   * @param module what has a function {@code serve/0}, among the test's resources
   * @param folder where its code is compiled to
   */
  public ErlangInterpreter(String module, Path folder) throws IOException, InterruptedException {
    compile("interpreter", folder);
    compile(module, folder);
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
                module,
                "serve")
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    to = new DataOutputStream(process.getOutputStream());
    from = new DataInputStream(process.getInputStream());
  }

  /** The release of OTP that is tested with, such as 25. */
  public static int release() throws IOException {
    var print = "io:put_chars(erlang:system_info(otp_release)), halt().";
    var process = new ProcessBuilder("erl", "-noshell", "-eval", print).start();
    return Integer.parseInt(new String(process.getInputStream().readAllBytes(), US_ASCII).strip());
  }

  static void compile(String module, Path folder) throws IOException, InterruptedException {
    var file = module + ".erl";
    try (InputStream resource = ErlangInterpreter.class.getResourceAsStream("/" + file)) {
      Files.copy(Objects.requireNonNull(resource, file), folder.resolve(file));
    }
    int status =
        new ProcessBuilder("erlc", "-Werror", file)
            .directory(folder.toFile())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("erlc refused " + file);
    }
  }

  /**
   * What comes of each step of {@code program}, which is sent as its term.
   *
   * @param shown what a failure is to show of it
   */
  public List<?> run(Object program, Object shown) throws IOException {
    var question = Etf.encode(program);
    to.writeInt(question.length);
    to.write(question);
    to.flush();
    var answer = new byte[from.readInt()];
    from.readFully(answer);
    var tuple = (Tuple) Etf.decode(answer);
    if (!tuple.get(0).equals(Atom.OK)) {
      throw new AssertionError("the interpreter failed: " + tuple.get(1) + shown);
    }
    return (List<?>) tuple.get(1);
  }

  @Override
  public void close() throws IOException {
    to.close();
  }
}
