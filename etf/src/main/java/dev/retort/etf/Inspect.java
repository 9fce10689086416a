package dev.retort.etf;

import dev.retort.etf.Terms.NoTerm;
import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as Elixir 1.14's {@code inspect} prints their terms, on one line. At most {@value #LIMIT}
 * elements of collections and {@value #PRINTABLE_LIMIT} characters of texts are printed; a list of
 * printable ASCII characters is printed as a charlist, {@code 'abc'}. Unlike Elixir's it does not
 * print integers of more than {@value #INTEGER_LIMIT} bits, which would take minutes where a peer
 * wants it: {@code #Integer<8000000 bits>}.
 */
public final class Inspect {
  /** How many elements are printed, those of nested collections included; then {@code ...}. */
  public static final int LIMIT = 50;

  /** How many characters of a string or a charlist are printed. */
  public static final int PRINTABLE_LIMIT = 4096;

  /**
   * How many bits an integer has whose digits, some 30,000, are printed; to find more takes long.
   */
  public static final int INTEGER_LIMIT = 100_000;

  private final StringBuilder out = new StringBuilder();

  private Inspect() {}

  /**
   * The value as text. A record is printed as its tuple, null as {@code nil}; a value without a
   * term as {@code #Class<toString>}.
   */
  public static String inspect(@Nullable Object value) {
    var inspect = new Inspect();
    inspect.print(value, LIMIT);
    return inspect.out.toString();
  }

  private void print(@Nullable Object value, int limit) {
    Object term;
    try {
      term = Terms.textIfPossible(Terms.outer(value));
    } catch (NoTerm noTerm) {
      foreign(value);
      return;
    }
    switch (term) {
      case Atom atom -> out.append(AtomSyntax.literal(atom.name()));
      case String text -> string(text, limit);
      case Double number -> out.append(Floats.print(number));
      case Tuple tuple -> elements("{", tuple.toArray(), "}", limit);
      case List<?> list -> list(list, limit);
      case ImproperList list -> improper(list, limit);
      case Map<?, ?> map -> map(map, limit);
      case Bitstring bits -> bits(bits, limit);
      case Fun.Export fun ->
          out.append('&')
              .append(AtomSyntax.literal(fun.module().name()))
              .append('.')
              .append(AtomSyntax.function(fun.function().name()))
              .append('/')
              .append(fun.arity());
      case Fun.Closure fun ->
          out.append("#Function<")
              .append(Integer.toUnsignedString(fun.index()))
              .append('.')
              .append(fun.oldUniq())
              .append('/')
              .append(fun.arity())
              .append(" in ")
              .append(AtomSyntax.literal(fun.module().name()))
              .append('>');
      case BigInteger number when number.bitLength() > INTEGER_LIMIT ->
          out.append("#Integer<").append(number.bitLength()).append(" bits>");
      default -> out.append(term);
    }
  }

  private void foreign(@Nullable Object value) {
    if (value instanceof Double || value instanceof Float) {
      out.append(value);
      return;
    }
    if (value == null) {
      throw new AssertionError("nil has a term");
    }
    var type = value.getClass();
    if (type.isHidden() || type.isSynthetic()) {
      var interfaces = type.getInterfaces();
      var name = interfaces.length == 0 ? "Object" : interfaces[0].getSimpleName();
      out.append('#').append(name).append("<a lambda>");
      return;
    }
    var name = type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName();
    out.append('#').append(name).append('<').append(value).append('>');
  }

  private void string(String text, int limit) {
    if (!Escape.isPrintable(text, PRINTABLE_LIMIT)) {
      bytes(text.getBytes(StandardCharsets.UTF_8), 0, limit);
      return;
    }
    if (Escape.quoted(out, text, '"', PRINTABLE_LIMIT) < text.length()) {
      out.append(" <> ...");
    }
  }

  private void bits(Bitstring bits, int limit) {
    bytes(bits.toByteArray(), (int) (bits.bitSize() % 8), limit);
  }

  private void bytes(byte[] bytes, int usedOfLast, int limit) {
    out.append("<<");
    for (int i = 0; i < bytes.length; i++) {
      if (i > 0) {
        out.append(", ");
      }
      if (i >= limit) {
        out.append("...");
        break;
      }
      int value = bytes[i] & 0xff;
      if (usedOfLast > 0 && i == bytes.length - 1) {
        out.append(value >>> (8 - usedOfLast)).append("::size(").append(usedOfLast).append(')');
      } else {
        out.append(value);
      }
    }
    out.append(">>");
  }

  private void list(List<?> list, int limit) {
    if (list.isEmpty()) {
      out.append("[]");
      return;
    }
    var charlist = charlist(list);
    if (charlist != null) {
      Escape.quoted(out, charlist, '\'', PRINTABLE_LIMIT);
      if (charlist.length() < list.size()) {
        out.append(" ++ ...");
      }
    } else if (isKeyword(list)) {
      out.append('[');
      int left = limit;
      for (var element : list) {
        separate(left, limit);
        if (left == 0) {
          out.append("...");
          break;
        }
        left--;
        var pair = (Tuple) Terms.outer(element);
        key(pair.get(0));
        print(pair.get(1), left);
      }
      out.append(']');
    } else {
      elements("[", list.toArray(), "]", limit);
    }
  }

  private void elements(String before, @Nullable Object[] elements, String after, int limit) {
    out.append(before);
    int left = limit;
    for (var element : elements) {
      separate(left, limit);
      if (left == 0) {
        out.append("...");
        break;
      }
      left--;
      print(element, left);
    }
    out.append(after);
  }

  private void separate(int left, int limit) {
    if (left < limit) {
      out.append(", ");
    }
  }

  private void improper(ImproperList list, int limit) {
    out.append('[');
    int left = limit;
    for (var element : list.elements()) {
      separate(left, limit);
      if (left == 0) {
        out.append("...]");
        return;
      }
      left--;
      print(element, left);
    }
    out.append(" | ");
    print(list.tail(), left);
    out.append(']');
  }

  /** The characters to print; null if one of them is not printable. */
  private static @Nullable String charlist(List<?> list) {
    var text = new StringBuilder();
    for (var element : list) {
      if (!(element instanceof Number || element instanceof Character)
          || !(Terms.scalar(element) instanceof Long c)
          || !((c >= 0x20 && c <= 0x7e) || (c >= 7 && c <= 0xd) || c == 0x1b)) {
        return null;
      }
      text.append((char) c.intValue());
      if (text.length() == PRINTABLE_LIMIT) {
        break;
      }
    }
    return text.toString();
  }

  private static boolean isKeyword(List<?> list) {
    for (var element : list) {
      if (!(element instanceof Tuple || element instanceof Record)
          || !(Terms.outer(element) instanceof Tuple pair)
          || pair.size() != 2
          || !isKey(pair.get(0))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKey(@Nullable Object key) {
    var atom = Terms.atomOrNull(key instanceof Enum<?> constant ? EnumShape.atom(constant) : key);
    return atom != null && !atom.name().startsWith("Elixir.");
  }

  private void key(@Nullable Object key) {
    var term = Terms.outer(key);
    var atom = Terms.atomOrNull(term);
    out.append(AtomSyntax.key(atom == null ? String.valueOf(term) : atom.name())).append(' ');
  }

  private void map(Map<?, ?> map, int limit) {
    boolean struct =
        RecordShape.field(map, RecordShape.STRUCT_KEY) instanceof Atom module
            && AtomSyntax.isModule(module.name())
            && map.keySet().stream().allMatch(Inspect::isKey);
    out.append('%');
    if (struct) {
      print(RecordShape.field(map, RecordShape.STRUCT_KEY), limit);
    }
    boolean keywords = !map.isEmpty() && map.keySet().stream().allMatch(Inspect::isKey);
    out.append('{');
    int left = limit;
    for (var key : keys(map)) {
      if (struct && RecordShape.STRUCT_KEY.equals(key)) {
        continue;
      }
      separate(left, limit);
      if (left == 0) {
        out.append("...");
        break;
      }
      left--;
      if (keywords) {
        key(key);
      } else {
        print(key, left);
        out.append(" => ");
      }
      print(map.get(key), left);
    }
    out.append('}');
  }

  /** Up to 32 keys Erlang keeps in the order of terms; more in an order of their hashes. */
  private static List<?> keys(Map<?, ?> map) {
    if (map.size() > 32) {
      return map.keySet().stream().toList();
    }
    try {
      return map.keySet().stream().sorted(TermOrder.OF_KEYS).toList();
    } catch (NoTerm unordered) {
      return map.keySet().stream().toList();
    }
  }
}
