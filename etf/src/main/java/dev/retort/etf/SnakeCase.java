package dev.retort.etf;

/** Java's names as Elixir writes them: {@code HTTPServer} becomes {@code http_server}. */
public final class SnakeCase {
  private SnakeCase() {}

  /** The name in lower case, with an underscore before each word but the first. */
  public static String of(String name) {
    var snake = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && i > 0 && startsWord(name, i)) {
        snake.append('_');
      }
      snake.append(Character.toLowerCase(c));
    }
    return snake.toString();
  }

  private static boolean startsWord(String name, int i) {
    char before = name.charAt(i - 1);
    if (Character.isUpperCase(before)) {
      return i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
    }
    return Character.isLetterOrDigit(before);
  }
}
