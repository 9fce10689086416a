package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a segment of a bitstring holds: {@code /signed-little-integer-unit:8}.
 *
 * @param type {@code integer}, {@code float}, {@code binary} or a {@code utf}
 * @param unit what a size is multiplied by
 */
record SegmentSpec(String type, int unit, boolean signed, boolean little) {
  private static final Atom DEFAULT = Atom.of("default");
  private static final Atom ALL = Atom.of("all");
  private static final int WHOLE_FLOAT = 64;

  /** As {@code erl_bits} completes what is left out. */
  static SegmentSpec of(Object size, Object specs) {
    var type = "integer";
    int unit = 0;
    boolean signed = false;
    boolean little = false;
    if (!specs.equals(DEFAULT)) {
      for (var spec : Forms.list(specs)) {
        if (spec instanceof Tuple pair && pair.size() == 2) { // {unit, N}
          unit = Arithmetic.toInt(pair.get(1));
          continue;
        }
        switch (Forms.name(spec)) {
          case "bytes" -> type = "binary";
          case "bitstring", "bits" -> {
            type = "binary";
            unit = unit == 0 ? 1 : unit;
          }
          case "signed" -> signed = true;
          case "unsigned" -> signed = false;
          case "little" -> little = true;
          case "big" -> little = false;
          case "native" -> little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
          case "integer", "float", "binary", "utf8", "utf16", "utf32" -> type = Forms.name(spec);
          default -> throw Forms.malformed("a type of a segment", spec);
        }
      }
    }
    return new SegmentSpec(type, unit == 0 ? type.equals("binary") ? 8 : 1 : unit, signed, little);
  }

  boolean isReal() {
    return type.equals("float");
  }

  /** Adds a value; {@code badarg} if it is of another type, or does not fit. */
  void add(Bits bits, Object value, @Nullable Object size) {
    switch (type) {
      case "integer" -> bits.addInteger(value, bitsOf(size, 8), little);
      case "float" -> bits.addReal(Arithmetic.toDouble(value), bitsOf(size, WHOLE_FLOAT), little);
      case "binary" -> {
        var part = Bits.of(value);
        if (size == null || size.equals(ALL)) {
          if (part.bitSize() % unit != 0) {
            throw Raised.badarg();
          }
          bits.add(part);
        } else {
          long count = bitsOf(size, 0);
          if (count > part.bitSize()) {
            throw Raised.badarg();
          }
          bits.add(part.toByteArray(), count);
        }
      }
      default -> {
        var character = encoded(value);
        bits.add(character, 8L * character.length);
      }
    }
  }

  private long bitsOf(@Nullable Object size, long otherwise) {
    if (size == null) {
      return otherwise;
    }
    if (!(size instanceof Long count) || count < 0) {
      throw Raised.badarg();
    }
    if (count > Integer.MAX_VALUE) {
      throw Raised.error("system_limit");
    }
    return count * unit;
  }

  private byte[] encoded(Object value) {
    if (!(value instanceof Long n)
        || n < 0
        || n > Character.MAX_CODE_POINT
        || (n >= Character.MIN_SURROGATE && n <= Character.MAX_SURROGATE)) {
      throw Raised.badarg();
    }
    return Character.toString(n.intValue()).getBytes(charset());
  }

  private Charset charset() {
    return switch (type) {
      case "utf16" -> little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
      case "utf32" -> little ? StandardCharsets.UTF_32LE : StandardCharsets.UTF_32BE;
      default -> StandardCharsets.UTF_8;
    };
  }

  /** Where a segment that begins at {@code from} ends; negative if it is not there. */
  long end(Bitstring bits, long from, @Nullable Object size) {
    long left = bits.bitSize() - from;
    long length =
        switch (type) {
          case "integer" -> bitsOf(size, 8);
          case "float" -> bitsOf(size, WHOLE_FLOAT);
          case "binary" ->
              size != null && !size.equals(ALL)
                  ? bitsOf(size, 0)
                  : left % unit == 0 ? left : Long.MAX_VALUE;
          default -> 8L * characterLength(bits, from);
        };
    return length > left ? -1 : from + length;
  }

  /** How many bytes the next character has, if it is one. */
  private int characterLength(Bitstring bits, long from) {
    if (type.equals("utf32")) {
      return 4;
    }
    int unitBits = type.equals("utf8") ? 8 : 16;
    if (bits.bitSize() - from < unitBits) {
      throw Raised.badarg();
    }
    long first = (Long) Bits.integer(bits, from, unitBits, little, false);
    if (type.equals("utf16")) {
      return Character.isHighSurrogate((char) first) ? 4 : 2;
    }
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  }

  /** The value between two places; {@code badarg} if there is none. */
  Object read(Bitstring bits, long from, long end) {
    long length = end - from;
    return switch (type) {
      case "integer" -> Bits.integer(bits, from, length, little, signed);
      case "float" -> Bits.real(bits, from, (int) length, little);
      case "binary" -> Bits.term(Bits.slice(bits, from, length));
      default -> character(Bits.slice(bits, from, length).toByteArray());
    };
  }

  private Object character(byte[] bytes) {
    try {
      var text = charset().newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.codePointCount(0, text.length()) != 1) {
        throw Raised.badarg();
      }
      return (long) text.codePointAt(0);
    } catch (CharacterCodingException e) {
      throw Raised.badarg();
    }
  }
}
