package dev.retort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Race.Move;
import dev.retort.Race.Script;
import dev.retort.Race.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/**
 * Processes that do things to each other at the same time never break what OTP promises. A run that
 * fails cannot be repeated exactly: its history is shown instead.
 */
class RaceTest {
  private static final Duration SETTLED = Duration.ofSeconds(10);

  /** Of everything something. */
  @Property(shrinking = ShrinkingMode.OFF)
  void signalsOfAllKinds(@ForAll("scripts") List<Script> scripts) throws Exception {
    assertThat(broken(scripts)).isEmpty();
  }

  /** Two that link and unlink each other all the time agree in the end on whether they are. */
  @Property(shrinking = ShrinkingMode.OFF)
  void linksThatAreTakenBackWhileTheyAreMade(@ForAll("linkers") List<Script> scripts)
      throws Exception {
    assertThat(broken(scripts)).isEmpty();
  }

  /** Processes that are killed while they do something. */
  @Property(shrinking = ShrinkingMode.OFF)
  void killsInTheMiddleOfThings(@ForAll("killers") List<Script> scripts) throws Exception {
    assertThat(broken(scripts)).isEmpty();
  }

  @Provide
  Arbitrary<List<Script>> scripts() {
    return scripts(5, 8, 22, 20, 16, 12, 5, 6, 4, 2, 6, 1);
  }

  @Provide
  Arbitrary<List<Script>> linkers() {
    return scripts(2, 2, 10, 40, 40, 4, 2, 2, 0, 0, 0, 0);
  }

  @Provide
  Arbitrary<List<Script>> killers() {
    return scripts(4, 2, 40, 20, 10, 20, 5, 10, 2, 6, 6, 1);
  }

  /** Scripts for up to {@code most} processes, with these weights of the verbs in their order. */
  private static Arbitrary<List<Script>> scripts(int most, int... weights) {
    var all = List.of(Verb.values());
    var verbs =
        Arbitraries.<Verb>frequency(
            IntStream.range(0, all.size())
                .filter(i -> weights[i] > 0)
                .mapToObj(i -> Tuple.of(weights[i], all.get(i)))
                .toList());
    var moves =
        Combinators.combine(
                verbs,
                Arbitraries.integers().between(0, 11),
                Arbitraries.integers().between(0, 300).injectNull(0.7))
            .as((verb, to, pause) -> new Move(verb, to, pause == null ? 0 : pause));
    return Combinators.combine(Arbitraries.of(true, true, false), moves.list().ofMaxSize(80))
        .as(Script::new)
        .list()
        .ofMinSize(2)
        .ofMaxSize(most);
  }

  private static List<String> broken(List<Script> scripts) throws Exception {
    return Node.current()
        .run(
            () -> {
              var race = new Race(scripts);
              race.run();
              long deadline = System.nanoTime() + SETTLED.toNanos();
              var broken = RaceRules.settled(race);
              while (!broken.isEmpty() && System.nanoTime() - deadline < 0) {
                race.hearOfEnds();
                broken = RaceRules.settled(race);
              }
              var history = race.toString();
              race.endAll();
              var all = new ArrayList<>(broken);
              all.addAll(RaceRules.always(race));
              if (!all.isEmpty()) {
                all.add("\n" + history);
              }
              return all;
            });
  }
}
