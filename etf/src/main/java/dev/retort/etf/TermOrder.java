package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Erlang's order of terms as the keys of a map have it: number, atom, reference, fun, port, pid,
 * tuple, map, list, bitstring; integers before floats. What Erlang orders by internal numbers is
 * equal here and keeps the place it has.
 */
final class TermOrder implements Comparator<@Nullable Object> {
  static final TermOrder OF_KEYS = new TermOrder();

  private static final int LIST = 10;

  private TermOrder() {}

  @Override
  public int compare(@Nullable Object left, @Nullable Object right) {
    var a = Terms.outer(left);
    var b = Terms.outer(right);
    int byType = Integer.compare(rank(a), rank(b));
    if (byType != 0) {
      return byType;
    }
    return switch (a) {
      case Number number -> number(number, (Number) b);
      case Atom atom -> name(a).compareTo(name(b));
      case Boolean bool -> name(a).compareTo(name(b));
      case Tuple tuple -> {
        int bySize = Integer.compare(tuple.size(), ((Tuple) b).size());
        yield bySize != 0 ? bySize : elements(tuple.toList(), ((Tuple) b).toList());
      }
      case Map<?, ?> map -> map(map, (Map<?, ?>) b);
      case List<?> list -> list(list, List.of(), b);
      case ImproperList list -> list(list.elements(), list.tail(), b);
      case Fun.Export fun when b instanceof Fun.Export that -> {
        int byName =
            elements(
                List.of(fun.module(), fun.function()), List.of(that.module(), that.function()));
        yield byName != 0 ? byName : Integer.compare(fun.arity(), that.arity());
      }
      case String text -> bits(a, b);
      case Bitstring bits -> bits(a, b);
      case Pid pid -> {
        var that = (Pid) b;
        int bySerial = Integer.compareUnsigned(pid.serial(), that.serial());
        yield bySerial != 0 ? bySerial : Integer.compareUnsigned(pid.id(), that.id());
      }
      case Port port -> Long.compareUnsigned(port.id(), ((Port) b).id());
      default -> 0;
    };
  }

  private static int rank(Object term) {
    return switch (term) {
      case Long n -> 0;
      case BigInteger n -> 0;
      case Double n -> 1;
      case Atom a -> 2;
      case Boolean b -> 2;
      case Ref r -> 3;
      case Fun f -> 4;
      case Port p -> 5;
      case Pid p -> 6;
      case Tuple t -> 7;
      case Map<?, ?> m -> 8;
      case List<?> l when l.isEmpty() -> 9;
      case List<?> l -> LIST;
      case ImproperList l -> LIST;
      default -> 11;
    };
  }

  /** Two floats or two integers; keys are never one of each. */
  private static int number(Number a, Number b) {
    if (a instanceof Double) {
      return a.doubleValue() == b.doubleValue() ? 0 : a.doubleValue() < b.doubleValue() ? -1 : 1;
    }
    return exact(a).compareTo(exact(b));
  }

  private static BigInteger exact(Number number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
  }

  private static String name(Object atom) {
    return atom instanceof Atom a ? a.name() : atom.toString();
  }

  /**
   * The unused bits of a last byte are 0, so they decide nothing but between a part and a whole.
   */
  private static int bits(Object a, Object b) {
    int byBytes = Arrays.compareUnsigned(bytes(a), bytes(b));
    return byBytes != 0 ? byBytes : Long.compare(bitSize(a), bitSize(b));
  }

  private static long bitSize(Object binary) {
    return binary instanceof Bitstring bits ? bits.bitSize() : 8L * bytes(binary).length;
  }

  private static byte[] bytes(Object binary) {
    return binary instanceof Bitstring bits
        ? bits.toByteArray()
        : ((String) binary).getBytes(StandardCharsets.UTF_8);
  }

  /** Lists are compared cell by cell, so in the end a tail may meet what is left of a list. */
  private int list(List<?> elements, Object tail, Object other) {
    var others = other instanceof ImproperList that ? that.elements() : (List<?>) other;
    var otherTail = other instanceof ImproperList that ? that.tail() : List.of();
    int common = Math.min(elements.size(), others.size());
    int order = elements(elements.subList(0, common), others.subList(0, common));
    if (order != 0) {
      return order;
    }
    if (elements.size() == others.size()) {
      boolean bothEnd = List.of().equals(tail) && List.of().equals(otherTail);
      return bothEnd ? 0 : compare(tail, otherTail);
    }
    // A rest with elements is a list; the other side has come to its tail, which is none.
    return elements.size() > common
        ? -Integer.compare(rank(Terms.outer(otherTail)), LIST)
        : Integer.compare(rank(Terms.outer(tail)), LIST);
  }

  private int elements(List<?> a, List<?> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private int map(Map<?, ?> a, Map<?, ?> b) {
    int bySize = Integer.compare(a.size(), b.size());
    if (bySize != 0) {
      return bySize;
    }
    var left = a.keySet().stream().sorted(this).toList();
    var right = b.keySet().stream().sorted(this).toList();
    int byKeys = elements(left, right);
    if (byKeys != 0) {
      return byKeys;
    }
    for (int i = 0; i < left.size(); i++) {
      int order = compare(a.get(left.get(i)), b.get(right.get(i)));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
