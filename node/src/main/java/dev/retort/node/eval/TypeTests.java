package dev.retort.node.eval;

import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.util.Map;
import java.util.function.Predicate;

/** {@code is_integer/1} and its kin. */
final class TypeTests {
  private TypeTests() {}

  static boolean isFunction(Object term) {
    return term instanceof EvalFun || term instanceof Fun;
  }

  static int arity(Object fun) {
    return switch (fun) {
      case EvalFun evaluated -> evaluated.arity();
      case Fun other -> other.arity();
      default -> throw Raised.badarg();
    };
  }

  static void addTo(Library.Module erlang) {
    test(erlang, "is_atom", Atoms::isAtom);
    test(erlang, "is_boolean", Boolean.class::isInstance);
    test(erlang, "is_integer", Arithmetic::isInteger);
    test(erlang, "is_float", Double.class::isInstance);
    test(erlang, "is_number", Arithmetic::isNumber);
    test(erlang, "is_binary", Bits::isBinary);
    test(erlang, "is_bitstring", Bits::isBits);
    test(erlang, "is_list", Sequence::isList);
    test(erlang, "is_tuple", Tuple.class::isInstance);
    test(erlang, "is_map", Map.class::isInstance);
    test(erlang, "is_pid", Pid.class::isInstance);
    test(erlang, "is_port", Port.class::isInstance);
    test(erlang, "is_reference", Ref.class::isInstance);
    test(erlang, "is_function", TypeTests::isFunction);
    erlang.add(
        "is_function",
        2,
        (in, a) -> {
          if (!Arithmetic.isInteger(a[1]) || Arithmetic.big(a[1]).signum() < 0) {
            throw Raised.badarg();
          }
          return isFunction(a[0]) && a[1].equals((long) arity(a[0]));
        });
    erlang.add("is_record", 2, (in, a) -> isRecord(a[0], a[1], -1));
    erlang.add("is_record", 3, (in, a) -> isRecord(a[0], a[1], Arithmetic.toInt(a[2])));
    erlang.add("is_map_key", 2, (in, a) -> Dictionary.of(a[1]).containsKey(a[0]));
  }

  private static boolean isRecord(Object term, Object tag, int size) {
    if (!Atoms.isAtom(tag)) {
      throw Raised.badarg();
    }
    return term instanceof Tuple tuple
        && tuple.size() > 0
        && tuple.get(0).equals(tag)
        && (size < 0 || tuple.size() == size);
  }

  private static void test(Library.Module erlang, String name, Predicate<Object> test) {
    erlang.add(name, 1, (in, a) -> test.test(a[0]));
  }
}
