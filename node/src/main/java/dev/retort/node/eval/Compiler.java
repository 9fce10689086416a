package dev.retort.node.eval;

import static dev.retort.node.eval.Forms.form;
import static dev.retort.node.eval.Forms.formPart;
import static dev.retort.node.eval.Forms.formsPart;
import static dev.retort.node.eval.Forms.is;
import static dev.retort.node.eval.Forms.list;
import static dev.retort.node.eval.Forms.name;
import static dev.retort.node.eval.Forms.part;
import static dev.retort.node.eval.Forms.tag;

import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes expressions of forms of Erlang's abstract format: all of the language that a function can
 * be written in, but records, which shells expand before they send them.
 *
 * <p>What a {@code case} binds is seen behind it, as in Erlang; which variables may be used where,
 * the shell's linter has checked.
 */
final class Compiler {
  private final FunShape shape;
  private final Patterns patterns = new Patterns(this);
  private final Segments segments = new Segments(this);
  private final Comprehensions comprehensions = new Comprehensions(this);

  Compiler(FunShape shape) {
    this.shape = shape;
  }

  Patterns patterns() {
    return patterns;
  }

  Segments segments() {
    return segments;
  }

  // ---- functions

  /** A fun expression that stands in {@code around}. */
  FunCode fun(FunCode.Source source, Scope around) {
    var scope = around.function();
    int self = source.name() == null ? -1 : scope.fresh(source.name().name());
    var clauses = new ArrayList<Clause>();
    int arity = -1;
    for (var form : Forms.forms(source.forms())) {
      var head = formsPart(form, 0);
      if (arity >= 0 && head.size() != arity) {
        throw Forms.malformed("a clause with " + arity + " arguments", form);
      }
      arity = head.size();
      var inner = scope.inner();
      var arguments = patterns.shadowing(head, scope, inner);
      var guard = guard(part(form, 1), inner);
      var body = body(part(form, 2), inner, true);
      clauses.add(new Clause(arguments, guard, body));
    }
    if (arity < 0) {
      throw Forms.malformed("a function with clauses", source.forms());
    }
    return new FunCode(arity, clauses, scope.count(), self, scope.captured(), source);
  }

  private Expression closure(FunCode.Source source, Scope scope) {
    var code = fun(source, scope);
    var captured = code.captured().stream().mapToInt(Scope.Captured::outer).toArray();
    return frame -> new EvalFun(code, frame.values(captured));
  }

  private Expression functionNamed(Tuple function, Scope scope) {
    if (function.size() == 3) { // fun name/1 of a function that every module has
      var name = (Atom) function.get(1);
      int arity = ((Long) function.get(2)).intValue();
      if (Library.find("erlang", name.name(), arity) == null) {
        return frame -> {
          throw Raised.error("undef").at(FunShape.ERL_EVAL, name, (long) arity);
        };
      }
      var fun = new Fun.Export(Atom.of("erlang"), name, arity);
      return frame -> fun;
    }
    var module = expression(form(function.get(1)), scope);
    var name = expression(form(function.get(2)), scope);
    var arity = expression(form(function.get(3)), scope);
    return frame -> {
      var m = module.value(frame);
      var f = name.value(frame);
      var a = arity.value(frame);
      try {
        return new Fun.Export(Atoms.atom(m), Atoms.atom(f), Arithmetic.toInt(a));
      } catch (Raised | IllegalArgumentException e) {
        throw Raised.badarg().at(Atom.of("erlang"), Atom.of("make_fun"), List.of(m, f, a));
      }
    };
  }

  // ---- clauses, guards and bodies

  List<Clause> clauses(Object forms, Scope scope, boolean last) {
    var clauses = new ArrayList<Clause>();
    int mark = scope.count();
    for (var form : Forms.forms(forms)) {
      var head = new ArrayList<Pattern>();
      for (var pattern : formsPart(form, 0)) {
        head.add(patterns.pattern(pattern, scope, scope));
      }
      int[] fresh = scope.since(mark);
      var guard = guard(part(form, 1), scope);
      clauses.add(new Clause(head, guard, body(part(form, 2), scope, last), fresh));
    }
    return clauses;
  }

