package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.etf.Decoder;
import dev.retort.etf.Encoder;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Tuple;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
  private static final Tuple CONTROL = Tuple.of(2L, Atom.of(""), Atom.of("somebody"));
  private static final int FRAGMENT = Frames.FRAGMENT_SIZE;

  private final Frames frames = new Frames(peer(DistributionFlags.OFFERED));

  private static Handshake.Peer peer(long flags) {
    return new Handshake.Peer(Atom.of("a@b"), 1, flags, false);
  }

  /** Around every limit: what is kept aside, what is one frame, what fills the last one. */
  @ParameterizedTest
  @ValueSource(
      ints = {0, 100, 16_383, 16_384, 65_000, 65_531, 65_532, 65_533, 131_067, 131_068, 1_000_000})
  void aMessageIsPutTogetherAgain(int size) throws ProtocolException {
    var payload = List.of(randomBytes(size), "between", randomBytes(size / 3), "x".repeat(size));
    for (Object term : new Object[] {randomBytes(size), payload}) {
      assertThat(joined(frames.of(CONTROL, term))).isEqualTo(encoded(CONTROL, term));
    }
  }

  @Test
  void noFragmentIsLongerThanOtps() {
    var control = new Encoder();
    control.write(CONTROL);
    var message = frames.of(CONTROL, randomBytes(10 * FRAGMENT));
    assertThat(message).hasSize(11);
    assertThat(length(message.getFirst())).isEqualTo(4 + 19 + control.size() + FRAGMENT);
    assertThat(message.subList(1, 10)).allMatch(frame -> length(frame) == 4 + 18 + FRAGMENT);
  }

  @Test
  void aPeerWithoutFragmentsGetsOneFrame() {
    var one = new Frames(peer(0)).of(CONTROL, randomBytes(10 * FRAGMENT));
    assertThat(one).hasSize(1);
    var frame = whole(one.getFirst());
    assertThat(frame.getInt()).isEqualTo(frame.remaining());
    assertThat(frame.get() & 0xff).isEqualTo(Frames.PASS_THROUGH);
    var terms = rest(frame);
    var read = new Decoder(terms, 0, terms.length, Decoder.Options.DEFAULT);
    assertThat(read.read()).isEqualTo(CONTROL);
    assertThat(read.read()).isEqualTo(randomBytes(10 * FRAGMENT));
  }

  private static byte[] encoded(Object... terms) {
    var out = new Encoder();
    for (var term : terms) {
      out.write(term);
    }
    return out.toByteArray();
  }

  /** What follows the headers, as a peer reads it. */
  private static byte[] joined(List<ByteBuffer[]> message) throws ProtocolException {
    var fragments = new Fragments(1 << 30);
    var headerAtoms = new HeaderAtoms();
    for (var parts : message) {
      var frame = whole(parts);
      assertThat(frame.getInt()).isEqualTo(frame.remaining());
      assertThat(frame.get() & 0xff).isEqualTo(Frames.VERSION);
      switch (frame.get()) {
        case Frames.DIST_HEADER -> {
          assertThat(message).hasSize(1);
          headerAtoms.read(frame);
          return rest(frame);
        }
        case Frames.DIST_FRAG_HEADER ->
            fragments.begin(frame.getLong(), frame.getLong(), headerAtoms.read(frame), frame);
        default -> {
          var whole = fragments.append(frame.getLong(), frame.getLong(), frame);
          if (whole != null) {
            return rest(ByteBuffer.wrap(whole.bytes(), 0, whole.size()));
          }
        }
      }
    }
    throw new AssertionError("its last fragment is missing");
  }

  private static byte[] rest(ByteBuffer frame) {
    var rest = new byte[frame.remaining()];
    frame.get(rest);
    return rest;
  }

  private static ByteBuffer whole(ByteBuffer[] frame) {
    var whole = ByteBuffer.allocate(length(frame));
    for (var part : frame) {
      whole.put(part.duplicate());
    }
    return whole.flip();
  }

  private static int length(ByteBuffer[] frame) {
    int length = 0;
    for (var part : frame) {
      length += part.remaining();
    }
    return length;
  }

  private static Binary randomBytes(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Binary.of(bytes);
  }
}
