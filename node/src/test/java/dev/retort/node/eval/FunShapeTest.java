package dev.retort.node.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.ErlangException;
import dev.retort.term.Atom;
import dev.retort.term.Binary;
import dev.retort.term.Fun;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Funs as the releases of OTP write them. */
class FunShapeTest {
  private static final Binary UNIQ = Binary.of(new byte[16]);
  private static final Pid CREATOR = Pid.of(Atom.of("erl@host"), 85, 0, 3);
  private static final Atom NONE = Atom.of("none");

  private static Tuple form(String tag, Object... parts) {
    var form = new Object[parts.length + 2];
    form[0] = Atom.of(tag);
    form[1] = 1L;
    System.arraycopy(parts, 0, form, 2, parts.length);
    return Tuple.of(form);
  }

  private static Tuple variable(String name) {
    return form("var", Atom.of(name));
  }

  /** {@code fun(Y) -> {X, Y} end}. */
  private static List<?> pairWithX() {
    var body = form("tuple", List.of(variable("X"), variable("Y")));
    return List.of(form("clause", List.of(variable("Y")), List.of(), List.of(body)));
  }

  /** {@code fun F(0) -> X; F(N) -> F(N - 1) end}. */
  private static List<?> countingDown() {
    var less = form("op", Atom.of("-"), variable("N"), form("integer", 1L));
    var call = form("call", variable("F"), List.of(less));
    return List.of(
        form("clause", List.of(form("integer", 0L)), List.of(), List.of(variable("X"))),
        form("clause", List.of(variable("N")), List.of(), List.of(call)));
  }

  private static Object captured(int size, List<?> clauses) {
    var bindings = List.of(Tuple.of(Atom.of("X"), 5L));
    return switch (size) {
      case 4 -> Tuple.of(bindings, NONE, NONE, clauses);
      case 5 -> Tuple.of(Map.of(Atom.of("X"), 5L), NONE, NONE, Map.of(), clauses);
      default -> Tuple.of(1L, bindings, NONE, NONE, Map.of(), clauses);
    };
  }

  private static Object named(int size, List<?> clauses) {
    var all = ((Tuple) captured(size, clauses)).toArray();
    var withName = java.util.Arrays.copyOf(all, all.length + 1);
    withName[all.length] = Atom.of("F");
    return Tuple.of(withName);
  }

