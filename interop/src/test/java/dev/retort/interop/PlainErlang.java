package dev.retort.interop;

import static org.awaitility.Awaitility.await;

import dev.retort.Erpc;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real {@code erl} without a shell, which is told by {@code erpc} what to evaluate. */
final class PlainErlang implements AutoCloseable {
  private final Node from;
  private final String name;
  private final Process process;

  /**
   * Starts one, and waits until it answers.
   *
   * @param from the node that tells it what to do
   * @param flags what {@code erl} gets: its name and its cookie at least
   */
  PlainErlang(Node from, String name, String... flags) throws IOException {
    this.from = from;
    this.name = name;
    this.process = start(flags);
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !process.isAlive() || from.run(() -> Node.connect(name)));
  }

  /** Any {@code erl} without a shell. */
  static Process start(String... flags) throws IOException {
    var command = new ArrayList<>(List.of("erl", "-noinput"));
    command.addAll(List.of(flags));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  String name() {
    return name;
  }

  /** The value of Erlang expressions, such as {@code "X = 1, X + 1"}. */
  Object value(String expressions) throws Exception {
    return from.run(
        () -> {
          var tokens = (Tuple) Erpc.call(name, "erl_scan", "string", List.of(chars(expressions)));
          var parsed = (Tuple) Erpc.call(name, "erl_parse", "parse_exprs", List.of(tokens.get(1)));
          if (!parsed.get(0).equals(Atom.OK)) {
            throw new IllegalArgumentException(expressions + ": " + parsed);
          }
          var result = Erpc.call(name, "erl_eval", "exprs", List.of(parsed.get(1), List.of()));
          return ((Tuple) result).get(1);
        });
  }

  private static List<Long> chars(String text) {
    return (text + ".").codePoints().mapToObj(c -> (long) c).toList();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
