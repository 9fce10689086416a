package dev.retort.node;

import dev.retort.Body;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Tuple;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ClosureWriter} has written, in the same order. */
final class ClosureReader {
  private final ClassLoader loader;
  private final List<Object> seen = new ArrayList<>();

  private ClosureReader(ClassLoader loader) {
    this.loader = loader;
  }

  static Body closure(Object term, ClassLoader parent) {
    if (!(term instanceof Tuple whole
        && whole.size() == 5
        && whole.get(0).equals(Atom.of(Closure.TAG)))) {
      throw new IllegalArgumentException("not a closure of Retort");
    }
    if (!whole.get(1).equals(Closure.VERSION)) {
      throw new IllegalArgumentException(
          "a closure in form " + whole.get(1) + ", this Retort reads form " + Closure.VERSION);
    }
    try {
      var classes = new HashMap<String, Binary>();
      ((Map<?, ?>) whole.get(2)).forEach((name, file) -> classes.put((String) name, binary(file)));
      var reader = new ClosureReader(ClosureLoader.of(classes, parent));
      for (var variable : (List<?>) whole.get(3)) {
        reader.set((Tuple) variable, null);
      }
      return (Body) Objects.requireNonNull(reader.read(whole.get(4)));
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException("the closure cannot be rebuilt here: " + e.getCause(), e);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw new IllegalArgumentException("the closure cannot be rebuilt here: " + e, e);
    }
  }

  private @Nullable Object read(Object term) throws ReflectiveOperationException {
    if (!(term instanceof Tuple parts)) {
      return term;
    }
    if (parts.size() == 0) {
      return null;
    }
    return switch (((Atom) parts.get(0)).name()) {
      case "int" -> (int) number(parts);
      case "short" -> (short) number(parts);
      case "byte" -> (byte) number(parts);
      case "char" -> (char) number(parts);
      case "float" -> Float.intBitsToFloat((int) number(parts));
      case "double" -> Double.longBitsToDouble(number(parts));
      case "chars" -> new String((char[]) ClosureKinds.unpack("char", bytes(parts.get(1))));
      case "atom" -> Atom.of(text(parts, 1));
      case "binary" -> binary(parts.get(1));
      case "class" -> type(text(parts, 1));
      case "enum" -> constant(type(text(parts, 1)), text(parts, 2));
      case "text" -> known(ClosureKinds.TEXTS, text(parts, 1)).apply(text(parts, 2));
      case "again" -> seen.get((int) number(parts));
      case "tuple" -> ended(Tuple.of(all(parts.get(1)).toArray()));
      case "optional" -> ended(Optional.ofNullable(read(parts.get(1))));
      case "record" -> ended(record(parts));
      case "lambda" -> ended(lambda(parts));
      case "list" -> ended(Collections.unmodifiableList(all(parts.get(1))));
      case "set" -> ended(Collections.unmodifiableSet(new LinkedHashSet<>(all(parts.get(1)))));
      case "collection" -> {
        var collection = known(ClosureKinds.COLLECTIONS, text(parts, 1)).get();
        seen.add(collection);
        collection.addAll(all(parts.get(2)));
        yield collection;
      }
      case "map" -> map(parts);
      case "array" -> array(parts);
      case "object" -> object(parts);
      default -> throw new IllegalArgumentException("unknown kind of value " + parts.get(0));
    };
  }

  private Object map(Tuple parts) throws ReflectiveOperationException {
    if (parts.size() == 2) {
      var map = new LinkedHashMap<Object, Object>();
      putAll(map, parts.get(1));
      return ended(Collections.unmodifiableMap(map));
    }
    var map = known(ClosureKinds.MAPS, text(parts, 1)).get();
    seen.add(map);
    putAll(map, parts.get(2));
    return map;
  }

  private void putAll(Map<Object, Object> map, Object entries) throws ReflectiveOperationException {
    var list = all(entries);
    for (int i = 0; i < list.size(); i += 2) {
      map.put(list.get(i), list.get(i + 1));
    }
  }