  private static Fun.Closure fun(int arity, Object captured) {
    return new Fun.Closure(
        Atom.of("erl_eval"), arity, UNIQ, 42, 42, 3316493, CREATOR, List.of(captured));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6})
  void aFunOfEachReleaseIsCalled(int size) {
    assertThat(Evaluated.apply(fun(1, captured(size, pairWithX())), 7L))
        .isEqualTo(Tuple.of(5L, 7L));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6})
  void aNamedFunOfEachReleaseCallsItself(int size) {
    assertThat(Evaluated.apply(fun(1, named(size, countingDown())), 100_000L)).isEqualTo(5L);
  }

  @Test
  void aFunThatIsGivenBackIsWhatItWas() {
    var fun = fun(1, captured(6, pairWithX()));
    var identity =
        List.of(form("clause", List.of(variable("Z")), List.of(), List.of(variable("Z"))));
    assertThat(Evaluated.apply(fun(1, captured(6, identity)), fun)).isEqualTo(fun);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6})
  void aFunThatIsMadeHereIsWrittenAsItsHomeWritesThem(int size) {
    var inner = form("fun", Tuple.of(Atom.of("clauses"), List.of(twoArguments())));
    var outer = List.of(form("clause", List.of(), List.of(), List.of(inner)));
    var made = (Fun.Closure) Evaluated.apply(fun(0, captured(size, outer)));
    assertThat(made.arity()).isEqualTo(2);
    assertThat(made.index()).isEqualTo(40); // they stand in order, the one without arguments is 42
    assertThat(made.uniq()).isEqualTo(UNIQ);
    assertThat(((Tuple) made.free().getFirst()).size()).isEqualTo(size);
    assertThat(Evaluated.apply(made, 1L, 2L)).isEqualTo(Tuple.of(1L, 2L, 5L));
  }

  private static Tuple twoArguments() {
    var body = form("tuple", List.of(variable("A"), variable("B"), variable("X")));
    return form("clause", List.of(variable("A"), variable("B")), List.of(), List.of(body));
  }

  @Test
  void aFunOfTheOtherKindIsWrittenAsOneThatMakesIt() {
    var inner = form("named_fun", Atom.of("F"), countingDown());
    var outer = List.of(form("clause", List.of(), List.of(), List.of(inner)));
    var made = (Fun.Closure) Evaluated.apply(fun(0, captured(6, outer)));
    assertThat(((Tuple) made.free().getFirst()).size()).isEqualTo(6);
    assertThat(Evaluated.apply(made, 3L)).isEqualTo(5L);

    var plain = form("fun", Tuple.of(Atom.of("clauses"), List.of(twoArguments())));
    var namedOuter = List.of(form("clause", List.of(), List.of(), List.of(plain)));
    var fromNamed = (Fun.Closure) Evaluated.apply(fun(0, named(6, namedOuter)));
    assertThat(((Tuple) fromNamed.free().getFirst()).size()).isEqualTo(7);
    assertThat(Evaluated.apply(fromNamed, 1L, 2L)).isEqualTo(Tuple.of(1L, 2L, 5L));
  }

  /** What came to the language after OTP 25: maybe, comprehensions of maps, strict and zipped. */
  @Test
  void theFormsOfNewerReleasesAreEvaluated() {
    var ok = form("tuple", List.of(form("atom", Atom.OK), variable("V")));
    var match = form("maybe_match", ok, variable("Y"));
    var otherwise =
        form(
            "else",
            List.of(form("clause", List.of(variable("E")), List.of(), List.of(variable("E")))));
    var maybe = form("maybe", List.of(match, variable("V")), otherwise);
    var fun =
        fun(
            1,
            captured(
                6, List.of(form("clause", List.of(variable("Y")), List.of(), List.of(maybe)))));
    assertThat(Evaluated.apply(fun, Tuple.of(Atom.OK, 1L))).isEqualTo(1L);
    assertThat(Evaluated.apply(fun, Atom.ERROR)).isEqualTo(Atom.ERROR);

    var pair = form("map_field_exact", variable("K"), variable("V"));
    var swapped = form("map_field_assoc", variable("V"), variable("K"));
    assertThat(
            comprehension(
                form("mc", swapped, List.of(form("m_generate", pair, variable("Y")))),
                Map.of(1L, 2L)))
        .isEqualTo(Map.of(2L, 1L));

    var strict = form("lc", variable("V"), List.of(form("generate_strict", ok, variable("Y"))));
    assertThat(comprehension(strict, List.of(Tuple.of(Atom.OK, 1L)))).isEqualTo(List.of(1L));
    assertThatThrownBy(() -> comprehension(strict, List.of(7L)))
        .isInstanceOfSatisfying(
            ErlangException.class,
            e -> assertThat(e.value()).isEqualTo(Tuple.of(Atom.of("badmatch"), 7L)));

    var both = form("tuple", List.of(variable("A"), variable("B")));
    var numbers =
        form(
            "generate",
            variable("B"),
            form("cons", form("integer", 8L), form("cons", form("integer", 9L), form("nil"))));
    var zip =
        form(
            "lc",
            both,
            List.of(
                Tuple.of(
                    Atom.of("zip"),
                    1L,
                    List.of(form("generate", variable("A"), variable("Y")), numbers))));
    assertThat(comprehension(zip, List.of(1L, 2L)))
        .isEqualTo(List.of(Tuple.of(1L, 8L), Tuple.of(2L, 9L)));
    assertThatThrownBy(() -> comprehension(zip, List.of(1L)))
        .isInstanceOfSatisfying(
            ErlangException.class,
            e ->
                assertThat(e.value())
                    .isEqualTo(
                        Tuple.of(Atom.of("bad_generators"), Tuple.of(List.of(), List.of(9L)))));
  }

  private static Object comprehension(Tuple form, Object source) {
    var clause = form("clause", List.of(variable("Y")), List.of(), List.of(form));
    return Evaluated.apply(fun(1, captured(6, List.of(clause))), source);
  }

  @Test
  void whatIsNoFunctionOfAShellIsTold() {
    assertThatThrownBy(() -> FunShape.of(fun(1, Tuple.of(1L, 2L))))
        .hasMessageContaining("4 to 6 values");
    var nonsense = List.of(form("clause", List.of(), List.of(), List.of(form("nonsense", 1L))));
    assertThat(Evaluated.result(fun(0, captured(6, nonsense))))
        .isEqualTo(Tuple.of(Atom.ERROR, Atom.of("badarg")));
    assertThat(Evaluated.EVALUATOR.evaluates(fun(0, Atom.NIL))).isFalse();
  }
}
