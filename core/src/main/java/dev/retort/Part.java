package dev.retort;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A final field (or record component, or value that a lambda has captured) whose value has to be
 * looked at in each instance.
 */
final class Part {
  private static final MethodType GETTER = MethodType.methodType(Object.class, Object.class);
  private static final String LAMBDA = "$$Lambda";

  private final String name;
  private final MethodHandle getter;

  /** A record's accessor; null for what is not a record. */
  private final @Nullable MethodHandle accessor;

  private final boolean mayOwnArrays;

  /** The class whose code a lambda is; null for what is not a lambda. */
  private final @Nullable String host;

  private Part(Field field, Class<?> type, MethodHandle getter, @Nullable MethodHandle accessor) {
    boolean lambda = isLambda(type);
    this.host = lambda ? type.getName().substring(0, type.getName().indexOf(LAMBDA)) : null;
    this.name = lambda ? captured(field) : nameOf(field);
    this.getter = getter;
    this.accessor = accessor;
    this.mayOwnArrays =
        accessor == null && (field.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0;
  }

  /** The field of an instance of {@code type}; null if it is closed to us. */
  static @Nullable Part of(Field field, Class<?> type) {
    var accessor = accessor(field, type);
    var getter = getter(field);
    if (getter == null) {
      getter = accessor;
    }
    return getter == null ? null : new Part(field, type, getter, accessor);
  }

  private static @Nullable MethodHandle getter(Field field) {
    try {
      return field.trySetAccessible()
          ? MethodHandles.lookup().unreflectGetter(field).asType(GETTER)
          : null;
    } catch (IllegalAccessException e) {
      return null;
    }
  }

  private static @Nullable MethodHandle accessor(Field field, Class<?> type) {
    if (!type.isRecord()) {
      return null;
    }
    try {
      var method =
          Stream.of(type.getRecordComponents())
              .filter(component -> component.getName().equals(field.getName()))
              .map(RecordComponent::getAccessor)
              .filter(Method::trySetAccessible)
              .findFirst();
      return method.isEmpty()
          ? null
          : MethodHandles.lookup().unreflect(method.get()).asType(GETTER);
    } catch (IllegalAccessException e) {
      return null;
    }
  }

  static boolean isLambda(Class<?> type) {
    return type.isHidden() && type.getName().contains(LAMBDA);
  }

  /** The fields of a lambda are {@code arg$1}, {@code arg$2} and so on. */
  private static String captured(Field field) {
    var name = field.getName();
    return name.matches("arg\\$[1-9][0-9]?[0-9]?")
        ? "captured[" + (Integer.parseInt(name.substring(4)) - 1) + "]"
        : name;
  }

  /** A captured variable of a local class is in {@code val$variable}. */
  private static String nameOf(Field field) {
    var name = field.getName();
    return field.isSynthetic() && name.startsWith("val$") ? name.substring(4) : name;
  }

  String name() {
    return name;
  }

  /**
   * Whether an array in it may be one that nobody else has: classes whose values are arrays inside
   * keep them private. A record hands out what it has.
   */
  boolean mayOwnArrays() {
    return mayOwnArrays;
  }

  /** The value that others can get at; null if there is none, or it is code and not data. */
  @Nullable Object valueIn(Object instance) {
    var value = read(getter, instance);
    if (value == null || (host != null && isA(host, value.getClass()))) {
      return null; // a lambda captures `this` to call its methods
    }
    return value.getClass().isArray() && accessor != null && read(accessor, instance) != value
        ? null // the accessor is one that gives copies
        : value;
  }

  private static @Nullable Object read(MethodHandle getter, Object instance) {
    try {
      return getter.invokeExact(instance);
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError error) {
        throw error;
      }
      return null; // an accessor of the user's that throws tells nothing
    }
  }

  private static boolean isA(String name, @Nullable Class<?> type) {
    return type != null && (type.getName().equals(name) || isA(name, type.getSuperclass()));
  }
}
