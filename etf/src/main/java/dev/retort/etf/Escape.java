package dev.retort.etf;

/** Text between quotes as Elixir prints it. */
final class Escape {
  private Escape() {}

  /**
   * Appends at most {@code limit} characters of the text, with the quotes; returns the index in the
   * text where that ended.
   */
  static int quoted(StringBuilder out, String text, char quote, int limit) {
    out.append(quote);
    int i = 0;
    for (int count = 0; i < text.length() && count < limit; count++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == quote || c == '\\') {
        out.append('\\').append((char) c);
      } else if (c == '#' && i < text.length() && text.charAt(i) == '{') {
        out.append("\\#");
      } else {
        character(out, c);
      }
    }
    out.append(quote);
    return i;
  }

  private static void character(StringBuilder out, int c) {
    switch (c) {
      case 0 -> out.append("\\0");
      case 7 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case 0x7f -> out.append("\\d");
      case 0x1b -> out.append("\\e");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0xb -> out.append("\\v");
      default -> {
        if (c == 0xfeff) {
          out.append("\\uFEFF");
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else if (c < 0x100) {
          out.append(String.format("\\x%02X", c));
        } else {
          out.append(String.format("\\x{%X}", c));
        }
      }
    }
  }

  /** {@code String.printable?/1} of one character. */
  static boolean isPrintable(int c) {
    return (c >= 0x20 && c <= 0x7f)
        || (c >= 7 && c <= 0xd)
        || c == 0x1b
        || (c >= 0xa0 && c <= 0xd7ff)
        || (c >= 0xe000 && c <= 0xfffd)
        || c >= 0x10000;
  }

  /** Whether the first {@code limit} characters of the text are printable. */
  static boolean isPrintable(String text, int limit) {
    int i = 0;
    for (int count = 0; i < text.length() && count < limit; count++) {
      int c = text.codePointAt(i);
      if (!isPrintable(c)) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }
}
