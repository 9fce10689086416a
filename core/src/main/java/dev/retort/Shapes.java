package dev.retort;

import dev.retort.term.ImproperList;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the {@link Shape} of each class, once. */
final class Shapes {
  private static final ClassValue<Shape> FOUND =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          try {
            return find(type, new HashSet<>());
          } catch (LinkageError | TypeNotPresentException e) {
            return Shape.Immutable.INSTANCE; // a class that it mentions is missing: not ours to say
          }
        }
      };

  private Shapes() {}

  /** The shape of {@code type}'s instances. */
  static Shape of(Class<?> type) {
    return FOUND.get(type);
  }

  /**
   * Finds a shape.
   *
   * @param within the classes whose shapes are being found: where one comes up again, instances
   *     have to be looked at
   */
  private static Shape find(Class<?> type, Set<Class<?>> within) {
    if (type.isArray()) {
      return new Shape.Array(JdkTypes.remedyForArrayOf(type.getComponentType()));
    }
    if (isTerm(type)) {
      return type == Tuple.class || type == ImproperList.class
          ? Shape.Container.INSTANCE
          : Shape.Immutable.INSTANCE;
    }
    if (isPlain(type) || Trusted.includes(type) || JdkTypes.isForThreads(type)) {
      return Shape.Immutable.INSTANCE;
    }
    return JdkTypes.declares(type) ? JdkTypes.shape(type) : ofFields(type, within);
  }

  private static boolean isTerm(Class<?> type) {
    return type.getPackageName().equals("dev.retort.term")
        || Pid.class.isAssignableFrom(type)
        || Ref.class.isAssignableFrom(type);
  }

  /** What is immutable by what it is, with everything that extends it. */
  private static boolean isPlain(Class<?> type) {
    return type.isPrimitive()
        || Enum.class.isAssignableFrom(type)
        || Throwable.class.isAssignableFrom(type); // as an exit reason
  }

  private static Shape ofFields(Class<?> type, Set<Class<?>> within) {
    within.add(type);
    var parts = new ArrayList<Part>();
    Class<?> declaring = type;
    for (; !JdkTypes.declares(declaring); declaring = declaring.getSuperclass()) {
      for (var field : declaring.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || isTakenForGranted(field)) {
          continue;
        }
        if (!Modifier.isFinal(field.getModifiers())) {
          return new Shape.Assignable(declaring.getSimpleName(), field.getName());
        }
        var part = isImmutable(field.getType(), within) ? null : Part.of(field, type);
        if (part != null) {
          parts.add(part);
        }
      }
    }
    within.remove(type);
    var inherited = JdkTypes.shape(declaring);
    return inherited instanceof Shape.Mutable
        ? inherited
        : parts.isEmpty() ? Shape.Immutable.INSTANCE : new Shape.Fields(List.copyOf(parts));
  }

  private static boolean isTakenForGranted(Field field) {
    int modifiers = field.getModifiers();
    return field.isAnnotationPresent(Shareable.class)
        // A hash that is computed when it is asked for, and its like.
        || (Modifier.isTransient(modifiers) && !Modifier.isFinal(modifiers))
        || (field.isSynthetic() && field.getName().startsWith("this$")); // code, not data
  }

  /** Whether nothing that a variable of this type can hold needs to be looked at. */
  private static boolean isImmutable(Class<?> type, Set<Class<?>> within) {
    if (within.contains(type)) {
      return false;
    }
    boolean exact =
        Modifier.isFinal(type.getModifiers())
            || isTerm(type)
            || isPlain(type)
            || JdkTypes.isNumber(type)
            || Trusted.includes(type)
            || JdkTypes.isForThreads(type);
    if (exact) {
      return find(type, within) == Shape.Immutable.INSTANCE;
    }
    return type.isSealed()
        && Modifier.isAbstract(type.getModifiers())
        && Stream.of(type.getPermittedSubclasses())
            .allMatch(permitted -> isImmutable(permitted, within));
  }
}
