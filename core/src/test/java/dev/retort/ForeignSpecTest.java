package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Elixir's own tests of start_child with invalid specifications expect, and the valid one. */
class ForeignSpecTest {
  private static final Atom ID = Atom.of("id");
  private static final Atom START = Atom.of("start");
  private static final Tuple MFA =
      Tuple.of(Atom.of("Elixir.Task"), Atom.of("start_link"), List.of());

  private static final String UNDEFINED = "{:undef, [{Task, :start_link, [], []}]}";

  /** What a supervisor answers. */
  private static String answer(Object spec) {
    return answer(Supervisor.start(Supervisor.oneForOne(), List.of()), spec);
  }

  private static String dynamicAnswer(Object spec) {
    return answer(DynamicSupervisor.start(Supervisor.oneForOne()), spec);
  }

  private static String answer(Pid supervisor, Object spec) {
    var request = new Call.Term(Tuple.of(SupervisorTerms.START_CHILD, spec));
    var answer = GenServer.call(supervisor, request);
    Supervisor.stop(supervisor);
    return Kernel.inspect(answer);
  }

  @Test
  void specificationsThatOtpRefusesAreRefusedInItsWords() {
    assertThat(answer(Map.of())).isEqualTo("{:error, :missing_id}");
    assertThat(answer(Map.of(ID, 1L))).isEqualTo("{:error, :missing_start}");
    assertThat(answer(Tuple.of(1L, 2L, 3L, 4L, 5L, 6L))).isEqualTo("{:error, {:invalid_mfa, 2}}");
    assertThat(answer(Map.of(ID, 1L, START, Tuple.of(Atom.of("a"), Atom.of("b"), Atom.of("c")))))
        .isEqualTo("{:error, {:invalid_mfa, {:a, :b, :c}}}");
    assertThat(answer(Map.of(ID, 1L, START, MFA, Atom.of("shutdown"), -1L)))
        .isEqualTo("{:error, {:invalid_shutdown, -1}}");
    assertThat(answer(Map.of(ID, 1L, START, MFA, Atom.of("restart"), Atom.of("often"))))
        .isEqualTo("{:error, {:invalid_restart_type, :often}}");
    assertThat(answer(Map.of(ID, 1L, START, MFA, Atom.of("type"), Atom.of("thing"))))
        .isEqualTo("{:error, {:invalid_child_type, :thing}}");
    assertThat(answer(Atom.of("stack"))).isEqualTo("{:error, {:invalid_child_spec, :stack}}");
  }

  @Test
  void aFunctionOfTheOtherNodeIsUndefinedHere() {
    assertThat(answer(Map.of(ID, 1L, START, MFA)))
        .startsWith("{:error, {{:EXIT, " + UNDEFINED + "}, %{");
    assertThat(
            dynamicAnswer(Tuple.of(MFA, Atom.of("permanent"), 5000L, Atom.of("worker"), List.of())))
        .isEqualTo("{:error, " + UNDEFINED + "}");
    assertThat(dynamicAnswer(Atom.of("task"))).isEqualTo("{:error, {:invalid_child_spec, :task}}");
  }
}
