package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.ImproperList;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Port;
import dev.retort.term.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings({ // they warn of what is sent here on purpose
  "ArrayRecordComponent",
  "ClassCanBeStatic",
  "JavaUtilDate",
  "JdkObsolete",
  "ModifiedButNotUsed",
  "UnnecessaryStringBuilder"
})
class MutablePlaceTest {
  record Holder(@Nullable Object value) {}

  record Line(String product, List<String> tags) {}

  record Order(String customer, List<Line> lines) {}

  private static @Nullable String placeIn(Object message) {
    var place = MutablePlace.in(message);
    return place == null ? null : place.description();
  }

  /** What the check says of a message with {@code value} in it. */
  private static @Nullable String about(@Nullable Object value) {
    return placeIn(new Holder(value));
  }

  @Nested
  class Values {
    static Stream<Object> immutable() throws Exception {
      return Stream.of(
          "text",
          1,
          2L,
          'c',
          1.5,
          true,
          BigInteger.TEN,
          new BigDecimal("1.5"),
          TimeUnit.DAYS,
          String.class,
          UUID.randomUUID(),
          URI.create("http://localhost/"),
          Path.of("a"),
          Locale.ROOT,
          Pattern.compile("a"),
          InetAddress.getLoopbackAddress(),
          Instant.now(),
          ZonedDateTime.now(ZoneOffset.UTC),
          Duration.ofSeconds(1),
          Atom.of("a"),
          Binary.of("a"),
          Name.of("a"),
          Kernel.makeRef(),
          Node.current().user(),
          Pid.of(Atom.of("a@b"), 1, 2, 3),
          Port.of(Atom.of("a@b"), 1, 2),
          new Down(Kernel.makeRef(), Down.PROCESS, Name.of("a"), Atom.NORMAL),
          new IllegalStateException("a reason"));
    }

    @ParameterizedTest
    @MethodSource
    void immutable(Object value) {
      assertThat(about(value)).isNull();
      assertThat(placeIn(value)).isNull();
    }

    static Stream<Object> mutable() {
      return Stream.of(
          new StringBuilder("a"),
          new StringBuffer("a"),
          new StringJoiner(","),
          new Date(),
          Calendar.getInstance(),
          new BitSet(),
          ByteBuffer.allocate(1),
          ByteBuffer.allocateDirect(1).asReadOnlyBuffer(), // its position moves
          new ByteArrayOutputStream(),
          new AtomicInteger(),
          new AtomicReference<>("a"),
          new LongAdder(),
          List.of(1).iterator(),
          Stream.of(1),
          new int[1],
          new byte[1],
          new AbstractMap.SimpleEntry<>(1, 2),
          new HashMap<>(Map.of(1, 2)).entrySet().iterator().next());
    }

    @ParameterizedTest
    @MethodSource
    void mutable(Object value) {
      assertThat(about(value)).contains("Holder.value is a", "which can still be changed: pass ");
      assertThat(placeIn(value)).contains(" can still be changed: pass ");
    }

    @Test
    void anArrayWithoutElementsHasNothingToChange() {
      assertThat(about(new Object[0])).isNull();
      assertThat(about(new byte[0])).isNull();
      assertThat(about(new Object[1])).isNotNull();
    }

    static Stream<Object> madeForThreads() {
      return Stream.of(
          Thread.currentThread(),
          new ReentrantLock(),
          new ReentrantLock().newCondition(),
          new CountDownLatch(1),
          new Semaphore(1),
          new CompletableFuture<>(),
          new LinkedBlockingQueue<>(),
          MutablePlaceTest.class.getClassLoader(),
          System.getLogger("a"),
          InputStream.nullInputStream(),
          new Connection(),
          Node.current(),
          new From(Node.current().user(), new Object()));
    }

    @ParameterizedTest
    @MethodSource
    void madeForThreads(Object value) {
      assertThat(about(value)).isNull();
      assertThat(placeIn(value)).isNull();
    }

    private static final class Connection implements AutoCloseable {
      private int requests;

      @Override
      public void close() {
        requests++;
      }
    }

    @Test
    void aDataSourceIsMadeForThreads() throws Exception {
      assertThat(Trusted.includes(Class.forName("javax.sql.DataSource"))).isTrue();
    }
  }

