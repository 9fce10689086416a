package dev.retort.node.eval;

import dev.retort.etf.Etf;
import dev.retort.etf.Inspect;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Erlang's conversions between atoms, numbers, lists and binaries. */
final class Conversions {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9a-zA-Z]+");
  private static final Pattern FLOAT = Pattern.compile("[+-]?[0-9]+\\.[0-9]+([eE][+-]?[0-9]+)?");

  private Conversions() {}

  static void addTo(Library.Module erlang) {
    erlang
        .add("atom_to_list", 1, (in, a) -> charlist(Atoms.name(a[0])))
        .add("atom_to_binary", 1, (in, a) -> Atoms.name(a[0]))
        .add("atom_to_binary", 2, (in, a) -> Atoms.name(a[0]))
        .add("list_to_atom", 1, (in, a) -> Atoms.of(chars(a[0])))
        .add("list_to_existing_atom", 1, (in, a) -> Atoms.of(chars(a[0])))
        .add("binary_to_atom", 1, (in, a) -> Atoms.of(Bits.text(a[0])))
        .add("binary_to_atom", 2, (in, a) -> Atoms.of(Bits.text(a[0])))
        .add("binary_to_existing_atom", 1, (in, a) -> Atoms.of(Bits.text(a[0])))
        .add("binary_to_existing_atom", 2, (in, a) -> Atoms.of(Bits.text(a[0])))
        .add("integer_to_list", 1, (in, a) -> charlist(integer(a[0], 10L)))
        .add("integer_to_list", 2, (in, a) -> charlist(integer(a[0], a[1])))
        .add("integer_to_binary", 1, (in, a) -> integer(a[0], 10L))
        .add("integer_to_binary", 2, (in, a) -> integer(a[0], a[1]))
        .add("list_to_integer", 1, (in, a) -> parsed(chars(a[0]), 10L))
        .add("list_to_integer", 2, (in, a) -> parsed(chars(a[0]), a[1]))
        .add("binary_to_integer", 1, (in, a) -> parsed(Bits.text(a[0]), 10L))
        .add("binary_to_integer", 2, (in, a) -> parsed(Bits.text(a[0]), a[1]))
        .add("float_to_list", 1, (in, a) -> charlist(real(a[0], Sequence.NIL)))
        .add("float_to_list", 2, (in, a) -> charlist(real(a[0], a[1])))
        .add("float_to_binary", 1, (in, a) -> real(a[0], Sequence.NIL))
        .add("float_to_binary", 2, (in, a) -> real(a[0], a[1]))
        .add("list_to_float", 1, (in, a) -> parsedReal(chars(a[0])))
        .add("binary_to_float", 1, (in, a) -> parsedReal(Bits.text(a[0])))
        .add("binary_to_list", 1, (in, a) -> byteList(Bits.bytes(a[0])))
        .add(
            "binary_to_list",
            3,
            (in, a) ->
                byteList(
                    Bits.bytes(
                        Containers.part(a[0], (Long) a[1] - 1, (Long) a[2] - (Long) a[1] + 1))))
        .add("list_to_binary", 1, (in, a) -> Bits.term(bytes(listOnly(a[0]))))
        .add("iolist_to_binary", 1, (in, a) -> Bits.term(bytes(a[0])))
        .add("iolist_size", 1, (in, a) -> (long) bytes(a[0]).length)
        .add("list_to_bitstring", 1, (in, a) -> Bits.term(bits(listOnly(a[0]))))
        .add("bitstring_to_list", 1, (in, a) -> bitList(Bits.of(a[0])))
        .add("term_to_binary", 1, (in, a) -> encoded(a[0]))
        .add("term_to_binary", 2, (in, a) -> encoded(a[0]))
        .add("binary_to_term", 1, (in, a) -> Etf.decode(Bits.bytes(a[0])))
        .add("binary_to_term", 2, (in, a) -> Etf.decode(Bits.bytes(a[0])))
        .add("external_size", 1, (in, a) -> (long) Etf.encode(Wire.outgoing(a[0])).length)
        .add("pid_to_list", 1, (in, a) -> charlist(ErlangText.of(pidOnly(a[0]))))
        .add("ref_to_list", 1, (in, a) -> charlist(ErlangText.of(a[0])))
        .add("fun_to_list", 1, (in, a) -> charlist(ErlangText.of(a[0])));
  }

  private static Object encoded(Object term) {
    return Bits.term(Etf.encode(Wire.outgoing(term)));
  }

  private static Object pidOnly(Object term) {
    return (Pid) term;
  }

  private static Object listOnly(Object term) {
    if (!Sequence.isList(term)) {
      throw Raised.badarg();
    }
    return term;
  }

  // ---- text

  /** A text as a list of its characters. */
  static List<?> charlist(String text) {
    return Sequence.of(text.codePoints().mapToObj(each -> (Object) (long) each).toList());
  }

  /** A list of characters as text; {@code badarg} for anything else. */
  static String chars(Object list) {
    var text = new StringBuilder();
    for (var element : Sequence.elements(list)) {
      text.appendCodePoint(character(element));
    }
    return text.toString();
  }

  static int character(Object element) {
    if (!(element instanceof Long c) || c < 0 || c > Character.MAX_CODE_POINT) {
      throw Raised.badarg();
    }
    return c.intValue();
  }

  /** Nested lists of characters and binaries in UTF-8 as text; {@code badarg} for others. */
  static String text(Object chardata) {
    var text = new StringBuilder();
    collect(chardata, text);
    return text.toString();
  }

  private static void collect(Object chardata, StringBuilder text) {
    switch (chardata) {
      case String part -> text.append(part);
      case Long c -> text.appendCodePoint(character(c));
      case List<?> list -> list.forEach(element -> collect(element, text));
      case ImproperList list -> {
        list.elements().forEach(element -> collect(element, text));
        collect(list.tail(), text);
      }
      case Binary binary ->
          text.append(new String(binary.toByteArray(), StandardCharsets.ISO_8859_1));
      default -> throw Raised.badarg();
    }
  }

  // ---- bytes

  static List<?> byteList(byte[] bytes) {
    var list = new ArrayList<Object>(bytes.length);
    for (byte b : bytes) {
      list.add((long) (b & 0xff));
    }
    return Sequence.of(list);
  }

  private static Object bitList(Bitstring bits) {
    long whole = bits.bitSize() / 8 * 8;
    var bytes = new ArrayList<Object>();
    for (int i = 0; i < whole / 8; i++) {
      bytes.add((long) (bits.at(i) & 0xff));
    }
    if (whole < bits.bitSize()) {
      bytes.add(Bits.slice(bits, whole, bits.bitSize() - whole));
    }
    return Sequence.of(bytes);
  }

  /** The bytes of iodata; {@code badarg} for anything else. */
  static byte[] bytes(Object iodata) {
    var bytes = new ByteArrayOutputStream();
    collect(iodata, bytes, false);
    return bytes.toByteArray();
  }

  private static void collect(Object iodata, ByteArrayOutputStream bytes, boolean tail) {
    switch (iodata) {
      case String text -> bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      case Binary binary -> bytes.writeBytes(binary.toByteArray());
      case Long b when b >= 0 && b <= 255 && !tail -> bytes.write(b.intValue());
      case List<?> list -> {
        for (var element : list) {
          collect(element, bytes, !(element instanceof Long));
        }
      }
      case ImproperList list -> {
        for (var element : list.elements()) {
          collect(element, bytes, !(element instanceof Long));
        }
        collect(list.tail(), bytes, true);
      }
      default -> throw Raised.badarg();
    }
  }

  private static Bitstring bits(Object list) {
    var bits = new Bits();
    collect(list, bits);
    return bits.toBits();
  }

  private static void collect(Object list, Bits bits) {
    switch (list) {
      case String text -> bits.add(Bits.of(text));
      case Bitstring part -> bits.add(part);
      case Long b when b >= 0 && b <= 255 -> bits.add(b, 8);
      case List<?> elements -> elements.forEach(element -> collect(element, bits));
      case ImproperList improper -> {
        improper.elements().forEach(element -> collect(element, bits));
        collect(improper.tail(), bits);
      }
      default -> throw Raised.badarg();
    }
  }

  // ---- numbers

  static String integer(Object n, Object base) {
    if (!Arithmetic.isInteger(n)) {
      throw Raised.badarg();
    }
    return Arithmetic.big(n).toString(radix(base)).toUpperCase(Locale.ROOT);
  }

  private static int radix(Object base) {
    int radix = Arithmetic.toInt(base);
    if (radix < 2 || radix > 36) {
      throw Raised.badarg();
    }
    return radix;
  }

  static Object parsed(String text, Object base) {
    if (!INTEGER.matcher(text).matches()) {
      throw Raised.badarg();
    }
    return Arithmetic.integer(new BigInteger(text, radix(base)));
  }

  static Object parsedReal(String text) {
    double value = FLOAT.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw Raised.badarg();
    }
    return value;
  }

  /** The fewest digits that read back as the same number. */
  static String shortest(double number) {
    return Inspect.inspect(number);
  }

  /** {@code float_to_list/2}. */
  static String real(Object term, Object options) {
    if (!(term instanceof Double number)) {
      throw Raised.badarg();
    }
    String text = scientific(number, 20);
    boolean compact = false;
    for (var option : Sequence.elements(options)) {
      if (option.equals(Atom.of("compact"))) {
        compact = true;
      } else if (option.equals(Atom.of("short"))) {
        text = shortest(number);
      } else if (option instanceof Tuple pair && Atoms.is(pair.get(0), "decimals")) {
        text =
            new BigDecimal(number)
                .setScale(digits(pair.get(1), 253), RoundingMode.HALF_UP)
                .toPlainString();
        text = number < 0 && !text.startsWith("-") ? "-" + text : text;
      } else if (option instanceof Tuple pair && Atoms.is(pair.get(0), "scientific")) {
        text = scientific(number, digits(pair.get(1), 249));
      } else {
        throw Raised.badarg();
      }
    }
    return compact ? withoutZeros(text) : text;
  }

  private static int digits(Object term, int most) {
    int digits = Arithmetic.toInt(term);
    if (digits < 0 || digits > most) {
      throw Raised.badarg();
    }
    return digits;
  }

  private static String withoutZeros(String text) {
    return text.contains(".") && !text.contains("e")
        ? text.replaceAll("(\\.\\d+?)0+$", "$1")
        : text;
  }

  /** {@code 1.50e+00}. */
  static String scientific(double number, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "e", new BigDecimal(number));
  }
}
