package dev.retort.etf;

import org.jspecify.annotations.Nullable;

/** Whole terms with their version byte: {@code term_to_binary/1} and {@code binary_to_term/1}. */
public final class Etf {
  /** Binaries of so many bytes are copied once, into the result. */
  private static final int ASIDE = 4 << 10;

  private Etf() {}

  /**
   * The bytes of a value's term: {@code term_to_binary/1} of OTP 26 and later.
   *
   * @param value anything that has a term, see {@link Terms}
   * @throws IllegalArgumentException if some part of it has none
   */
  public static byte[] encode(@Nullable Object value) {
    var encoder = new Encoder(ASIDE);
    encoder.writeVersion();
    encoder.write(value);
    return encoder.toByteArray();
  }

  /**
   * The term that the bytes begin with: {@code binary_to_term/1}, which ignores bytes behind it.
   *
   * @throws IllegalArgumentException if they are malformed, or the term exceeds {@link
   *     Limits#DEFAULT}; the message says where and what was expected
   */
  public static Object decode(byte[] bytes) {
    if (bytes.length == 0 || (bytes[0] & 0xff) != ExtTag.VERSION) {
      throw new IllegalArgumentException(
          bytes.length == 0
              ? "expected a term, found no bytes"
              : "expected the version byte 131 at byte 0, found " + (bytes[0] & 0xff));
    }
    return new Decoder(bytes, 0, bytes.length, Decoder.Options.DEFAULT).read();
  }
}
