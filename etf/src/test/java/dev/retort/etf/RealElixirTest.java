package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** What is printed, beside what a real Elixir prints. */
@AddLifecycleHook(Beam.Needed.class)
class RealElixirTest {
  /** Without those whose first number is the printing node's own affair. */
  @Provide
  Arbitrary<Object> terms() {
    return AnyTerm.any().filter(RealElixirTest::printsAlike);
  }

  @Provide
  Arbitrary<Double> floats() {
    return AnyTerm.floats();
  }

  private static boolean printsAlike(Object term) {
    return !(term instanceof Pid || term instanceof Ref || term instanceof Port)
        && (Lists.isLeaf(term)
            || Arrays.stream(Terms.childrenOf(term)).allMatch(RealElixirTest::printsAlike));
  }

  @Property(tries = 3000)
  void termsPrintAsInElixir(@ForAll("terms") Object term) {
    assertThat(Inspect.inspect(term)).isEqualTo(Beam.inspect(Etf.encode(term)));
  }

  @Property(tries = 2000)
  void floatsPrintAsInElixir(@ForAll("floats") Double number) {
    assertThat(Inspect.inspect(number)).isEqualTo(Beam.inspect(Etf.encode(number)));
  }
}
