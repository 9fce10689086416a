package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.LocalTerm;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Java values as terms.
 *
 * <table>
 * <caption>What becomes what</caption>
 * <tr><th>Java</th><th>Erlang</th></tr>
 * <tr><td>Byte, Short, Integer, Long, BigInteger</td><td>integer, as Long where it fits</td></tr>
 * <tr><td>Character</td><td>integer, the code unit</td></tr>
 * <tr><td>Float, Double</td><td>float; NaN and infinities have none</td></tr>
 * <tr><td>Boolean, null</td><td>the atoms true, false, nil</td></tr>
 * <tr><td>String</td><td>binary, in UTF-8</td></tr>
 * <tr><td>byte[], {@link Binary}</td><td>binary; as String where it is valid UTF-8</td></tr>
 * <tr><td>Collection, any other array</td><td>list</td></tr>
 * <tr><td>Map</td><td>map</td></tr>
 * <tr><td>record</td><td>{snake_case_name, components...}, the atom if it has none; see {@link Tag},
 * {@link Struct}</td></tr>
 * <tr><td>enum constant</td><td>atom in snake_case</td></tr>
 * <tr><td>{@link Name}</td><td>name or {name, node}</td></tr>
 * <tr><td>Throwable</td><td>{{snake_case_exception, message}, stacktrace}</td></tr>
 * <tr><td>the types of {@code dev.retort.term}</td><td>themselves</td></tr>
 * </table>
 */
public final class Terms {
  /** How deep a value may be nested; deeper ones most likely contain themselves. */
  static final int MAX_DEPTH = 10_000;

  private Terms() {}

  /**
   * The term of {@code value}, all the way down: what {@code Etf.decode(Etf.encode(value))} gives.
   * A value that is a term already may be returned as it is.
   *
   * @throws IllegalArgumentException if some part of it has no term; the message says which
   */
  public static Object toTerm(@Nullable Object value) {
    var first = level(value, null);
    if (!isContainer(first)) {
      return first;
    }
    var open = new Open(first, null);
    while (true) {
      if (open.next < open.children.length) {
        var child = level(open.children[open.next], open);
        if (isContainer(child)) {
          open = new Open(child, open).checkDepth();
        } else {
          open.children[open.next++] = child;
        }
      } else {
        var term = open.build();
        if (open.parent == null) {
          return term;
        }
        open = open.parent;
        open.children[open.next++] = term;
      }
    }
  }

  private static boolean isContainer(Object term) {
    return term instanceof Tuple
        || (term instanceof List && !(term instanceof ByteList))
        || term instanceof Map
        || term instanceof ImproperList
        || term instanceof Fun.Closure;
  }

  private static Object level(@Nullable Object value, @Nullable Open in) {
    try {
      return textIfPossible(outer(value));
    } catch (NoTerm noTerm) {
      throw noTerm.at(in);
    }
  }

  /** A binary that is valid UTF-8 as its text, as it would come from a peer. */
  static Object textIfPossible(Object term) {
    if (term instanceof Binary binary) {
      var text = binary.text();
      return text == null ? binary : text;
    }
    return term;
  }

  /** A value of which some part has no term; becomes an exception that names the path to it. */
  static final class NoTerm extends IllegalArgumentException {
    NoTerm(String message) {
      super(message);
    }

    NoTerm at(@Nullable Open in) {
      return in == null ? this : new NoTerm(getMessage() + " (at " + in.path() + ")");
    }
  }

  /** A container whose children are being visited. */
  static class Open {
    final Object container;
    final @Nullable Open parent;
    final int depth;
    final @Nullable Object[] children;
    int next;

    Open(Object container, @Nullable Open parent) {
      this.container = container;
      this.parent = parent;
      this.depth = parent == null ? 1 : parent.depth + 1;
      this.children = childrenOf(container);
    }

    Open checkDepth() {
      if (depth > MAX_DEPTH) {
        throw new NoTerm(
            "a term is nested deeper than " + MAX_DEPTH + " levels, or contains itself");
      }
      return this;
    }

    private Object build() {
      return switch (container) {
        case Tuple tuple -> Tuple.of(terms());
        case List<?> list -> Collections.unmodifiableList(Arrays.asList(terms()));
        case Map<?, ?> map -> {
          var entries = new LinkedHashMap<Object, Object>();
          var flat = terms();
          for (int i = 0; i < flat.length; i += 2) {
            entries.put(flat[i], flat[i + 1]);
          }
          yield Collections.unmodifiableMap(entries);
        }
        case ImproperList list -> {
          var elements = Arrays.asList(terms());
          int last = elements.size() - 1;
          yield ImproperList.of(elements.subList(0, last), elements.get(last));
        }
        case Fun.Closure f ->
            new Fun.Closure(
                f.module(),
                f.arity(),
                f.uniq(),
                f.index(),
                f.oldIndex(),
                f.oldUniq(),
                f.creator(),
                Arrays.asList(terms()));
        default -> throw new AssertionError(container.getClass());
      };
    }

