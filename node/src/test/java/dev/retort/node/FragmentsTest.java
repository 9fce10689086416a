package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.etf.AtomCache;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FragmentsTest {
  private static final AtomCache NONE =
      index -> {
        throw new IndexOutOfBoundsException(index);
      };

  private static ByteBuffer bytes(int... bytes) {
    var buffer = ByteBuffer.allocate(bytes.length);
    for (int b : bytes) {
      buffer.put((byte) b);
    }
    return buffer.flip();
  }

  private static byte[] content(Fragments.Whole whole) {
    return Arrays.copyOf(whole.bytes(), whole.size());
  }

  @Test
  void messagesArePutTogetherThoughTheyInterleave() throws ProtocolException {
    var fragments = new Fragments(100);
    fragments.begin(1, 3, NONE, bytes(9, 9, 1).position(2));
    fragments.begin(2, 2, NONE, bytes(21));
    assertThat(fragments.append(1, 2, bytes(2, 3))).isNull();
    var second = fragments.append(2, 1, bytes(9, 22).position(1));
    var first = fragments.append(1, 1, bytes(4));

    assertThat(content(first)).containsExactly(1, 2, 3, 4);
    assertThat(content(second)).containsExactly(21, 22);
  }

  @Test
  void unfinishedMessagesHaveALimit() throws ProtocolException {
    var fragments = new Fragments(10);
    fragments.begin(1, 1L << 40, NONE, ByteBuffer.allocate(6)); // the count is not believed
    assertThatThrownBy(() -> fragments.begin(2, 2, NONE, ByteBuffer.allocate(6)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("limit is 10");
  }

  @Test
  void finishedMessagesDoNotCount() throws ProtocolException {
    var fragments = new Fragments(10);
    for (int i = 0; i < 100; i++) {
      fragments.begin(i, 2, NONE, ByteBuffer.allocate(5));
      assertThat(fragments.append(i, 1, ByteBuffer.allocate(5))).isNotNull();
    }
  }

  @Test
  void aPieceWithoutContentIsAProtocolError() throws ProtocolException {
    var fragments = new Fragments(100);
    fragments.begin(1, 1L << 40, NONE, ByteBuffer.allocate(1));
    assertThatThrownBy(() -> fragments.append(1, (1L << 40) - 1, ByteBuffer.allocate(0)))
        .hasMessageContaining("without content");
  }

  @Test
  void wrongOrderIsAProtocolError() throws ProtocolException {
    var fragments = new Fragments(100);
    fragments.begin(1, 3, NONE, ByteBuffer.allocate(1));
    assertThatThrownBy(() -> fragments.append(1, 1, ByteBuffer.allocate(1)))
        .hasMessageContaining("2 was expected");
    assertThatThrownBy(() -> fragments.append(7, 1, ByteBuffer.allocate(1)))
        .hasMessageContaining("has not begun");
    assertThatThrownBy(() -> fragments.begin(1, 3, NONE, ByteBuffer.allocate(1)))
        .hasMessageContaining("begins twice");
  }
}
