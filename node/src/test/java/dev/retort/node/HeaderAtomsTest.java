package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HeaderAtomsTest {
  /** The example of erl_ext_dist: two atoms that are in the cache already, and three new ones. */
  private static final int[] EXAMPLE = {
    5, 4, 137, 9, 10, 5, 236, 3, 114, 101, 103, 9, 4, 99, 97, 108, 108, 238, 13, 115, 101, 116, 95,
    103, 101, 116, 95, 115, 116, 97, 116, 101
  };

  @Test
  void exampleOfTheDocumentationIsRead() throws ProtocolException {
    var atoms = new HeaderAtoms();
    // what the example takes for known: entry 10 of segment 4, entry 5 of segment 0
    atoms.read(bytes(2, 0x8c, 0, 10, 1, 'a', 5, 1, 'b'));

    var in = bytes(EXAMPLE);
    var header = atoms.read(in);

    assertThat(in.remaining()).isZero();
    assertThat(header.get(0)).isEqualTo(Atom.of("a"));
    assertThat(header.get(1)).isEqualTo(Atom.of("b"));
    assertThat(header.get(2)).isEqualTo(Atom.of("reg"));
    assertThat(header.get(3)).isEqualTo(Atom.of("call"));
    assertThat(header.get(4)).isEqualTo(Atom.of("set_get_state"));
    assertThatThrownBy(() -> header.get(5)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void entryThatWasNeverSentIsAProtocolError() {
    assertThatThrownBy(() -> new HeaderAtoms().read(bytes(EXAMPLE)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("is empty");
  }

  @Property
  void randomBytesAreAHeaderOrAProtocolError(@ForAll byte[] random) {
    try {
      assertThat(new HeaderAtoms().read(ByteBuffer.wrap(random))).isNotNull();
    } catch (ProtocolException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  private static ByteBuffer bytes(int... values) {
    var bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }
}
