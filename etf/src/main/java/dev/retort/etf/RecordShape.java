package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a record class looks as a term: a tagged tuple, an atom if it has no components, or an Elixir
 * struct. Made once for each class and kept with it.
 */
final class RecordShape {
  static final Atom STRUCT_KEY = Atom.of("__struct__");

  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return new RecordShape(type);
        }
      };

  final Class<?> type;

  /** The first element of the tuple, or the whole atom; of a struct, its module. */
  final Atom tag;

  final boolean struct;

  private final RecordComponent[] components;
  private final Atom[] keys;
  private final MethodHandle[] accessors;
  private final MethodHandle constructor;
  private final Conversion[] conversions;

  private RecordShape(Class<?> type) {
    this.type = type;
    components = type.getRecordComponents();
    var asStruct = type.getAnnotation(Struct.class);
    struct = asStruct != null;
    tag = asStruct != null ? Atom.of("Elixir." + asStruct.value()) : tagOf(type);
    keys = new Atom[components.length];
    accessors = new MethodHandle[components.length];
    conversions = new Conversion[components.length];
    var parameters = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      keys[i] = Atom.of(SnakeCase.of(components[i].getName()));
      accessors[i] =
          Access.method(components[i].getAccessor())
              .asType(MethodType.methodType(Object.class, Object.class));
      parameters[i] = components[i].getType();
      conversions[i] = Conversion.to(components[i].getGenericType());
    }
    try {
      constructor =
          Access.constructor(type.getDeclaredConstructor(parameters))
              .asType(MethodType.genericMethodType(components.length))
              .asSpreader(Object[].class, components.length);
    } catch (NoSuchMethodException impossible) {
      throw new AssertionError("a record without its canonical constructor", impossible);
    }
  }

  static RecordShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  /** The atom that an annotated or plain class name stands for. */
  private static Atom tagOf(Class<?> type) {
    var literal = type.getAnnotation(Tag.class);
    return Atom.of(literal != null ? literal.value() : SnakeCase.of(type.getSimpleName()));
  }

  int arity() {
    return components.length;
  }

  String component(int index) {
    return components[index].getName();
  }

  Type componentType(int index) {
    return components[index].getGenericType();
  }

  /** The record as a tuple, atom or map; its components are still what they are in Java. */
  Object outer(Object record) {
    if (struct) {
      var fields = new LinkedHashMap<Object, Object>();
      fields.put(STRUCT_KEY, tag);
      for (int i = 0; i < keys.length; i++) {
        fields.put(keys[i], get(record, i));
      }
      return Collections.unmodifiableMap(fields);
    }
    if (keys.length == 0) {
      return tag;
    }
    var elements = new Object[keys.length + 1];
    elements[0] = tag;
    for (int i = 0; i < keys.length; i++) {
      elements[i + 1] = get(record, i);
    }
    return Tuple.of(elements);
  }

  private Object get(Object record, int index) {
    try {
      Object value = accessors[index].invokeExact(record);
      return value == null ? Atom.NIL : value;
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new IllegalArgumentException(
          type.getName() + "." + component(index) + "() failed", thrown);
    }
  }

  /** The record that {@code term} is, read with its own component types; NO if it is none. */
  @Nullable Object read(Object term, Vocabulary words, int depth) {
    return read(term, conversions, words, depth);
  }

  /** The same with component types in which type variables have been replaced. */
  @Nullable Object read(Object term, Conversion[] conversions, Vocabulary words, int depth) {
    if (type.isInstance(term)) {
      return term;
    }
    var level = term instanceof Record ? Terms.outer(term) : term;
    return switch (level) {
      case Tuple tuple
          when !struct
              && tuple.size() == keys.length + 1
              && keys.length > 0
              && tag.equals(tuple.get(0)) -> {
        var values = new @Nullable Object[keys.length];
        yield fill(values, conversions, words, depth, i -> tuple.get(i + 1));
      }
      case Atom atom when !struct && keys.length == 0 && tag.equals(atom) -> make(new Object[0]);
      case Map<?, ?> map
          when struct
              && map.size() == keys.length + 1
              && Objects.equals(tag, field(map, STRUCT_KEY)) -> {
        var values = new @Nullable Object[keys.length];
        yield fill(values, conversions, words, depth, i -> field(map, keys[i]));
      }
      default -> Conversion.NO;
    };
  }

  /** The value of an atom in any map: a sorted one may not be asked for keys of another class. */
  static @Nullable Object field(Map<?, ?> map, Atom key) {
    if (map instanceof SortedMap) {
      for (var entry : map.entrySet()) {
        if (key.equals(entry.getKey())) {
          return entry.getValue();
        }
      }
      return null;
    }
    return map.get(key);
  }

  private @Nullable Object fill(
      @Nullable Object[] values,
      Conversion[] conversions,
      Vocabulary words,
      int depth,
      IntFunction<? extends @Nullable Object> source) {
    for (int i = 0; i < values.length; i++) {
      var element = source.apply(i);
      if (element == null) {
        return Conversion.NO;
      }
      values[i] = conversions[i].apply(element, words, depth + 1);
      if (values[i] == Conversion.NO) {
        return Conversion.NO;
      }
    }
    return make(values);
  }

  /** A new record; NO if its constructor refuses these values. */
  private Object make(@Nullable Object[] values) {
    try {
      return (Object) constructor.invokeExact(values);
    } catch (RuntimeException refused) {
      return Conversion.NO;
    } catch (Error error) {
      throw error;
    } catch (Throwable checked) {
      return Conversion.NO;
    }
  }
}
