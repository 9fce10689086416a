package dev.retort.node.eval;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Erlang's order of terms: number, atom, reference, fun, port, pid, tuple, map, list, bitstring;
 * {@code ==} where it is 0. Integers and floats are compared by what they are worth; among the keys
 * of maps, and where {@code exact}, integers come before floats.
 */
final class Order implements Comparator<Object> {
  static final Order OF_TERMS = new Order(false);
  static final Order EXACT = new Order(true);

  private final boolean exact;

  private Order(boolean exact) {
    this.exact = exact;
  }

  /** {@code A == B}. */
  static boolean equal(Object a, Object b) {
    return a == b || OF_TERMS.compare(a, b) == 0;
  }

  @Override
  public int compare(Object a, Object b) {
    if (a instanceof Long one && b instanceof Long other) {
      return Long.compare(one, other);
    }
    int byType = Integer.compare(rank(a), rank(b));
    if (byType != 0) {
      return byType;
    }
    return switch (a) {
      case Number number -> numbers(number, (Number) b);
      case Atom atom -> Atoms.name(a).compareTo(Atoms.name(b));
      case Boolean truth -> Atoms.name(a).compareTo(Atoms.name(b));
      case Tuple tuple -> {
        int bySize = Integer.compare(tuple.size(), ((Tuple) b).size());
        yield bySize != 0 ? bySize : lists(tuple.toList(), ((Tuple) b).toList());
      }
      case Map<?, ?> map -> maps(map, (Map<?, ?>) b);
      case List<?> list -> lists(a, b);
      case ImproperList list -> lists(a, b);
      case String text -> bits(Bits.of(a), Bits.of(b));
      case Bitstring bits -> bits(bits, Bits.of(b));
      case Pid pid -> pids(pid, (Pid) b);
      case Ref ref -> refs(ref, (Ref) b);
      case Port port -> Long.compareUnsigned(port.id(), ((Port) b).id());
      default -> a.equals(b) ? 0 : a.toString().compareTo(b.toString()) < 0 ? -1 : 1;
    };
  }

  private static int rank(Object term) {
    return switch (term) {
      case Number n -> 0;
      case Atom a -> 1;
      case Boolean b -> 1;
      case Ref r -> 2;
      case Fun f -> 3;
      case EvalFun f -> 3;
      case Port p -> 4;
      case Pid p -> 5;
      case Tuple t -> 6;
      case Map<?, ?> m -> 7;
      case List<?> l -> l.isEmpty() ? 8 : 9;
      case ImproperList l -> 9;
      default -> 10;
    };
  }

  private int numbers(Number a, Number b) {
    if (exact && a instanceof Double != b instanceof Double) {
      return a instanceof Double ? 1 : -1;
    }
    if (a instanceof Double one && b instanceof Double other) {
      return one < other ? -1 : one > other ? 1 : 0;
    }
    return decimal(a).compareTo(decimal(b));
  }

  private static BigDecimal decimal(Number number) {
    return switch (number) {
      case Double d -> new BigDecimal(d);
      case BigInteger n -> new BigDecimal(n);
      default -> BigDecimal.valueOf(number.longValue());
    };
  }

  /** Cell by cell: what remains of one list may in the end meet the tail of the other. */
  private int lists(Object a, Object b) {
    while (Sequence.isCons(a) && Sequence.isCons(b)) {
      if (a == b) {
        return 0;
      }
      int order = compare(Sequence.head(a), Sequence.head(b));
      if (order != 0) {
        return order;
      }
      a = Sequence.tail(a);
      b = Sequence.tail(b);
    }
    return Sequence.isList(a) && Sequence.isList(b)
        ? Boolean.compare(Sequence.isCons(a), Sequence.isCons(b))
        : compare(a, b);
  }

  private int maps(Map<?, ?> a, Map<?, ?> b) {
    int bySize = Integer.compare(a.size(), b.size());
    if (bySize != 0) {
      return bySize;
    }
    var left = a.keySet().stream().map(Object.class::cast).sorted(EXACT).toList();
    var right = b.keySet().stream().map(Object.class::cast).sorted(EXACT).toList();
    int byKeys = EXACT.lists(left, right);
    for (int i = 0; byKeys == 0 && i < left.size(); i++) {
      int order = compare(Dictionary.get(a, left.get(i)), Dictionary.get(b, right.get(i)));
      if (order != 0) {
        return order;
      }
    }
    return byKeys;
  }

  private static int bits(Bitstring a, Bitstring b) {
    if (a.bitSize() % 8 == 0 && b.bitSize() % 8 == 0) {
      return Arrays.compareUnsigned(a.toByteArray(), b.toByteArray());
    }
    long common = Math.min(a.bitSize(), b.bitSize());
    for (long i = 0; i < common; i++) {
      int order = Integer.compare(bit(a, i), bit(b, i));
      if (order != 0) {
        return order;
      }
    }
    return Long.compare(a.bitSize(), b.bitSize());
  }

  private static int bit(Bitstring bits, long index) {
    return bits.at((int) (index / 8)) >> (7 - index % 8) & 1;
  }

  private static int pids(Pid a, Pid b) {
    int byId = Integer.compareUnsigned(a.id(), b.id());
    int bySerial = Integer.compareUnsigned(a.serial(), b.serial());
    return bySerial != 0 ? bySerial : byId != 0 ? byId : a.node().name().compareTo(b.node().name());
  }

  private static int refs(Ref a, Ref b) {
    var left = a.words();
    var right = b.words();
    int bySize = Integer.compare(left.length, right.length);
    for (int i = left.length - 1; bySize == 0 && i >= 0; i--) {
      int order = Integer.compareUnsigned(left[i], right[i]);
      if (order != 0) {
        return order;
      }
    }
    return bySize != 0 ? bySize : a.node().name().compareTo(b.node().name());
  }
}
