package dev.retort.etf;

import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.ImproperList;
import dev.retort.term.LocalTerm;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records and enums that a term may become. A term becomes one of them when its tag, its number
 * of elements and their types fit, and never by a class name that came over the wire. Immutable.
 *
 * <pre>{@code
 * import dev.retort.etf.*;
 *
 * record Hello(String name) {}
 *
 * Vocabulary.of(Hello.class).read(Tuple.of(Atom.of("hello"), "John")); // => new Hello("John")
 * }</pre>
 *
 * <p>Conversions are exact: an {@code int} component takes integers from -2³¹ to 2³¹-1 and nothing
 * else, a {@code double} only floats, a {@code String} only UTF-8 binaries; nil is null where a
 * component cannot hold an atom. A record whose constructor throws has refused the term. Where two
 * fit, the first one is it.
 */
public final class Vocabulary {
  /** No record at all: every term stays what it is. */
  public static final Vocabulary EMPTY = new Vocabulary(List.of());

  private static final Set<Class<?>> TERMS =
      Set.of(Name.class, Fun.Export.class, Fun.Closure.class, LocalTerm.class);

  private static final ClassValue<Vocabulary> CODE =
      new ClassValue<>() {
        @Override
        protected Vocabulary computeValue(Class<?> host) {
          return new Vocabulary(CodeWords.of(host));
        }
      };

  private final SequencedSet<Class<?>> classes;
  private final Map<Atom, List<RecordShape>> records = new HashMap<>();
  private final Map<Atom, Class<?>> enums = new HashMap<>();

  private Vocabulary(Collection<Class<?>> classes) {
    this.classes = new LinkedHashSet<>(classes);
    for (var word : classes) {
      if (word.isEnum()) {
        for (var atom : EnumShape.of(word).atoms()) {
          enums.putIfAbsent(atom, word);
        }
      } else {
        var shape = RecordShape.of(word);
        records.computeIfAbsent(shape.tag, tag -> new ArrayList<>(1)).add(shape);
      }
    }
  }

  /**
   * The vocabulary of these records, enums and sealed families of them, the first ones first.
   *
   * @throws IllegalArgumentException if a class is something else
   */
  public static Vocabulary of(Class<?>... classes) {
    var words = new LinkedHashSet<Class<?>>();
    for (var word : classes) {
      if (!addTo(words, word)) {
        throw new IllegalArgumentException(
            "expected a record, an enum or a sealed interface of them, not " + word.getName());
      }
    }
    return words.isEmpty() ? EMPTY : new Vocabulary(words);
  }

  /**
   * The records and enums that code knows: those declared in the class, in its outermost class and
   * in all its other nested classes, and behind them those that one of these mentions. The JDK's
   * are left out, and the enums of Retort itself, which are options and not messages. Classes are
   * loaded for this, not initialised. The class of a lambda stands for the class that has it.
   */
  public static Vocabulary ofCode(Class<?> code) {
    return CODE.get(code.getNestHost());
  }

  /** Adds a class, or those that it permits; false if it is none that a term can become. */
  static boolean addTo(Set<Class<?>> words, Class<?> word) {
    if (claims(word) || word.isEnum()) {
      words.add(word);
      return true;
    }
    if (!word.isSealed() || word.getPackageName().equals(Tuple.class.getPackageName())) {
      return false;
    }
    for (var permitted : word.getPermittedSubclasses()) {
      addTo(words, permitted);
    }
    return true;
  }

  /** Whether the class is a record that stands for a tagged tuple, an atom or a struct. */
  static boolean claims(Class<?> type) {
    return type.isRecord() && !TERMS.contains(type);
  }

  /** This vocabulary and behind it the other's records. */
  public Vocabulary plus(Vocabulary other) {
    if (other.classes.isEmpty()) {
      return this;
    }
    if (classes.isEmpty()) {
      return other;
    }
    var both = new LinkedHashSet<>(classes);
    both.addAll(other.classes);
    return new Vocabulary(both);
  }

  /** The records and enums, the first ones first; immutable. */
  public Set<Class<?>> classes() {
    return Collections.unmodifiableSet(classes);
  }

  /**
   * The record or constant that claims {@code term}; where none does, the term with everything in
   * it read in this way. The very same term, if nothing in it is claimed.
   *
   * <p>The atoms true, false and nil stay what they are, and so do atoms at the head of a larger
   * tuple and as keys of a map: {@code {:stop, reason}} has nothing to do with a {@code record
   * Stop()}.
   */
  public Object read(Object term) {
    return read(term, 0);
  }

