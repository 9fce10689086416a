package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What other nodes log comes as a format and its arguments. */
class IoFormatTest {
  private static String format(String format, Object... arguments) {
    return IoFormat.format(format, List.of(arguments));
  }

  @Test
  void termsArePrintedAsInTheRestOfTheLog() {
    assertThat(format("~p and ~w", Atom.of("tea"), Tuple.of(Atom.OK, 3L)))
        .isEqualTo(":tea and {:ok, 3}");
    assertThat(format("~tp~n", "text")).isEqualTo("\"text\"\n");
    assertThat(format("~P", List.of(1L, 2L), 9L)).isEqualTo("[1, 2]");
  }

  @Test
  void charactersArePrintedAsTheyAre() {
    assertThat(format("~s, ~ts", "one", ErlangTerms.charlist("zwölf"))).isEqualTo("one, zwölf");
    assertThat(format("~s", Atom.of("name"))).isEqualTo("name");
    assertThat(format("~s", List.of("a", List.of(98L), ImproperList.of(List.of(99L), "d"))))
        .isEqualTo("abcd");
    assertThat(format("~s", Binary.of(new byte[] {(byte) 0xe4}))).isEqualTo("ä");
    assertThat(format("~c~~", 65L)).isEqualTo("A~");
  }

  @Test
  void whatIsNoCharactersIsPrintedAsATerm() {
    assertThat(format("~s", List.of(Atom.of("a"), 1L))).isEqualTo("[:a, 1]");
    assertThat(format("~s", 0x110000L)).isEqualTo("1114112");
  }

  @Test
  void widthsAndPrecisionsArePassedOver() {
    assertThat(format("~-15w|~10.4.0b|~.2f|~*s", 1L, 2L, 3.5, 9L, "x")).isEqualTo("1|2|3.5|x");
    assertThat(format("~i~w", 1L, 2L)).isEqualTo("2");
  }

  @Test
  void argumentsMustBeThoseOfTheFormat() {
    assertThatThrownBy(() -> format("~p ~p", 1L)).hasMessageContaining("fewer arguments");
    assertThatThrownBy(() -> format("~p", 1L, 2L)).hasMessageContaining("more arguments");
    assertThatThrownBy(() -> format("~q", 1L)).hasMessageContaining("~q is no control sequence");
  }
}
