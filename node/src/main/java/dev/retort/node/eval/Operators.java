package dev.retort.node.eval;

import dev.retort.term.Atom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The operators, each a function of the module {@code erlang}. {@code !} is {@link Processes}'. */
final class Operators {
  private static final Map<String, BinaryOperator<Object>> BINARY =
      Map.ofEntries(
          Map.entry("+", Arithmetic::add),
          Map.entry("-", Arithmetic::subtract),
          Map.entry("*", Arithmetic::multiply),
          Map.entry("/", Arithmetic::divide),
          Map.entry("div", Arithmetic::quotient),
          Map.entry("rem", Arithmetic::remainder),
          Map.entry("band", Arithmetic::and),
          Map.entry("bor", Arithmetic::or),
          Map.entry("bxor", Arithmetic::xor),
          Map.entry("bsl", Arithmetic::shiftLeft),
          Map.entry("bsr", Arithmetic::shiftRight),
          Map.entry("and", (a, b) -> truths(a, b) == 2),
          Map.entry("or", (a, b) -> truths(a, b) > 0),
          Map.entry("xor", (a, b) -> truths(a, b) == 1),
          Map.entry("==", (a, b) -> Order.equal(a, b)),
          Map.entry("/=", (a, b) -> !Order.equal(a, b)),
          Map.entry("=:=", (a, b) -> a.equals(b)),
          Map.entry("=/=", (a, b) -> !a.equals(b)),
          Map.entry("<", (a, b) -> Order.OF_TERMS.compare(a, b) < 0),
          Map.entry(">", (a, b) -> Order.OF_TERMS.compare(a, b) > 0),
          Map.entry("=<", (a, b) -> Order.OF_TERMS.compare(a, b) <= 0),
          Map.entry(">=", (a, b) -> Order.OF_TERMS.compare(a, b) >= 0),
          Map.entry("++", (a, b) -> Sequence.append(Sequence.elements(a), b)),
          Map.entry("--", Operators::without),
          Map.entry("!", Processes::send));

  private static final Map<String, UnaryOperator<Object>> UNARY =
      Map.of(
          "+", Arithmetic::plus,
          "-", Arithmetic::negate,
          "bnot", Arithmetic::not,
          "not", a -> !Atoms.truth(a));

  private static final Atom ERLANG = Atom.of("erlang");

  private Operators() {}

  /** How many of them are true; both must be true or false. */
  private static int truths(Object a, Object b) {
    return (Atoms.truth(a) ? 1 : 0) + (Atoms.truth(b) ? 1 : 0);
  }

  static Expression unary(String name, Expression operand) {
    var operator = UNARY.get(name);
    if (operator == null) {
      throw Forms.malformed("an operator", Atoms.of(name));
    }
    var function = Atom.of(name);
    return frame -> {
      var value = operand.value(frame);
      try {
        return operator.apply(value);
      } catch (Raised e) {
        throw e.at(ERLANG, function, List.of(value));
      }
    };
  }

  static Expression binary(String name, Expression left, Expression right) {
    var operator = BINARY.get(name);
    if (operator == null) {
      throw Forms.malformed("an operator", Atoms.of(name));
    }
    var function = Atom.of(name);
    return frame -> {
      var a = left.value(frame);
      var b = right.value(frame);
      try {
        return operator.apply(a, b);
      } catch (Raised e) {
        throw e.at(ERLANG, function, List.of(a, b));
      }
    };
  }

  /** {@code A andalso B}, {@code A orelse B}: the second only if the first is {@code first}. */
  static Expression shortcut(boolean first, Expression left, Expression right) {
    return frame -> {
      var value = left.value(frame);
      if (!(value instanceof Boolean truth)) {
        throw Raised.error("badarg", value);
      }
      return truth == first ? right.value(frame) : truth;
    };
  }

  /** {@code A -- B}: A without the first occurrence of each element of B. */
  private static Object without(Object a, Object b) {
    var counts = new TreeMap<Object, Integer>(Order.EXACT);
    for (var element : Sequence.elements(b)) {
      counts.merge(element, 1, Integer::sum);
    }
    var left = new ArrayList<Object>();
    for (var element : Sequence.elements(a)) {
      int count = counts.getOrDefault(element, 0);
      if (count == 0) {
        left.add(element);
      } else {
        counts.put(element, count - 1);
      }
    }
    return Sequence.of(left);
  }

  /** The operators as functions, {@code erlang:'+'/2}. */
  static void addTo(Library.Module erlang) {
    BINARY.forEach((name, operator) -> erlang.add(name, 2, (in, a) -> operator.apply(a[0], a[1])));
    UNARY.forEach((name, operator) -> erlang.add(name, 1, (in, a) -> operator.apply(a[0])));
  }
}
