package dev.retort.node.eval;

import static dev.retort.node.eval.Forms.formPart;
import static dev.retort.node.eval.Forms.is;
import static dev.retort.node.eval.Forms.list;
import static dev.retort.node.eval.Forms.part;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes what constructs bitstrings, {@code <<A:8, B/binary>>}, and what takes them apart. */
final class Segments {
  private static final Atom DEFAULT = Atom.of("default");

  private final Compiler compiler;

  Segments(Compiler compiler) {
    this.compiler = compiler;
  }

  /** Part of a bitstring in the making. */
  @FunctionalInterface
  private interface Addition {
    void to(Bits bits);
  }

  /** What comes next when a bitstring is taken apart. */
  @FunctionalInterface
  interface Segment {
    /**
     * Takes it from {@code from} on.
     *
     * @return where it ends; {@link #MISMATCH} less that where it is there but does not match,
     *     {@link #ABSENT} where it is not there
     */
    long take(Bitstring bits, long from, Frame frame);
  }

  static final long ABSENT = -1;
  private static final long MISMATCH = -2;

  /** Where a segment ends that did not match. */
  private static long mismatch(long end) {
    return MISMATCH - end;
  }

  // ---- construction

  Expression construction(List<Tuple> forms, Scope scope) {
    var values = new ArrayList<Expression>();
    for (var form : forms) {
      values.add(segment(form, scope));
    }
    return frame -> {
      var additions = new Addition[values.size()];
      for (int i = 0; i < additions.length; i++) { // values first, then what can be wrong with them
        additions[i] = (Addition) values.get(i).value(frame);
      }
      var bits = new Bits();
      for (var addition : additions) {
        addition.to(bits);
      }
      return bits.toTerm();
    };
  }

  /** Gives an {@link Addition}, which is no term but goes nowhere else. */
  private Expression segment(Tuple form, Scope scope) {
    var element = formPart(form, 0);
    var spec = SegmentSpec.of(part(form, 1), part(form, 2));
    var size = size(part(form, 1), scope);
    if (is(element, "string")) {
      var characters = list(part(element, 0));
      return frame -> {
        var width = size == null ? null : size.value(frame);
        return (Addition) bits -> characters.forEach(each -> spec.add(bits, each, width));
      };
    }
    var value = compiler.expression(element, scope);
    return frame -> {
      var term = value.value(frame);
      var width = size == null ? null : size.value(frame);
      return (Addition) bits -> spec.add(bits, term, width);
    };
  }

  private @Nullable Expression size(Object form, Scope scope) {
    return form.equals(DEFAULT) ? null : compiler.expression(Forms.form(form), scope);
  }

  // ---- patterns

  Pattern pattern(List<Tuple> forms, Scope scope, Scope around) {
    var segments = segments(forms, scope, around);
    return (term, frame) -> {
      if (!Bits.isBits(term)) {
        return false;
      }
      var bits = Bits.of(term);
      long at = 0;
      for (var segment : segments) {
        at = segment.take(bits, at, frame);
        if (at < 0) {
          return false;
        }
      }
      return at == bits.bitSize();
    };
  }

  /**
   * Takes one element of a binary generator.
   *
   * @param matched what to do if it matches
   * @return where the next one begins; {@link #ABSENT} if there was none
   */
  static long generate(
      List<Segment> segments, Bitstring bits, long from, Frame frame, Runnable matched) {
    long at = from;
    boolean all = true;
    for (var segment : segments) {
      at = segment.take(bits, at, frame);
      if (at == ABSENT) {
        return ABSENT;
      }
      if (at < 0) {
        all = false;
        at = MISMATCH - at;
      }
    }
    if (all) {
      matched.run();
    }
    return at;
  }

  List<Segment> segments(List<Tuple> forms, Scope scope, Scope around) {
    var segments = new ArrayList<Segment>();
    var sizes = around.inner(); // and what segments before have bound
    for (var form : forms) {
      var element = formPart(form, 0);
      var spec = SegmentSpec.of(part(form, 1), part(form, 2));
      var size = size(part(form, 1), sizes);
      if (is(element, "string")) {
        for (var character : list(part(element, 0))) {
          segments.add(taking(spec, size, (term, frame) -> term.equals(character)));
        }
      } else {
        segments.add(taking(spec, size, value(element, spec, scope, around)));
      }
      if (is(element, "var") && scope != around) {
        var name = Forms.name(part(element, 0));
        if (!name.equals("_")) {
          sizes.alias(name, scope.bind(name));
        }
      }
    }
    return segments;
  }

  private Pattern value(Tuple element, SegmentSpec spec, Scope scope, Scope around) {
    if (is(element, "var")) {
      return compiler.patterns().pattern(element, scope, around);
    }
    var constant = compiler.patterns().constant(element);
    var value =
        spec.isReal() && Arithmetic.isInteger(constant)
            ? (Object) Arithmetic.toDouble(constant)
            : constant;
    return (term, frame) -> term.equals(value);
  }

  private static Segment taking(SegmentSpec spec, @Nullable Expression size, Pattern value) {
    return (bits, from, frame) -> {
      long end;
      try {
        end = spec.end(bits, from, size == null ? null : size.value(frame));
        if (end < 0) {
          return ABSENT;
        }
        return value.matches(spec.read(bits, from, end), frame) ? end : mismatch(end);
      } catch (Raised e) {
        return ABSENT;
      }
    };
  }
}
