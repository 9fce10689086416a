package dev.retort.node;

import dev.retort.Body;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Bitstring;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes one closure as a term, and collects the classes and the shell's variables it needs.
 *
 * <p>Numbers, strings, atoms, pids and so on stand for themselves where the external term format
 * keeps them apart; everything else is a tuple that begins with its kind, such as {@code {:int, 1}}
 * or {@code {:record, "app.Point", [..]}}, and null is {@code {}}. What can be shared is numbered
 * in the order in which it is met: what can be changed when it begins, so that it may contain
 * itself, and the rest when it ends. {@code {:again, n}} is the same thing once more. {@link
 * ClosureReader} counts alike.
 *
 * <p>Measured with a record typed at the prompt, a variable, and a closure with a switch on the
 * record: 5.1 KB on the wire, nearly all of it three class files. Writing it takes 0.02 ms once the
 * classes are known (20 ms the first time in a JVM), reading it and making its classes 0.3 ms (4 ms
 * the first time): not worth a cache of classes, which closures would then have to share.
 */
final class ClosureWriter {
  /** How much code one closure may drag along; in bytes. */
  private static final long LIMIT = Long.getLong("dev.retort.closure.limit", 16L << 20);

  private static final int DEPTH = 400;
  private static final int IN_PROGRESS = -1;

  private static final String WHAT_CAN_BE_SENT =
      "A closure can carry numbers, strings, atoms, pids, references, dates, records, enums, lists,"
          + " sets, maps, arrays, other closures, and objects of your own classes that consist of"
          + " these. Make anything else inside the closure, or give it to a process and carry its"
          + " pid.";

  private final ClosureCargo cargo;
  private final IdentityHashMap<Object, Integer> seen = new IdentityHashMap<>();

  /** Where in the closure the value stands that is being written, for messages. */
  private final Deque<String> path = new ArrayDeque<>();

  private int numbered;
  private int depth;

  ClosureWriter() {
    this(LIMIT);
  }

  ClosureWriter(long limit) {
    cargo = new ClosureCargo(limit);
  }

  Object closure(Body body) {
    var written = write(body, Body.class);
    // Values bring classes, whose code brings variables, whose values bring classes.
    cargo.complete(this::variable);
    var values = new ArrayList<Object>();
    if (!cargo.variables().isEmpty()) {
      // Again, now that they are known: the variables come first, in the order in which they were
      // declared, since reading a value may initialize a class that looks at an older variable.
      seen.clear();
      numbered = 0;
      cargo.variables().forEach(variable -> values.add(variable(variable)));
      written = write(body, Body.class);
    }
    return Tuple.of(Atom.of(Closure.TAG), Closure.VERSION, cargo.files(), values, written);
  }

  private Tuple variable(Field variable) {
    var value = at("shell variable " + variable.getName(), get(variable, null), variable.getType());
    return Tuple.of(variable.getDeclaringClass().getName(), variable.getName(), value);
  }

  private Object at(String place, @Nullable Object value, Class<?> declared) {
    path.addLast(place);
    var written = write(value, declared);
    path.removeLast();
    return written;
  }

  /**
   * Writes {@code value}, which must be a {@code declared} when it is read: a List that is none of
   * {@link ClosureKinds#COLLECTIONS} arrives as another List.
   */
  private Object write(@Nullable Object value, Class<?> declared) {
    return switch (value) {
      case null -> Tuple.of();
      case Boolean b -> b;
      case Long n -> n;
      case Integer n -> kind("int", (long) n);
      case Short n -> kind("short", (long) n);
      case Byte n -> kind("byte", (long) n);
      case Character c -> kind("char", (long) c);
      case Float f -> kind("float", (long) Float.floatToRawIntBits(f));
      case Double d -> Double.isFinite(d) ? d : kind("double", Double.doubleToRawLongBits(d));
      case String s ->
          isUnicode(s) ? s : kind("chars", Binary.of(ClosureKinds.pack(s.toCharArray())));
      case Atom atom ->
          atom.name().equals("true") || atom.name().equals("false")
              ? kind("atom", atom.name())
              : atom;
      case Pid pid -> pid;
      case Ref ref -> ref;
      case Binary binary -> kind("binary", binary);
      case Bitstring bits -> bits;
      case Port port -> port;
      case Fun fun -> fun;
      case ImproperList list -> list;
      case Class<?> type -> {
        cargo.need(type);
        yield kind("class", type.getName());
      }
      case Enum<?> constant -> {
        cargo.need(constant.getDeclaringClass());
        yield kind("enum", constant.getDeclaringClass().getName(), constant.name());
      }
      default -> {
        var text = ClosureKinds.TEXTS.containsKey(value.getClass().getName());
        yield text
            ? kind("text", value.getClass().getName(), value.toString())
            : shared(value, declared);
      }
    };
  }