    private Object[] terms() {
      var terms = new Object[children.length];
      for (int i = 0; i < terms.length; i++) {
        var child = children[i];
        terms[i] = child == null ? Atom.NIL : child;
      }
      return terms;
    }

    /** Where the child that is being visited stands, such as {@code {:hello, _}[1].list[3]}. */
    String path() {
      var steps = new ArrayList<String>();
      for (var open = this; open != null && steps.size() < 20; open = open.parent) {
        steps.add(open.step());
      }
      Collections.reverse(steps);
      return String.join(", ", steps);
    }

    private String step() {
      return switch (container) {
        case Tuple tuple when next > 0 && tuple.get(0) instanceof Atom tag ->
            "element " + next + " of {" + Inspect.inspect(tag) + ", ...}";
        case Tuple tuple -> "element " + next + " of a tuple";
        case List<?> list -> "element " + next + " of a list";
        case Map<?, ?> map when next % 2 == 0 -> "a key of a map";
        case Map<?, ?> map -> "the value of " + Inspect.inspect(children[next - 1]) + " in a map";
        case ImproperList list -> "element " + next + " of an improper list";
        default -> "captured value " + next + " of a fun";
      };
    }
  }

  /** The children of a container in the order of the wire: a map's are key, value, key, value. */
  static @Nullable Object[] childrenOf(Object container) {
    return switch (container) {
      case Tuple tuple -> tuple.toArray();
      case List<?> list -> list.toArray(Object[]::new);
      case Map<?, ?> map -> {
        var flat = new @Nullable Object[2 * map.size()];
        int count = 0;
        for (var entry : map.entrySet()) {
          if (count == flat.length) { // another thread has put something into it
            flat = Arrays.copyOf(flat, 2 * count + 2);
          }
          flat[count++] = entry.getKey();
          flat[count++] = entry.getValue();
        }
        yield count == flat.length ? flat : Arrays.copyOf(flat, count);
      }
      case ImproperList list -> {
        int size = list.elements().size();
        var children = list.elements().toArray(new Object[size + 1]);
        children[size] = list.tail();
        yield children;
      }
      case Fun.Closure fun -> fun.free().toArray();
      default -> throw new AssertionError(container.getClass());
    };
  }

  /**
   * One level of {@code value} as a term. The elements of a container that it gives are still what
   * they are in Java.
   */
  static Object outer(@Nullable Object value) {
    return switch (value) {
      case null -> Atom.NIL;
      case String text -> text;
      case Long number -> number;
      case Atom atom -> truth(atom);
      case Tuple tuple -> tuple;
      case Name(Atom name, Atom node) when node == null -> truth(name);
      case Name(Atom name, Atom node) -> Tuple.of(name, node);
      case Fun fun -> fun;
      case LocalTerm local -> local;
      case Record record -> RecordShape.of(record.getClass()).outer(record);
      case Enum<?> constant -> truth(EnumShape.atom(constant));
      case Boolean bool -> bool;
      case Double number -> finite(number);
      case Float number -> finite(number.doubleValue());
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case Byte number -> number.longValue();
      case Character unit -> (long) unit;
      case BigInteger number ->
          number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
      case Pid pid -> pid;
      case Ref ref -> ref;
      case Port port -> port;
      case Bitstring bits -> bits;
      case ImproperList list -> list;
      case List<?> list -> list;
      case Map<?, ?> map -> map;
      case Collection<?> collection -> Arrays.asList(collection.toArray());
      case byte[] bytes -> Binary.of(bytes);
      case Object[] array -> Arrays.asList(array);
      case Throwable thrown -> Crash.term(thrown);
      default -> {
        if (value.getClass().isArray()) {
          yield boxed(value);
        }
        throw new NoTerm(
            value.getClass().getName()
                + " has no term: expected a record, an enum constant, a String, a number, a"
                + " Boolean, a Collection, a Map, an array, a Throwable or one of the types of"
                + " dev.retort.term");
      }
    };
  }

  private static List<Object> boxed(Object array) {
    var list = new ArrayList<Object>(Array.getLength(array));
    for (int i = 0; i < Array.getLength(array); i++) {
      list.add(Array.get(array, i));
    }
    return list;
  }

  private static Object truth(Atom atom) {
    if (atom.equals(Atom.TRUE)) {
      return true;
    }
    return atom.equals(Atom.FALSE) ? (Object) false : atom;
  }

  private static Double finite(Double number) {
    if (number.isNaN() || number.isInfinite()) {
      throw new NoTerm(number + " has no term: Erlang's floats are finite");
    }
    return number;
  }

  /** Numbers in their normal form, everything else as it is. */
  static Object scalar(Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number;
      case Float number -> number.doubleValue();
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case Byte number -> number.longValue();
      case Character unit -> (long) unit;
      case BigInteger number when number.bitLength() < Long.SIZE -> number.longValue();
      default -> value;
    };
  }

  /** The atom that {@code value} is; null if it is none. */
  static @Nullable Atom atomOrNull(@Nullable Object value) {
    return switch (value) {
      case Atom atom -> atom;
      case Boolean bool -> bool ? Atom.TRUE : Atom.FALSE;
      case null -> Atom.NIL;
      default -> null;
    };
  }
}
