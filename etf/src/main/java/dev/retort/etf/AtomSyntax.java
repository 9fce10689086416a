package dev.retort.etf;

import java.text.Normalizer;
import java.util.Set;

/** How Elixir writes atoms: bare, quoted, or as a module's name. */
final class AtomSyntax {
  private static final String MODULE = "Elixir.";

  /** The operators that are atoms and functions without quotes. */
  private static final Set<String> OPERATORS =
      Set.of(
          "!", "&", "*", "+", "-", "/", "<", "=", ">", "@", "^", "|", "!=", "&&", "**", "++", "--",
          "<-", "<=", "<>", "<~", "==", "=~", ">=", "\\\\", "|>", "||", "~>", "!==", "&&&", "+++",
          "---", "<<<", "<<~", "<~>", "===", ">>>", "|||", "~>>");

  /** What stands for syntax: atoms without quotes too, but not functions. */
  private static final Set<String> FORMS =
      Set.of("%", ".", "->", "..", "...", "{}", "%{}", "..//", "<<>>");

  /** Operators that need quotes as atoms, and none as functions. */
  private static final Set<String> BARE_FUNCTIONS = Set.of("::", "<|>", "^^^", "~~~");

  private AtomSyntax() {}

  /** The atom as a value: {@code :ok}, {@code :"foo bar"}, {@code nil}, {@code Foo.Bar}. */
  static String literal(String name) {
    return switch (name) {
      case "nil", "true", "false", "Elixir" -> name;
      default -> {
        if (isModule(name)) {
          boolean same = name.equals(MODULE + "Elixir") || name.startsWith(MODULE + MODULE);
          yield same ? name : name.substring(MODULE.length());
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
    boolean callable =
        OPERATORS.contains(name)
            || BARE_FUNCTIONS.contains(name)
            || (isIdentifier(name)
                && !Character.isUpperCase(name.codePointAt(0))
                && name.indexOf('@') < 0);
    return callable ? name : quoted(name);
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
    return OPERATORS.contains(name) || FORMS.contains(name) || isIdentifier(name);
  }

  /** Unicode's identifiers, as far as they are in the form that NFKC gives. */
  private static boolean isIdentifier(String name) {
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
    return Normalizer.isNormalized(name, Normalizer.Form.NFKC);
  }

  private static boolean isStart(int c) {
    return c < 0x80
        ? c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        : Character.isUnicodeIdentifierStart(c) && c != '\u2118';
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
