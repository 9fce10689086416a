package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes come, there is a term or an IllegalArgumentException. */
class HostileBytesTest {
  @Provide
  Arbitrary<byte[]> mutated() {
    return Combinators.combine(
            AnyTerm.any(),
            Arbitraries.integers().between(0, Integer.MAX_VALUE).list().ofMinSize(1).ofMaxSize(6),
            Arbitraries.bytes().list().ofSize(6),
            Arbitraries.integers().between(0, 3))
        .as(
            (term, places, values, kind) -> {
              var bytes = Etf.encode(term);
              if (kind == 0) {
                return Arrays.copyOf(bytes, 1 + places.getFirst() % bytes.length);
              }
              for (int i = 0; i < places.size(); i++) {
                if (bytes.length > 1) {
                  bytes[1 + places.get(i) % (bytes.length - 1)] = values.get(i);
                }
              }
              return bytes;
            });
  }

  /** Random tags and small numbers, so that much of it makes sense. */
  @Provide
  Arbitrary<byte[]> random() {
    var tags =
        Arbitraries.of(
            70, 77, 80, 82, 88, 89, 90, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108,
            109, 110, 111, 112, 113, 114, 115, 116, 118, 119, 120, 121);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(3, tags.map(Integer::byteValue)),
            net.jqwik.api.Tuple.of(4, Arbitraries.of((byte) 0, (byte) 1, (byte) 2, (byte) 3)),
            net.jqwik.api.Tuple.of(1, Arbitraries.bytes()))
        .list()
        .ofMaxSize(200)
        .map(HostileBytesTest::versioned);
  }

  private static byte[] versioned(List<Byte> body) {
    var bytes = new byte[body.size() + 1];
    bytes[0] = (byte) 131;
    for (int i = 0; i < body.size(); i++) {
      bytes[i + 1] = body.get(i);
    }
    return bytes;
  }

  @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
  void mutatedTermsAreTermsOrRefused(@ForAll("mutated") byte[] bytes) {
    check(bytes);
  }

  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
  void randomBytesAreTermsOrRefused(@ForAll("random") byte[] bytes) {
    check(bytes);
  }

  private static void check(byte[] bytes) {
    Object term;
    try {
      term = Etf.decode(bytes);
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      return;
    }
    var canonical = Etf.encode(term);
    assertThat(Etf.decode(canonical)).isEqualTo(term);
    assertThat(Etf.encode(Etf.decode(canonical))).isEqualTo(canonical);
    assertThat(Inspect.inspect(term)).isNotEmpty();
  }
}
