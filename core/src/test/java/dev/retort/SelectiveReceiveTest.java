package dev.retort;

import static dev.retort.Kernel.alias;
import static dev.retort.Kernel.makeRef;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Receives that take a message from anywhere in the mailbox. What they cost is how many messages
 * they look at: counted, not timed.
 */
@Timeout(60)
class SelectiveReceiveTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int MANY = 100_000;

  record Answer(Ref ref, Object value) {}

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  /** Counts how many messages it is asked about. */
  private static final class Counting<M> implements Predicate<M> {
    private final Predicate<M> which;
    private int count;

    Counting(Predicate<M> which) {
      this.which = which;
    }

    @Override
    public boolean test(M message) {
      count++;
      return which.test(message);
    }
  }

  private static void fillMailbox() {
    for (int i = 0; i < MANY; i++) {
      send(self(), i);
    }
  }

  private static List<Object> messages() {
    var all = new ArrayList<Object>();
    for (Object message; (message = receive(Duration.ZERO)) != null; ) {
      all.add(message);
    }
    return all;
  }

  // ---- with a predicate

  @Test
  void thePredicateChoosesAmongTheMessagesOfTheType() throws Exception {
    run(
        () -> {
          for (Object message : List.of(1, "a", 2, "bb", 3)) {
            send(self(), message);
          }
          assertThat(receive(String.class, text -> text.length() == 2)).isEqualTo("bb");
          assertThat(receive(Integer.class, n -> n > 1)).isEqualTo(2);
          assertThat(messages()).containsExactly(1, "a", 3);
          return true;
        });
  }

  @Test
  void eachMessageIsLookedAtOnceHoweverLongItWaits() throws Exception {
    run(
        () -> {
          fillMailbox();
          var me = self();
          var which = new Counting<Integer>(n -> n == -100);
          spawn(
              () -> {
                for (int i = -1; i >= -100; i--) {
                  send(me, i); // each may wake the receiver
                }
              });
          assertThat(receive(Integer.class, which)).isEqualTo(-100);
          assertThat(which.count).isEqualTo(MANY + 100);
          assertThat(messages())
              .isEqualTo(
                  IntStream.concat(
                          IntStream.range(0, MANY), IntStream.rangeClosed(1, 99).map(i -> -i))
                      .boxed()
                      .toList());
          return true;
        });
  }

  @Test
  void whenNoneComesInTimeItGivesNullAndLeavesAll() throws Exception {
    run(
        () -> {
          fillMailbox();
          var which = new Counting<Integer>(n -> false);
          assertThat(receive(Integer.class, which, Duration.ofMillis(5))).isNull();
          assertThat(which.count).isEqualTo(MANY);
          assertThat(messages()).hasSize(MANY);
          return true;
        });
  }

  @Test
  void anExceptionInThePredicateLeavesTheMessageThere() throws Exception {
    run(
        () -> {
          send(self(), 1);
          send(self(), 2);
          assertThatThrownBy(
                  () ->
                      receive(
                          Integer.class,
                          n -> {
                            if (n == 2) {
                              throw new ArithmeticException("on purpose");
                            }
                            return false;
                          }))
              .isInstanceOf(ArithmeticException.class);
          assertThat(messages()).containsExactly(1, 2);
          return true;
        });
  }

  @Test
  void aReceiveInsideAPredicateTakesItsMessageAndNoOther() throws Exception {
    run(
        () -> {
          for (int i = 1; i <= 5; i++) {
            send(self(), i);
          }
          var inner = new ArrayList<Object>();
          var outer =
              receive(
                  Integer.class,
                  n -> {
                    if (n == 2 && inner.isEmpty()) {
                      inner.add(receive(Integer.class, m -> m == 3));
                    }
                    return n == 4;
                  });
          assertThat(outer).isEqualTo(4);
          assertThat(inner).containsExactly(3);
          assertThat(messages()).containsExactly(1, 2, 5);
          return true;
        });
  }

  // ---- with a fresh reference

  /** A mailbox with many messages that a receive has gone through already. */
  private static void fillAndSortMailbox() {
    fillMailbox();
    assertThat(receive(String.class, Duration.ZERO)).isNull();
  }

  private static Counting<Object> answerTo(Ref ref) {
    return new Counting<>(message -> message instanceof Answer answer && answer.ref().equals(ref));
  }

  @Test
  void anAnswerToAFreshReferenceIsFoundWithoutALookAtWhatWasThereBefore() throws Exception {
    run(
        () -> {
          fillAndSortMailbox();
          var me = self();
          for (int i = 0; i < 1000; i++) {
            var ref = makeRef();
            spawn(() -> send(me, new Answer(ref, "answer")));
            var which = answerTo(ref);
            assertThat(receive(ref, Object.class, which, SOON))
                .isEqualTo(new Answer(ref, "answer"));
            assertThat(which.count).isEqualTo(1);
          }
          assertThat(messages()).hasSize(MANY);
          return true;
        });
  }

  @Test
  void messagesThatNobodyHasLookedAtYetAreLookedAtOnceAndNotForEveryAnswer() throws Exception {
    run(
        () -> {
          fillMailbox();
          int looks = 0;
          for (int i = 0; i < 1000; i++) {
            var ref = makeRef();
            send(self(), "since"); // after the reference was made
            send(self(), new Answer(ref, "answer"));
            var which = answerTo(ref);
            assertThat(receive(ref, Object.class, which)).isEqualTo(new Answer(ref, "answer"));
            looks += which.count;
          }
          assertThat(looks).isGreaterThanOrEqualTo(2 * 1000).isLessThanOrEqualTo(MANY + 2 * 1000);
          return true;
        });
  }

  @Test
  void monitorsAndAliasesAreFreshReferencesToo() throws Exception {
    run(
        () -> {
          fillAndSortMailbox();
          var watch = monitor(spawn(() -> {}));
          var down =
              new Counting<Object>(
                  message -> message instanceof Down end && end.ref().equals(watch));
          assertThat(receive(watch, Object.class, down)).isInstanceOf(Down.class);
          assertThat(down.count).isEqualTo(1);

          var child = spawnMonitor(() -> {});
          var itsDown =
              new Counting<Object>(
                  message -> message instanceof Down end && end.ref().equals(child.ref()));
          assertThat(receive(child.ref(), Object.class, itsDown)).isInstanceOf(Down.class);
          assertThat(itsDown.count).isEqualTo(1);

          var alias = alias(AliasMode.REPLY);
          spawn(() -> send(alias, new Answer(alias, "through it")));
          var answer = answerTo(alias);
          assertThat(receive(alias, Object.class, answer)).isInstanceOf(Answer.class);
          assertThat(answer.count).isEqualTo(1);
          return true;
        });
  }

  @Test
  void theLastFourReferencesAreRemembered() throws Exception {
    run(
        () -> {
          fillAndSortMailbox();
          var refs = IntStream.range(0, 5).mapToObj(i -> makeRef()).toList();
          for (var ref : refs.reversed()) {
            send(self(), new Answer(ref, "answer"));
          }
          for (int i = 4; i >= 1; i--) {
            var ref = refs.get(i);
            var which = answerTo(ref);
            assertThat(receive(ref, Object.class, which)).isEqualTo(new Answer(ref, "answer"));
            assertThat(which.count).isEqualTo(1);
          }
          var forgotten = refs.getFirst();
          var which = answerTo(forgotten);
          assertThat(receive(forgotten, Object.class, which))
              .isEqualTo(new Answer(forgotten, "answer"));
          assertThat(which.count).isEqualTo(MANY + 1);
          return true;
        });
  }

  @Test
  void anAnswerIsFoundThoughWhatStoodBeforeItsMarkIsGone() throws Exception {
    run(
        () -> {
          var me = self();
          for (int i = 0; i < 10; i++) {
            send(me, i);
          }
          assertThat(receive(Integer.class, n -> n == 5)).isEqualTo(5);
          var ref = makeRef();
          assertThat(messages()).hasSize(9);
          spawn(() -> send(me, new Answer(ref, "answer")));
          assertThat(receive(ref, Answer.class, a -> a.ref().equals(ref), SOON)).isNotNull();
          return true;
        });
  }

  @Test
  void withAReferenceOfAnotherProcessAllMessagesAreLookedAt() throws Exception {
    run(
        () -> {
          var me = self();
          spawn(() -> send(me, makeRef()));
          var foreign = receive(Ref.class);
          send(me, new Answer(foreign, 1));
          makeRef();
          assertThat(receive(foreign, Answer.class, a -> a.ref().equals(foreign)).value())
              .isEqualTo(1);
          return true;
        });
  }

  @Test
  void whenNoAnswerComesInTimeItGivesNull() throws Exception {
    run(
        () -> {
          fillMailbox();
          var ref = makeRef();
          sendAfter(self(), new Answer(makeRef(), "not this one"), Duration.ZERO);
          assertThat(receive(ref, Answer.class, a -> a.ref().equals(ref), Duration.ofMillis(5)))
              .isNull();
          return true;
        });
  }

  @Test
  void aCallHasNothingToDoWithTheMailboxOfTheCaller() throws Exception {
    var server = Agent.start(() -> 42);
    run(
        () -> {
          fillMailbox();
          for (int i = 0; i < 1000; i++) {
            assertThat(Agent.<Integer, Integer>get(server, n -> n)).isEqualTo(42);
          }
          assertThat(messages()).hasSize(MANY);
          return true;
        });
    Agent.stop(server);
  }

  @Test
  void outsideAProcessThereIsNoMailbox() {
    assertThatThrownBy(() -> receive(Atom.class, atom -> true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("receive was called on a thread that is no process");
    assertThatThrownBy(() -> receive(makeRef(), Atom.class, atom -> true))
        .hasMessageContaining("receive was called on a thread that is no process");
  }
}