  private Object shared(Object value, Class<?> declared) {
    var number = seen.get(value);
    if (number != null) {
      if (number == IN_PROGRESS) {
        throw Closure.cannotTravel(where(value) + ", which contains itself");
      }
      return kind("again", (long) number);
    }
    if (++depth > DEPTH) {
      throw Closure.cannotTravel("its values are nested deeper than " + DEPTH + " levels");
    }
    var written =
        switch (value) {
          case Tuple tuple -> ended(tuple, () -> kind("tuple", all(tuple.toList())));
          case Optional<?> optional ->
              ended(optional, () -> kind("optional", write(optional.orElse(null), Object.class)));
          case Record plain -> ended(plain, () -> record(plain));
          case Collection<?> c when !ClosureCode.travels(c.getClass()) -> collection(c, declared);
          case Map<?, ?> m when !ClosureCode.travels(m.getClass()) -> map(m, declared);
          default -> {
            if (value.getClass().isArray()) {
              yield array(value);
            }
            yield value.getClass().isHidden() ? ended(value, () -> lambda(value)) : object(value);
          }
        };
    depth--;
    return written;
  }

  private Object array(Object array) {
    begin(array);
    var component = array.getClass().getComponentType();
    cargo.need(component);
    return kind(
        "array",
        component.getName(),
        array instanceof Object[] elements
            ? all(Arrays.asList(elements))
            : Binary.of(ClosureKinds.pack(array)));
  }

  private Object collection(Collection<?> collection, Class<?> declared) {
    var name = collection.getClass().getName();
    if (ClosureKinds.COLLECTIONS.containsKey(name)) {
      if (collection instanceof SortedSet<?> sorted && sorted.comparator() != null) {
        throw Closure.cannotTravel(where(collection) + " with a comparator. Send its elements");
      }
      begin(collection);
      return kind("collection", name, all(collection));
    }
    if (collection instanceof Set<?> && declared.isAssignableFrom(Set.class)) {
      return ended(collection, () -> kind("set", all(collection)));
    }
    if (!(collection instanceof Set<?> || collection instanceof Queue<?>)
        && declared.isAssignableFrom(List.class)) {
      return ended(collection, () -> kind("list", all(collection))); // the values of a map, too
    }
    throw cannotLeave(collection);
  }

  private Object map(Map<?, ?> map, Class<?> declared) {
    var name = map.getClass().getName();
    if (ClosureKinds.MAPS.containsKey(name)) {
      if (map instanceof SortedMap<?, ?> sorted && sorted.comparator() != null) {
        throw Closure.cannotTravel(where(map) + " with a comparator. Send its entries");
      }
      begin(map);
      return kind("map", name, entries(map));
    }
    if (declared.isAssignableFrom(Map.class)) {
      return ended(map, () -> kind("map", entries(map)));
    }
    throw cannotLeave(map);
  }

  /** Keys and values in turn. */
  private List<Object> entries(Map<?, ?> map) {
    var list = new ArrayList<Object>();
    for (var entry : map.entrySet()) {
      list.add(write(entry.getKey(), Object.class));
      list.add(write(entry.getValue(), Object.class));
    }
    return list;
  }

  private Object record(Record value) {
    var type = value.getClass();
    cargo.need(type);
    var components = new ArrayList<Object>();
    for (var component : type.getRecordComponents()) {
      var accessor = open(component.getAccessor());
      try {
        components.add(
            at(
                "component " + component.getName() + " of " + name(type),
                accessor.invoke(value),
                component.getType()));
      } catch (IllegalAccessException e) {
        throw new AssertionError(e); // it is open
      } catch (InvocationTargetException e) {
        throw Closure.cannotTravel(
            "reading " + component.getName() + " of " + name(type) + " failed", e);
      }
    }
    return kind("record", type.getName(), components);
  }

