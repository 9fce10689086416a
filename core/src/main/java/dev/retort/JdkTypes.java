package dev.retort;

import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.Buffer;
import java.util.AbstractMap;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.Spliterator;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.regex.Matcher;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/** What is known of the JDK's own classes, into whose fields nobody may look. */
final class JdkTypes {
  /** Made for several threads: not a value, but the place where they meet. */
  private static final List<Class<?>> FOR_THREADS =
      List.of(
          AutoCloseable.class, // a connection, a client, a pool
          BlockingQueue.class,
          ClassLoader.class,
          CompletionStage.class,
          Executor.class,
          Future.class,
          Lock.class,
          ReadWriteLock.class,
          System.Logger.class,
          Thread.class);

  /** Values that can be changed, collections aside. */
  private static final List<Known> MUTABLE =
      List.of(
          new Known(StringBuilder.class, "%s.toString()"),
          new Known(StringBuffer.class, "%s.toString()"),
          new Known(StringJoiner.class, "%s.toString()"),
          new Known(StringWriter.class, "%s.toString()"),
          new Known(ByteArrayOutputStream.class, "Binary.of(%s.toByteArray())"),
          new Known(Buffer.class, "a Binary of its bytes, or its text"),
          new Known(BitSet.class, "Binary.of(%s.toByteArray())"),
          new Known(Date.class, "a java.time.Instant"),
          new Known(Calendar.class, "%s.toInstant()"),
          new Known(Matcher.class, "%s.toMatchResult()"),
          new Known(BaseStream.class, "%s.toList()"),
          new Known(Iterator.class, "a list of its elements"),
          new Known(Enumeration.class, "a list of its elements"),
          new Known(Spliterator.class, "a list of its elements"),
          new Known(AbstractMap.SimpleEntry.class, "Map.Entry.copyOf(%s)"));

  /** Classes that are not public and can be changed, or are views of what can. */
  private static final List<String> MUTABLE_NAMES =
      List.of(
          "java.util.ArrayList$",
          "java.util.Arrays$",
          "java.util.Collections$Checked",
          "java.util.Collections$Synchronized",
          "java.util.HashMap$",
          "java.util.IdentityHashMap$",
          "java.util.LinkedHashMap$",
          "java.util.TreeMap$");

  /** A class, those that extend it, and what to pass instead. */
  private record Known(Class<?> type, String remedy) {
    boolean includes(Class<?> other) {
      return type.isAssignableFrom(other);
    }
  }

  private JdkTypes() {}

  /** Whether it is a class of the JDK. */
  static boolean declares(Class<?> type) {
    var loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  /** Numbers that could be extended, and never are. */
  static boolean isNumber(Class<?> type) {
    return type == BigInteger.class || type == BigDecimal.class;
  }

  /** Whether threads are meant to share it, be it the JDK's or somebody's own. */
  static boolean isForThreads(Class<?> type) {
    return FOR_THREADS.stream().anyMatch(shared -> shared.isAssignableFrom(type))
        && MUTABLE.stream().noneMatch(mutable -> mutable.includes(type));
  }

  /** The shape of a class of the JDK. */
  static Shape shape(Class<?> type) {
    for (var mutable : MUTABLE) {
      if (mutable.includes(type)) {
        return new Shape.Mutable(mutable.remedy);
      }
    }
    if (type.getPackageName().equals("java.util.concurrent.atomic")) {
      return type.getName().endsWith("FieldUpdater")
          ? Shape.Immutable.INSTANCE
          : new Shape.Mutable("what it holds");
    }
    if (Map.Entry.class.isAssignableFrom(type)) {
      return isMutableByName(type)
          ? new Shape.Mutable("Map.Entry.copyOf(%s)")
          : Shape.Container.INSTANCE;
    }
    if (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)) {
      return isMutableCollection(type)
          ? new Shape.Mutable(remedyForCollection(type))
          : Shape.Container.INSTANCE;
    }
    return type == Optional.class ? Shape.Container.INSTANCE : Shape.Immutable.INSTANCE;
  }

  /** {@code ArrayList}, {@code HashMap} and what else has a public name can be changed. */
  private static boolean isMutableCollection(Class<?> type) {
    int modifiers = type.getModifiers();
    boolean named = Modifier.isPublic(modifiers) && !Modifier.isAbstract(modifiers);
    return named || EnumSet.class.isAssignableFrom(type) || isMutableByName(type);
  }

  private static boolean isMutableByName(Class<?> type) {
    return MUTABLE_NAMES.stream().anyMatch(type.getName()::startsWith);
  }

  /** A copy in the same order; what has none may lose it. */
  private static String remedyForCollection(Class<?> type) {
    if (SequencedMap.class.isAssignableFrom(type)) {
      return "Collections.unmodifiableMap(new LinkedHashMap<>(%s))";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "Map.copyOf(%s)";
    }
    if (SequencedSet.class.isAssignableFrom(type)) {
      return "Collections.unmodifiableSet(new LinkedHashSet<>(%s))";
    }
    return Set.class.isAssignableFrom(type) ? "Set.copyOf(%s)" : "List.copyOf(%s)";
  }

  static String remedyForArrayOf(Class<?> component) {
    if (component == byte.class) {
      return "Binary.of(%s)";
    }
    if (Stream.of(int.class, long.class, double.class).anyMatch(component::equals)) {
      return "Arrays.stream(%s).boxed().toList()";
    }
    return component.isPrimitive() ? "a list or a string of its elements" : "List.of(%s)";
  }
}
