package dev.retort.etf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Dest;
import dev.retort.term.ImproperList;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import dev.retort.term.Tuple;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  sealed interface Greeting {}

  record Hello(Object what) implements Greeting {}

  record Goodbye(String name) implements Greeting {}

  record Silence() implements Greeting {}

  enum Colour implements Greeting {
    RED,
    DARK_BLUE
  }

  record Parcel(
      String text,
      List<Hello> list,
      Map<String, Goodbye> map,
      Set<Integer> set,
      Colour colour,
      Greeting greeting,
      Atom atom,
      Binary binary,
      BigInteger big,
      boolean bool,
      Pid pid,
      Ref ref,
      Dest dest) {}

  record Numbers(byte b, short s, int i, long l, char c, float f, double d) {}

  record Boxed(@Nullable Integer i, @Nullable String s, Object o, Atom a) {}

  record Pair<A, B>(A left, B right) {}

  record Chain<T>(T value, @Nullable Chain<T> next) {}

  @SuppressWarnings("ArrayRecordComponent") // it is what the test is about
  record Typed(Pair<String, Hello> pair, Chain<Integer> chain, int[] array) {}

  record Positive(int n) {
    Positive {
      if (n <= 0) {
        throw new IllegalArgumentException("expected a positive number, not " + n);
      }
    }
  }

  @Struct("MyApp.User")
  record User(String name, List<Hello> letters) {}

  interface Open {}

  record Opened(Open other) implements Open {}

  private static final Vocabulary WORDS = Vocabulary.of(Greeting.class);
  private static final Pid PID = Pid.of(Atom.of("a@b"), 1, 2, 3);

  private static Object wire(Object value) {
    return Etf.decode(Etf.encode(value));
  }

  private static Tuple tuple(String tag, Object... rest) {
    var elements = new Object[rest.length + 1];
    elements[0] = Atom.of(tag);
    System.arraycopy(rest, 0, elements, 1, rest.length);
    return Tuple.of(elements);
  }

  @Test
  void termsBecomeTheRecordsThatClaimThem() {
    assertThat(WORDS.read(tuple("hello", 1L))).isEqualTo(new Hello(1L));
    assertThat(WORDS.read(tuple("goodbye", "Ann"))).isEqualTo(new Goodbye("Ann"));
    assertThat(WORDS.read(Atom.of("silence"))).isEqualTo(new Silence());
    assertThat(WORDS.read(Atom.of("dark_blue"))).isEqualTo(Colour.DARK_BLUE);
  }

  @Test
  void whatNothingClaimsStaysTheVeryTerm() {
    for (var term :
        List.of(
            tuple("goodbye", 1L),
            tuple("hello", 1L, 2L),
            tuple("unknown", List.of(1L), Map.of("a", 1L)),
            Atom.of("green"),
            "silence",
            true)) {
      assertThat(WORDS.read(term)).isSameAs(term);
    }
  }

  @Test
  void recordsAreFoundInsideOfTerms() {
    assertThat(
            WORDS.read(
                Tuple.of(
                    Atom.OK,
                    List.of(tuple("hello", tuple("goodbye", "x"))),
                    Map.of(Atom.of("red"), Atom.of("silence")),
                    ImproperList.of(List.of(tuple("goodbye", "y")), 1L))))
        .isEqualTo(
            Tuple.of(
                Atom.OK,
                List.of(new Hello(new Goodbye("x"))),
                Map.of(Atom.of("red"), new Silence()),
                ImproperList.of(List.of(new Goodbye("y")), 1L)));
  }

  @Test
  void tagsAndKeysAndNilStayAtoms() {
    enum Status {
      OK,
      NIL,
      TRUE
    }
    var words = Vocabulary.of(Status.class);
    assertThat(words.read(Tuple.of(Atom.OK, Atom.OK))).isEqualTo(Tuple.of(Atom.OK, Status.OK));
    var map = Map.of(Atom.OK, 1L);
    assertThat(words.read(map)).isSameAs(map);
    assertThat(words.read(List.of(Atom.NIL, true))).isEqualTo(List.of(Atom.NIL, true));
    assertThat(words.read(Atom.NIL, Status.class)).isEqualTo(Status.NIL);
    assertThat(words.read(true, Status.class)).isEqualTo(Status.TRUE);
  }

  @Test
  void mapsSortedByKeysOfAnotherClassAreFine() {
    var sorted = new TreeMap<>(Map.of("b", tuple("hello", 1L), "a", 2L));
    assertThat(WORDS.read(sorted)).isEqualTo(Map.of("b", new Hello(1L), "a", 2L));
    assertThat(Vocabulary.of(User.class).read(sorted, User.class)).isNull();
    assertThat(Inspect.inspect(sorted)).isEqualTo("%{\"a\" => 2, \"b\" => {:hello, 1}}");
  }

  @Test
  void anExpectedTypeNeedsNoVocabulary() {
    assertThat(Vocabulary.EMPTY.read(tuple("hello", 1L), Greeting.class)).isEqualTo(new Hello(1L));
    assertThat(Vocabulary.EMPTY.read(Atom.of("red"), Greeting.class)).isEqualTo(Colour.RED);
    assertThat(Vocabulary.EMPTY.read(tuple("nothing", 1L), Greeting.class)).isNull();
    assertThat(Vocabulary.EMPTY.read("x", String.class)).isEqualTo("x");
    assertThat(Vocabulary.EMPTY.read(1L, int.class)).isEqualTo(1);
    assertThat(Vocabulary.EMPTY.read(1L, String.class)).isNull();
    assertThat(Vocabulary.EMPTY.read(PID, Pid.class)).isSameAs(PID);
  }

  @Test
  void everyTypeOfComponentTravelsBothWays() {
    var parcel =
        new Parcel(
            "text",
            List.of(new Hello("a")),
            Map.of("k", new Goodbye("b")),
            Set.of(7),
            Colour.RED,
            new Silence(),
            Atom.TRUE,
            Binary.of("text"),
            BigInteger.ONE,
            true,
            PID,
            Ref.of(Atom.of("a@b"), 1, 2, 3),
            Name.of("name", "a@b"));
    assertThat(Vocabulary.EMPTY.read(wire(parcel), Parcel.class)).isEqualTo(parcel);
    var numbers =
        new Numbers(
            Byte.MIN_VALUE,
            Short.MIN_VALUE,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Character.MAX_VALUE,
            0.1f,
            Double.MIN_VALUE);
    assertThat(Vocabulary.EMPTY.read(wire(numbers), Numbers.class)).isEqualTo(numbers);
    var typed =
        new Typed(
            new Pair<>("l", new Hello("r")),
            new Chain<>(1, new Chain<>(2, null)),
            new int[] {1, 2});
    var read = Vocabulary.EMPTY.read(wire(typed), Typed.class);
    assertThat(read).isNotNull();
    assertThat(read.pair()).isEqualTo(typed.pair());
    assertThat(read.chain()).isEqualTo(typed.chain());
    assertThat(read.array()).containsExactly(1, 2);
  }

  @Test
  void numbersAreNarrowedExactlyOrNotAtAll() {
    var fine = new Object[] {1L, 1L, 1L, 1L, 1L, 1.0, 1.0};
    assertThat(Vocabulary.EMPTY.read(tuple("numbers", fine), Numbers.class)).isNotNull();
    var tooMuch = List.of(128L, 32_768L, 1L << 31, BigInteger.TWO.pow(63), 65_536L, 0.1, 1L);
    for (int i = 0; i < fine.length; i++) {
      var changed = fine.clone();
      changed[i] = tooMuch.get(i);
      assertThat(Vocabulary.EMPTY.read(tuple("numbers", changed), Numbers.class))
          .as("component " + i)
          .isNull();
    }
    assertThat(Vocabulary.EMPTY.read(1.0, long.class)).isNull();
  }

  @Test
  void nilIsNullWhereItCannotBeItself() {
    var boxed =
        Vocabulary.EMPTY.read(tuple("boxed", Atom.NIL, Atom.NIL, Atom.NIL, Atom.NIL), Boxed.class);
    assertThat(boxed).isEqualTo(new Boxed(null, null, Atom.NIL, Atom.NIL));
    assertThat(Vocabulary.EMPTY.read(tuple("positive", Atom.NIL), Positive.class)).isNull();
  }

  @Test
  void aConstructorMayRefuse() {
    assertThat(Vocabulary.EMPTY.read(tuple("positive", 1L), Positive.class)).isNotNull();
    var term = tuple("positive", -1L);
    assertThat(Vocabulary.of(Positive.class).read(term)).isSameAs(term);
  }

  @Test
  void genericTypesAreRead() throws ReflectiveOperationException {
    Type type = Parcel.class.getDeclaredMethod("list").getGenericReturnType();
    assertThat(Vocabulary.EMPTY.read(List.of(tuple("hello", 1L)), type))
        .isEqualTo(List.of(new Hello(1L)));
    assertThat(Vocabulary.EMPTY.read(List.of(1L), type)).isNull();
  }

  @Test
  void structsAreRead() {
    var user = new User("Ann", List.of(new Hello(1L)));
    assertThat(Vocabulary.of(User.class).read(wire(user))).isEqualTo(user);
    assertThat(Vocabulary.EMPTY.read(wire(user), User.class)).isEqualTo(user);
    var other = Map.of(Atom.of("__struct__"), Atom.of("Elixir.Other"), Atom.of("name"), "Ann");
    assertThat(Vocabulary.of(User.class).read(other)).isSameAs(other);
  }

  @Test
  void anOpenInterfaceIsReadWithTheVocabulary() {
    var term = tuple("opened", tuple("opened", Atom.NIL));
    assertThat(Vocabulary.of(Opened.class).read(term)).isEqualTo(new Opened(new Opened(null)));
    assertThat(Vocabulary.EMPTY.read(term, Open.class)).isNull();
  }

  @Test
  void theFirstThatFitsIsIt() {
    record Inner() {
      record Hello(String what) {}
    }
    var words = Vocabulary.of(Inner.Hello.class).plus(WORDS);
    assertThat(words.read(tuple("hello", "x"))).isEqualTo(new Inner.Hello("x"));
    assertThat(words.read(tuple("hello", 1L))).isEqualTo(new Hello(1L));
  }

  @Test
  void aRecordOfAnotherClassIsReadLikeItsTerm() {
    record Elsewhere() {
      record Hello(Object what) {}
    }
    assertThat(WORDS.read(new Elsewhere.Hello("x"))).isEqualTo(new Hello("x"));
    assertThat(WORDS.read(new Elsewhere.Hello("x"), Hello.class)).isEqualTo(new Hello("x"));
    var own = new Hello("x");
    assertThat(WORDS.read(own)).isSameAs(own);
    var unknown = new Positive(1);
    assertThat(WORDS.read(unknown)).isSameAs(unknown);
  }

  @Test
  void onlyRecordsAndEnumsAndFamiliesAreWords() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Vocabulary.of(String.class))
        .withMessageContaining("not java.lang.String");
    assertThat(Vocabulary.of()).isSameAs(Vocabulary.EMPTY);
  }

  @Test
  void veryDeepTermsDoNotOverflowTheStack() {
    Object deep = tuple("hello", 1L);
    for (int i = 0; i < 9_000; i++) {
      deep = tuple("hello", deep);
    }
    assertThat(WORDS.read(deep)).isInstanceOf(Hello.class);
    Object chain = Atom.NIL;
    for (int i = 0; i < 9_000; i++) {
      chain = tuple("chain", 1L, chain);
    }
    assertThat(Vocabulary.EMPTY.read(chain, Chain.class)).isNull();
    Object lists = List.of();
    for (int i = 0; i < 9_000; i++) {
      lists = List.of(lists);
    }
    assertThat(WORDS.read(lists)).isSameAs(lists);
  }
}
