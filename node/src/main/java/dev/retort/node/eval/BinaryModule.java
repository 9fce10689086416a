package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Erlang's {@code binary}, {@code unicode} and {@code string}, the common functions of them. */
final class BinaryModule {
  private static final Atom NOMATCH = Atom.of("nomatch");
  private static final Atom GLOBAL = Atom.of("global");

  private BinaryModule() {}

  static Library.Module module() {
    return new Library.Module("binary")
        .add("at", 2, (in, a) -> (long) (Bits.bytes(a[0])[Arithmetic.toInt(a[1])] & 0xff))
        .add("first", 1, (in, a) -> (long) (Bits.bytes(a[0])[0] & 0xff))
        .add(
            "last",
            1,
            (in, a) ->
                (long) (((Binary) Bits.of(a[0])).toByteArray()[Bits.of(a[0]).size() - 1] & 0xff))
        .add(
            "part",
            2,
            (in, a) -> Containers.part(a[0], ((Tuple) a[1]).get(0), ((Tuple) a[1]).get(1)))
        .add("part", 3, (in, a) -> Containers.part(a[0], a[1], a[2]))
        .add("bin_to_list", 1, (in, a) -> Conversions.byteList(Bits.bytes(a[0])))
        .add("list_to_bin", 1, (in, a) -> Bits.term(Conversions.bytes(a[0])))
        .add("copy", 1, (in, a) -> Bits.term(Bits.bytes(a[0])))
        .add("copy", 2, (in, a) -> copies(a[0], Containers.count(a[1])))
        .add("match", 2, (in, a) -> match(Bits.bytes(a[0]), Bits.bytes(a[1])))
        .add("split", 2, (in, a) -> split(Bits.bytes(a[0]), Bits.bytes(a[1]), false))
        .add(
            "split",
            3,
            (in, a) ->
                split(Bits.bytes(a[0]), Bits.bytes(a[1]), Sequence.elements(a[2]).contains(GLOBAL)))
        .add("encode_hex", 1, (in, a) -> hex(Bits.bytes(a[0])))
        .add(
            "decode_unsigned",
            1,
            (in, a) -> Bits.integer(Bits.of(a[0]), 0, Bits.of(a[0]).bitSize(), false, false))
        .add("encode_unsigned", 1, (in, a) -> unsigned(a[0]));
  }

  static Library.Module unicode() {
    return new Library.Module("unicode")
        .add("characters_to_binary", 1, (in, a) -> Conversions.text(a[0]))
        .add("characters_to_list", 1, (in, a) -> Conversions.charlist(Conversions.text(a[0])));
  }

  static Library.Module string() {
    return new Library.Module("string")
        .add("length", 1, (in, a) -> (long) Graphemes.of(Conversions.text(a[0])).size())
        .add("uppercase", 1, (in, a) -> like(a[0], Conversions.text(a[0]).toUpperCase(Locale.ROOT)))
        .add("lowercase", 1, (in, a) -> like(a[0], Conversions.text(a[0]).toLowerCase(Locale.ROOT)))
        .add("to_upper", 1, (in, a) -> like(a[0], Conversions.text(a[0]).toUpperCase(Locale.ROOT)))
        .add("to_lower", 1, (in, a) -> like(a[0], Conversions.text(a[0]).toLowerCase(Locale.ROOT)))
        .add("trim", 1, (in, a) -> like(a[0], Conversions.text(a[0]).strip()))
        .add(
            "reverse",
            1,
            (in, a) -> Conversions.charlist(Graphemes.reversed(Conversions.text(a[0]))))
        .add("split", 2, (in, a) -> parts(a[0], a[1], 2))
        .add(
            "split",
            3,
            (in, a) -> parts(a[0], a[1], a[2].equals(Atom.of("all")) ? Integer.MAX_VALUE : 2))
        .add(
            "join",
            2,
            (in, a) ->
                Conversions.charlist(
                    Conversions.text(ListsModule.join(a[1], Sequence.elements(a[0])))));
  }

  /** A text as the kind of string that another one is. */
  private static Object like(Object original, String text) {
    return original instanceof List<?> ? Conversions.charlist(text) : text;
  }

  private static Object parts(Object text, Object separator, int most) {
    var parts = new ArrayList<Object>();
    var left = Conversions.text(text);
    var between = Conversions.text(separator);
    int at = between.isEmpty() ? -1 : left.indexOf(between);
    while (at >= 0 && parts.size() < most - 1) {
      parts.add(like(text, left.substring(0, at)));
      left = left.substring(at + between.length());
      at = left.indexOf(between);
    }
    parts.add(like(text, left));
    return Sequence.of(parts);
  }

  private static Object copies(Object binary, int count) {
    var bits = new Bits();
    for (int i = 0; i < count; i++) {
      bits.add(Bits.of(binary));
    }
    return bits.toTerm();
  }

  private static int find(byte[] bytes, byte[] part, int from) {
    if (part.length == 0) {
      throw Raised.badarg();
    }
    for (int i = from; i <= bytes.length - part.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  private static Object match(byte[] bytes, byte[] part) {
    int at = find(bytes, part, 0);
    return at < 0 ? NOMATCH : Tuple.of((long) at, (long) part.length);
  }

  private static Object split(byte[] bytes, byte[] part, boolean everywhere) {
    var parts = new ArrayList<Object>();
    int from = 0;
    for (int at = find(bytes, part, 0); at >= 0; at = find(bytes, part, from)) {
      parts.add(Bits.term(Arrays.copyOfRange(bytes, from, at)));
      from = at + part.length;
      if (!everywhere) {
        break;
      }
    }
    parts.add(Bits.term(Arrays.copyOfRange(bytes, from, bytes.length)));
    return Sequence.of(parts);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  private static Object unsigned(Object number) {
    var n = Arithmetic.big(number);
    if (n.signum() < 0) {
      throw Raised.badarg();
    }
    var bits = new Bits();
    bits.addInteger(number, Math.max(8, (n.bitLength() + 7) / 8 * 8L), false);
    return bits.toTerm();
  }
}
