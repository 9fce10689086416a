package dev.retort.node.eval;

import static dev.retort.node.eval.Forms.formPart;
import static dev.retort.node.eval.Forms.formsPart;
import static dev.retort.node.eval.Forms.list;
import static dev.retort.node.eval.Forms.name;
import static dev.retort.node.eval.Forms.part;
import static dev.retort.node.eval.Forms.tag;

import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes patterns of their forms. */
final class Patterns {
  private final Compiler compiler;

  Patterns(Compiler compiler) {
    this.compiler = compiler;
  }

  /**
   * Patterns whose variables are new ones of {@code inner}, whatever has these names around: those
   * of a function's head and of a generator.
   */
  List<Pattern> shadowing(List<Tuple> forms, Scope around, Scope inner) {
    var names = new HashSet<String>();
    forms.forEach(form -> variables(form, names));
    names.forEach(inner::fresh);
    return forms.stream().map(form -> pattern(form, inner, around)).toList();
  }

  /** The names of the variables that a pattern may bind; not those in sizes and keys. */
  private static void variables(Tuple form, Set<String> names) {
    switch (tag(form)) {
      case "var" -> {
        var name = name(part(form, 0));
        if (!name.equals("_")) {
          names.add(name);
        }
      }
      case "match", "cons" -> {
        variables(formPart(form, 0), names);
        variables(formPart(form, 1), names);
      }
      case "tuple" -> formsPart(form, 0).forEach(element -> variables(element, names));
      case "map" -> formsPart(form, 0).forEach(field -> variables(formPart(field, 1), names));
      case "bin" -> formsPart(form, 0).forEach(segment -> variables(formPart(segment, 0), names));
      case "map_field_exact" -> {
        variables(formPart(form, 0), names);
        variables(formPart(form, 1), names);
      }
      case "op" -> {
        if (form.size() > 4) {
          variables(formPart(form, 2), names);
        }
      }
      default -> {}
    }
  }

  /**
   * @param scope where its variables are bound
   * @param around what the keys of maps and the sizes of segments mean
   */
  Pattern pattern(Tuple form, Scope scope, Scope around) {
    return switch (tag(form)) {
      case "integer", "char", "float", "atom", "value" -> literal(part(form, 0));
      case "string" -> literal(Sequence.of(list(part(form, 0))));
      case "nil" -> literal(Sequence.NIL);
      case "var" -> variable(name(part(form, 0)), scope);
      case "match" -> {
        var one = pattern(formPart(form, 0), scope, around);
        var other = pattern(formPart(form, 1), scope, around);
        yield (term, frame) -> one.matches(term, frame) && other.matches(term, frame);
      }
      case "cons" -> {
        var head = pattern(formPart(form, 0), scope, around);
        var tail = pattern(formPart(form, 1), scope, around);
        yield (term, frame) ->
            Sequence.isCons(term)
                && head.matches(Sequence.head(term), frame)
                && tail.matches(Sequence.tail(term), frame);
      }
      case "tuple" -> {
        var elements =
            formsPart(form, 0).stream().map(each -> pattern(each, scope, around)).toList();
        yield (term, frame) -> {
          if (!(term instanceof Tuple tuple) || tuple.size() != elements.size()) {
            return false;
          }
          for (int i = 0; i < elements.size(); i++) {
            if (!elements.get(i).matches(tuple.get(i), frame)) {
              return false;
            }
          }
          return true;
        };
      }
      case "map" -> map(formsPart(form, 0), scope, around);
      case "bin" -> compiler.segments().pattern(formsPart(form, 0), scope, around);
      case "op" -> operation(form, scope, around);
      default -> throw Forms.malformed("a pattern", form);
    };
  }

  private static Pattern literal(Object value) {
    return (term, frame) -> term.equals(value);
  }

  private static Pattern variable(String name, Scope scope) {
    if (name.equals("_")) {
      return (term, frame) -> true;
    }
    int slot = scope.bind(name);
    return (term, frame) -> {
      var bound = frame.slots[slot];
      if (bound == null) {
        frame.slots[slot] = term;
        return true;
      }
      return bound.equals(term);
    };
  }

  private Pattern map(List<Tuple> fields, Scope scope, Scope around) {
    var keys = new ArrayList<Expression>();
    var values = new ArrayList<Pattern>();
    for (var field : fields) {
      keys.add(compiler.expression(formPart(field, 0), around));
      values.add(pattern(formPart(field, 1), scope, around));
    }
    return (term, frame) -> {
      if (!(term instanceof Map<?, ?> map)) {
        return false;
      }
      for (int i = 0; i < keys.size(); i++) {
        Object key;
        try {
          key = keys.get(i).value(frame);
        } catch (Raised e) {
          return false;
        }
        var value = Dictionary.find(map, key);
        if (value == null || !values.get(i).matches(value, frame)) {
          return false;
        }
      }
      return true;
    };
  }

  /** A number such as {@code -1}, or {@code "prefix" ++ Rest}. */
  private Pattern operation(Tuple form, Scope scope, Scope around) {
    if (form.size() == 5 && name(part(form, 0)).equals("++")) {
      var prefix = prefix(formPart(form, 1));
      var rest = pattern(formPart(form, 2), scope, around);
      return (term, frame) -> {
        var left = term;
        for (var element : prefix) {
          if (!Sequence.isCons(left) || !Sequence.head(left).equals(element)) {
            return false;
          }
          left = Sequence.tail(left);
        }
        return rest.matches(left, frame);
      };
    }
    return literal(constant(form));
  }

  private List<?> prefix(Tuple form) {
    return Sequence.elements(constant(form));
  }

  /** The value of an expression of constants. */
  Object constant(Tuple form) {
    try {
      return compiler.expression(form, Scope.top()).value(new Frame(new Evaluation(Home.NONE), 0));
    } catch (Raised e) {
      throw Forms.malformed("a constant", form);
    }
  }
}
