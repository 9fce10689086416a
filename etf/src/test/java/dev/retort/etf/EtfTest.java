package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EtfTest {
  record Hello(Object what) {}

  record Envelope(String to, List<Hello> letters, Map<String, Integer> counts) {}

  @Test
  void recordsTravelAsTaggedTuples() {
    var pid = Pid.of(Atom.of("a@b"), 1, 2, 3);
    var term = Etf.decode(Etf.encode(new Hello(pid)));
    assertThat(term).isEqualTo(Tuple.of(Atom.of("hello"), pid));
    assertThat(Vocabulary.of(Hello.class).read(term)).isEqualTo(new Hello(pid));
  }

  @Test
  void componentsAreReadByTheirTypes() {
    var envelope =
        new Envelope("Ann", List.of(new Hello("x"), new Hello(1L)), Map.of("a", 1, "b", 2));
    var term = Etf.decode(Etf.encode(envelope));
    assertThat(Vocabulary.EMPTY.read(term, Envelope.class)).isEqualTo(envelope);
  }

  @Test
  void codeKnowsItsRecords() {
    Runnable code = () -> System.out.println(new Hello(1));
    assertThat(Vocabulary.ofCode(code.getClass()).classes()).contains(Hello.class, Envelope.class);
  }

  @Test
  void termsPrintAsElixirPrintsThem() {
    assertThat(Tuple.of(Atom.OK, List.of(1, 2.0, "a\n"), Map.of(Atom.of("b c"), new Hello("x"))))
        .hasToString("{:ok, [1, 2.0, \"a\\n\"], %{\"b c\": {:hello, \"x\"}}}");
  }
}
