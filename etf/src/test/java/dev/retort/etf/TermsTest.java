package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TermsTest {
  record SayHello2(String toWhom, Object more) {}

  record Stop() {}

  record HTTPRequest(int n) {}

  @Tag("EXIT")
  record Exit(Object reason) {}

  @Struct("MyApp.User")
  record User(String firstName, int age) {}

  enum Strategy {
    ONE_FOR_ONE,
    restForOne,
    @Tag("ALL!")
    ALL,
    TRUE {
      @Override
      public String toString() {
        return "a constant with a class of its own";
      }
    }
  }

  static final class QuotaExceededException extends RuntimeException {
    QuotaExceededException(String message) {
      super(message);
    }
  }

  /** What a peer makes of it is what toTerm says. */
  private static Object term(Object value) {
    var term = Terms.toTerm(value);
    assertThat(Etf.decode(Etf.encode(value))).isEqualTo(term);
    return term;
  }

  @Test
  void equalNumbersAreEqualTerms() {
    for (Object one : List.of(1, 1L, (short) 1, (byte) 1, BigInteger.ONE, (char) 1)) {
      assertThat(term(one)).isEqualTo(1L);
    }
    assertThat(term(1.5f)).isEqualTo(1.5);
    assertThat(term('a')).isEqualTo(97L);
    assertThat(term(BigInteger.TWO.pow(64))).isEqualTo(BigInteger.TWO.pow(64));
  }

  @Test
  void nullIsNilAndTruthIsBoolean() {
    assertThat(term(null)).isEqualTo(Atom.NIL);
    assertThat(term(Atom.TRUE)).isEqualTo(true);
    assertThat(term(Arrays.asList(null, false))).isEqualTo(List.of(Atom.NIL, false));
  }

  @Test
  void bytesAreBinariesAndTextWhereTheyCanBe() {
    assertThat(term(new byte[] {97})).isEqualTo("a");
    assertThat(term(new byte[] {-1})).isEqualTo(Binary.of((byte) -1));
    assertThat(term(Binary.of("é"))).isEqualTo("é");
  }

  @Test
  void collectionsAndArraysAreLists() {
    assertThat(term(new LinkedHashSet<>(List.of(2, 1)))).isEqualTo(List.of(2L, 1L));
    assertThat(term(new int[] {1, 2})).isEqualTo(List.of(1L, 2L));
    assertThat(term(new Object[] {1, "x"})).isEqualTo(List.of(1L, "x"));
    assertThat(term(Map.of("k", new int[0]))).isEqualTo(Map.of("k", List.of()));
  }

  @Test
  void recordsAreTaggedTuplesOrAtoms() {
    assertThat(term(new SayHello2("Ann", new Stop())))
        .isEqualTo(Tuple.of(Atom.of("say_hello2"), "Ann", Atom.of("stop")));
    assertThat(term(new HTTPRequest(1))).isEqualTo(Tuple.of(Atom.of("http_request"), 1L));
    assertThat(term(new Exit(Atom.NORMAL))).isEqualTo(Tuple.of(Atom.of("EXIT"), Atom.NORMAL));
    assertThat(term(new SayHello2(null, 1)))
        .isEqualTo(Tuple.of(Atom.of("say_hello2"), Atom.NIL, 1L));
  }

  @Test
  void structsAreMapsWithTheirModule() {
    assertThat(term(new User("Ann", 40)))
        .isEqualTo(
            Map.of(
                Atom.of("__struct__"),
                Atom.of("Elixir.MyApp.User"),
                Atom.of("first_name"),
                "Ann",
                Atom.of("age"),
                40L));
  }

  @Test
  void constantsAreAtoms() {
    assertThat(term(Strategy.ONE_FOR_ONE)).isEqualTo(Atom.of("one_for_one"));
    assertThat(term(Strategy.restForOne)).isEqualTo(Atom.of("rest_for_one"));
    assertThat(term(Strategy.ALL)).isEqualTo(Atom.of("ALL!"));
    assertThat(term(Strategy.TRUE)).isEqualTo(true);
  }

  @Test
  void namesAreAtomsOrPairs() {
    assertThat(term(Name.of("stack"))).isEqualTo(Atom.of("stack"));
    assertThat(term(Name.of("stack", "a@b"))).isEqualTo(Tuple.of(Atom.of("stack"), Atom.of("a@b")));
  }

  @Test
  void exceptionsAreReasonsWithTheirStack() {
    var reason = (Tuple) term(new QuotaExceededException("full"));
    assertThat(reason.get(0)).isEqualTo(Tuple.of(Atom.of("quota_exceeded_exception"), "full"));
    var top = (Tuple) ((List<?>) reason.get(1)).getFirst();
    assertThat(top.get(0)).isEqualTo(Atom.of(TermsTest.class.getName()));
    assertThat(top.get(1)).isEqualTo(Atom.of("exceptionsAreReasonsWithTheirStack"));
    assertThat(top.get(2)).isEqualTo(0L);
    assertThat(Inspect.inspect(top.get(3))).startsWith("[file: 'TermsTest.java', line: ");
    assertThat(((Tuple) term(new QuotaExceededException(null))).get(0))
        .isEqualTo(Tuple.of(Atom.of("quota_exceeded_exception"), Atom.NIL));
  }
}
