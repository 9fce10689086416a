package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EncoderTest {
  record Job(String name, Object payload) {}

  @Test
  void severalTermsStandOneBehindTheOther() throws IOException {
    var encoder = new Encoder();
    encoder.writeVersion();
    encoder.write(1);
    encoder.write(2);
    assertThat(encoder.toByteArray()).containsExactly(131, 97, 1, 97, 2);
    assertThat(encoder.size()).isEqualTo(5);
    var out = new ByteArrayOutputStream();
    encoder.writeTo(out);
    var buffer = ByteBuffer.allocate(5);
    encoder.writeTo(buffer);
    assertThat(out.toByteArray()).isEqualTo(buffer.array()).isEqualTo(encoder.toByteArray());
    encoder.reset();
    assertThat(encoder.size()).isZero();
  }

  @Test
  void numbersOfFixedSizeAreWrittenMostSignificantByteFirst() {
    var encoder = new Encoder();
    encoder.u8(0x101);
    encoder.u16(0x0203);
    encoder.u32(0x04050607);
    encoder.u64(0x08090a0b0c0d0e0fL);
    encoder.bytes(new byte[] {9, 16, 9}, 1, 2);
    encoder.u32At(3, -1);
    assertThat(encoder.toByteArray())
        .containsExactly(1, 2, 3, -1, -1, -1, -1, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  }

  @Test
  void largeTermsMakeTheBufferGrow() {
    var text = "x".repeat(3_000_000);
    assertThat(Etf.decode(Etf.encode(List.of(text, text)))).isEqualTo(List.of(text, text));
  }

  @Provide
  Arbitrary<Object> terms() {
    return AnyTerm.any();
  }

  @Property(tries = 300)
  void whatIsNotCopiedStandsInItsPlace(
      @ForAll("terms") Object term, @ForAll @IntRange(min = 1, max = 20) int asideFrom) {
    var creator = Pid.of(Atom.of("a@b"), 1, 2, 3);
    var fun =
        new Fun.Closure(
            Atom.of("m"), 0, Binary.of(new byte[16]), 0, 0, 0, creator, List.of(term, "abc"));
    var copied = new Encoder();
    var aside = new Encoder(asideFrom);
    for (var encoder : List.of(copied, aside)) {
      encoder.u32(0);
      encoder.write(Tuple.of("a text", fun, term));
      encoder.u32(7);
      encoder.u32At(0, encoder.size());
      encoder.u32At(encoder.size() - 4, 8);
    }
    assertThat(aside.size()).isEqualTo(copied.size());
    assertThat(aside.toByteArray()).isEqualTo(copied.toByteArray());
  }

  @Test
  void largeBinariesAreNotCopied() {
    var binary = Binary.of(new byte[100]);
    var encoder = new Encoder(100);
    encoder.write(List.of(Binary.of(new byte[99]), binary));
    assertThat(encoder.buffers()).hasSize(3).element(1).isEqualTo(binary.asByteBuffer());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.write(List.of(binary, Duration.ZERO)));
    assertThat(encoder.buffers()).hasSize(3);
    encoder.reset();
    assertThat(encoder.toByteArray()).isEmpty();
  }

  @Test
  void whatHasNoTermIsNamedWithTheWayToIt() {
    var job = new Job("j", List.of(1, Map.of(Atom.of("every"), Duration.ZERO)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.encode(job))
        .withMessageStartingWith("java.time.Duration has no term: expected a record")
        .withMessageEndingWith(
            "(at element 2 of {:job, ...}, element 1 of a list, the value of :every in a map)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Terms.toTerm(job))
        .withMessageEndingWith(
            "(at element 2 of {:job, ...}, element 1 of a list, the value of :every in a map)");
  }

  @Test
  void nothingIsWrittenOfWhatHasNoTerm() {
    var encoder = new Encoder();
    encoder.write(Atom.OK);
    int before = encoder.size();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> encoder.write(List.of("a", Duration.ZERO)));
    assertThat(encoder.size()).isEqualTo(before);
  }

  @Test
  void valuesThatContainThemselvesAreRefused() {
    var list = new ArrayList<Object>();
    list.add(Tuple.of(1, 2));
    list.add(list);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.encode(list))
        .withMessageContaining("contains itself");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Terms.toTerm(list))
        .withMessageContaining("contains itself");
  }

  @Test
  void numbersThatErlangDoesNotHaveAreRefused() {
    for (Object number : List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Etf.encode(number))
          .withMessageContaining("finite");
    }
  }

  @Test
  void textThatIsNotUnicodeIsRefused() {
    var longText = "a".repeat(1000);
    for (var text : List.of("?\ud83d\ude00?", longText + "?\ud83d\ude00?", longText + "\u00e9")) {
      assertThat(Etf.decode(Etf.encode(text))).isEqualTo(text);
    }
    for (var text : List.of("a\ud83d", "\ude00\ud83d", "\ud83d?", longText + '\ud83d')) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Etf.encode(text))
          .withMessageContaining("unpaired surrogate at index");
    }
  }

  @Test
  void keysThatAreTheSameTermAreRefused() {
    var map = new LinkedHashMap<Object, Object>();
    map.put(1, "int");
    map.put(1L, "long");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Etf.encode(map))
        .withMessageContaining("two keys are the term 1");
  }

  @Test
  void bytesInListsTakeAByteEachWhateverTheirClass() {
    assertThat(Etf.encode(Arrays.asList(1, 2L, (short) 3, (byte) 4)))
        .containsExactly(131, 107, 0, 4, 1, 2, 3, 4);
    assertThat(Etf.encode(Arrays.asList(1, null))).startsWith(131, 108);
  }
}
