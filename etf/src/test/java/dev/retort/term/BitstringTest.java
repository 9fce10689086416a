package dev.retort.term;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BitstringTest {
  @Test
  void wholeBytesAreABinary() {
    assertThat(Bitstring.of(new byte[] {1, 2}, 16)).isEqualTo(Binary.of((byte) 1, (byte) 2));
    assertThat(Bitstring.of(new byte[] {1, 2}, 8)).isInstanceOf(Binary.class);
    assertThat(Bitstring.of(new byte[0], 0)).isSameAs(Binary.of());
  }

  @Test
  void unusedBitsDoNotCount() {
    var bits = Bitstring.of(new byte[] {(byte) 0xff}, 3);
    assertThat(bits)
        .isEqualTo(Bitstring.of(new byte[] {(byte) 0xe0}, 3))
        .hasToString("<<7::size(3)>>");
    assertThat(bits).hasSameHashCodeAs(Bitstring.of(new byte[] {(byte) 0xe0}, 3));
    assertThat(bits).isNotEqualTo(Bitstring.of(new byte[] {(byte) 0xe0}, 4));
    assertThat(bits.bitSize()).isEqualTo(3);
    assertThat(bits.size()).isEqualTo(1);
    assertThat(bits.at(0)).isEqualTo((byte) 0xe0);
  }

  @Test
  void moreBitsThanThereAreAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bitstring.of(new byte[1], 9))
        .withMessage("expected 0 to 8 bits, the array's, not 9");
    assertThatIllegalArgumentException().isThrownBy(() -> Bitstring.of(new byte[1], -1));
  }

  @Test
  void itsBytesCannotBeChanged() {
    var bytes = new byte[] {1, 2, 3};
    var binary = Binary.of(bytes);
    var part = Binary.of(bytes, 1, 2);
    bytes[1] = 9;
    binary.toByteArray()[0] = 9;
    assertThat(binary).isEqualTo(Binary.of((byte) 1, (byte) 2, (byte) 3));
    assertThat(part).isEqualTo(Binary.of((byte) 2));
    assertThatThrownBy(() -> binary.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Binary.of(bytes, 2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aPartOfAnArrayIsABinaryLikeOthers() {
    var bytes = new byte[] {1, 'a', 'b', 'c', 5};
    var part = Binary.wrap(bytes, 1, 4);
    assertThat(part).isEqualTo(Binary.of("abc")).hasSameHashCodeAs(Binary.of("abc"));
    assertThat(part).isNotEqualTo(Binary.of("abd"));
    assertThat(part.size()).isEqualTo(3);
    assertThat(part.at(2)).isEqualTo((byte) 'c');
    assertThat(part.text()).isEqualTo("abc");
    assertThat(part.toByteArray()).containsExactly('a', 'b', 'c');
    assertThat(part.asByteBuffer()).isEqualTo(ByteBuffer.wrap(bytes, 1, 3));
    assertThat(part.asByteBuffer().isReadOnly()).isTrue();
    var target = new byte[4];
    part.copyTo(target, 1);
    assertThat(target).containsExactly(0, 'a', 'b', 'c');
    assertThat(Binary.wrap(bytes, 2, 2)).isSameAs(Binary.of());
    assertThatThrownBy(() -> part.at(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Binary.wrap(bytes, 4, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aBinaryMayBeText() {
    assertThat(Binary.of("é").text()).isEqualTo("é");
    assertThat(Binary.of((byte) 0xc3).text()).isNull();
  }
}
