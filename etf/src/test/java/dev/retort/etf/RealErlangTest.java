package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Terms sent to a real Erlang and back. */
@AddLifecycleHook(Beam.Needed.class)
class RealErlangTest {
  @Provide
  Arbitrary<Object> terms() {
    return AnyTerm.any();
  }

  @Property(tries = 3000)
  void erlangGivesBackWhatItWasSent(@ForAll("terms") Object term) {
    var bytes = Etf.encode(term);
    var echo = Beam.echo(bytes);
    assertThat(Etf.decode(echo)).isEqualTo(term);
    if (AnyTerm.isCanonical(term)) {
      assertThat(echo).isEqualTo(bytes);
    }
  }

  @Property(tries = 1000)
  void encodingThenDecodingChangesNothing(@ForAll("terms") Object term) {
    assertThat(Etf.decode(Etf.encode(term))).isEqualTo(term);
    assertThat(Terms.toTerm(term)).isEqualTo(term);
  }
}
