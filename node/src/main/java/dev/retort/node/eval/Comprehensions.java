package dev.retort.node.eval;

import static dev.retort.node.eval.Forms.formPart;
import static dev.retort.node.eval.Forms.formsPart;
import static dev.retort.node.eval.Forms.part;
import static dev.retort.node.eval.Forms.tag;

import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;

/** Makes comprehensions: of lists, bitstrings and maps, from all three, one by one or zipped. */
final class Comprehensions {
  private final Compiler compiler;

  Comprehensions(Compiler compiler) {
    this.compiler = compiler;
  }

  /** Qualifiers from some point on: gives each element that comes of them. */
  @FunctionalInterface
  private interface Walk {
    void run(Frame frame, Consumer<Object> out);
  }

  Expression list(Tuple form, Scope scope) {
    var walk = walk(form, scope, inner -> compiler.expression(formPart(form, 0), inner));
    return frame -> {
      var elements = new ArrayList<Object>();
      walk.run(frame, elements::add);
      return Sequence.of(elements);
    };
  }

  Expression bits(Tuple form, Scope scope) {
    var walk = walk(form, scope, inner -> compiler.expression(formPart(form, 0), inner));
    return frame -> {
      var bits = new Bits();
      walk.run(frame, part -> bits.add(Bits.of(part)));
      return bits.toTerm();
    };
  }

  Expression map(Tuple form, Scope scope) {
    var what = part(form, 0);
    var fields = what instanceof List<?> ? Forms.forms(what) : List.of(Forms.form(what));
    var walk = walk(form, scope, inner -> pairs(fields, inner));
    return frame -> {
      var map = new LinkedHashMap<Object, Object>();
      walk.run(
          frame,
          pairs -> {
            for (var pair : ((Tuple) pairs).toArray()) {
              map.put(((Tuple) pair).get(0), ((Tuple) pair).get(1));
            }
          });
      return Dictionary.sealed(map);
    };
  }

  private Expression pairs(List<Tuple> fields, Scope scope) {
    var pairs = new ArrayList<Expression>();
    for (var field : fields) {
      var key = compiler.expression(formPart(field, 0), scope);
      var value = compiler.expression(formPart(field, 1), scope);
      pairs.add(
          frame -> {
            var k = key.value(frame);
            return Tuple.of(k, value.value(frame));
          });
    }
    return frame -> Tuple.of(Compiler.values(pairs, frame));
  }

  @FunctionalInterface
  private interface Element {
    Expression in(Scope scope);
  }

  private Walk walk(Tuple form, Scope scope, Element element) {
    return walk(formsPart(form, 1), 0, scope.inner(), element);
  }

  private Walk walk(List<Tuple> qualifiers, int index, Scope scope, Element element) {
    if (index == qualifiers.size()) {
      var value = element.in(scope);
      return (frame, out) -> out.accept(value.value(frame));
    }
    var qualifier = qualifiers.get(index);
    if (tag(qualifier).equals("zip")) {
      return zip(qualifiers, index, scope, element);
    }
    if (!isGenerator(qualifier)) {
      var condition = compiler.expression(qualifier, scope);
      boolean guard = isGuard(qualifier);
      var rest = walk(qualifiers, index + 1, scope, element);
      return (frame, out) -> {
        if (holds(condition, guard, frame)) {
          rest.run(frame, out);
        }
      };
    }
    var source = compiler.expression(formPart(qualifier, 1), scope);
    var inner = scope.inner();
    int mark = scope.count();
    var generator = Generator.of(compiler, qualifier, scope, inner);
    var rest = walk(qualifiers, index + 1, inner, element);
    int[] fresh = scope.since(mark);
    return (frame, out) -> {
      var elements = generator.elements(source.value(frame));
      while (true) {
        frame.unbind(fresh);
        switch (elements.next(frame)) {
          case MATCH -> rest.run(frame, out);
          case OTHER -> elements.checkRelaxed();
          case END -> {
            return;
          }
        }
      }
    };
  }

  private Walk zip(List<Tuple> qualifiers, int index, Scope scope, Element element) {
    var forms = Forms.forms(qualifiers.get(index).get(2));
    var sources = forms.stream().map(f -> compiler.expression(formPart(f, 1), scope)).toList();
    var inner = scope.inner();
    int mark = scope.count();
    var generators = Generator.zipped(compiler, forms, scope, inner);
    var rest = walk(qualifiers, index + 1, inner, element);
    int[] fresh = scope.since(mark);
    return (frame, out) -> {
      var all = new ArrayList<Generator.Elements>();
      for (int i = 0; i < generators.size(); i++) {
        all.add(generators.get(i).elements(sources.get(i).value(frame)));
      }
      while (true) {
        frame.unbind(fresh);
        var left = all.stream().map(Generator.Elements::rest).toArray();
        boolean match = true;
        boolean strict = false;
        int ended = 0;
        for (var elements : all) {
          var came = elements.next(frame);
          ended += came == Generator.Came.END ? 1 : 0;
          match &= came == Generator.Came.MATCH;
          strict |= came == Generator.Came.OTHER && elements.isStrict();
        }
        if (ended == all.size()) {
          return;
        }
        if (ended > 0 || strict) {
          throw Raised.error("bad_generators", Tuple.of(left));
        }
        if (match) {
          rest.run(frame, out);
        }
      }
    };
  }

  static boolean isGenerator(Tuple qualifier) {
    return switch (tag(qualifier)) {
      case "generate",
          "generate_strict",
          "b_generate",
          "b_generate_strict",
          "m_generate",
          "m_generate_strict" ->
          true;
      default -> false;
    };
  }

  private static boolean holds(Expression condition, boolean guard, Frame frame) {
    Object value;
    try {
      value = condition.value(frame);
    } catch (Raised e) {
      if (guard) {
        return false;
      }
      throw e;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (guard) {
      return false;
    }
    throw Raised.error("bad_filter", value);
  }

  /** Whether it could stand in a guard: then an error in it is no match, as there. */
  static boolean isGuard(Tuple form) {
    return switch (tag(form)) {
      case "var", "integer", "char", "float", "atom", "string", "nil" -> true;
      case "cons" -> isGuard(formPart(form, 0)) && isGuard(formPart(form, 1));
      case "tuple" -> formsPart(form, 0).stream().allMatch(Comprehensions::isGuard);
      case "op" ->
          !Forms.name(part(form, 0)).equals("!")
              && !Forms.name(part(form, 0)).equals("++")
              && !Forms.name(part(form, 0)).equals("--")
              && isGuard(formPart(form, 1))
              && (form.size() == 4 || isGuard(formPart(form, 2)));
      case "call" -> {
        var callee = formPart(form, 0);
        var function = tag(callee).equals("remote") ? formPart(callee, 1) : callee;
        boolean erlang =
            !tag(callee).equals("remote")
                || (tag(formPart(callee, 0)).equals("atom")
                    && Atoms.is(part(formPart(callee, 0), 0), "erlang"));
        yield erlang
            && tag(function).equals("atom")
            && Library.isGuard(Forms.name(part(function, 0)), Forms.list(part(form, 1)).size())
            && formsPart(form, 1).stream().allMatch(Comprehensions::isGuard);
      }
      default -> false;
    };
  }
}
