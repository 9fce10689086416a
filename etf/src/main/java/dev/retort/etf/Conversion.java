package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Dest;
import dev.retort.term.Fun;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a term to a value of one Java type. A conversion is exact or does not take place: what it
 * gives has that term again.
 */
@FunctionalInterface
interface Conversion {
  /** The answer for a term that is not of the type. (Null is an answer too: the atom nil's.) */
  Object NO = new Object();

  /**
   * How deep records are looked for. What lies deeper stays a term, or is not of the type: so no
   * peer can make a receiver's stack overflow.
   */
  int MAX_DEPTH = 500;

  /** The value, or {@link #NO}. */
  @Nullable Object apply(Object term, Vocabulary words, int depth);

  /** The conversions to classes, where nil is nothing special; made once for each class. */
  final class Plain {
    static final ClassValue<Conversion> OF_CLASS =
        new ClassValue<>() {
          @Override
          protected Conversion computeValue(Class<?> type) {
            return toClass(type);
          }
        };

    private Plain() {}
  }

  /** The conversion to {@code type}. */
  static Conversion to(Type type) {
    return to(type, Map.of());
  }

  private static Conversion to(Type type, Map<TypeVariable<?>, Type> known) {
    return switch (type) {
      case Class<?> c when c.isArray() && c != byte[].class ->
          array(c.getComponentType(), to(c.getComponentType(), known));
      case Class<?> c -> orNull(c, Plain.OF_CLASS.get(c));
      case ParameterizedType generic ->
          orNull((Class<?>) generic.getRawType(), generic(generic, known));
      case TypeVariable<?> variable -> {
        var actual = known.get(variable);
        // A bound may mention its own variable, as in T extends Comparable<T>: its class will do.
        yield actual != null ? to(actual, Map.of()) : to(raw(variable.getBounds()[0]), Map.of());
      }
      case WildcardType wildcard -> to(wildcard.getUpperBounds()[0], known);
      case GenericArrayType array ->
          array(raw(array.getGenericComponentType()), to(array.getGenericComponentType(), known));
      default -> throw new IllegalArgumentException("expected a Java type, not " + type);
    };
  }

