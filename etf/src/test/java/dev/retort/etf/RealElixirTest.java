package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** What is printed, beside what a real Elixir prints. */
@AddLifecycleHook(Beam.Needed.class)
class RealElixirTest {
  @Provide
  Arbitrary<Object> terms() {
    return AnyTerm.anyPrintedAlike();
  }

  @Provide
  Arbitrary<Object> mapsOfAlikeKeys() {
    return AnyTerm.mapsOfAlikeKeys();
  }

  @Provide
  Arbitrary<Double> floats() {
    return AnyTerm.floats();
  }

  @Property(tries = 3000)
  void termsPrintAsInElixir(@ForAll("terms") Object term) {
    assertThat(Inspect.inspect(term)).isEqualTo(Beam.inspect(Etf.encode(term)));
  }

  @Property(tries = 600)
  void keysAreInTheOrderOfElixir(@ForAll("mapsOfAlikeKeys") Object map) {
    assertThat(Inspect.inspect(map)).isEqualTo(Beam.inspect(Etf.encode(map)));
  }

  @Property(tries = 1500)
  void floatsPrintAsInElixir(@ForAll("floats") Double number) {
    assertThat(Inspect.inspect(number)).isEqualTo(Beam.inspect(Etf.encode(number)));
  }
}