  @Nested
  class Containers {
    static Stream<Object> unmodifiable() {
      return Stream.of(
          List.of(),
          List.of(1),
          List.of(1, 2, 3),
          List.of(1, 2, 3).subList(1, 3),
          List.of(1, 2, 3).reversed(),
          List.copyOf(new ArrayList<>(List.of(1))),
          Stream.of(1, 2).toList(),
          Set.of(),
          Set.of(1),
          Set.of(1, 2, 3),
          Map.of(),
          Map.of(1, 2),
          Map.of(1, 2, 3, 4),
          Map.of(1, 2).keySet(),
          Map.of(1, 2, 3, 4).values(),
          Map.of(1, 2, 3, 4).entrySet(),
          Map.copyOf(new HashMap<>(Map.of(1, 2))),
          Map.entry(1, 2),
          Collections.emptyList(),
          Collections.emptyMap(),
          Collections.singletonList(1),
          Collections.singletonMap(1, 2),
          Collections.nCopies(3, "a"),
          Collections.unmodifiableList(new ArrayList<>(List.of(1))),
          Collections.unmodifiableMap(new LinkedHashMap<>(Map.of(1, 2))),
          Collections.unmodifiableSet(new TreeSet<>(Set.of(1))),
          Optional.empty(),
          Optional.of(1),
          ImproperList.of(List.of(1), 2),
          Tuple.of(1, 2));
    }

    @ParameterizedTest
    @MethodSource
    void unmodifiable(Object value) {
      assertThat(about(value)).isNull();
      assertThat(placeIn(value)).isNull();
    }

    static Stream<Object> modifiable() {
      return Stream.of(
          new ArrayList<>(),
          new ArrayList<>(List.of(1, 2)).subList(0, 1),
          new ArrayList<Object>() {},
          new LinkedList<>(),
          new ArrayDeque<>(),
          Arrays.asList(1, 2),
          new CopyOnWriteArrayList<>(),
          Collections.synchronizedList(new ArrayList<>()),
          new HashSet<>(),
          new LinkedHashSet<>(),
          new TreeSet<>(),
          EnumSet.noneOf(TimeUnit.class),
          new HashMap<>(),
          new HashMap<>().keySet(),
          new HashMap<>().values(),
          new TreeMap<>(),
          new TreeMap<>().entrySet(),
          new EnumMap<>(TimeUnit.class),
          new ConcurrentHashMap<>(),
          ConcurrentHashMap.newKeySet(),
          new Properties());
    }

    @ParameterizedTest
    @MethodSource
    void modifiable(Object value) {
      assertThat(about(value))
          .contains("Holder.value is a", ", which can still be changed: pass ")
          .contains(value instanceof Collection ? "value)" : "alue");
      assertThat(placeIn(value)).contains(" can still be changed: pass ");
    }

    @Test
    void whatTheyHoldIsLookedAt() {
      var mutable = new ArrayList<>();
      assertThat(about(List.of(1, mutable))).startsWith("Holder.value[1] is an ArrayList");
      assertThat(about(Collections.unmodifiableCollection(List.of(mutable))))
          .startsWith("Holder.value[0] is an ArrayList");
      assertThat(about(Set.of(mutable))).startsWith("Holder.value[0] is an ArrayList");
      assertThat(about(Map.of("ann", mutable))).startsWith("Holder.value[\"ann\"] is an ArrayList");
      assertThat(about(Map.of(mutable, "ann"))).startsWith("Holder.value.keySet() is an ArrayList");
      assertThat(about(Map.entry(1, mutable))).startsWith("Holder.value.getValue() is an ArrayLi");
      assertThat(about(Optional.of(mutable))).startsWith("Holder.value.get() is an ArrayList");
      assertThat(about(Tuple.of(1, mutable))).startsWith("Holder.value[1] is an ArrayList");
      assertThat(about(ImproperList.of(List.of(1), mutable.iterator())))
          .startsWith("Holder.value.tail is an Itr");
    }