  private static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> c -> c;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      case TypeVariable<?> variable -> raw(variable.getBounds()[0]);
      case WildcardType wildcard -> raw(wildcard.getUpperBounds()[0]);
      case GenericArrayType array -> raw(array.getGenericComponentType()).arrayType();
      default -> Object.class;
    };
  }

  /** The atom nil is null, except where it can be itself. */
  private static Conversion orNull(Class<?> type, Conversion conversion) {
    if (type.isPrimitive()) {
      return conversion;
    }
    return (term, words, depth) -> {
      var value = conversion.apply(term, words, depth);
      return value == NO && Atom.NIL.equals(term) ? null : value;
    };
  }

  private static Conversion toClass(Class<?> type) {
    if (type == Object.class) {
      return (term, words, depth) -> words.read(term, depth);
    } else if (type == String.class || type == CharSequence.class) {
      return (term, words, depth) -> term instanceof String ? term : NO;
    } else if (type == boolean.class || type == Boolean.class) {
      return (term, words, depth) ->
          switch (term) {
            case Boolean b -> b;
            case Atom a when a.equals(Atom.TRUE) -> true;
            case Atom a when a.equals(Atom.FALSE) -> false;
            default -> NO;
          };
    } else if (type == long.class || type == Long.class) {
      return integer(Long.MIN_VALUE, Long.MAX_VALUE, n -> n);
    } else if (type == int.class || type == Integer.class) {
      return integer(Integer.MIN_VALUE, Integer.MAX_VALUE, Math::toIntExact);
    } else if (type == short.class || type == Short.class) {
      return integer(Short.MIN_VALUE, Short.MAX_VALUE, n -> (short) n);
    } else if (type == byte.class || type == Byte.class) {
      return integer(Byte.MIN_VALUE, Byte.MAX_VALUE, n -> (byte) n);
    } else if (type == char.class || type == Character.class) {
      return integer(Character.MIN_VALUE, Character.MAX_VALUE, n -> (char) n);
    } else if (type == double.class || type == Double.class) {
      return (term, words, depth) -> Terms.scalar(term) instanceof Double d ? d : NO;
    } else if (type == float.class || type == Float.class) {
      return (term, words, depth) ->
          Terms.scalar(term) instanceof Double d && (double) d.floatValue() == d
              ? (Object) d.floatValue()
              : NO;
    } else if (type == BigInteger.class) {
      return (term, words, depth) ->
          switch (Terms.scalar(term)) {
            case Long n -> BigInteger.valueOf(n);
            case BigInteger n -> n;
            default -> NO;
          };
    } else if (type == Number.class) {
      return (term, words, depth) -> Terms.scalar(term) instanceof Number n ? n : NO;
    } else if (type == Atom.class) {
      return (term, words, depth) ->
          switch (term) {
            case Atom atom -> atom;
            case Boolean b -> b ? Atom.TRUE : Atom.FALSE;
            default -> NO;
          };
    } else if (type == Binary.class || type == Bitstring.class) {
      return (term, words, depth) ->
          term instanceof String text ? Binary.of(text) : type.isInstance(term) ? term : NO;
    } else if (type == byte[].class) {
      return (term, words, depth) ->
          switch (term) {
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            case Binary binary -> binary.toByteArray();
            case byte[] bytes -> bytes;
            default -> NO;
          };
    } else if (type == Name.class) {
      return (term, words, depth) -> name(term);
    } else if (type == Dest.class) {
      return (term, words, depth) -> term instanceof Dest ? term : name(term);
    } else if (type == List.class || type == Collection.class || type == Iterable.class) {
      return list(to(Object.class));
    } else if (type == Set.class) {
      return set(to(Object.class));
    } else if (type == Map.class) {
      return map(to(Object.class), to(Object.class));
    } else if (type.isEnum()) {
      return (term, words, depth) -> {
        if (type.isInstance(term)) {
          return term;
        }
        var atom = Terms.atomOrNull(term);
        if (atom != null) {
          var constant = EnumShape.of(type).constant(atom);
          return constant == null ? NO : constant;
        }
        return NO;
      };
    } else if (Vocabulary.claims(type)) {
      return (term, words, depth) ->
          depth > MAX_DEPTH ? NO : RecordShape.of(type).read(term, words, depth);
    } else if (type.isSealed() && !Fun.class.isAssignableFrom(type)) {
      return sealed(type);
    }
    return (term, words, depth) -> {
      if (type.isInstance(term)) {
        return term;
      }
      var read = words.read(term, depth);
      return type.isInstance(read) ? read : NO;
    };
  }

  private static Conversion generic(ParameterizedType type, Map<TypeVariable<?>, Type> known) {
    var raw = (Class<?>) type.getRawType();
    var arguments = type.getActualTypeArguments();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof TypeVariable<?> variable) {
        arguments[i] = known.getOrDefault(variable, raw(variable));
      }
    }
    if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
      return list(to(arguments[0], known));
    } else if (raw == Set.class) {
      return set(to(arguments[0], known));
    } else if (raw == Map.class) {
      return map(to(arguments[0], known), to(arguments[1], known));
    } else if (Vocabulary.claims(raw)) {
      var actual = new LinkedHashMap<TypeVariable<?>, Type>();
      for (int i = 0; i < arguments.length; i++) {
        actual.put(raw.getTypeParameters()[i], arguments[i]);
      }
      return new GenericRecord(raw, actual);
    }
    return Plain.OF_CLASS.get(raw);
  }

  /** A record whose type parameters are known, such as {@code Pair<String>}. */
  final class GenericRecord implements Conversion {
    private final Class<?> type;
    private final Map<TypeVariable<?>, Type> actual;

    GenericRecord(Class<?> type, Map<TypeVariable<?>, Type> actual) {
      this.type = type;
      this.actual = actual;
    }

    @Override
    public @Nullable Object apply(Object term, Vocabulary words, int depth) {
      if (depth > MAX_DEPTH) {
        return NO;
      }
      // Made when it is needed: a record may well contain itself, as Node<T>(T value, Node<T>
      // next).
      var shape = RecordShape.of(type);
      var conversions = new Conversion[shape.arity()];
      for (int i = 0; i < conversions.length; i++) {
        conversions[i] = to(shape.componentType(i), actual);
      }
      return shape.read(term, conversions, words, depth);
    }
  }

  private static Conversion sealed(Class<?> type) {
    return (term, words, depth) -> {
      if (type.isInstance(term)) {
        return term;
      }
      if (depth > MAX_DEPTH) {
        return NO;
      }
      for (var permitted : type.getPermittedSubclasses()) {
        // Not orNull: nil is no member of the family unless one of it says so.
        var value = Plain.OF_CLASS.get(permitted).apply(term, words, depth);
        if (value != NO) {
          return value;
        }
      }
      return NO;
    };
  }

  private static Object name(Object term) {
    return switch (term) {
      case Name name -> name;
      case Atom atom when !atom.equals(Atom.NIL) -> new Name(atom, null);
      case Tuple tuple
          when tuple.size() == 2
              && tuple.get(0) instanceof Atom name
              && tuple.get(1) instanceof Atom node ->
          new Name(name, node);
      default -> NO;
    };
  }

  /** From an exact integer to the boxed type that it fits. */
  @FunctionalInterface
  interface Narrowing {
    Object narrow(long number);
  }

  private static Conversion integer(long least, long most, Narrowing narrowing) {
    return (term, words, depth) ->
        Terms.scalar(term) instanceof Long n && n >= least && n <= most ? narrowing.narrow(n) : NO;
  }

  private static Conversion list(Conversion element) {
    return (term, words, depth) -> {
      if (!(term instanceof List<?> list)) {
        return NO;
      }
      var values = elements(list, element, words, depth);
      return values == null ? NO : Collections.unmodifiableList(values);
    };
  }

  private static Conversion set(Conversion element) {
    return (term, words, depth) -> {
      if (!(term instanceof List<?> list)) {
        return term instanceof Set ? term : NO;
      }
      var values = elements(list, element, words, depth);
      if (values == null) {
        return NO;
      }
      var set = new LinkedHashSet<@Nullable Object>(values);
      return set.size() == values.size() ? Collections.unmodifiableSet(set) : NO;
    };
  }

  private static Conversion array(Class<?> elementType, Conversion element) {
    return (term, words, depth) -> {
      if (!(term instanceof List<?> list)) {
        return NO;
      }
      var values = elements(list, element, words, depth);
      if (values == null) {
        return NO;
      }
      var array = Array.newInstance(elementType, values.size());
      for (int i = 0; i < values.size(); i++) {
        Array.set(array, i, values.get(i));
      }
      return array;
    };
  }

  /** Every element converted; null if one of them cannot be. */
  private static @Nullable List<@Nullable Object> elements(
      List<?> list, Conversion element, Vocabulary words, int depth) {
    if (depth > MAX_DEPTH) {
      return null;
    }
    var values = new ArrayList<@Nullable Object>(list.size());
    for (Object term : list) {
      var value = element.apply(term == null ? Atom.NIL : term, words, depth + 1);
      if (value == NO) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  private static Conversion map(Conversion key, Conversion value) {
    return (term, words, depth) -> {
      if (!(term instanceof Map<?, ?> map) || depth > MAX_DEPTH) {
        return NO;
      }
      var entries = new LinkedHashMap<@Nullable Object, @Nullable Object>();
      for (var entry : map.entrySet()) {
        var k = key.apply(orNil(entry.getKey()), words, depth + 1);
        var v = k == NO ? NO : value.apply(orNil(entry.getValue()), words, depth + 1);
        if (v == NO) {
          return NO;
        }
        entries.put(k, v);
      }
      return entries.size() == map.size() ? Collections.unmodifiableMap(entries) : NO;
    };
  }

  private static Object orNil(@Nullable Object element) {
    return element == null ? Atom.NIL : element;
  }
}
