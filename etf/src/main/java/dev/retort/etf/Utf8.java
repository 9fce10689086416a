package dev.retort.etf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells text from other bytes. Most binaries that are not text show it within their first bytes, so
 * that nothing is converted in vain.
 */
final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private Utf8() {}

  /** Where the first byte that is not ASCII stands, from {@code at} on; {@code end} if none is. */
  static int endOfAscii(byte[] bytes, int at, int end) {
    while (end - at >= 8 && ((long) LONG.get(bytes, at) & 0x8080808080808080L) == 0) {
      at += 8;
    }
    while (at < end && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Whether the bytes from {@code at} up to and without {@code end} are UTF-8. */
  static boolean isValid(byte[] bytes, int at, int end) {
    while (at < end) {
      int first = bytes[at];
      if (first >= 0) {
        at++;
        continue;
      }
      int length = length(first & 0xff);
      if (length == 0 || end - at < length || !isValidSecond(first & 0xff, bytes[at + 1])) {
        return false;
      }
      for (int i = 2; i < length; i++) {
        if (!isContinuation(bytes[at + i])) {
          return false;
        }
      }
      at += length;
    }
    return true;
  }

  /** How many bytes begin with this one; 0 if none do. */
  private static int length(int first) {
    if (first >= 0xc2 && first <= 0xdf) {
      return 2;
    } else if (first >= 0xe0 && first <= 0xef) {
      return 3;
    } else if (first >= 0xf0 && first <= 0xf4) {
      return 4;
    }
    return 0;
  }

  /** Neither longer than need be, nor half a surrogate pair, nor beyond U+10FFFF. */
  private static boolean isValidSecond(int first, byte second) {
    return isContinuation(second)
        && switch (first) {
          case 0xe0 -> (second & 0xff) >= 0xa0;
          case 0xed -> (second & 0xff) <= 0x9f;
          case 0xf0 -> (second & 0xff) >= 0x90;
          case 0xf4 -> (second & 0xff) <= 0x8f;
          default -> true;
        };
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xc0) == 0x80;
  }
}
