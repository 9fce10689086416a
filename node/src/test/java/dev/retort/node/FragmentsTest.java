package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.etf.AtomCache;
import java.net.ProtocolException;
import org.junit.jupiter.api.Test;

class FragmentsTest {
  private static final AtomCache NONE =
      index -> {
        throw new IndexOutOfBoundsException(index);
      };

  @Test
  void messagesArePutTogetherThoughTheyInterleave() throws ProtocolException {
    var fragments = new Fragments(1000);
    fragments.begin(1, 3, NONE, new byte[] {9, 9, 1}, 2);
    fragments.begin(2, 2, NONE, new byte[] {21}, 0);
    assertThat(fragments.append(1, 2, new byte[] {2, 3}, 0)).isNull();
    var second = fragments.append(2, 1, new byte[] {9, 22}, 1);
    var first = fragments.append(1, 1, new byte[] {4}, 0);

    assertThat(first.bytes()).containsExactly(1, 2, 3, 4);
    assertThat(second.bytes()).containsExactly(21, 22);
  }

  @Test
  void unfinishedMessagesHaveALimit() throws ProtocolException {
    var fragments = new Fragments(10 + 2 * Fragments.PIECE);
    fragments.begin(1, 1L << 40, NONE, new byte[6], 0); // the count is not believed
    assertThatThrownBy(() -> fragments.begin(2, 2, NONE, new byte[6], 0))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("limit is 266");
  }

  @Test
  void piecesWithoutBytesHaveALimit() throws ProtocolException {
    var fragments = new Fragments(100 * Fragments.PIECE);
    fragments.begin(1, 1L << 40, NONE, new byte[0], 0);
    for (int i = 1; i < 100; i++) {
      assertThat(fragments.append(1, (1L << 40) - i, new byte[0], 0)).isNull();
    }
    assertThatThrownBy(() -> fragments.append(1, (1L << 40) - 100, new byte[0], 0))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("limit is");
  }

  @Test
  void finishedMessagesDoNotCount() throws ProtocolException {
    var fragments = new Fragments(10 + 2 * Fragments.PIECE);
    for (int i = 0; i < 100; i++) {
      fragments.begin(i, 2, NONE, new byte[5], 0);
      assertThat(fragments.append(i, 1, new byte[5], 0)).isNotNull();
    }
  }

  @Test
  void wrongOrderIsAProtocolError() throws ProtocolException {
    var fragments = new Fragments(1000);
    fragments.begin(1, 3, NONE, new byte[1], 0);
    assertThatThrownBy(() -> fragments.append(1, 1, new byte[1], 0))
        .hasMessageContaining("2 was expected");
    assertThatThrownBy(() -> fragments.append(7, 1, new byte[1], 0))
        .hasMessageContaining("has not begun");
    assertThatThrownBy(() -> fragments.begin(1, 3, NONE, new byte[1], 0))
        .hasMessageContaining("begins twice");
  }
}