  /** A list of alternatives, each a list of tests; or one such list, as older forms have it. */
  Guard guard(Object forms, Scope scope) {
    var all = list(forms);
    if (all.isEmpty()) {
      return Guard.NONE;
    }
    var alternatives = new ArrayList<Guard>();
    for (var alternative : all.getFirst() instanceof List<?> ? all : List.of(all)) {
      alternatives.add(conjunction(alternative, scope));
    }
    return alternatives.size() == 1
        ? alternatives.getFirst()
        : frame -> {
          for (var alternative : alternatives) {
            if (alternative.holds(frame)) {
              return true;
            }
          }
          return false;
        };
  }

  private Guard conjunction(Object forms, Scope scope) {
    var tests = Forms.forms(forms).stream().map(test -> expression(test, scope)).toList();
    return frame -> {
      try {
        for (var test : tests) {
          if (!test.value(frame).equals(true)) {
            return false;
          }
        }
        return true;
      } catch (Raised e) {
        return false;
      }
    };
  }

  /** Expressions one after the other. */
  Expression body(Object forms, Scope scope, boolean last) {
    var parts = Forms.forms(forms);
    if (parts.isEmpty()) {
      throw Forms.malformed("an expression", forms);
    }
    var expressions = new Expression[parts.size()];
    for (int i = 0; i < expressions.length; i++) {
      expressions[i] = expression(parts.get(i), scope, last && i == expressions.length - 1);
    }
    if (expressions.length == 1) {
      return expressions[0];
    }
    return frame -> {
      for (int i = 0; i < expressions.length - 1; i++) {
        var unused = expressions[i].value(frame);
      }
      return expressions[expressions.length - 1].value(frame);
    };
  }

  private static Object chosen(List<Clause> clauses, Frame frame, Object value, String otherwise) {
    var clause = Clause.select(clauses, frame, value);
    if (clause == null) {
      throw Raised.error(otherwise, value);
    }
    return clause.body().value(frame);
  }

  // ---- expressions

  Expression expression(Tuple form, Scope scope) {
    return expression(form, scope, false);
  }

  List<Expression> expressions(List<Tuple> forms, Scope scope) {
    return forms.stream().map(form -> expression(form, scope)).toList();
  }

  /**
   * @param last whether it is the last of its function, so that its value may be a call that its
   *     caller makes
   */
  Expression expression(Tuple form, Scope scope, boolean last) {
    return switch (tag(form)) {
      case "integer", "char", "float", "atom", "value" -> constant(part(form, 0));
      case "string" -> constant(Sequence.of(list(part(form, 0))));
      case "nil" -> constant(Sequence.NIL);
      case "var" -> variable(name(part(form, 0)), scope);
      case "match" -> match(form, scope);
      case "cons" -> {
        var head = expression(formPart(form, 0), scope);
        var tail = expression(formPart(form, 1), scope);
        yield frame -> {
          var first = head.value(frame);
          return Sequence.cons(first, tail.value(frame));
        };
      }
      case "tuple" -> {
        var elements = expressions(formsPart(form, 0), scope);
        yield frame -> Tuple.of(values(elements, frame));
      }
      case "map" -> map(form, scope);
      case "bin" -> segments.construction(formsPart(form, 0), scope);
      case "op" -> operation(form, scope);
      case "block" -> body(part(form, 0), scope, last);
      case "if" -> {
        var clauses = clauses(part(form, 0), scope, last);
        yield frame -> {
          var clause = Clause.select(clauses, frame);
          if (clause == null) {
            throw Raised.error("if_clause");
          }
          return clause.body().value(frame);
        };
      }
      case "case" -> {
        var value = expression(formPart(form, 0), scope);
        var clauses = clauses(part(form, 1), scope, last);
        yield frame -> chosen(clauses, frame, value.value(frame), "case_clause");
      }
      case "receive" -> receive(form, scope, last);
      case "try" -> tryOf(form, scope, last);
      case "catch" -> {
        var guarded = expression(formPart(form, 0), scope);
        yield frame -> Catching.old(guarded, frame);
      }
      case "maybe" -> maybe(form, scope, last);
      case "fun" -> {
        var what = part(form, 0);
        if (what instanceof Tuple function && function.size() >= 3) {
          yield functionNamed(function, scope);
        }
        var clauses = list(form(what).get(1));
        yield closure(new FunCode.Source(form.get(1), null, clauses, shape), scope);
      }
      case "named_fun" -> {
        var name = Atom.of(name(part(form, 0)));
        var clauses = list(part(form, 1));
        yield closure(new FunCode.Source(form.get(1), name, clauses, shape), scope);
      }
      case "call" -> call(form, scope, last);
      case "lc" -> comprehensions.list(form, scope);
      case "bc" -> comprehensions.bits(form, scope);
      case "mc" -> comprehensions.map(form, scope);
      case "record", "record_field", "record_index" ->
          frame -> {
            var name =
                form.size() > 3 && !(form.get(2) instanceof Atom) ? form.get(3) : form.get(2);
            throw Raised.error("undef_record", name);
          };
      case "remote" ->
          frame -> {
            throw Raised.error("badexpr", Atom.of(":"));
          };
      default -> throw Forms.malformed("an expression", form);
    };
  }

