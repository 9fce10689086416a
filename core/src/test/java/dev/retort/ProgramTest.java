package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.program.Program;
import dev.retort.program.RetortRun;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random programs of signals do what a model of OTP's says. {@code DifferentialTest} in interop
 * asks a real Erlang node the same.
 *
 * <p>{@code -Djqwik.tries.default=100000} for more of them.
 */
class ProgramTest {
  @BeforeContainer
  static void crashesAreOnPurpose() {
    CrashLog.on(false);
  }

  @AfterContainer
  static void crashesAreNews() {
    CrashLog.on(true);
  }

  @Property
  void everyStepComesToWhatTheModelSays(@ForAll("programs") Program program) throws Exception {
    var outcomes = RetortRun.of(program);
    int last = outcomes.size() - 1;
    assertThat(outcomes.get(last))
        .as(() -> "step %d, %s".formatted(last, program.acts().get(last)))
        .isEqualTo(program.expected().get(last));
    assertThat(outcomes).hasSameSizeAs(program.acts());
  }

  @Provide
  Arbitrary<Program> programs() {
    var number = Arbitraries.integers().between(0, 31);
    return Combinators.combine(verbs(), number, number, number)
        .as(Program.Draft::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(80)
        .map(Program::of);
  }

  private static Arbitrary<Program.Verb> verbs() {
    return Arbitraries.<Program.Verb>frequency(
        Stream.of(Program.Verb.values()).map(verb -> Tuple.of(verb.weight(), verb)).toList());
  }
}
