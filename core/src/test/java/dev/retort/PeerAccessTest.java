package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerAccessTest {
  private static final Atom PRICES = Atom.of("prices");
  private static final Atom NET = Atom.of("net");

  @Test
  void nodesAreMeantByTheirNames() {
    assertThat(PeerAccess.of("shop@host").isFor("shop@host")).isTrue();
    assertThat(PeerAccess.of("shop@host").isFor("shop@host2")).isFalse();
    assertThat(PeerAccess.of("shop*@*.example").isFor("shop7@a.example")).isTrue();
    assertThat(PeerAccess.of("shop*@*.example").isFor("shop7@a_example")).isFalse();
    assertThat(PeerAccess.of("*").isFor("any@where")).isTrue();
    assertThat(PeerAccess.of("\\E.*@host").isFor("shop@host")).isFalse();
  }

  @Test
  void functionsAreAllOfAModuleOrOneOrAll() {
    assertThat(PeerAccess.of("*").mayCall(PRICES, NET)).isFalse();
    assertThat(PeerAccess.of("*").call("prices").mayCall(PRICES, NET)).isTrue();
    assertThat(PeerAccess.of("*").call("prices:net").mayCall(PRICES, NET)).isTrue();
    assertThat(PeerAccess.of("*").call("prices:gross", "net").mayCall(PRICES, NET)).isFalse();
    assertThat(PeerAccess.of("*").call("*").mayCall(PRICES, NET)).isTrue();
  }

  @Test
  void namesAreGivenOneByOneOrAllAtOnce() {
    assertThat(PeerAccess.of("*").maySend(PRICES)).isFalse();
    assertThat(PeerAccess.of("*").send("orders").send("prices").maySend(PRICES)).isTrue();
    assertThat(PeerAccess.of("*").send("*").maySend(PRICES)).isTrue();
  }

  @Test
  void allOfItIsEverything() {
    assertThat(PeerAccess.everything("*").isEverything()).isTrue();
    assertThat(
            PeerAccess.of("*")
                .call("*")
                .send("*")
                .withProcesses()
                .withGlobal()
                .withClosures()
                .isEverything())
        .isTrue();
    assertThat(PeerAccess.of("*").call("*").send("*").isEverything()).isFalse();
  }

  @Test
  void rulesAreReadFromLines() {
    var rules =
        PeerAccess.parse(
            """
            # who      what
            admin@*    everything

            shop@*     call=prices,stock:count send=orders,pg processes global closures # all
            *          nothing
            """);

    assertThat(rules)
        .isEqualTo(
            List.of(
                PeerAccess.everything("admin@*"),
                PeerAccess.of("shop@*")
                    .call("prices", "stock:count")
                    .send("orders", "pg")
                    .withProcesses()
                    .withGlobal()
                    .withClosures(),
                PeerAccess.of("*")));
  }

  @Test
  void linesThatAreNoRulesAreNamed() {
    assertThatThrownBy(() -> PeerAccess.parse("\nshop@*"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2: nodes and what they may do were expected, this is shop@*");
    assertThatThrownBy(() -> PeerAccess.parse("shop@* cal=prices"))
        .hasMessageContaining("line 1")
        .hasMessageContaining("call=")
        .hasMessageContaining("this is cal=prices");
  }
}