  private static Expression constant(Object value) {
    return frame -> value;
  }

  static Object[] values(List<Expression> expressions, Frame frame) {
    var values = new Object[expressions.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = expressions.get(i).value(frame);
    }
    return values;
  }

  private static Expression variable(String name, Scope scope) {
    int slot = scope.find(name);
    return frame -> {
      var value = slot < 0 ? null : frame.slots[slot];
      if (value == null) {
        throw Raised.error("unbound", Atoms.of(name));
      }
      return value;
    };
  }

  private Expression match(Tuple form, Scope scope) {
    var right = expression(formPart(form, 1), scope);
    var left = patterns.pattern(formPart(form, 0), scope, scope);
    return frame -> {
      var value = right.value(frame);
      if (!left.matches(value, frame)) {
        throw Raised.error("badmatch", value);
      }
      return value;
    };
  }

  private Expression operation(Tuple form, Scope scope) {
    var operator = name(part(form, 0));
    var left = expression(formPart(form, 1), scope);
    if (form.size() == 4) {
      return Operators.unary(operator, left);
    }
    var right = expression(formPart(form, 2), scope);
    return switch (operator) {
      case "andalso" -> Operators.shortcut(true, left, right);
      case "orelse" -> Operators.shortcut(false, left, right);
      default -> Operators.binary(operator, left, right);
    };
  }

  private Expression map(Tuple form, Scope scope) {
    boolean update = form.size() == 4;
    var base = update ? expression(formPart(form, 0), scope) : constant(Map.of());
    var fields = formsPart(form, update ? 1 : 0);
    var keys = new ArrayList<Expression>();
    var values = new ArrayList<Expression>();
    var exact = new ArrayList<Boolean>();
    for (var field : fields) {
      keys.add(expression(formPart(field, 0), scope));
      values.add(expression(formPart(field, 1), scope));
      exact.add(is(field, "map_field_exact"));
    }
    return frame -> {
      var before = base.value(frame);
      var all = new Object[2 * keys.size()];
      for (int i = 0; i < keys.size(); i++) {
        all[2 * i] = keys.get(i).value(frame);
        all[2 * i + 1] = values.get(i).value(frame);
      }
      var map = Dictionary.changeable(Dictionary.of(before));
      for (int i = 0; i < keys.size(); i++) {
        if (exact.get(i) && !map.containsKey(all[2 * i])) {
          throw Raised.error("badkey", all[2 * i]);
        }
        map.put(all[2 * i], all[2 * i + 1]);
      }
      return Dictionary.sealed(map);
    };
  }

  // ---- calls

  private Expression call(Tuple form, Scope scope, boolean last) {
    var callee = formPart(form, 0);
    Expression call;
    if (is(callee, "remote")) {
      call = remoteCall(formPart(callee, 0), formPart(callee, 1), formsPart(form, 1), scope);
    } else if (is(callee, "atom")) {
      call = localCall(Atoms.atom(part(callee, 0)), formsPart(form, 1), scope);
    } else {
      var fun = expression(callee, scope);
      var arguments = expressions(formsPart(form, 1), scope);
      call = frame -> new TailCall(fun.value(frame), values(arguments, frame));
    }
    return last ? call : frame -> frame.in.finish(call.value(frame));
  }

