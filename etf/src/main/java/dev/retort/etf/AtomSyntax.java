package dev.retort.etf;

import java.util.Set;

/** How Elixir writes atoms: bare, quoted, or as a module's name. */
final class AtomSyntax {
  private static final String MODULE = "Elixir.";

  /** The operators that need no quotes, and the special forms. */
  private static final Set<String> OPERATORS =
      Set.of(
          "!", "!=", "!==", "&", "&&", "&&&", "*", "**", "+", "++", "+++", "-", "--", "---", "->",
          ".", "..", "...", "/", "//", "<", "<-", "<<<", "<<>>", "<<~", "<=", "<>", "<|>", "<~",
          "<~>", "=", "==", "===", "=~", ">", ">=", ">>>", "@", "\\\\", "^", "^^^", "{}", "|", "|>",
          "||", "|||", "~>", "~>>", "~~~", "%", "%{}");

  private AtomSyntax() {}

  /** The atom as a value: {@code :ok}, {@code :"foo bar"}, {@code nil}, {@code Foo.Bar}. */
  static String literal(String name) {
    return switch (name) {
      case "nil", "true", "false", "Elixir" -> name;
      default -> {
        if (isModule(name)) {
          yield name.startsWith(MODULE + MODULE) ? name : name.substring(MODULE.length());
        }
        yield ":" + (isBare(name) ? name : quoted(name));
      }
    };
  }

  /** The atom as a key, before its value: {@code ok:}, {@code "foo bar":}. */
  static String key(String name) {
    return (isBare(name) && !isModule(name) ? name : quoted(name)) + ":";
  }

  /** The atom as a function's name behind a dot: {@code map}, {@code "foo bar"}. */
  static String function(String name) {
    return isBare(name) && !isModule(name) ? name : quoted(name);
  }

  static boolean isModule(String name) {
    if (!name.startsWith(MODULE)) {
      return name.equals("Elixir");
    }
    for (var part : name.substring(MODULE.length()).split("\\.", -1)) {
      if (!part.matches("[A-Z][A-Za-z0-9_]*")) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBare(String name) {
    if (OPERATORS.contains(name)) {
      return true;
    }
    if (name.isEmpty() || !isStart(name.codePointAt(0))) {
      return false;
    }
    for (int i = Character.charCount(name.codePointAt(0)); i < name.length(); ) {
      int c = name.codePointAt(i);
      i += Character.charCount(c);
      boolean last = i == name.length();
      boolean allowed = isPart(c) || c == '@' || (last && (c == '?' || c == '!'));
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  private static boolean isStart(int c) {
    return c < 0x80
        ? c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        : Character.isUnicodeIdentifierStart(c);
  }

  private static boolean isPart(int c) {
    if (c < 0x80) {
      return isStart(c) || (c >= '0' && c <= '9');
    }
    return Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  private static String quoted(String name) {
    var text = new StringBuilder();
    Escape.quoted(text, name, '"', Integer.MAX_VALUE);
    return text.toString();
  }
}