  /** An object of a class that travels: its fields, class by class, from the top down. */
  private Object object(Object value) {
    var lineage = new ArrayDeque<Class<?>>();
    for (Class<?> type = value.getClass(); type != null && type != Object.class; ) {
      if (!ClosureCode.travels(type)) {
        throw cannotLeave(value);
      }
      lineage.addFirst(type);
      type = type.getSuperclass();
    }
    if (lineage.isEmpty()) {
      throw cannotLeave(value);
    }
    begin(value);
    cargo.need(value.getClass());
    var fields = new ArrayList<Object>();
    for (var type : lineage) {
      for (var field : type.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers)) {
          var content =
              at(
                  "field " + field.getName() + " of " + name(type),
                  get(field, value),
                  field.getType());
          fields.add(Tuple.of(type.getName(), field.getName(), content));
        }
      }
    }
    return kind("object", value.getClass().getName(), fields);
  }

  private Object lambda(Object value) {
    var type = value.getClass();
    if (!ClosureCode.travels(type)) {
      throw cannotLeave(value);
    }
    SerializedLambda lambda;
    try {
      lambda = ClosureLambda.serialized(value);
      if (lambda == null) {
        lambda = ClosureLambda.typed(value);
      }
    } catch (ReflectiveOperationException e) {
      throw Closure.cannotTravel("its lambda " + name(type) + " is unreadable", e);
    } catch (InaccessibleObjectException e) {
      throw closed(type, e);
    }
    if (lambda == null) {
      throw Closure.cannotTravel(
          where(value)
              + ", a lambda that is not Serializable. Declare it as a Body, or cast it:"
              + " (Function<Integer, Integer> & java.io.Serializable) x -> x + 1");
    }
    var loader = type.getClassLoader();
    try {
      cargo.need(Class.forName(dotted(lambda.getCapturingClass()), false, loader));
      cargo.need(Class.forName(dotted(lambda.getImplClass()), false, loader));
    } catch (ClassNotFoundException e) {
      throw Closure.cannotTravel("its class is not there", e);
    }
    var types = ClosureLambda.capturedTypes(lambda, loader);
    var captured = new ArrayList<Object>();
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      captured.add(at("a captured value", lambda.getCapturedArg(i), types.get(i)));
    }
    return kind(
        "lambda",
        lambda.getCapturingClass(),
        lambda.getFunctionalInterfaceClass(),
        lambda.getFunctionalInterfaceMethodName(),
        lambda.getFunctionalInterfaceMethodSignature(),
        (long) lambda.getImplMethodKind(),
        lambda.getImplClass(),
        lambda.getImplMethodName(),
        lambda.getImplMethodSignature(),
        lambda.getInstantiatedMethodType(),
        captured);
  }

  private List<Object> all(Collection<?> values) {
    var list = new ArrayList<Object>(values.size());
    for (var value : values) {
      list.add(write(value, Object.class));
    }
    return list;
  }

  private void begin(Object value) {
    seen.put(value, numbered++);
  }

  private Object ended(Object value, Supplier<Object> write) {
    seen.put(value, IN_PROGRESS);
    var written = write.get();
    begin(value);
    return written;
  }

  private @Nullable Object get(Field field, @Nullable Object of) {
    try {
      return open(field).get(of);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e); // it is open
    }
  }

  private <T extends AccessibleObject & Member> T open(T member) {
    try {
      member.setAccessible(true);
      return member;
    } catch (InaccessibleObjectException e) {
      throw closed(member.getDeclaringClass(), e);
    }
  }

  private static UnsupportedOperationException closed(Class<?> type, RuntimeException cause) {
    return Closure.cannotTravel(
        "it carries a value of "
            + type
            + ", whose package is closed. Open it in its module-info: opens "
            + type.getPackageName()
            + " to dev.retort.node;",
        cause);
  }

  private UnsupportedOperationException cannotLeave(Object value) {
    return Closure.cannotTravel(where(value) + ", which cannot leave its JVM. " + WHAT_CAN_BE_SENT);
  }

  private String where(Object value) {
    return (path.isEmpty() ? "it" : String.join(", ", path)) + " is a " + name(value.getClass());
  }

  /** As who wrote it knows it. */
  private static String name(Class<?> type) {
    if (type.isHidden() && type.getInterfaces().length > 0) {
      return name(type.getInterfaces()[0]); // a lambda
    }
    return ClosureCode.isShell(type.getName()) ? type.getSimpleName() : type.getTypeName();
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }

  /** Half a surrogate pair has no UTF-8. */
  private static boolean isUnicode(String s) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(s);
  }

  private static Tuple kind(String kind, Object... parts) {
    var elements = new ArrayList<Object>(parts.length + 1);
    elements.add(Atom.of(kind));
    Collections.addAll(elements, parts);
    return Tuple.of(elements.toArray());
  }
}