  private Object array(Tuple parts) throws ReflectiveOperationException {
    var component = type(text(parts, 1));
    if (component.isPrimitive()) {
      var array = ClosureKinds.unpack(component.getName(), bytes(parts.get(2)));
      seen.add(array);
      return array;
    }
    var elements = (List<?>) parts.get(2);
    var array = (Object[]) Array.newInstance(component, elements.size());
    seen.add(array);
    for (int i = 0; i < array.length; i++) {
      array[i] = read(elements.get(i));
    }
    return array;
  }

  private Object record(Tuple parts) throws ReflectiveOperationException {
    var type = type(text(parts, 1));
    var components = type.getRecordComponents();
    if (components == null) {
      throw new IllegalArgumentException(type + " is not a record");
    }
    var types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    var canonical = type.getDeclaredConstructor(types);
    canonical.setAccessible(true);
    return canonical.newInstance(all(parts.get(2)).toArray());
  }

  private Object object(Tuple parts) throws ReflectiveOperationException {
    var object = blank(type(text(parts, 1)));
    seen.add(object);
    for (var field : (List<?>) parts.get(2)) {
      set((Tuple) field, object);
    }
    return object;
  }

  /** An object whose fields have yet to be set: no constructor of its class runs. */
  private static Object blank(Class<?> type) throws ReflectiveOperationException {
    // By name: javac warns of a class of jdk.unsupported, and has no way to be told that we know.
    var factory = Class.forName("sun.reflect.ReflectionFactory");
    var constructor =
        (Constructor<?>)
            factory
                .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                .invoke(
                    factory.getMethod("getReflectionFactory").invoke(null),
                    type,
                    Object.class.getConstructor());
    return constructor.newInstance();
  }

  /** Sets a field, {@code {"class", "field", value}}, of {@code object}, or a static one. */
  private void set(Tuple field, @Nullable Object object) throws ReflectiveOperationException {
    var member = type(text(field, 0)).getDeclaredField(text(field, 1));
    member.setAccessible(true);
    member.set(object, read(field.get(2)));
  }

  private Object lambda(Tuple parts) throws ReflectiveOperationException {
    var capturing = type(text(parts, 1).replace('/', '.'));
    var form =
        new SerializedLambda(
            capturing,
            text(parts, 2),
            text(parts, 3),
            text(parts, 4),
            Math.toIntExact((Long) parts.get(5)),
            text(parts, 6),
            text(parts, 7),
            text(parts, 8),
            text(parts, 9),
            all(parts.get(10)).toArray());
    return ClosureLambda.rebuild(capturing, form);
  }

  private static Object constant(Class<?> type, String name) {
    for (var constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(type + " has no constant " + name);
  }

  private List<@Nullable Object> all(Object terms) throws ReflectiveOperationException {
    var list = new ArrayList<@Nullable Object>();
    for (var term : (List<?>) terms) {
      list.add(read(term));
    }
    return list;
  }

  private Object ended(Object value) {
    seen.add(value);
    return value;
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    var primitive = Class.forPrimitiveName(name);
    return primitive != null ? primitive : Class.forName(name, false, loader);
  }

  private static <T> T known(Map<String, T> kinds, String name) {
    var kind = kinds.get(name);
    if (kind == null) {
      throw new IllegalArgumentException("values of " + name + " are not known here");
    }
    return kind;
  }

  private static long number(Tuple parts) {
    return (Long) parts.get(1);
  }

  private static String text(Tuple parts, int index) {
    return (String) parts.get(index);
  }

  private static byte[] bytes(Object term) {
    return binary(term).toByteArray();
  }

  /** A decoder makes a string of bytes that happen to be UTF-8. */
  private static Binary binary(Object term) {
    return term instanceof String text
        ? Binary.of(text.getBytes(StandardCharsets.UTF_8))
        : (Binary) term;
  }
}
