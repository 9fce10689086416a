package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Elixir's {@code Exception.format_exit/1} gives for the same reasons. */
class ReportTextTest {
  private static final String NO_PROCESS =
      "no process: the process is not alive or there's no process currently associated with the"
          + " given name, possibly because its application isn't started";

  private static Tuple notStarted(String child, Object reason) {
    return Tuple.of(
        Atom.SHUTDOWN, Tuple.of(Atom.of("failed_to_start_child"), Atom.of(child), reason));
  }

  private static Tuple call(Object reason) {
    var call =
        Tuple.of(
            Atom.of("Elixir.GenServer"),
            Atom.of("call"),
            List.of(Atom.of("cart"), Atom.of("get"), 5000L));
    return Tuple.of(reason, call);
  }

  static List<Arguments> reasons() {
    var boom = Atom.of("boom");
    return List.of(
        Arguments.of(Atom.NORMAL, "normal"),
        Arguments.of(Atom.SHUTDOWN, "shutdown"),
        Arguments.of(Atom.KILLED, "killed"),
        Arguments.of(Atom.NOPROC, NO_PROCESS),
        Arguments.of(Atom.NOCONNECTION, "no connection"),
        Arguments.of(Atom.TIMEOUT, "time out"),
        Arguments.of(boom, ":boom"),
        Arguments.of("text", "\"text\""),
        Arguments.of(Tuple.of(Atom.SHUTDOWN, Atom.of("late")), "shutdown: :late"),
        Arguments.of(Tuple.of(Atom.of("bad"), 1L), "{:bad, 1}"),
        Arguments.of(Tuple.of(Atom.of("nodedown"), Atom.of("a@b")), "no connection to a@b"),
        Arguments.of(
            notStarted("a", Atom.of("enoent")),
            "shutdown: failed to start child: :a\n    ** (EXIT) :enoent"),
        Arguments.of(
            notStarted("a", notStarted("b", boom)),
            """
            shutdown: failed to start child: :a
                ** (EXIT) shutdown: failed to start child: :b
                    ** (EXIT) :boom\
            """),
        Arguments.of(
            call(Atom.NOPROC),
            "exited in: GenServer.call(:cart, :get, 5000)\n    ** (EXIT) " + NO_PROCESS),
        Arguments.of(
            call(Atom.of("calling_self")),
            "exited in: GenServer.call(:cart, :get, 5000)\n"
                + "    ** (EXIT) process attempted to call itself"),
        // Without the stack trace, which Java logs by itself.
        Arguments.of(
            new IllegalStateException("no disk"),
            "an exception was raised:\n    ** (java.lang.IllegalStateException) no disk"),
        Arguments.of(
            notStarted("a", new IllegalStateException()),
            """
            shutdown: failed to start child: :a
                ** (EXIT) an exception was raised:
                    ** (java.lang.IllegalStateException)\
            """));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void anExitReasonInElixirsWords(Object reason, String words) {
    assertThat(ReportText.exit(reason)).isEqualTo(words);
  }
}
