package dev.retort.node.eval;

import dev.retort.etf.Etf;
import dev.retort.term.Tuple;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A real Erlang that makes a fun of source text with its {@code erl_eval} and says what comes of
 * calling it. One process for all tests; it ends when this JVM does, since its input then ends.
 */
final class RealErlang {
  /** Starts on first use. */
  private static final class Started {
    static final RealErlang ERLANG = new RealErlang();
  }

  private final DataOutputStream to;
  private final DataInputStream from;

  /**
   * What came of an expression.
   *
   * @param fun {@code fun() -> Expression end}, as it travels
   * @param result {@code {ok, Value}} or {@code {Class, Reason}}
   */
  record Answer(Object fun, Tuple result) {}

  private RealErlang() {
    var program =
        """
        P = open_port({fd, 0, 1}, [binary, {packet, 4}, eof]),
        Run = fun(F) ->
          {Pid, M} = spawn_monitor(fun() ->
            exit({done, try {ok, F()} catch C:E -> {C, E} end}) end),
          receive {'DOWN', M, process, Pid, {done, R}} -> R;
                  {'DOWN', M, process, Pid, R} -> {exit, R} end
        end,
        Answer = fun(B) ->
          Source = "fun() -> " ++ unicode:characters_to_list(B) ++ " end.",
          {ok, Tokens, _} = erl_scan:string(Source),
          {ok, Exprs} = erl_parse:parse_exprs(Tokens),
          {value, F, _} = erl_eval:exprs(Exprs, [{'Bound', {bound, 1}}]),
          {F, Run(F)}
        end,
        Loop = fun Loop() ->
          receive
            {P, {data, B}} ->
              R = [try Answer(S) catch C:E -> {none, {C, E}} end || S <- binary_to_term(B)],
              port_command(P, term_to_binary(R)),
              Loop();
            {P, eof} -> halt()
          end
        end,
        Loop().
        """;
    try {
      var process =
          new ProcessBuilder("erl", "-noshell", "-noinput", "-eval", program)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      to = new DataOutputStream(process.getOutputStream());
      from = new DataInputStream(process.getInputStream());
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  static boolean isInstalled() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "erl")));
  }

  static List<Answer> answers(List<String> sources) {
    return Started.ERLANG.ask(sources);
  }

  private synchronized List<Answer> ask(List<String> sources) {
    try {
      var question = Etf.encode(sources);
      to.writeInt(question.length);
      to.write(question);
      to.flush();
      var answer = new byte[from.readInt()];
      from.readFully(answer);
      return ((List<?>) Etf.decode(answer))
          .stream()
              .map(each -> new Answer(((Tuple) each).get(0), (Tuple) ((Tuple) each).get(1)))
              .toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
