package dev.retort.node.eval;

import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A bitstring in the making, and the ways between bitstrings and bits. */
final class Bits {
  /** A gigabit is no bitstring that somebody typed. */
  private static final long MOST = 1L << 30;

  private byte[] bytes = new byte[32];
  private long size;

  static boolean isBits(Object term) {
    return term instanceof String || term instanceof Bitstring;
  }

  static boolean isBinary(Object term) {
    return term instanceof String || term instanceof Binary;
  }

  /** A binary or bitstring as bits; {@code badarg} for anything else. */
  static Bitstring of(Object term) {
    return switch (term) {
      case String text -> Binary.of(text);
      case Bitstring bits -> bits;
      default -> throw Raised.badarg();
    };
  }

  /** The bytes of a binary; {@code badarg} for anything else. */
  static byte[] bytes(Object term) {
    return switch (term) {
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case Binary binary -> binary.toByteArray();
      default -> throw Raised.badarg();
    };
  }

  /** The text of a binary in UTF-8; {@code badarg} for anything else. */
  static String text(Object term) {
    if (term instanceof String text) {
      return text;
    }
    throw Raised.badarg();
  }

  /** A bitstring as terms have it: text where it is some. */
  static Object term(Bitstring bits) {
    var text = bits instanceof Binary binary ? binary.text() : null;
    return text == null ? bits : text;
  }

  static Object term(byte[] bytes) {
    return term(Binary.of(bytes));
  }

  /** {@code length} bits from {@code from} on. */
  static Bitstring slice(Bitstring bits, long from, long length) {
    if (from % 8 == 0) {
      int first = (int) (from / 8);
      var part = Arrays.copyOfRange(bits.toByteArray(), first, first + (int) ((length + 7) / 8));
      return Bitstring.of(part, length);
    }
    var slice = new Bits();
    for (long i = 0; i < length; ) {
      int count = (int) Math.min(8, length - i);
      slice.add(read(bits, from + i, count), count);
      i += count;
    }
    return slice.toBits();
  }

  /** Up to 32 bits as an unsigned number. */
  private static long read(Bitstring bits, long from, int count) {
    long value = 0;
    for (long i = from; i < from + count; i++) {
      value = value << 1 | (bits.at((int) (i / 8)) >> (7 - i % 8) & 1);
    }
    return value;
  }

  /** An integer field of a bitstring. */
  static Object integer(Bitstring bits, long from, long length, boolean little, boolean signed) {
    if (length == 0) {
      return 0L;
    }
    var field = slice(bits, from, length).toByteArray();
    int spare = (int) (field.length * 8L - length);
    BigInteger value;
    if (little) {
      // The last byte holds the most significant bits, of which there may be fewer than eight.
      field[field.length - 1] = (byte) ((field[field.length - 1] & 0xff) >> spare);
      value = new BigInteger(1, reversed(field));
    } else {
      value = new BigInteger(1, field).shiftRight(spare);
    }
    if (signed && value.testBit((int) length - 1)) {
      value = value.subtract(BigInteger.ONE.shiftLeft((int) length));
    }
    return Arithmetic.integer(value);
  }

  /** A float field of 16, 32 or 64 bits; {@code badarg} if it is not finite. */
  static Object real(Bitstring bits, long from, int length, boolean little) {
    var raw = Arithmetic.big(integer(bits, from, length, little, false)).longValue();
    double value =
        switch (length) {
          case 16 -> Float.float16ToFloat((short) raw);
          case 32 -> Float.intBitsToFloat((int) raw);
          case 64 -> Double.longBitsToDouble(raw);
          default -> throw Raised.badarg();
        };
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw Raised.badarg();
    }
    return value;
  }

  private static byte[] reversed(byte[] bytes) {
    var reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  // ---- making one

  /** The low {@code count} bits, at most 32. */
  void add(long value, int count) {
    reserve(count);
    for (int i = count - 1; i >= 0; i--) {
      if ((value >> i & 1) != 0) {
        bytes[(int) (size / 8)] |= (byte) (0x80 >> size % 8);
      }
      size++;
    }
  }

  void add(byte[] more, long count) {
    reserve(count);
    if (size % 8 == 0) {
      System.arraycopy(more, 0, bytes, (int) (size / 8), (int) (count / 8));
      size += count / 8 * 8;
    } else {
      for (int i = 0; i < count / 8; i++) {
        add(more[i], 8);
      }
    }
    int rest = (int) (count % 8);
    if (rest > 0) {
      add((more[(int) (count / 8)] & 0xff) >> (8 - rest), rest);
    }
  }

  void add(Bitstring bits) {
    add(bits.toByteArray(), bits.bitSize());
  }

  /** An integer field: the low bits of its two's complement. */
  void addInteger(Object value, long count, boolean little) {
    if (!Arithmetic.isInteger(value)) {
      throw Raised.badarg();
    }
    reserve(count);
    var field = new byte[(int) ((count + 7) / 8)];
    var number = Arithmetic.big(value).toByteArray();
    byte sign = (byte) (number[0] < 0 ? 0xff : 0);
    for (int i = 0; i < field.length; i++) { // least significant first
      field[i] = i < number.length ? number[number.length - 1 - i] : sign;
    }
    int rest = (int) (count % 8);
    if (little) {
      add(field, count - rest);
      if (rest > 0) {
        add(field[field.length - 1], rest);
      }
    } else {
      if (rest > 0) {
        add(field[field.length - 1], rest);
      }
      add(reversed(Arrays.copyOf(field, (int) (count / 8))), count - rest);
    }
  }

  /** A float field. */
  void addReal(double value, long count, boolean little) {
    long raw =
        switch ((int) count) {
          case 16 -> Float.floatToFloat16(narrow(value)) & 0xffff;
          case 32 -> Float.floatToIntBits(narrow(value)) & 0xffff_ffffL;
          case 64 -> Double.doubleToLongBits(value);
          default -> throw Raised.badarg();
        };
    addInteger(raw, count, little);
  }

  private static float narrow(double value) {
    float narrow = (float) value;
    if (Float.isInfinite(narrow)) {
      throw Raised.badarg();
    }
    return narrow;
  }

  private void reserve(long count) {
    if (size + count > MOST) {
      throw Raised.error("system_limit");
    }
    int needed = (int) ((size + count + 7) / 8) + 1;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
  }

  Bitstring toBits() {
    return Bitstring.of(bytes, size);
  }

  Object toTerm() {
    return term(toBits());
  }
}
