package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Tuple;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The environments of a node's applications. Any thread. */
final class ApplicationEnvironment {
  private final Map<String, Map<String, Object>> values = new ConcurrentHashMap<>();

  /** What stands for the values of specifications when they are loaded. */
  private final Map<String, Map<String, Object>> persistent = new ConcurrentHashMap<>();

  @Nullable Object get(String application, String key) {
    return of(values, application).get(Objects.requireNonNull(key, "key"));
  }

  Map<String, Object> all(String application) {
    return Map.copyOf(of(values, application));
  }

  void put(String application, String key, Object value, boolean stays) {
    ApplicationSpec.checkName(application);
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(
        value, () -> "the value for " + key + " is never null: deleteEnv takes one out");
    MessageCheck.check(value);
    make(values, application).put(key, value);
    if (stays) {
      make(persistent, application).put(key, value);
    }
  }

  void delete(String application, String key, boolean stays) {
    Objects.requireNonNull(key, "key");
    of(values, application).remove(key);
    if (stays) {
      of(persistent, application).remove(key);
    }
  }

  private static Map<String, Object> of(
      Map<String, Map<String, Object>> where, String application) {
    return where.getOrDefault(
        Objects.requireNonNull(application, "an application's name"), Map.of());
  }

  private static Map<String, Object> make(
      Map<String, Map<String, Object>> where, String application) {
    return where.computeIfAbsent(application, name -> new ConcurrentHashMap<>());
  }

  /** The values that an application begins with, weakest first: {@code load/2}. */
  Map<String, Object> initial(ApplicationSpec spec) {
    var all = new ConcurrentHashMap<>(spec.env());
    all.putAll(of(persistent, spec.name()));
    spec.env()
        .forEach(
            (key, value) -> {
              var property = spec.name() + "." + key;
              var text = System.getProperty(property);
              if (text != null) {
                all.put(key, read(spec.name(), property, text, value));
              }
            });
    return all;
  }

  /** An application is loaded with these values. */
  void load(String application, Map<String, Object> initial) {
    make(values, application).putAll(initial);
  }

  void unload(String application) {
    values.remove(application);
  }

  /** The value that a system property stands for, of the type of the one that it replaces. */
  private static Object read(String application, String property, String text, Object like) {
    try {
      return switch (like) {
        case String string -> text;
        case Integer number -> Integer.valueOf(text);
        case Long number -> Long.valueOf(text);
        case Double number -> Double.valueOf(text);
        case Boolean yes -> bool(text);
        case Duration time -> Duration.parse(text);
        case Atom atom -> Atom.of(text);
        case Enum<?> constant -> constant(constant.getDeclaringClass(), text);
        default ->
            throw new IllegalArgumentException(
                "it stands for a " + like.getClass().getName() + ", which has no text");
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      throw ApplicationException.of(
          application,
          Tuple.of(
              Atom.of("bad_environment_value"),
              Tuple.of(property, text + ", not a " + like.getClass().getSimpleName() + ": " + e)));
    }
  }

  private static Boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false was expected");
    };
  }

  private static Object constant(Class<?> type, String text) {
    for (var constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("the name of one of its constants was expected");
  }
}
