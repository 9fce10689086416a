package dev.retort.node.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.ErlangException;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Fun;
import dev.retort.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;

/** What comes of an expression here, as {@link RealErlang} says it. */
final class Evaluated {
  static final FunEvaluator EVALUATOR = new FunEvaluator(NoExports.NONE);

  private Evaluated() {}

  static Object apply(Object fun, Object... arguments) {
    try {
      return Node.current().run(() -> EVALUATOR.apply((Fun.Closure) fun, List.of(arguments)));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static Tuple result(Object fun, Object... arguments) {
    try {
      return Tuple.of(Atom.OK, apply(fun, arguments));
    } catch (ErlangException e) {
      return Tuple.of(Atom.of(e.kind().name().toLowerCase(Locale.ROOT)), e.value());
    }
  }

  /** Those of the expressions that Erlang's linter lets pass: most of them. */
  static List<String> allowed(List<String> sources) {
    assumeTrue(RealErlang.isInstalled(), "Erlang is not installed");
    var answers = RealErlang.answers(sources);
    var allowed = new ArrayList<String>();
    for (int i = 0; i < sources.size(); i++) {
      if (answers.get(i).fun() instanceof Fun) {
        allowed.add(sources.get(i));
      }
    }
    assertThat(allowed).hasSizeGreaterThan(sources.size() / 2);
    return allowed;
  }

  /** Each of the expressions gives the same here as in a real Erlang. */
  static void sameAsErlang(List<String> sources) {
    assumeTrue(RealErlang.isInstalled(), "Erlang is not installed");
    var answers = RealErlang.answers(sources);
    var all = new SoftAssertions();
    for (int i = 0; i < sources.size(); i++) {
      var answer = answers.get(i);
      assertThat(answer.fun()).as(sources.get(i) + " " + answer.result()).isInstanceOf(Fun.class);
      all.assertThat(result(answer.fun())).as(sources.get(i)).isEqualTo(answer.result());
    }
    all.assertAll();
  }
}
