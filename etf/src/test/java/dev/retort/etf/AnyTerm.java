package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary terms, in the form that decoding gives. */
final class AnyTerm {
  private static final Arbitrary<Atom> NODES = Arbitraries.of(Atom.of("a@b"), Atom.of("é@host"));

  private AnyTerm() {}

  static Arbitrary<Object> any() {
    var leaf =
        Arbitraries.oneOf(
            leaf(atoms()),
            Arbitraries.oneOf(
                pids().map(p -> (Object) p),
                refs().map(r -> (Object) r),
                ports().map(p -> (Object) p)));
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(50, nested(atoms().map(AnyTerm::truth), leaf, 3)),
        net.jqwik.api.Tuple.of(1, Arbitraries.just(-0.0)));
  }

  /** Terms that look the same wherever they are printed: without pids and their like. */
  static Arbitrary<Object> anyPrintedAlike() {
    return nested(commonAtoms().map(AnyTerm::truth), leaf(commonAtoms()), 3);
  }

  /** Maps whose keys have much in common, so that their order is decided late. */
  static Arbitrary<Object> mapsOfAlikeKeys() {
    Arbitrary<Object> leaf =
        Arbitraries.of(
            0L,
            1L,
            1.0,
            BigInteger.TWO.pow(70),
            Atom.of("a"),
            true,
            "",
            "`",
            "a",
            "ab",
            Bitstring.of(new byte[] {'a'}, 3), // as the character ` with its last bits cut off
            Bitstring.of(new byte[] {'a'}, 7),
            List.of());
    return Arbitraries.maps(nested(leaf, leaf, 2), leaf)
        .ofMinSize(2)
        .ofMaxSize(12)
        .map(map -> (Object) Map.copyOf(map));
  }

  private static Arbitrary<Object> nested(
      Arbitrary<Object> atoms, Arbitrary<Object> leaf, int depth) {
    if (depth == 0) {
      return leaf;
    }
    var inner = nested(atoms, leaf, depth - 1);
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(3, leaf),
        net.jqwik.api.Tuple.of(2, inner.list().ofMaxSize(6).map(list -> (Object) list)),
        net.jqwik.api.Tuple.of(
            2, inner.list().ofMaxSize(6).map(list -> (Object) Tuple.of(list.toArray()))),
        net.jqwik.api.Tuple.of(
            1,
            Arbitraries.maps(
                    Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(2, atoms), net.jqwik.api.Tuple.of(1, inner)),
                    inner)
                .ofMaxSize(5)
                .map(map -> (Object) Map.copyOf(map))),
        net.jqwik.api.Tuple.of(
            1,
            Combinators.combine(inner.list().ofMinSize(1).ofMaxSize(4), leaf)
                .as(
                    (list, tail) ->
                        tail instanceof List ? (Object) list : ImproperList.of(list, tail))),
        net.jqwik.api.Tuple.of(
            1,
            Combinators.combine(atoms, inner)
                .as((key, value) -> (Object) Tuple.of(key, value))
                .list()
                .ofMaxSize(4)
                .map(list -> (Object) list)));
  }

  private static Object truth(Atom atom) {
    return Terms.outer(atom);
  }

  private static Arbitrary<Object> leaf(Arbitrary<Atom> atoms) {
    return Arbitraries.oneOf(
        Arbitraries.longs().map(n -> (Object) n),
        Arbitraries.longs().between(-300, 300).map(n -> (Object) n),
        Arbitraries.bigIntegers()
            .between(BigInteger.TWO.pow(2100).negate(), BigInteger.TWO.pow(2100))
            .map(Terms::outer),
        floats().map(AnyTerm::withoutNegativeZero),
        atoms.map(AnyTerm::truth),
        Arbitraries.strings().ofMaxLength(20).filter(AnyTerm::isUnicode).map(s -> (Object) s),
        Arbitraries.strings().ascii().ofMaxLength(20).map(s -> (Object) s),
        Arbitraries.bytes()
            .array(byte[].class)
            .ofMaxSize(70)
            .map(bytes -> Terms.toTerm(Binary.of(bytes))),
        bitstrings(),
        charlists(),
        Combinators.combine(atoms, atoms, Arbitraries.integers().between(0, 255))
            .as((m, f, a) -> (Object) new Fun.Export(m, f, a)));
  }

  /** Up to OTP 26, -0.0 is the same key of a map as 0.0. */
  private static Object withoutNegativeZero(Double number) {
    return number == 0 ? (Object) 0.0 : number;
  }

  private static boolean isUnicode(String text) {
    return text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
  }

  static Arbitrary<Double> floats() {
    return Arbitraries.oneOf(
        Arbitraries.longs()
            .map(Double::longBitsToDouble)
            .filter(d -> !d.isNaN() && !d.isInfinite()),
        Arbitraries.longs().between(-100_000, 100_000).map(n -> n / 100.0),
        Combinators.combine(
                Arbitraries.integers().between(1, 999), Arbitraries.integers().between(-25, 25))
            .as((n, e) -> Double.parseDouble(n + "e" + e)),
        Arbitraries.of(
            0.0,
            -0.0,
            1e15,
            1e16,
            1e20,
            1e22,
            1e-5,
            123456789012345680.0,
            9007199254740992.0,
            9007199254740991.0,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            2e-323));
  }

  static Arbitrary<Atom> atoms() {
    return Arbitraries.oneOf(
        commonAtoms(),
        Arbitraries.strings()
            .withCharRange('\u0100', '\ud7ff')
            .ofMinLength(1)
            .ofMaxLength(255)
            .map(Atom::of));
  }

  /** Without letters that only Unicode's tables know about. */
  static Arbitrary<Atom> commonAtoms() {
    return Arbitraries.oneOf(
        Arbitraries.of(
                "ok",
                "error",
                "nil",
                "true",
                "false",
                "Elixir.Foo.Bar",
                "Elixir",
                "Elixir.foo",
                "foo bar",
                "Foo",
                "a@b",
                "is?",
                "do!",
                "+",
                "::",
                "",
                "é",
                "日本",
                "Elixir.Elixir",
                "_x",
                "1a",
                "a-b",
                "and",
                "not",
                "%{}",
                "Élan",
                "ª",
                "x²",
                "..//",
                "~~~",
                "\\\\")
            .map(Atom::of),
        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(12).map(Atom::of),
        Arbitraries.strings().ascii().ofMaxLength(8).map(Atom::of));
  }

  private static Arbitrary<Object> bitstrings() {
    return Combinators.combine(
            Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(8),
            Arbitraries.integers().between(0, 64))
        .as((bytes, bits) -> Terms.toTerm(Bitstring.of(bytes, Math.min(bits, 8 * bytes.length))));
  }

  private static Arbitrary<Object> charlists() {
    return Arbitraries.strings()
        .withCharRange(' ', '\u007f')
        .withChars('\n', '\t', '\u0007', '\u001b')
        .ofMaxLength(20)
        .map(text -> Terms.toTerm(text.chars().boxed().toList()));
  }

  static Arbitrary<Pid> pids() {
    return Combinators.combine(
            NODES, Arbitraries.integers(), Arbitraries.integers(), Arbitraries.integers())
        .as(Pid::of);
  }

  static Arbitrary<Ref> refs() {
    return Combinators.combine(
            NODES,
            Arbitraries.integers(),
            Arbitraries.integers().between(0, (1 << 18) - 1),
            Arbitraries.integers().array(int[].class).ofMinSize(2).ofMaxSize(4))
        .as(
            (node, creation, first, rest) -> {
              var words = new int[rest.length + 1];
              words[0] = first;
              System.arraycopy(rest, 0, words, 1, rest.length);
              return Ref.of(node, creation, words);
            });
  }

  static Arbitrary<Port> ports() {
    return Combinators.combine(
            NODES,
            Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(0, 1L << 30)),
            Arbitraries.integers())
        .as(Port::of);
  }

  /** Whether Erlang has one way only to write the term: whether no map has two keys. */
  static boolean isCanonical(Object term) {
    return switch (term) {
      case Map<?, ?> map ->
          map.size() < 2 && Arrays.stream(Terms.childrenOf(map)).allMatch(AnyTerm::isCanonical);
      default ->
          Lists.isLeaf(term)
              || Arrays.stream(Terms.childrenOf(term)).allMatch(AnyTerm::isCanonical);
    };
  }
}
