package dev.retort.node;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a closure can carry of the JDK's own classes, by name, so that {@code var names = new
 * ArrayList<String>()} arrives as an ArrayList. Both sides use the same tables.
 */
@SuppressWarnings("JdkObsolete") // whoever has a LinkedList gets one
final class ClosureKinds {
  /** Collections that can be made empty and filled. */
  static final Map<String, Supplier<Collection<Object>>> COLLECTIONS =
      Map.of(
          ArrayList.class.getName(), ArrayList::new,
          LinkedList.class.getName(), LinkedList::new,
          ArrayDeque.class.getName(), ArrayDeque::new,
          CopyOnWriteArrayList.class.getName(), CopyOnWriteArrayList::new,
          HashSet.class.getName(), HashSet::new,
          LinkedHashSet.class.getName(), LinkedHashSet::new,
          TreeSet.class.getName(), TreeSet::new);

  /** Maps that can be made empty and filled. */
  static final Map<String, Supplier<Map<Object, Object>>> MAPS =
      Map.of(
          HashMap.class.getName(), HashMap::new,
          LinkedHashMap.class.getName(), LinkedHashMap::new,
          TreeMap.class.getName(), TreeMap::new,
          ConcurrentHashMap.class.getName(), ConcurrentHashMap::new);

  /** Values that their {@code toString()} says completely. */
  static final Map<String, Function<String, Object>> TEXTS =
      Map.ofEntries(
          text(BigInteger.class, BigInteger::new),
          text(BigDecimal.class, BigDecimal::new),
          text(Duration.class, Duration::parse),
          text(Instant.class, Instant::parse),
          text(LocalDate.class, LocalDate::parse),
          text(LocalDateTime.class, LocalDateTime::parse),
          text(LocalTime.class, LocalTime::parse),
          text(OffsetDateTime.class, OffsetDateTime::parse),
          text(Period.class, Period::parse),
          text(ZonedDateTime.class, ZonedDateTime::parse),
          text(URI.class, URI::create),
          text(UUID.class, UUID::fromString));

  private ClosureKinds() {}

  private static Map.Entry<String, Function<String, Object>> text(
      Class<?> type, Function<String, Object> parse) {
    return Map.entry(type.getName(), parse);
  }

  /** The bytes of an array of primitives, big-endian. */
  static byte[] pack(Object array) {
    return switch (array) {
      case byte[] a -> a.clone();
      case boolean[] a -> {
        var bytes = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
          bytes[i] = (byte) (a[i] ? 1 : 0);
        }
        yield bytes;
      }
      case short[] a -> {
        var buffer = ByteBuffer.allocate(Math.multiplyExact(a.length, Short.BYTES));
        buffer.asShortBuffer().put(a);
        yield buffer.array();
      }
      case char[] a -> {
        var buffer = ByteBuffer.allocate(Math.multiplyExact(a.length, Character.BYTES));
        buffer.asCharBuffer().put(a);
        yield buffer.array();
      }
      case int[] a -> {
        var buffer = ByteBuffer.allocate(Math.multiplyExact(a.length, Integer.BYTES));
        buffer.asIntBuffer().put(a);
        yield buffer.array();
      }
      case long[] a -> {
        var buffer = ByteBuffer.allocate(Math.multiplyExact(a.length, Long.BYTES));
        buffer.asLongBuffer().put(a);
        yield buffer.array();
      }
      case float[] a -> {
        var buffer = ByteBuffer.allocate(Math.multiplyExact(a.length, Float.BYTES));
        buffer.asFloatBuffer().put(a);
        yield buffer.array();
      }
      case double[] a -> {
        var buffer = ByteBuffer.allocate(Math.multiplyExact(a.length, Double.BYTES));
        buffer.asDoubleBuffer().put(a);
        yield buffer.array();
      }
      default -> throw new IllegalArgumentException(array.getClass() + " has other elements");
    };
  }

  /** The array of primitives that {@link #pack} took these bytes from. */
  static Object unpack(String component, byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    switch (component) {
      case "byte" -> {
        return bytes;
      }
      case "boolean" -> {
        var array = new boolean[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
          array[i] = bytes[i] != 0;
        }
        return array;
      }
      case "short" -> {
        var array = new short[bytes.length / Short.BYTES];
        buffer.asShortBuffer().get(array);
        return array;
      }
      case "char" -> {
        var array = new char[bytes.length / Character.BYTES];
        buffer.asCharBuffer().get(array);
        return array;
      }
      case "int" -> {
        var array = new int[bytes.length / Integer.BYTES];
        buffer.asIntBuffer().get(array);
        return array;
      }
      case "long" -> {
        var array = new long[bytes.length / Long.BYTES];
        buffer.asLongBuffer().get(array);
        return array;
      }
      case "float" -> {
        var array = new float[bytes.length / Float.BYTES];
        buffer.asFloatBuffer().get(array);
        return array;
      }
      case "double" -> {
        var array = new double[bytes.length / Double.BYTES];
        buffer.asDoubleBuffer().get(array);
        return array;
      }
      default -> throw new IllegalArgumentException("an array of " + component);
    }
  }
}
