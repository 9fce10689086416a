package dev.retort;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The classes that somebody vouches for, by an annotation or by name. */
final class Trusted {
  /** Values of these have fields that are set late and are not final; data sources are shared. */
  private static final String KNOWN = "clojure.lang.,com.google.protobuf.,scala.,javax.sql.";

  private static final List<String> NAMES =
      Stream.of((KNOWN + "," + System.getProperty(Shareable.TRUST, "")).split(",", -1))
          .map(String::strip)
          .filter(name -> !name.isEmpty())
          .toList();

  private Trusted() {}

  /** Whether the class, or one or an interface that it extends, is vouched for. */
  static boolean includes(@Nullable Class<?> type) {
    if (type == null || type == Object.class) {
      return false;
    }
    return isMarked(type)
        || NAMES.stream().anyMatch(type.getName()::startsWith)
        || includes(type.getSuperclass())
        || Stream.of(type.getInterfaces()).anyMatch(Trusted::includes);
  }

  private static boolean isMarked(Class<?> type) {
    return Stream.of(type.getDeclaredAnnotations())
        .map(annotation -> annotation.annotationType())
        .anyMatch(mark -> mark == Shareable.class || mark.getSimpleName().equals("Immutable"));
  }
}
