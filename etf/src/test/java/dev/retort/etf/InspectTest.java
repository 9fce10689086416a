package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InspectTest {
  record Hello(Object what) {}

  @Struct("MyApp.User")
  record User(String firstName, int age) {}

  private static void prints(Object value, String text) {
    assertThat(Inspect.inspect(value)).isEqualTo(text);
  }

  @Test
  void recordsPrintAsTheirTerms() {
    prints(new Hello("Hello from receiver"), "{:hello, \"Hello from receiver\"}");
    prints(new User("Ann", 40), "%MyApp.User{age: 40, first_name: \"Ann\"}");
    prints(List.of(new Hello(1), new Hello(2)), "[hello: 1, hello: 2]");
    prints(null, "nil");
  }

  @Test
  void identifiersPrintAsElixirPrintsThem() {
    assertThat(Inspect.inspect(Pid.of(Atom.of("a@b"), 108, 0, 1))).matches("#PID<\\d+\\.108\\.0>");
    prints(Ref.of(Atom.of("a@b"), 1, 3, 2, 1), "#Reference<0.1.2.3>");
    prints(Port.of(Atom.of("a@b"), 5, 1), "#Port<0.5>");
    prints(new Fun.Export(Atom.of("lists"), Atom.of("map"), 2), "&:lists.map/2");
    prints(new Fun.Export(Atom.of("Elixir.Enum"), Atom.of("Map"), 2), "&Enum.\"Map\"/2");
    prints(
        new Fun.Closure(
            Atom.of("m"),
            1,
            Binary.of(new byte[16]),
            2,
            2,
            77,
            Pid.of(Atom.of("a@b"), 1, 0, 1),
            List.of()),
        "#Function<2.77/1 in :m>");
  }

  @Test
  void integersWhoseDigitsWouldTakeLongAreNotPrinted() {
    var longest = BigInteger.ONE.shiftLeft(99_999);
    prints(longest, longest.toString());
    prints(List.of(BigInteger.ONE.shiftLeft(8_000_000)), "[#Integer<8000001 bits>]");
  }

  @Test
  void textIsQuotedAndBytesAreNot() {
    prints("a\"\\\n#{x}\t", "\"a\\\"\\\\\\n\\#{x}\\t\"");
    prints("\u0001", "<<1>>");
    prints(Binary.of((byte) 1, (byte) -1), "<<1, 255>>");
    prints(Bitstring.of(new byte[] {1, 32}, 11), "<<1, 1::size(3)>>");
    prints("x".repeat(4097), "\"" + "x".repeat(4096) + "\" <> ...");
  }

  @Test
  void listsOfPrintableCharactersAreCharlists() {
    prints(List.of(97, 98, 39), "'ab\\''");
    prints(List.of(), "[]");
    prints(List.of(97, 1), "[97, 1]");
    prints(Collections.nCopies(4097, 97), "'" + "a".repeat(4096) + "' ++ ...");
  }

  @Test
  void collectionsPrintInTheirForms() {
    prints(Tuple.of(), "{}");
    prints(Map.of(), "%{}");
    prints(Map.of(Atom.of("b c"), 1, Atom.of("a"), 2), "%{a: 2, \"b c\": 1}");
    prints(Map.of("k", 1, Atom.of("a"), 2), "%{:a => 2, \"k\" => 1}");
    prints(List.of(Tuple.of(Atom.of("a"), 1), Tuple.of(true, 2)), "[a: 1, true: 2]");
    prints(ImproperList.of(List.of(Atom.of("alias")), 1), "[:alias | 1]");
  }

  @Test
  void fiftyElementsArePrinted() {
    var numbers = IntStream.rangeClosed(1, 60).boxed().toList();
    assertThat(Inspect.inspect(numbers)).endsWith(", 49, 50, ...]");
    assertThat(Inspect.inspect(Tuple.of(0, numbers))).endsWith(", 47, 48, ...]}");
    assertThat(Inspect.inspect(Binary.of(new byte[51]))).endsWith(", 0, ...>>");
    Object nested = 1;
    for (int i = 0; i < 60; i++) {
      nested = List.of(nested);
    }
    prints(nested, "[".repeat(51) + "..." + "]".repeat(51));
  }

  @Test
  void veryDeepValuesAndThoseThatContainThemselvesPrint() {
    var list = new ArrayList<Object>();
    list.add(list);
    assertThat(Inspect.inspect(list)).endsWith("...]" + "]".repeat(50));
  }

  @Test
  void valuesWithoutATermPrintWithTheirClass() {
    prints(Duration.ofSeconds(5), "#Duration<PT5S>");
    prints(List.of(Duration.ofSeconds(5)), "[#Duration<PT5S>]");
    prints(Double.NaN, "NaN");
    Runnable lambda = () -> {};
    prints(lambda, "#Runnable<a lambda>");
  }

  @Test
  void termsPrintTheSameWithToString() {
    assertThat(Atom.of("foo bar")).hasToString(":\"foo bar\"");
    assertThat(Atom.of("Elixir.Foo.Bar")).hasToString("Foo.Bar");
    assertThat(Atom.NIL).hasToString("nil");
    assertThat(Tuple.of(Atom.OK, "x")).hasToString("{:ok, \"x\"}");
    assertThat(Binary.of((byte) 255)).hasToString("<<255>>");
    assertThat(Binary.of("text")).hasToString("\"text\"");
    assertThat(new Fun.Export(Atom.of("a"), Atom.of("b"), 1)).hasToString("&:a.b/1");
  }
}
