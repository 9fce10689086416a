package dev.retort;

import static dev.retort.TimerWheel.NEVER;
import static dev.retort.TimerWheel.TICK_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.term.Ref;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
  private static final Node NODE = Node.current();

  /** More than the sum of digits that a timer can move through. */
  private static final int LEVELS = 8;

  private final TimerWheel wheel = new TimerWheel();
  private final Receiver receiver = new Receiver(NODE.user(), wheel);

  private Timer set(long nanos) {
    return set(wheel, receiver, nanos);
  }

  private static Timer set(TimerWheel wheel, Receiver receiver, long nanos) {
    var timer = new Timer(NODE, nanos, receiver);
    timer.give("message");
    assertThat(wheel.add(timer)).isTrue();
    return timer;
  }

  private List<Timer> advance(long tick) {
    var due = new ArrayList<Timer>();
    long next = wheel.advance(tick, due);
    assertThat(next).isGreaterThan(tick);
    due.sort(Timer.ORDER);
    return due;
  }

  @Test
  void aTimerIsDueAtTheFirstTickThatIsNotTooEarly() {
    var exact = set(5 * TICK_NANOS);
    var later = set(5 * TICK_NANOS + 1);

    assertThat(advance(4)).isEmpty();
    assertThat(advance(5)).containsExactly(exact);
    assertThat(advance(6)).containsExactly(later);
  }

  @Test
  void aTimerWhoseTimeIsOverIsDueAtOnce() {
    advance(1_000);
    var late = set(TICK_NANOS);
    var past = set(-7 * TICK_NANOS);

    assertThat(advance(1_000)).containsExactly(past, late);
  }

  @Test
  void anEmptyWheelNeedsNoLook() {
    assertThat(wheel.advance(5, new ArrayList<>())).isEqualTo(NEVER);
    var timer = set(100 * TICK_NANOS);
    wheel.remove(timer);
    assertThat(wheel.advance(6, new ArrayList<>())).isEqualTo(NEVER);
  }

  @Test
  void aTimerThatIsStoppedBeforeItIsInLeavesTheOthersThere() {
    var first = set(5 * TICK_NANOS);
    wheel.remove(new Timer(NODE, 5 * TICK_NANOS, receiver));
    assertThat(wheel.size()).isEqualTo(1);
    assertThat(advance(5)).containsExactly(first);
  }

  @Test
  void aDistantTimerIsLookedAtOncePerLevel() {
    long tick = (1L << 42) + 0x2_5a5a_5a5aL;
    var timer = set(tick * TICK_NANOS);
    var due = new ArrayList<Timer>();

    long next = 0;
    int looks = 0;
    while (due.isEmpty()) {
      next = wheel.advance(next, due);
      looks++;
    }

    assertThat(due).containsExactly(timer);
    assertThat(next).isEqualTo(NEVER);
    assertThat(looks).isLessThanOrEqualTo(LEVELS + 1);
  }

  @Test
  void manyTimersOfOneSlotMoveInSeveralSteps() {
    var timers = IntStream.range(0, 10_000).mapToObj(i -> set(70 * TICK_NANOS - i)).toList();
    var later = IntStream.range(0, 10_000).mapToObj(i -> set(71 * TICK_NANOS - i)).toList();

    assertThat(advance(70)).isEqualTo(timers.reversed());
    assertThat(advance(71)).isEqualTo(later.reversed());
  }

  @Test
  void aTimerIsTakenOutOnce() {
    var timer = set(TICK_NANOS);
    var other = set(TICK_NANOS);
    wheel.remove(timer);
    wheel.remove(timer);

    assertThat(advance(1)).containsExactly(other);
    wheel.remove(other);
    assertThat(receiver.first).isNull();
  }

  @Test
  void theEndOfAReceiverEndsItsTimersAndNoOthers() {
    var timers = IntStream.range(0, 5_000).mapToObj(i -> set((1L << (i % 60)) + i)).toList();
    var other = new Receiver(NODE.user(), wheel);
    var remaining = set(wheel, other, TICK_NANOS);

    wheel.end(receiver);

    assertThat(timers).noneMatch(Timer::isPending);
    assertThat(wheel.add(new Timer(NODE, 0, receiver))).isFalse();
    assertThat(advance(1L << 43)).containsExactly(remaining);
  }

  @Test
  void aTimerIsFoundByAnEqualReference() {
    var timers = IntStream.range(0, 500).mapToObj(i -> set(1L << (i % 60))).toList();

    assertThat(timers).allSatisfy(timer -> assertThat(wheel.find(copy(timer))).isSameAs(timer));
    wheel.remove(timers.get(7));
    assertThat(wheel.find(copy(timers.get(7)))).isNull();
  }

  private static Ref copy(Ref ref) {
    return Ref.of(ref.node(), ref.creation(), ref.words());
  }

  // ---- against a list

  private sealed interface Step {}

  /** Sets a timer for a time after now, or before. */
  private record Set(int receiver, long nanos) implements Step {}

  /** Cancels one of those that have been set, whether it is still there or not. */
  private record Cancel(int which) implements Step {}

  private record Advance(long ticks) implements Step {}

  /** Advances to where the wheel wants to be looked at again. */
  private record AdvanceToNext() implements Step {}

  private record End(int receiver) implements Step {}

  private static final int RECEIVERS = 3;

  /** As likely small as large: each number of bits alike. */
  private static Arbitrary<Long> upTo(int bits) {
    return Arbitraries.integers()
        .between(0, bits)
        .flatMap(n -> Arbitraries.longs().between(0, (1L << n) - 1));
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    var receivers = Arbitraries.integers().between(0, RECEIVERS - 1);
    Arbitrary<Step> set =
        receivers.flatMap(
            to ->
                Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, upTo(36)),
                        net.jqwik.api.Tuple.of(2, upTo(61)),
                        net.jqwik.api.Tuple.of(1, upTo(30).map(nanos -> -nanos)))
                    .map(nanos -> new Set(to, nanos)));
    Arbitrary<Step> cancel = Arbitraries.integers().between(0, 100).map(Cancel::new);
    Arbitrary<Step> advance = upTo(18).map(Advance::new);
    Arbitrary<Step> far = upTo(35).map(Advance::new);
    Arbitrary<Step> next = Arbitraries.just(new AdvanceToNext());
    Arbitrary<Step> end = receivers.map(End::new);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(20, set),
            net.jqwik.api.Tuple.of(6, cancel),
            net.jqwik.api.Tuple.of(6, advance),
            net.jqwik.api.Tuple.of(1, far),
            net.jqwik.api.Tuple.of(6, next),
            net.jqwik.api.Tuple.of(1, end))
        .list()
        .ofMaxSize(120);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void whatIsDueIsWhatAListSays(@ForAll("programs") List<Step> program) {
    var subject = new TimerWheel();
    var receivers = new Receiver[RECEIVERS];
    for (int i = 0; i < RECEIVERS; i++) {
      receivers[i] = new Receiver(NODE.user(), subject);
    }
    var all = new ArrayList<Timer>();
    var model = new ArrayList<Timer>();
    long now = 0;
    long next = NEVER;
    for (var step : program) {
      switch (step) {
        case Set(int to, long nanos) -> {
          var timer = set(subject, receivers[to], now * TICK_NANOS + nanos);
          all.add(timer);
          model.add(timer);
          next = Math.min(next, Math.max(timer.tick(), now));
        }
        case Cancel(int which) when which < all.size() -> {
          subject.remove(all.get(which));
          model.remove(all.get(which));
        }
        case Cancel none -> {}
        case End(int which) -> {
          subject.end(receivers[which]);
          model.removeIf(timer -> timer.receiver == receivers[which]);
          receivers[which] = new Receiver(NODE.user(), subject);
        }
        case Advance(long ticks) -> {
          now += ticks;
          next = advanceBoth(subject, model, now);
        }
        case AdvanceToNext() -> {
          if (next != NEVER) {
            now = next;
            next = advanceBoth(subject, model, now);
          }
        }
      }
    }
    while (next != NEVER) {
      next = advanceBoth(subject, model, next);
    }
    assertThat(model).isEmpty();
    for (var receiver : receivers) {
      assertThat(receiver.first).isNull();
    }
  }

  private static long advanceBoth(TimerWheel subject, List<Timer> model, long now) {
    var expected = new ArrayList<>(model);
    expected.removeIf(timer -> timer.due > now * TICK_NANOS);
    model.removeAll(expected);
    expected.sort(Timer.ORDER);

    var due = new ArrayList<Timer>();
    long next = subject.advance(now, due);
    due.sort(Timer.ORDER);

    assertThat(due).isEqualTo(expected);
    assertThat(next).isGreaterThan(now);
    assertThat(next == NEVER).isEqualTo(model.isEmpty());
    for (var timer : model) {
      assertThat(next).isLessThanOrEqualTo(timer.tick());
    }
    return next;
  }
}