    @Test
    void aCopyThatKeepsTheOrderIsProposedWhereThereIsOne() {
      assertThat(about(new ArrayList<>())).endsWith("pass List.copyOf(value)");
      assertThat(about(new ArrayDeque<>())).endsWith("pass List.copyOf(value)");
      assertThat(about(new HashSet<>())).endsWith("pass Set.copyOf(value)");
      assertThat(about(new HashMap<>())).endsWith("pass Map.copyOf(value)");
      assertThat(about(new TreeSet<>()))
          .endsWith("pass Collections.unmodifiableSet(new LinkedHashSet<>(value))");
      assertThat(about(new TreeMap<>()))
          .endsWith("pass Collections.unmodifiableMap(new LinkedHashMap<>(value))");
      assertThat(about(new byte[1]))
          .endsWith("is a byte[], which can still be changed: pass Binary.of(value)");
      assertThat(about(new int[1])).endsWith("pass Arrays.stream(value).boxed().toList()");
      assertThat(about(new String[1])).endsWith("pass List.of(value)");
      assertThat(about(new StringBuilder())).endsWith("pass value.toString()");
    }

    @Test
    void aWrapperWhoseCollectionIsBeingChangedIsReported() {
      var inside = new ArrayList<Object>(List.of(new Holder(Map.of()), 1));
      var wrapper =
          Collections.unmodifiableList(
              new ArrayList<Object>(inside) {
                @Override
                public java.util.Iterator<Object> iterator() {
                  throw new java.util.ConcurrentModificationException();
                }
              });
      assertThat(about(wrapper))
          .isEqualTo(
              "Holder.value is an UnmodifiableRandomAccessList, which can still be changed: pass a"
                  + " copy");
    }
  }

  @Nested
  class Records {
    @Test
    void theWayToTheMutablePlaceIsNamed() {
      var line = new Line("pen", List.of("blue"));
      var mutable = new Line("book", new ArrayList<>(List.of("red")));
      assertThat(placeIn(new Order("Ann", List.of(line, line)))).isNull();
      assertThat(placeIn(new Order("Ann", List.of(line, line, mutable))))
          .isEqualTo(
              "Order.lines[2].tags is an ArrayList, which can still be changed: pass"
                  + " List.copyOf(tags)");
      assertThat(placeIn(new Order("Ann", new LinkedList<>(List.of(mutable)))))
          .isEqualTo(
              "Order.lines is a LinkedList, which can still be changed: pass List.copyOf(lines)");
    }

    @Test
    void aMessageThatIsMutableItselfIsNamedByItsClass() {
      assertThat(placeIn(new ArrayList<>()))
          .isEqualTo("an ArrayList can still be changed: pass List.copyOf(...)");
      assertThat(placeIn(new HashMap<>()))
          .isEqualTo("a HashMap can still be changed: pass Map.copyOf(...)");
    }

    @Test
    void aTupleIsNamedByItsTag() {
      assertThat(placeIn(Tuple.of(Atom.of("order"), new ArrayList<>())))
          .isEqualTo(
              "{:order, ...}[1] is an ArrayList, which can still be changed: pass List.copyOf(...)");
    }

    @Test
    void nothingIsAsGoodAsAValue() {
      assertThat(about(null)).isNull();
      assertThat(placeIn(Arrays.asList(1, null))).isNotNull();
      assertThat(about(Collections.unmodifiableList(Arrays.asList(1, null)))).isNull();
    }

    record Shares(@Shareable byte[] bytes, @Shareable Map<String, String> cache) {}

    @Test
    void aComponentMayBeShareable() {
      assertThat(placeIn(new Shares(new byte[1], new ConcurrentHashMap<>()))).isNull();
    }

    record Copies(byte[] bytes) {
      Copies {
        bytes = bytes.clone();
      }

      @Override
      public byte[] bytes() {
        return bytes.clone();
      }
    }

    @Test
    void anArrayThatARecordGivesCopiesOfIsItsOwn() {
      assertThat(placeIn(new Copies(new byte[1]))).isNull();
    }

    record Hands(byte[] bytes) {}

    @Test
    void anArrayThatARecordHandsOutIsNot() {
      assertThat(placeIn(new Hands(new byte[1])))
          .isEqualTo("Hands.bytes is a byte[], which can still be changed: pass Binary.of(bytes)");
    }

    sealed interface Tree permits Leaf, Branch {}

    record Leaf(int value) implements Tree {}

    record Branch(Tree left, Tree right) implements Tree {}

    record Chain(Object value, @Nullable Chain next) {}

    @Test
    void recordsMayBeRecursive() {
      assertThat(placeIn(new Branch(new Leaf(1), new Branch(new Leaf(2), new Leaf(3))))).isNull();
      assertThat(placeIn(new Chain(1, new Chain(new int[1], null))))
          .startsWith("Chain.next.value is an int[]");
    }
  }