  private Expression remoteCall(Tuple module, Tuple function, List<Tuple> forms, Scope scope) {
    if (is(module, "atom") && is(function, "atom")) {
      return known(
          Atoms.atom(part(module, 0)), Atoms.atom(part(function, 0)), expressions(forms, scope));
    }
    var m = expression(module, scope);
    var f = expression(function, scope);
    var arguments = expressions(forms, scope);
    return frame -> {
      var of = m.value(frame);
      var name = f.value(frame);
      var values = values(arguments, frame);
      if (!(of instanceof Atom callee) || !Atoms.isAtom(name)) {
        throw Raised.badarg()
            .at(Atom.of("erlang"), Atom.of("apply"), List.of(of, name, List.of(values)));
      }
      return frame.in.enter(callee, Atoms.atom(name), values);
    };
  }

  private static Expression known(Atom module, Atom function, List<Expression> arguments) {
    var builtin = Library.find(module.name(), function.name(), arguments.size());
    return builtin == null
        ? frame -> frame.in.enter(module, function, values(arguments, frame))
        : frame -> frame.in.enter(builtin, module, function, values(arguments, frame));
  }

  /** A function that every module has, or one of the shell, which stays where the shell is. */
  private Expression localCall(Atom function, List<Tuple> forms, Scope scope) {
    var arguments = expressions(forms, scope);
    var name = Library.typeTest(function.name(), arguments.size());
    if (Library.find("erlang", name, arguments.size()) != null) {
      return known(Atom.of("erlang"), Atom.of(name), arguments);
    }
    return frame -> {
      var unused = values(arguments, frame);
      Library.logUndefined(Atom.of("shell"), function, arguments.size());
      throw Raised.error("undef").at(FunShape.ERL_EVAL, function, (long) arguments.size());
    };
  }

  // ---- receive, try, maybe

  private Expression receive(Tuple form, Scope scope, boolean last) {
    boolean timed = form.size() > 3;
    var timeout = timed ? expression(formPart(form, 1), scope) : constant(Atom.INFINITY);
    var clauses = clauses(part(form, 0), scope, last);
    var after = timed ? body(part(form, 2), scope, last) : constant(Atom.INFINITY);
    return frame -> {
      var limit = timeout.value(frame);
      var clause = Processes.receive(clauses, frame, limit);
      return (clause == null ? after : clause.body()).value(frame);
    };
  }

  private Expression tryOf(Tuple form, Scope scope, boolean last) {
    var afterForms = list(part(form, 3));
    boolean bare = afterForms.isEmpty();
    var guarded = body(part(form, 0), scope, false);
    var ofForms = list(part(form, 1));
    var of = clauses(ofForms, scope, last && bare);
    var catches = clauses(part(form, 2), scope, last && bare);
    var catching = new Catching(guarded, ofForms.isEmpty() ? null : of, catches);
    return bare ? catching : catching.then(body(afterForms, scope, false));
  }

  private Expression maybe(Tuple form, Scope scope, boolean last) {
    var steps = new ArrayList<Expression>();
    var lefts = new ArrayList<Pattern>();
    for (var step : formsPart(form, 0)) {
      boolean match = is(step, "maybe_match");
      steps.add(expression(match ? formPart(step, 1) : step, scope));
      lefts.add(match ? patterns.pattern(formPart(step, 0), scope, scope) : (value, frame) -> true);
    }
    var otherwise = form.size() > 3 ? clauses(part(formPart(form, 1), 0), scope, last) : null;
    return frame -> {
      Object value = Atom.OK;
      for (int i = 0; i < steps.size(); i++) {
        value = steps.get(i).value(frame);
        if (!lefts.get(i).matches(value, frame)) {
          return otherwise == null ? value : chosen(otherwise, frame, value, "else_clause");
        }
      }
      return value;
    };
  }
}
