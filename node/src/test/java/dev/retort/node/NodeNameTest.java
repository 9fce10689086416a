package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NodeNameTest {
  @Test
  void shortNameGetsTheMachinesNameUpToItsFirstDot() throws IOException {
    var name = NodeName.ofOwn("java", false);
    assertThat(name.alive()).isEqualTo("java");
    assertThat(name.host()).isNotEmpty().doesNotContain(".");
  }

  @Test
  void hostsAreKeptWhereTheyFit() throws IOException {
    assertThat(NodeName.ofOwn("java@box", false)).hasToString("java@box");
    assertThat(NodeName.ofOwn("java@box.example.org", true)).hasToString("java@box.example.org");
    assertThat(NodeName.ofOwn("java@127.0.0.1", true)).hasToString("java@127.0.0.1");
  }

  @Test
  void wrongKindOfNameIsRefusedInOneSentence() {
    assertThatThrownBy(() -> NodeName.ofOwn("java@box.example.org", false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a long name, a short one was asked for");
    assertThatThrownBy(() -> NodeName.ofOwn("java@box", true))
        .hasMessageContaining("is a short name, a long one was asked for");
    assertThatThrownBy(() -> NodeName.ofOwn("ja va", false))
        .hasMessageContaining("is not a node name");
    assertThatThrownBy(() -> NodeName.ofOwn("", false)).hasMessageContaining("is not a node name");
    assertThatThrownBy(() -> NodeName.ofOwn("a@b@c", false))
        .hasMessageContaining("is not a node name");
  }

  @Test
  void longAndShortNamesCannotMeet() {
    assertThat(NodeName.parse("a@box.example.org").mismatch(false)).contains("uses short names");
    assertThat(NodeName.parse("a@box").mismatch(true)).contains("uses long names");
    assertThat(NodeName.parse("a@box").mismatch(false)).isNull();
    assertThat(NodeName.parse("a@127.0.0.1").mismatch(true)).isNull();
  }

  @Test
  void othersNamesHaveTwoParts() {
    assertThat(NodeName.parse("nobody")).isNull();
    assertThat(NodeName.parse("@host")).isNull();
    assertThat(NodeName.parse("a@")).isNull();
    assertThat(NodeName.parse("a@b@c")).isNull();
    assertThat(NodeName.parse("a@" + "b".repeat(300))).isNull();
  }
}