  @Nested
  class Classes {
    static final class Point {
      private final int x;
      private final String label;

      Point(int x, String label) {
        this.x = x;
        this.label = label;
      }

      @Override
      public String toString() {
        return label + x;
      }
    }

    @Test
    void finalFieldsOfImmutableValuesAreFine() {
      assertThat(about(new Point(1, "a"))).isNull();
    }

    static class Account {
      private final String owner = "Ann";
      int balance;
    }

    static final class Savings extends Account {
      private final int rate = 3;
    }

    @Test
    void aFieldThatIsNotFinalIsNamed() {
      assertThat(placeIn(new Account()))
          .isEqualTo(
              "Account.balance is not final and can still be changed: make it final, or mark"
                  + " Account as @Shareable if processes are meant to share it");
      assertThat(about(List.of(1, new Savings())))
          .startsWith("Holder.value[1].balance is not final")
          .contains("mark Account as @Shareable");
    }

    static final class Hashed {
      private final String text = "a";
      private transient int hash;

      @Override
      public int hashCode() {
        if (hash == 0) {
          hash = text.hashCode();
        }
        return hash;
      }

      @Override
      public boolean equals(@Nullable Object other) {
        return other instanceof Hashed;
      }
    }

    @Test
    void whatIsComputedLateMayBeTransient() {
      assertThat(about(new Hashed())).isNull();
    }

    static final class Bytes {
      private final byte[] bytes = {1, 2};
      private final Object[] elements = {1, new Point(1, "a")};
    }

    static final class Box {
      private final Object[] elements = {1, new ArrayList<>()};
    }

    static final class Open {
      public final int[] numbers = {1};
    }

    @Test
    void anArrayThatAClassKeepsToItselfIsItsOwn() {
      assertThat(about(new Bytes())).isNull();
      assertThat(about(new Box())).startsWith("Holder.value.elements[1] is an ArrayList");
      assertThat(about(new Open())).startsWith("Holder.value.numbers is an int[]");
    }

    @Shareable
    static class Metrics {
      int requests;
    }

    static final class MoreMetrics extends Metrics {
      int errors;
    }

    @Shareable
    interface Cache {}

    static final class MapCache implements Cache {
      int hits;
    }

    @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
    @interface Immutable {}

    @Immutable
    static final class Vouched {
      int late;
    }

    @Test
    void aClassMayBeShareable() {
      assertThat(placeIn(new Metrics())).isNull();
      assertThat(about(new MoreMetrics())).isNull();
      assertThat(about(new MapCache())).isNull();
      assertThat(about(new Vouched())).isNull();
    }

    private final class Inner {
      private final int value = 1;
    }

    private int changing;

    @Test
    void theObjectAroundAnInnerClassIsCode() {
      changing++;
      assertThat(about(new Inner())).isNull();
    }

    @Test
    void whatALocalClassCapturesIsLookedAt() {
      var captured = new StringBuilder();
      var supplier =
          new Supplier<String>() {
            @Override
            public String get() {
              return captured.toString();
            }
          };
      assertThat(about(supplier)).startsWith("Holder.value.captured is a StringBuilder");
    }
  }

  @Nested
  class Lambdas {
    private int changing;

    private int next(int n) {
      return n + changing++;
    }

    record Update(Function<Integer, Integer> function) {}

    @Test
    void whatTheyCaptureIsLookedAt() {
      int step = 2;
      var log = new ArrayList<Integer>();
      assertThat(placeIn(new Update(n -> n + 1))).isNull();
      assertThat(placeIn(new Update(n -> n + step))).isNull();
      assertThat(
              placeIn(
                  new Update(
                      n -> {
                        log.add(n);
                        return n + step;
                      })))
          .isEqualTo(
              "Update.function.captured[0] is an ArrayList, which can still be changed: pass"
                  + " List.copyOf(captured[0])");
    }

    @Test
    void theirOwnClassIsCode() {
      assertThat(placeIn(new Update(n -> next(n)))).isNull();
      assertThat(placeIn(new Update(this::next))).isNull();
    }

    @Test
    void oneMayBeTheMessage() {
      var counter = new AtomicInteger();
      UnaryOperator<Integer> function = n -> n + counter.incrementAndGet();
      assertThat(placeIn(function)).startsWith("lambda.captured[0] is an AtomicInteger");
    }

