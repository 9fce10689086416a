package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class Utf8Test {
  @Property(tries = 20_000)
  void agreesWithJavaOnRandomBytes(@ForAll @Size(max = 6) byte[] bytes) {
    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(javaAccepts(bytes));
  }

  @Property
  void agreesWithJavaOnText(@ForAll String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
  }

  @Property(tries = 50_000)
  void agreesWithJavaOnWhatLooksLikeUtf8(@ForAll int first, @ForAll int second) {
    var bytes = ByteBuffer.allocate(4).putInt((first & 0x073f_3f3f) | 0xe080_8080).array();
    bytes[0] ^= (byte) (second & 0x1f);
    bytes[1] ^= (byte) ((second >> 8) & 0x3f);
    assertThat(Utf8.isValid(bytes, 0, 4)).isEqualTo(javaAccepts(bytes));
  }

  @Property
  void asciiEndsAtTheFirstOtherByte(
      @ForAll @IntRange(max = 40) int before, @ForAll @IntRange(max = 40) int ascii) {
    var bytes = new byte[before + ascii + 20];
    Arrays.fill(bytes, (byte) -1);
    Arrays.fill(bytes, before, before + ascii, (byte) 'a');
    assertThat(Utf8.endOfAscii(bytes, before, bytes.length)).isEqualTo(before + ascii);
    for (int end = before; end <= before + ascii; end++) {
      assertThat(Utf8.endOfAscii(bytes, before, end)).isEqualTo(end);
    }
  }

  private static boolean javaAccepts(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
