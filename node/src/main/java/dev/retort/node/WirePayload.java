package dev.retort.node;

import dev.retort.etf.Decoder;
import dev.retort.spi.Distribution;

/** A term in the bytes of the message that it came with; whoever receives it decodes it. */
final class WirePayload implements Distribution.Payload {
  private final byte[] bytes;
  private final int from;
  private final int to;
  private final Decoder.Options options;

  WirePayload(byte[] bytes, int from, int to, Decoder.Options options) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.options = options;
  }

  /** Whether nothing came with the message. */
  boolean isEmpty() {
    return from >= to;
  }

  @Override
  public Object decode() {
    var decoder = new Decoder(bytes, from, to, options);
    var term = decoder.read();
    if (decoder.position() != to) {
      throw new IllegalArgumentException(
          (to - decoder.position()) + " bytes follow the term of a message");
    }
    return term;
  }

  /** Its size on the wire, not its content. */
  @Override
  public String toString() {
    return "WirePayload[" + (to - from) + " bytes]";
  }
}
