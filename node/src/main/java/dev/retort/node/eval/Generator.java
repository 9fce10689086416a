package dev.retort.node.eval;

import static dev.retort.node.eval.Forms.formPart;
import static dev.retort.node.eval.Forms.formsPart;
import static dev.retort.node.eval.Forms.part;
import static dev.retort.node.eval.Forms.tag;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A generator of a comprehension: {@code Pattern <- List}, {@code <<Pattern>> <= Bits}, {@code Key
 * := Value <- Map}. A strict one ({@code <:-}) fails where the pattern does not match.
 */
final class Generator {
  /** What came of asking for the next element. */
  enum Came {
    MATCH,
    OTHER,
    END
  }

  private final char kind;
  private final boolean strict;
  private final @Nullable Pattern pattern;
  private final List<Segments.Segment> segments;

  private Generator(
      char kind, boolean strict, @Nullable Pattern pattern, List<Segments.Segment> segments) {
    this.kind = kind;
    this.strict = strict;
    this.pattern = pattern;
    this.segments = segments;
  }

  /** One whose variables are new ones of {@code inner}. */
  static Generator of(Compiler compiler, Tuple form, Scope scope, Scope inner) {
    return zipped(compiler, List.of(form), scope, inner).getFirst();
  }

  /** Several that go together; a variable in two of them has one value. */
  static List<Generator> zipped(Compiler compiler, List<Tuple> forms, Scope scope, Scope inner) {
    var patterns = forms.stream().map(form -> left(form)).toList();
    var compiled = compiler.patterns().shadowing(patterns, scope, inner);
    var generators = new ArrayList<Generator>();
    for (int i = 0; i < forms.size(); i++) {
      var tag = tag(forms.get(i));
      char kind = tag.charAt(0);
      boolean bits = kind == 'b';
      generators.add(
          new Generator(
              kind,
              tag.endsWith("_strict"),
              bits ? null : compiled.get(i),
              bits
                  ? compiler.segments().segments(formsPart(patterns.get(i), 0), inner, scope)
                  : List.of()));
    }
    return generators;
  }

  /** The pattern of an element; of a map it is a pair. */
  private static Tuple left(Tuple form) {
    var left = formPart(form, 0);
    return tag(form).startsWith("m_")
        ? Tuple.of(Atom.of("tuple"), left.get(1), List.of(part(left, 0), part(left, 1)))
        : left;
  }

  Elements elements(Object source) {
    return switch (kind) {
      case 'b' -> new OfBits(source);
      case 'm' -> new OfMap(source);
      default -> new OfList(source);
    };
  }

  /** What is left of a source. */
  abstract class Elements {
    abstract Came next(Frame frame);

    abstract Object rest();

    /** The element that did not match. */
    abstract Object last();

    boolean isStrict() {
      return strict;
    }

    void checkRelaxed() {
      if (strict) {
        throw Raised.error("badmatch", last());
      }
    }
  }

  private static Raised bad(Object source) {
    return Raised.error("bad_generator", source);
  }

  private final class OfList extends Elements {
    private Object rest;
    private Object last = Sequence.NIL;

    OfList(Object source) {
      rest = source instanceof List<?> list ? Sequence.cells(list) : source;
    }

    @Override
    Came next(Frame frame) {
      if (rest instanceof List<?> list && list.isEmpty()) {
        return Came.END;
      }
      if (!(rest instanceof List<?> || rest instanceof ImproperList)) {
        throw bad(rest);
      }
      last = Sequence.head(rest);
      rest = Sequence.tail(rest);
      return pattern != null && pattern.matches(last, frame) ? Came.MATCH : Came.OTHER;
    }

    @Override
    Object rest() {
      return rest;
    }

    @Override
    Object last() {
      return last;
    }
  }

  private final class OfMap extends Elements {
    private final Map<?, ?> map;
    private final List<Object> keys;
    private int next;

    OfMap(Object source) {
      if (!(source instanceof Map<?, ?> from)) {
        throw bad(source);
      }
      map = from;
      keys = Dictionary.keys(map);
    }

    @Override
    Came next(Frame frame) {
      if (next == keys.size()) {
        return Came.END;
      }
      next++;
      return pattern != null && pattern.matches(last(), frame) ? Came.MATCH : Came.OTHER;
    }

    @Override
    Object rest() {
      var rest = new LinkedHashMap<Object, Object>();
      for (var key : keys.subList(next, keys.size())) {
        rest.put(key, Dictionary.get(map, key));
      }
      return Dictionary.sealed(rest);
    }

    @Override
    Object last() {
      var key = keys.get(next - 1);
      return Tuple.of(key, Dictionary.get(map, key));
    }
  }

  private final class OfBits extends Elements {
    private final Bitstring bits;
    private long at;
    private long before;

    OfBits(Object source) {
      if (!Bits.isBits(source)) {
        throw bad(source);
      }
      bits = Bits.of(source);
    }

    @Override
    Came next(Frame frame) {
      var came = new Came[] {Came.OTHER};
      before = at;
      long end = Segments.generate(segments, bits, at, frame, () -> came[0] = Came.MATCH);
      if (end == Segments.ABSENT) {
        return Came.END;
      }
      at = end;
      return came[0];
    }

    @Override
    Object rest() {
      return Bits.term(Bits.slice(bits, at, bits.bitSize() - at));
    }

    @Override
    Object last() {
      return Bits.term(Bits.slice(bits, before, at - before));
    }
  }
}
