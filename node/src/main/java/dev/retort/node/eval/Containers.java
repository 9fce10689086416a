package dev.retort.node.eval;

import dev.retort.term.Bitstring;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;

/** Erlang's functions on tuples, lists, maps and binaries that need no module. */
final class Containers {
  /** An array of this many elements is none that somebody typed. */
  private static final int MOST = 1 << 24;

  private Containers() {}

  static void addTo(Library.Module erlang) {
    erlang
        .add("element", 2, (in, a) -> ((Tuple) a[1]).get(Arithmetic.toInt(a[0]) - 1))
        .add("setelement", 3, (in, a) -> set((Tuple) a[1], Arithmetic.toInt(a[0]), a[2]))
        .add("tuple_size", 1, (in, a) -> (long) ((Tuple) a[0]).size())
        .add("size", 1, (in, a) -> size(a[0]))
        .add("append_element", 2, (in, a) -> insert(((Tuple) a[0]).size() + 1, a[0], a[1]))
        .add("insert_element", 3, (in, a) -> insert(Arithmetic.toInt(a[0]), a[1], a[2]))
        .add("delete_element", 2, (in, a) -> delete(Arithmetic.toInt(a[0]), a[1]))
        .add("make_tuple", 2, (in, a) -> Tuple.of(Collections.nCopies(count(a[0]), a[1]).toArray()))
        .add("tuple_to_list", 1, (in, a) -> Sequence.of(((Tuple) a[0]).toList()))
        .add("list_to_tuple", 1, (in, a) -> Tuple.of(Sequence.elements(a[0]).toArray()))
        .add("hd", 1, (in, a) -> head(a[0]))
        .add("tl", 1, (in, a) -> tail(a[0]))
        .add("length", 1, (in, a) -> (long) Sequence.elements(a[0]).size())
        .add("map_size", 1, (in, a) -> (long) Dictionary.of(a[0]).size())
        .add("map_get", 2, (in, a) -> mapGet(a[0], a[1]))
        .add("byte_size", 1, (in, a) -> (long) Bits.of(a[0]).size())
        .add("bit_size", 1, (in, a) -> Bits.of(a[0]).bitSize())
        .add("binary_part", 2, (in, a) -> part(a[0], ((Tuple) a[1]).get(0), ((Tuple) a[1]).get(1)))
        .add("binary_part", 3, (in, a) -> part(a[0], a[1], a[2]))
        .add(
            "split_binary",
            2,
            (in, a) ->
                Tuple.of(
                    part(a[0], 0L, a[1]),
                    part(a[0], a[1], (long) Bits.of(a[0]).size() - (Long) a[1])));
  }

  static int count(Object term) {
    int count = Arithmetic.toInt(term);
    if (count < 0 || count > MOST) {
      throw Raised.badarg();
    }
    return count;
  }

  static Object head(Object list) {
    if (!Sequence.isCons(list)) {
      throw Raised.badarg();
    }
    return Sequence.head(list);
  }

  static Object tail(Object list) {
    if (!Sequence.isCons(list)) {
      throw Raised.badarg();
    }
    return Sequence.tail(list);
  }

  static Object mapGet(Object key, Object map) {
    var value = Dictionary.find(Dictionary.of(map), key);
    if (value == null) {
      throw Raised.error("badkey", key);
    }
    return value;
  }

  private static Object size(Object term) {
    return switch (term) {
      case Tuple tuple -> (Object) (long) tuple.size();
      case String text -> (long) Bits.bytes(text).length;
      case Bitstring bits -> bits.bitSize() / 8;
      default -> throw Raised.badarg();
    };
  }

  /** Counted from 1. */
  static Tuple set(Tuple tuple, int index, Object value) {
    var elements = tuple.toArray();
    elements[index - 1] = value;
    return Tuple.of(elements);
  }

  static Tuple insert(int index, Object tuple, Object value) {
    var elements = new ArrayList<Object>(((Tuple) tuple).toList());
    elements.add(index - 1, value);
    return Tuple.of(elements.toArray());
  }

  static Tuple delete(int index, Object tuple) {
    var elements = new ArrayList<Object>(((Tuple) tuple).toList());
    elements.remove(index - 1);
    return Tuple.of(elements.toArray());
  }

  /** A negative length counts backwards, as in Erlang. */
  static Object part(Object binary, Object start, Object length) {
    var bytes = Bits.bytes(binary);
    int from = Arithmetic.toInt(start);
    int count = Arithmetic.toInt(length);
    int begin = count < 0 ? from + count : from;
    int end = count < 0 ? from : from + count;
    if (begin < 0 || end > bytes.length) {
      throw Raised.badarg();
    }
    return Bits.term(Arrays.copyOfRange(bytes, begin, end));
  }
}
