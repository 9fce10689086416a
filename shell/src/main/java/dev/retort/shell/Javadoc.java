package dev.retort.shell;

import java.util.regex.Pattern;

/** Makes a documentation comment readable on a terminal. */
final class Javadoc {
  private static final Pattern INLINE = Pattern.compile("\\{@\\w+\\s+([^{}]*)}");
  private static final Pattern PARAGRAPH =
      Pattern.compile("\\s*<(p|li|ul|ol|pre|/pre|tr|dl|dt|dd)\\b[^>]*>\\s*");
  private static final Pattern TAG = Pattern.compile("</?[a-zA-Z][^>]*>");

  private Javadoc() {}

  static String toText(String comment) {
    var text = INLINE.matcher(comment).replaceAll("$1");
    text = PARAGRAPH.matcher(text).replaceAll("\n");
    text = TAG.matcher(text).replaceAll("");
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
        .strip();
  }
}
