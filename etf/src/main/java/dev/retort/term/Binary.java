package dev.retort.term;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of bytes, Erlang's {@code <<1, 2>>}; immutable.
 *
 * <p>A binary that is valid UTF-8 arrives from a peer as a {@link String}; a record whose component
 * is declared as {@code Binary} gets it as one in any case.
 */
public final class Binary extends Bitstring {
  private static final Binary EMPTY = new Binary(new byte[0], 0, 0);

  private Binary(byte[] bytes, int from, int to) {
    super(bytes, from, 8L * (to - from));
  }

  static Binary owning(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Binary(bytes, 0, bytes.length);
  }

  /** The binary of these bytes, which are copied. */
  public static Binary of(byte... bytes) {
    return owning(bytes.clone());
  }

  /**
   * The binary of the bytes from index {@code from} up to and without {@code to}, which are copied.
   *
   * @throws IndexOutOfBoundsException if the array does not have them
   */
  public static Binary of(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    return owning(Arrays.copyOfRange(bytes, from, to));
  }

  /**
   * The binary of the bytes from index {@code from} up to and without {@code to}, which are not
   * copied: nobody may change them from now on. It spares large ones a copy, and keeps the whole
   * array in memory.
   *
   * @throws IndexOutOfBoundsException if the array does not have them
   */
  public static Binary wrap(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    return from == to ? EMPTY : new Binary(bytes, from, to);
  }

  /** The text in UTF-8. */
  public static Binary of(String text) {
    return owning(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The text that it is in UTF-8; null if it is not valid UTF-8. */
  public @Nullable String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(asByteBuffer()).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
