package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsultTest {
  @Test
  void readsWhatAConfigurationIsMadeOf() {
    assertThat(
            Consult.terms(
                """
                %% options for TLS
                [{server, [{certfile, "a.pem"}, {verify, verify_peer}]}, % the one side
                 {client, []}].
                """))
        .containsExactly(
            List.of(
                Tuple.of(
                    Atom.of("server"),
                    List.of(
                        Tuple.of(Atom.of("certfile"), List.of(97L, 46L, 112L, 101L, 109L)),
                        Tuple.of(Atom.of("verify"), Atom.of("verify_peer")))),
                Tuple.of(Atom.of("client"), List.of())));
  }

  @Test
  void readsEveryKindOfTerm() {
    assertThat(Consult.terms("ok. 'tlsv1.2'. a@b_1. '\\'\\n'. ''."))
        .containsExactly(
            Atom.OK, Atom.of("tlsv1.2"), Atom.of("a@b_1"), Atom.of("'\n"), Atom.of(""));
    assertThat(Consult.terms("1. -1. 1_000. 16#fF. -2#101. $a. $\\n. 1.5e3. 99999999999999999999."))
        .containsExactly(
            1L, -1L, 1000L, 255L, -5L, 97L, 10L, 1500.0, new BigInteger("99999999999999999999"));
    assertThat(Consult.terms("<<>>. <<\"ab\">>. <<\"ü\"/utf8>>. <<\"ü\">>. <<1, 255>>."))
        .containsExactly("", "ab", "ü", Binary.of((byte) 0xfc), Binary.of((byte) 1, (byte) -1));
    assertThat(Consult.terms("[1|2]. [1|[2]]. {}. #{a => 1}. fun lists:map/2."))
        .containsExactly(
            ImproperList.of(List.of(1L), 2L),
            List.of(1L, 2L),
            Tuple.of(),
            Map.of(Atom.of("a"), 1L),
            new Fun.Export(Atom.of("lists"), Atom.of("map"), 2));
    assertThat(Consult.terms("\"a\" \"\\x{1F600}\\x41\\101\\^A\\s\\\"\"."))
        .containsExactly(List.of(97L, 0x1f600L, 65L, 65L, 1L, 32L, 34L));
    assertThat(Consult.terms(" % nothing but a comment")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{server, [} | line 1: a term was expected, this is }",
        "{a b}. | line 1: a comma or } was expected, this is b}.",
        "a | line 1: a full stop was expected, the text ends here",
        "`a.\n[b,\n'c].` | line 3: the ' at the end of a text was expected, the text ends here",
        "Variable. | line 1: a term was expected, this is Variable.",
        "\"\\x{zz}\". | line 1: a character's number in hexadecimal was expected, this is zz}\".",
        "1#2. | line 1: a number was expected, this is 1#2.",
        "<<a>>. | line 1: a term was expected, this is a>>.",
        "fun(X) -> X end. | line 1: a module, a colon and a function was expected, this is (X) -> X end"
      })
  void saysWhereSomethingElseStands(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Consult.terms(text))
        .withMessageStartingWith(message.strip());
  }

  @Test
  void noTextUsesUpTheStack() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Consult.terms("[".repeat(100_000)))
        .withMessageContaining("no more than 1000");
  }
}
