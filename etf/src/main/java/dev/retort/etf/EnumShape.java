package dev.retort.etf;

import dev.retort.term.Atom;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The atoms of an enum's constants. Made once for each class, without initialising it. */
final class EnumShape {
  private static final ClassValue<EnumShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected EnumShape computeValue(Class<?> type) {
          return new EnumShape(type);
        }
      };

  private final Class<?> type;
  private final Map<String, Atom> atoms = new LinkedHashMap<>();
  private final Map<Atom, String> names = new LinkedHashMap<>();

  private EnumShape(Class<?> type) {
    this.type = type;
    for (Field field : type.getDeclaredFields()) {
      if (field.isEnumConstant()) {
        var literal = field.getAnnotation(Tag.class);
        var atom = Atom.of(literal != null ? literal.value() : SnakeCase.of(field.getName()));
        atoms.put(field.getName(), atom);
        names.putIfAbsent(atom, field.getName());
      }
    }
  }

  /** The shape of an enum class, not of a constant's own class. */
  static EnumShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  static Atom atom(Enum<?> constant) {
    var atom = of(constant.getDeclaringClass()).atoms.get(constant.name());
    if (atom == null) {
      throw new AssertionError(constant.getDeclaringClass() + " has no field " + constant.name());
    }
    return atom;
  }

  Iterable<Atom> atoms() {
    return atoms.values();
  }

  /** The constant that the atom stands for, or null. */
  @Nullable Object constant(Atom atom) {
    var name = names.get(atom);
    if (name == null) {
      return null;
    }
    return constant(type, name);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the class is that of an enum
  private static Object constant(Class<?> type, String name) {
    return Enum.valueOf((Class) type, name);
  }
}