  /**
   * The value of {@code type} that {@code term} is; null if it is none.
   *
   * @param type a record, an enum, a sealed interface, or any type that a record's component may
   *     have
   */
  public <T> @Nullable T read(Object term, Class<T> type) {
    var value = read(term, (Type) type);
    @SuppressWarnings("unchecked") // int.class has the type Class<Integer>: a cast() would fail
    var typed = (T) value;
    return typed;
  }

  /** The same for a generic type, such as {@code List<Hello>}. */
  public @Nullable Object read(Object term, Type type) {
    var value = Conversion.to(type).apply(term, this, 0);
    return value == Conversion.NO ? null : value;
  }

  Object read(Object term, int depth) {
    if (classes.isEmpty() || depth > Conversion.MAX_DEPTH) {
      return term;
    }
    return switch (term) {
      case Atom atom -> atom(atom, depth);
      case Tuple tuple -> tuple(tuple, depth);
      case List<?> list -> {
        var read = all(list.toArray(), depth, Tags.NONE);
        yield read == null ? list : Collections.unmodifiableList(Arrays.asList(read));
      }
      case Map<?, ?> map -> map(map, depth);
      case ImproperList list -> {
        var read = all(Terms.childrenOf(list), depth, Tags.NONE);
        yield read == null
            ? list
            : ImproperList.of(
                Arrays.asList(read).subList(0, read.length - 1), read[read.length - 1]);
      }
      case Record record when claims(record.getClass()) -> foreign(record, depth);
      default -> term;
    };
  }

  /** A record of a class that is not known here, such as another loader's of the same name. */
  private Object foreign(Record record, int depth) {
    if (classes.contains(record.getClass())) {
      return record;
    }
    var outer = RecordShape.of(record.getClass()).outer(record);
    var tag =
        switch (outer) {
          case Tuple tuple -> (Atom) tuple.get(0);
          case Atom atom -> atom;
          default -> RecordShape.of(record.getClass()).tag;
        };
    var claimed = claimed(tag, outer, depth);
    return claimed == null ? record : claimed;
  }

  private Object atom(Atom atom, int depth) {
    if (atom.equals(Atom.NIL)) {
      return atom;
    }
    var type = enums.get(atom);
    if (type != null) {
      var constant = EnumShape.of(type).constant(atom);
      if (constant != null) {
        return constant;
      }
    }
    var claimed = claimed(atom, atom, depth);
    return claimed == null ? atom : claimed;
  }

  private Object tuple(Tuple tuple, int depth) {
    if (tuple.size() > 1 && tuple.get(0) instanceof Atom tag) {
      var claimed = claimed(tag, tuple, depth);
      if (claimed != null) {
        return claimed;
      }
    }
    var read = all(tuple.toArray(), depth, tuple.size() > 1 ? Tags.FIRST : Tags.NONE);
    return read == null ? tuple : Tuple.of(read);
  }

  private Object map(Map<?, ?> map, int depth) {
    if (RecordShape.field(map, RecordShape.STRUCT_KEY) instanceof Atom module) {
      var claimed = claimed(module, map, depth);
      if (claimed != null) {
        return claimed;
      }
    }
    var flat = all(Terms.childrenOf(map), depth, Tags.KEYS);
    if (flat == null) {
      return map;
    }
    var read = new LinkedHashMap<Object, Object>();
    for (int i = 0; i < flat.length; i += 2) {
      read.put(flat[i], flat[i + 1]);
    }
    return Collections.unmodifiableMap(read);
  }

  private @Nullable Object claimed(Atom tag, Object term, int depth) {
    for (var shape : records.getOrDefault(tag, List.of())) {
      var record = shape.read(term, this, depth);
      if (record != Conversion.NO) {
        return record;
      }
    }
    return null;
  }

  /** Which of a container's terms are tags or keys, and stay what they are if they are atoms. */
  private enum Tags {
    NONE,
    FIRST,
    KEYS
  }

  /** The terms read; null if nothing in them is claimed. */
  private Object @Nullable [] all(@Nullable Object[] terms, int depth, Tags tags) {
    boolean changed = false;
    var read = new Object[terms.length];
    for (int i = 0; i < terms.length; i++) {
      var term = terms[i];
      boolean tag = (tags == Tags.FIRST && i == 0) || (tags == Tags.KEYS && i % 2 == 0);
      if (tag && term instanceof Atom) {
        read[i] = term;
        continue;
      }
      read[i] = term == null ? Atom.NIL : read(term, depth + 1);
      changed |= read[i] != term && term != null;
    }
    return changed ? read : null;
  }

  @Override
  public String toString() {
    return "Vocabulary" + classes;
  }
}