    @Test
    void thoseOfTheJdkAreTakenForGranted() {
      assertThat(about(Function.identity())).isNull();
      assertThat(about(java.util.Comparator.comparing(Object::toString))).isNull();
    }
  }

  @Nested
  class Bounds {
    @Test
    void aMessageMayBeDeep() {
      Object deep = new int[1];
      for (int i = 0; i < 900; i++) {
        deep = i % 2 == 0 ? List.of(deep) : new Holder(deep);
      }
      assertThat(placeIn(deep)).contains("is an int[]");
      for (int i = 0; i < 1_000_000; i++) {
        deep = new Holder(deep);
      }
      assertThat(placeIn(deep)).isNull(); // too deep to be seen
    }

    @Test
    void aMessageMayContainItself() {
      var inside = new ArrayList<Object>();
      var wrapper = Collections.unmodifiableList(inside);
      inside.add(wrapper);
      inside.add(new Holder(wrapper));
      assertThat(about(wrapper)).isNull();
      inside.add(new StringBuilder());
      assertThat(about(wrapper)).startsWith("Holder.value[2] is a StringBuilder");
    }

    @Test
    void theFirstElementsOfALargeCollectionAreLookedAt() {
      var looked = new AtomicInteger();
      var list =
          Collections.unmodifiableList(
              IntStream.range(0, 1_000_000).mapToObj(i -> (Object) new Counted(looked)).toList());
      assertThat(about(list)).isNull();
      assertThat(looked).hasValueBetween(1, 1_000);
      var late = new ArrayList<Object>(list);
      late.set(1_000, new int[1]);
      assertThat(about(Collections.unmodifiableList(late))).isNull();
      late.set(10, new int[1]);
      assertThat(about(Collections.unmodifiableList(late))).startsWith("Holder.value[10] is an");
    }

    /** Counts how often it is looked at. */
    record Counted(@Shareable AtomicInteger looked, byte[] bytes) {
      Counted(AtomicInteger looked) {
        this(looked, new byte[1]);
      }

      @Override
      public byte[] bytes() {
        looked.incrementAndGet();
        return bytes.clone();
      }
    }

    @Test
    void anAccessorThatThrowsSaysNothing() {
      record Angry(byte[] bytes) {
        @Override
        public byte[] bytes() {
          throw new UnsupportedOperationException();
        }
      }
      assertThat(placeIn(new Angry(new byte[1]))).isNull();
    }
  }

  @Test
  void aClassOfFinalImmutableFieldsNeedsNoSecondLook() {
    record Flat(int number, String text, Pid pid, Optional<String> note) {}
    record Plain(int number, String text, Pid pid, Atom atom, TimeUnit unit, BigInteger big) {}
    record Nest(Plain plain, Duration duration, Records.Leaf leaf) {}
    assertThat(Shapes.of(Plain.class)).isEqualTo(Shape.Immutable.INSTANCE);
    assertThat(Shapes.of(Nest.class)).isEqualTo(Shape.Immutable.INSTANCE);
    assertThat(Shapes.of(Flat.class)).isInstanceOf(Shape.Fields.class); // the note
    assertThat(Shapes.of(Flat.class)).isSameAs(Shapes.of(Flat.class));
  }

  @Test
  void whatMayNotBeLookedIntoPasses() throws Exception {
    var closed = Class.forName("com.sun.tools.javac.util.Pair"); // two final fields of any type
    assertThat(closed.getModule().isExported(closed.getPackageName())).isFalse();
    assertThat(Shapes.of(closed)).isEqualTo(Shape.Immutable.INSTANCE);
  }

  @Test
  void theSameMistakeIsOfOneKind() {
    var one = MutablePlace.in(new Order("a", List.of(new Line("b", new ArrayList<>()))));
    var line = new Line("b", List.of());
    var two = MutablePlace.in(new Order("a", List.of(line, new Line("b", new ArrayList<>()))));
    var other = MutablePlace.in(new Order("a", List.of(line, new Line("b", new LinkedList<>()))));
    assertThat(one).isNotNull();
    assertThat(two).isNotNull();
    assertThat(other).isNotNull();
    assertThat(one.description()).isNotEqualTo(two.description());
    assertThat(one.kind()).isEqualTo(two.kind()).isNotEqualTo(other.kind());
  }
}
