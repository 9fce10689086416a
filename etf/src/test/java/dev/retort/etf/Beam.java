package dev.retort.etf;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Erlang runtime that answers questions over its standard input and output, one process for
 * all tests. It ends when this JVM does, since its input then ends.
 */
final class Beam {
  /** Starts on first use. */
  private static final class Erlang {
    static final Beam BEAM =
        new Beam(
            List.of(
                "erl",
                "-noshell",
                "-noinput",
                "-eval",
                """
                P = open_port({fd, 0, 1}, [binary, {packet, 4}, eof]),
                Answer = fun
                  (<<$e, B/binary>>) ->
                    term_to_binary(binary_to_term(B), [{minor_version, 2}]);
                  (<<$x, Source/binary>>) ->
                    {ok, Tokens, _} = erl_scan:string(binary_to_list(Source)),
                    {ok, Exprs} = erl_parse:parse_exprs(Tokens),
                    {value, V, _} = erl_eval:exprs(Exprs, []),
                    V
                end,
                Loop = fun Loop() ->
                  receive
                    {P, {data, B}} ->
                      R = try <<$+, (Answer(B))/binary>>
                          catch C:E -> iolist_to_binary(io_lib:format("-~p:~p", [C, E])) end,
                      port_command(P, R),
                      Loop();
                    {P, eof} -> halt()
                  end
                end,
                Loop().
                """));
  }

  private static final class Elixir {
    static final Beam BEAM =
        new Beam(
            List.of(
                "elixir",
                "--erl",
                "-noinput",
                "-e",
                """
                p = Port.open({:fd, 0, 1}, [:binary, {:packet, 4}, :eof])
                loop = fn loop ->
                  receive do
                    {^p, {:data, b}} ->
                      r =
                        try do
                          "+" <> inspect(:erlang.binary_to_term(b), width: :infinity)
                        rescue
                          e -> "-" <> Exception.message(e)
                        end
                      Port.command(p, r)
                      loop.(loop)
                    {^p, :eof} -> System.halt()
                  end
                end
                loop.(loop)
                """));
  }

  private final DataOutputStream to;
  private final DataInputStream from;

  private Beam(List<String> command) {
    try {
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      to = new DataOutputStream(process.getOutputStream());
      from = new DataInputStream(process.getInputStream());
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** {@code term_to_binary(binary_to_term(Bytes))} of the real Erlang. */
  static byte[] echo(byte[] bytes) {
    return Erlang.BEAM.ask('e', bytes);
  }

  /** The binary that an Erlang expression gives. */
  static byte[] eval(String expression) {
    return Erlang.BEAM.ask('x', expression.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** {@code inspect(binary_to_term(Bytes))} of the real Elixir. */
  static String inspect(byte[] bytes) {
    return new String(Elixir.BEAM.ask(-1, bytes), StandardCharsets.UTF_8);
  }

  private synchronized byte[] ask(int operation, byte[] bytes) {
    try {
      to.writeInt(bytes.length + (operation < 0 ? 0 : 1));
      if (operation >= 0) {
        to.write(operation);
      }
      to.write(bytes);
      to.flush();
      var answer = new byte[from.readInt() - 1];
      int ok = from.read();
      from.readFully(answer);
      if (ok != '+') {
        throw new AssertionError(
            "the real one refused: " + new String(answer, StandardCharsets.UTF_8));
      }
      return answer;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Skips tests where Erlang or Elixir is missing, loudly; on CI they run, and fail. */
  static final class Needed implements ExecutionCondition, SkipExecutionHook {
    private static final boolean THERE = found("erl") && found("elixir");

    private static boolean found(String command) {
      try {
        var process =
            new ProcessBuilder("sh", "-c", "command -v " + command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean there = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        if (!there) {
          System.err.println(
              "\n*** " + command + " IS MISSING: the codec is NOT checked against it. ***\n");
        }
        return there || System.getenv("CI") != null;
      } catch (IOException | InterruptedException failed) {
        throw new IllegalStateException(failed);
      }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return THERE
          ? ConditionEvaluationResult.enabled("Erlang and Elixir are there")
          : ConditionEvaluationResult.disabled("erl or elixir is missing");
    }

    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return THERE ? SkipResult.doNotSkip() : SkipResult.skip("erl or elixir is missing");
    }
  }
}
