package dev.retort.node.eval;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What people take for the characters of a text: Unicode's grapheme clusters. */
final class Graphemes {
  private static final Pattern ONE = Pattern.compile("\\X", Pattern.DOTALL);

  private Graphemes() {}

  static List<String> of(String text) {
    return ONE.matcher(text).results().map(MatchResult::group).toList();
  }

  static String reversed(String text) {
    return String.join("", of(text).reversed());
  }
}
