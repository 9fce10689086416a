package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes that a real Erlang has made. */
@ExtendWith(Beam.Needed.class)
class ErlangBytesTest {
  private static Object made(String term) {
    return Etf.decode(Beam.eval("term_to_binary(" + term + ")."));
  }

  /** Reads what Erlang has made, and writes the same. */
  private static Object madeAndBack(String term) {
    var bytes = Beam.eval("term_to_binary(" + term + ", [{minor_version, 2}]).");
    var value = Etf.decode(bytes);
    assertThat(Etf.encode(value)).as(term).isEqualTo(bytes);
    return value;
  }

  @Test
  void numbers() {
    for (var number :
        List.of(
            "0",
            "255",
            "256",
            "-1",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "1208925819614629174706175")) {
      assertThat(madeAndBack(number)).hasToString(number);
    }
    assertThat(madeAndBack("1 bsl 2032")).isEqualTo(BigInteger.TWO.pow(2032));
    assertThat(madeAndBack("1 bsl 2040")).isEqualTo(BigInteger.TWO.pow(2040));
    assertThat(madeAndBack("-(1 bsl 5000)")).isEqualTo(BigInteger.TWO.pow(5000).negate());
    assertThat(madeAndBack("-0.0")).isEqualTo(-0.0);
    assertThat(madeAndBack("1.5e300")).isEqualTo(1.5e300);
  }

  @Test
  void minorVersionsZeroAndOne() {
    assertThat(Etf.decode(Beam.eval("term_to_binary({1.5, -2.0e-7}, [{minor_version, 0}]).")))
        .isEqualTo(Tuple.of(1.5, -2.0e-7));
    assertThat(Etf.decode(Beam.eval("term_to_binary({ok, 'caf\\351'}, [{minor_version, 1}]).")))
        .isEqualTo(Tuple.of(Atom.OK, Atom.of("café")));
  }

  @Test
  void compressedTerms() {
    assertThat(Etf.decode(Beam.eval("term_to_binary(lists:seq(1, 5000), [compressed]).")))
        .isEqualTo(LongStream.rangeClosed(1, 5000).boxed().toList());
    assertThat(
            Etf.decode(
                Beam.eval("term_to_binary(binary:copy(<<\"a\">>, 100000), [{compressed, 9}]).")))
        .isEqualTo("a".repeat(100_000));
  }

  @Test
  void lists() {
    assertThat(madeAndBack("[]")).isEqualTo(List.of());
    assertThat(madeAndBack("\"abc\"")).isEqualTo(List.of(97L, 98L, 99L));
    assertThat(madeAndBack("[1, 256]")).isEqualTo(List.of(1L, 256L));
    assertThat((List<?>) madeAndBack("lists:duplicate(65535, 7)")).hasSize(65_535);
    assertThat((List<?>) madeAndBack("lists:duplicate(65536, 7)")).hasSize(65_536);
    assertThat(madeAndBack("[1, 2 | 3]")).isEqualTo(ImproperList.of(List.of(1L, 2L), 3L));
  }

  @Test
  void tuplesMapsAndBits() {
    assertThat(((Tuple) madeAndBack("list_to_tuple(lists:seq(1, 255))")).size()).isEqualTo(255);
    assertThat(((Tuple) madeAndBack("list_to_tuple(lists:seq(1, 256))")).size()).isEqualTo(256);
    assertThat(madeAndBack("#{a => 1, b => #{}}"))
        .isEqualTo(Map.of(Atom.of("a"), 1L, Atom.of("b"), Map.of()));
    assertThat((Map<?, ?>) madeAndBack("maps:from_list([{N, N} || N <- lists:seq(1, 100)])"))
        .hasSize(100);
    assertThat(madeAndBack("<<1:3>>")).isEqualTo(Bitstring.of(new byte[] {32}, 3));
    assertThat(madeAndBack("<<255, 170, 1:7>>"))
        .isEqualTo(Bitstring.of(new byte[] {-1, (byte) 170, 2}, 23));
  }

  @Test
  void identifiers() {
    assertThat(madeAndBack("self()")).isInstanceOf(Pid.class);
    assertThat(madeAndBack("make_ref()")).isInstanceOf(Ref.class);
    assertThat(madeAndBack("alias()")).isInstanceOf(Ref.class);
    assertThat(madeAndBack("hd(erlang:ports())")).isInstanceOf(Port.class);
  }

  @Test
  void funs() {
    assertThat(madeAndBack("fun lists:map/2"))
        .isEqualTo(new Fun.Export(Atom.of("lists"), Atom.of("map"), 2));
    var fun = (Fun.Closure) madeAndBack("begin X = {captured, 1.5}, fun(Y) -> {X, Y} end end");
    assertThat(fun.module()).isEqualTo(Atom.of("erl_eval"));
    assertThat(fun.arity()).isEqualTo(1);
    assertThat(fun.free().toString()).contains("captured");
    assertThat(Beam.eval("F = fun(Y) -> Y + 1 end, term_to_binary(F(1))."))
        .isEqualTo(Etf.encode(2));
  }

  @Test
  void sharedPartsOfErlangsWorldAreRead() {
    assertThat(made("{ok, true, nil, [{a, <<\"text\">>}]}"))
        .isEqualTo(Tuple.of(Atom.OK, true, Atom.NIL, List.of(Tuple.of(Atom.of("a"), "text"))));
  }
}
