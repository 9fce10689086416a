package dev.retort;

import static dev.retort.Kernel.cancelTimer;
import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.readTimer;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.sendAt;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.startTimer;
import static dev.retort.Kernel.startTimerAt;
import static dev.retort.Kernel.unregister;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Ref;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TimersTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final long MILLI = 1_000_000;

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  /** A clock that stands still between two ticks of a test; it starts where nanoTime wraps. */
  private long clock = Long.MAX_VALUE - 10 * MILLI;

  private final Timers timers = new Timers(Node.current(), () -> clock);

  private List<Object> fire() {
    timers.fireDue();
    return received();
  }

  private static List<Object> received() {
    var messages = new ArrayList<>();
    for (Object message; (message = receive(Duration.ZERO)) != null; ) {
      messages.add(message);
    }
    return messages;
  }

  // ---- with a clock that the test turns

  @Test
  void aMessageIsNeverEarly() throws Exception {
    run(
        () -> {
          clock += 300_000;
          timers.sendAfter(self(), "message", Duration.ofMillis(5));
          clock += 5 * MILLI - 1;
          assertThat(fire()).isEmpty();
          clock += MILLI;
          assertThat(fire()).containsExactly("message");
          return null;
        });
  }

  @Test
  void timersOfOneMillisecondFireInTheOrderOfTheirTimes() throws Exception {
    run(
        () -> {
          timers.sendAfter(self(), "third", Duration.ofNanos(900_000));
          timers.sendAfter(self(), "first", Duration.ofNanos(1));
          timers.sendAfter(self(), "second", Duration.ofNanos(500_000));
          clock += MILLI;
          assertThat(fire()).containsExactly("first", "second", "third");
          return null;
        });
  }

  @Test
  void timersForTheSameTimeFireInTheOrderInWhichTheyWereSet() throws Exception {
    run(
        () -> {
          register("timers_test", self());
          long due = clock + 100_000 * MILLI;
          var expected = new ArrayList<>();
          for (int i = 0; i < 100; i++) { // from near and far, through different wheels
            timers.sendAt(i % 2 == 0 ? self() : Name.of("timers_test"), i, due);
            expected.add(i);
            clock += 990 * MILLI;
            assertThat(fire()).isEmpty();
          }
          clock = due;
          assertThat(fire()).isEqualTo(expected);
          unregister("timers_test");
          return null;
        });
  }

  @Test
  void theTimeThatIsLeftIsRead() throws Exception {
    run(
        () -> {
          var timer = timers.sendAfter(self(), "message", Duration.ofMillis(5));
          clock += 2 * MILLI;
          assertThat(timers.read(timer)).isEqualTo(Duration.ofMillis(3));
          clock += 4 * MILLI;
          assertThat(timers.read(timer)).isEqualTo(Duration.ZERO); // due, not fired yet
          assertThat(fire()).containsExactly("message");
          assertThat(timers.read(timer)).isNull();
          return null;
        });
  }

  @Test
  void aTimerThatIsDueCanBeCancelledUntilItFires() throws Exception {
    run(
        () -> {
          var timer = timers.sendAfter(self(), "message", Duration.ZERO);
          clock += 100 * MILLI;
          assertThat(timers.cancel(timer)).isEqualTo(Duration.ZERO);
          assertThat(timers.cancel(timer)).isNull();
          assertThat(fire()).isEmpty();
          return null;
        });
  }

  @Test
  void aReferenceThatHasBeenToAnotherNodeStandsForItsTimer() throws Exception {
    run(
        () -> {
          var timer = timers.sendAfter(self(), "message", Duration.ofMillis(5));
          var copy = Ref.of(timer.node(), timer.creation(), timer.words());
          assertThat(timers.read(copy)).isEqualTo(Duration.ofMillis(5));
          assertThat(timers.cancel(copy)).isEqualTo(Duration.ofMillis(5));
          assertThat(timers.cancel(copy)).isNull();
          assertThat(timers.cancel(timer)).isNull();
          return null;
        });
  }

  private sealed interface Step {}

  /** How a timer is told where to send: by a pid, by a name, or by a pid that came from outside. */
  private enum By {
    PID,
    NAME,
    COPY
  }

  private record Set(By by, long nanos) implements Step {}

  private record Cancel(int which) implements Step {}

  private record Pass(long nanos) implements Step {}

  private record Expected(Ref timer, long due, int message) {}

  @Provide
  Arbitrary<List<Step>> programs() {
    var nanos =
        Arbitraries.integers()
            .between(10, 33)
            .flatMap(bits -> Arbitraries.longs().between(0, 1L << bits));
    Arbitrary<Step> set =
        Arbitraries.of(By.class).flatMap(by -> nanos.map(delay -> new Set(by, delay)));
    Arbitrary<Step> same = Arbitraries.of(By.class).map(by -> new Set(by, 5_000_000));
    Arbitrary<Step> cancel = Arbitraries.integers().between(0, 60).map(Cancel::new);
    Arbitrary<Step> pass = nanos.map(Pass::new);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(5, set),
            net.jqwik.api.Tuple.of(3, same),
            net.jqwik.api.Tuple.of(2, cancel),
            net.jqwik.api.Tuple.of(4, pass))
        .list()
        .ofMaxSize(80);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void whatArrivesIsWhatAListSays(@ForAll("programs") List<Step> program) throws Exception {
    run(
        () -> {
          register("timers_model", self());
          try {
            compare(program);
          } finally {
            unregister("timers_model");
          }
          return null;
        });
  }

  private void compare(List<Step> program) {
    long start = clock;
    var subject = new Timers(Node.current(), () -> clock);
    var all = new ArrayList<Expected>();
    var model = new ArrayList<Expected>();
    for (var step : program) {
      switch (step) {
        case Set(By by, long nanos) -> {
          int message = all.size();
          var timer = subject.sendAfter(dest(by), message, Duration.ofNanos(nanos));
          all.add(new Expected(timer, clock - start + nanos, message));
          model.add(all.getLast());
        }
        case Cancel(int which) when which < all.size() -> {
          var cancelled = all.get(which);
          var left = subject.cancel(cancelled.timer);
          assertThat(left != null).isEqualTo(model.remove(cancelled));
          if (left != null) {
            assertThat(left)
                .isEqualTo(Duration.ofNanos(Math.max(0, cancelled.due - (clock - start))));
          }
        }
        case Cancel none -> {}
        case Pass(long nanos) -> {
          clock += nanos;
          subject.fireDue();
          long now = (clock - start) / MILLI * MILLI;
          var due = new ArrayList<>(model);
          due.removeIf(timer -> timer.due > now);
          model.removeAll(due);
          due.sort(Comparator.comparingLong(Expected::due)); // stable: as set
          assertThat(received()).isEqualTo(due.stream().map(Expected::message).toList());
        }
      }
    }
  }

  private static Dest dest(By by) {
    var pid = self();
    return switch (by) {
      case PID -> pid;
      case NAME -> Name.of("timers_model");
      case COPY -> Pid.of(pid.node(), pid.id(), pid.serial(), pid.creation());
    };
  }

  // ---- as processes use them

  @Test
  void aTimerSendsItsMessageWhenItsTimeHasCome() throws Exception {
    run(
        () -> {
          long start = System.nanoTime();
          sendAfter(self(), "message", Duration.ofMillis(30));
          assertThat(receive()).isEqualTo("message");
          assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30 * MILLI);
          return null;
        });
  }

  @Test
  void startTimerSendsATimeoutWithTheTimer() throws Exception {
    run(
        () -> {
          var timer = startTimer(self(), "message", Duration.ofMillis(1));
          assertThat(receive(Timeout.class)).isEqualTo(new Timeout(timer, "message"));
          assertThat(Kernel.inspect(new Timeout(timer, "message")))
              .isEqualTo("{:timeout, " + timer + ", \"message\"}");
          return null;
        });
  }

  @Test
  void aTimerCanBeSetForAPointInTime() throws Exception {
    run(
        () -> {
          long due = System.nanoTime() + 20 * MILLI;
          sendAt(self(), "second", due);
          var timer = startTimerAt(self(), "first", due - 10 * MILLI);
          assertThat(receive()).isEqualTo(new Timeout(timer, "first"));
          assertThat(receive()).isEqualTo("second");
          assertThat(System.nanoTime() - due).isNotNegative();
          return null;
        });
  }

  @Test
  void aPointInTimeThatIsOverMeansAtOnce() throws Exception {
    run(
        () -> {
          sendAt(self(), "over", System.nanoTime() - Duration.ofDays(100_000).toNanos());
          assertThat(receive()).isEqualTo("over");
          return null;
        });
  }

  @Test
  void anyProcessMayCancelATimerAndTheOneThatSetItMayHaveEnded() throws Exception {
    run(
        () -> {
          var me = self();
          spawnMonitor(() -> send(me, sendAfter(me, "never", LONG)));
          var timer = receive(Ref.class);
          receive(Down.class);
          assertThat(readTimer(timer)).isLessThanOrEqualTo(LONG).isPositive();
          spawn(() -> send(me, Boolean.valueOf(cancelTimer(timer) != null)));
          assertThat(receive()).isEqualTo(true);
          assertThat(readTimer(timer)).isNull();
          return null;
        });
  }

  @Test
  void aThreadThatIsNoProcessMaySetAndCancelTimers() throws Exception {
    var received = new LinkedBlockingQueue<Object>();
    var pid =
        spawn(
            () -> {
              while (true) {
                received.add(receive());
              }
            });
    var cancelled = sendAfter(pid, "never", LONG);
    assertThat(cancelTimer(cancelled)).isPositive();
    sendAfter(pid, "message", Duration.ofMillis(1));
    assertThat(received.take()).isEqualTo("message");
    exit(pid, Atom.KILL);
  }

  @Test
  void aNameIsLookedUpWhenTheTimerFires() throws Exception {
    run(
        () -> {
          sendAfter(Name.of("timers_late"), "message", Duration.ofMillis(50));
          register("timers_late", self());
          assertThat(receive()).isEqualTo("message");
          unregister("timers_late");
          return null;
        });
  }

  @Test
  void aMessageToANameThatNobodyHasIsDropped() throws Exception {
    run(
        () -> {
          sendAfter(Name.of("timers_nobody"), "message", Duration.ZERO);
          sendAfter(self(), "next", Duration.ofMillis(5));
          assertThat(receive()).isEqualTo("next");
          return null;
        });
  }

  @Test
  void aTimerForANodeThatIsNotThereHoldsUpNoOther() throws Exception {
    run(
        () -> {
          sendAfter(Name.of("somebody", "nobody@nowhere"), "message", Duration.ZERO);
          sendAfter(Pid.of(Atom.of("nobody@nowhere"), 1, 2, 3), "message", Duration.ZERO);
          sendAfter(Ref.of(Atom.of("nobody@nowhere"), 1, 2, 3, 4), "message", Duration.ZERO);
          sendAfter(self(), "next", Duration.ofMillis(5));
          assertThat(receive()).isEqualTo("next");
          return null;
        });
  }

  @Test
  void aTimerEndsWithItsReceiver() throws Exception {
    run(
        () -> {
          var victim = spawnMonitor(Kernel::receive);
          var timer = sendAfter(victim.pid(), "never", LONG);
          var named = sendAfter(Name.of("timers_unrelated"), "message", LONG);
          exit(victim.pid(), Atom.KILL);
          receive(Down.class);
          assertThat(readTimer(timer)).isNull();
          assertThat(cancelTimer(timer)).isNull();
          assertThat(cancelTimer(named)).isPositive();
          return null;
        });
  }

  @Test
  void aTimerForAProcessThatHasEndedIsNone() throws Exception {
    run(
        () -> {
          var dead = spawnMonitor(() -> {});
          receive(Down.class);
          assertThat(readTimer(sendAfter(dead.pid(), "never", LONG))).isNull();
          assertThat(cancelTimer(sendAfter(dead.pid(), "never", LONG))).isNull();
          return null;
        });
  }

  @Test
  void anEndedReceiversTimersHoldNothing() throws Exception {
    var messages =
        run(
            () -> {
              var victim = spawnMonitor(Kernel::receive);
              var references = new ArrayList<WeakReference<Object>>();
              for (int i = 0; i < 5_000; i++) {
                var message = new Object();
                sendAfter(victim.pid(), message, LONG);
                references.add(new WeakReference<>(message));
              }
              exit(victim.pid(), Atom.KILL);
              receive(Down.class);
              return references;
            });
    awaitCollected(messages);
  }

  @Test
  void aCancelledTimerHoldsNothing() throws Exception {
    var kept = new ArrayList<Ref>();
    var messages = new ArrayList<WeakReference<Object>>();
    run(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            var message = new Object();
            var timer = sendAfter(self(), message, LONG);
            messages.add(new WeakReference<>(message));
            kept.add(timer);
            assertThat(cancelTimer(timer)).isPositive();
          }
          return null;
        });
    awaitCollected(messages);
    assertThat(kept).allMatch(timer -> readTimer(timer) == null);
  }

  private static void awaitCollected(List<WeakReference<Object>> references) {
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return references.stream().allMatch(reference -> reference.refersTo(null));
            });
  }

  @Test
  void aMillionTimersAreSmallAndEndWithTheirReceiver() throws Exception {
    run(
        () -> {
          var victim = spawnMonitor(Kernel::receive);
          var names = new Ref[1_000];
          long before = usedMemory();
          for (int i = 0; i < 1_000_000; i++) {
            sendAfter(victim.pid(), "never", LONG.plusMillis(i));
          }
          assertThat((usedMemory() - before) / 1e6).isBetween(40.0, 80.0);
          for (int i = 0; i < names.length; i++) {
            names[i] = sendAfter(Name.of("timers_million"), "never", LONG.plusMillis(i));
          }
          exit(victim.pid(), Atom.KILL);
          receive(Down.class);
          assertThat((usedMemory() - before) / 1e6).isLessThan(10.0);
          for (var timer : names) {
            assertThat(cancelTimer(timer)).isPositive();
          }
          return null;
        });
  }

  private static long usedMemory() {
    var runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void aMillionTimersAtOnceAllFire() throws Exception {
    run(
        () -> {
          long due = System.nanoTime() + 300 * MILLI;
          for (int i = 0; i < 1_000_000; i++) {
            sendAt(self(), i, due);
          }
          for (int i = 0; i < 1_000_000; i++) {
            assertThat((int) receive()).isEqualTo(i);
          }
          return null;
        });
  }

  @Test
  void waitsThatEndEarlyShareATimer() throws Exception {
    run(
        () -> {
          var alarm = timers.alarm();
          for (int i = 0; i < 10; i++) {
            alarm.set(clock + 5 * MILLI);
            alarm.off();
            clock += 1_000;
          }
          assertThat(timers.alarms()).isEqualTo(1);
          clock += 5 * MILLI;
          assertThat(timers.fireDue()).isEqualTo(TimerWheel.NEVER);
          return null;
        });
  }

  @Test
  void aTimerThatFiresDuringALaterWaitIsSetAnew() throws Exception {
    run(
        () -> {
          var alarm = timers.alarm();
          alarm.set(clock + MILLI);
          alarm.off();
          alarm.set(clock + 4 * MILLI);
          clock += 2 * MILLI;
          timers.fireDue();
          assertThat(timers.alarms()).isEqualTo(1);
          clock += 3 * MILLI;
          timers.fireDue();
          assertThat(timers.alarms()).isZero();
          return null;
        });
  }

  @Test
  void aShorterWaitAfterALongOneEndsInTime() throws Exception {
    run(
        () -> {
          var alarm = timers.alarm();
          alarm.set(clock + 60_000 * MILLI);
          alarm.off();
          alarm.set(clock + MILLI);
          assertThat(timers.alarms()).isEqualTo(1);
          clock += 2 * MILLI;
          timers.fireDue();
          assertThat(timers.alarms()).isZero();
          return null;
        });
  }

  @Test
  void anAlarmThatHasEndedLeavesNoTimer() throws Exception {
    run(
        () -> {
          var alarm = timers.alarm();
          alarm.set(clock + MILLI);
          alarm.end();
          assertThat(timers.alarms()).isZero();
          return null;
        });
  }

  @Test
  void aReceiveWaitsForAsLongAsItIsTold() throws Exception {
    run(
        () -> {
          for (int micros : new int[] {1, 100, 1_000, 1_500, 30_000}) {
            long start = System.nanoTime();
            assertThat(receive(Duration.ofNanos(micros * 1_000L))).isNull();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(micros * 1_000L);
          }
          return null;
        });
  }

  // ---- bad input

  @Test
  void aNegativeDelayIsRefused() {
    var to = Node.current().user();
    assertThatThrownBy(() -> sendAfter(to, "message", Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a delay of 0 or more was expected, this is PT-0.000000001S");
  }

  @Test
  void aTimeThatTheClockCannotTellIsRefused() {
    var to = Node.current().user();
    assertThatThrownBy(() -> sendAfter(to, "message", ChronoUnit.FOREVER.getDuration()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a delay of at most 146 years was expected, this is PT");
    assertThatThrownBy(() -> startTimer(to, "message", Duration.ofNanos((1L << 62) + 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sendAt(to, "message", System.nanoTime() + (1L << 62) + (1L << 61)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(cancelTimer(sendAfter(to, "message", Duration.ofNanos(1L << 62))))
        .isGreaterThan(Duration.ofDays(365 * 146));
  }

  @Test
  void nullsAreRefused() {
    var to = Node.current().user();
    assertThatThrownBy(() -> sendAfter(to, null, LONG))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Atom.NIL");
    assertThatThrownBy(() -> startTimer(null, "message", LONG))
        .isInstanceOf(NullPointerException.class)
        .hasMessageStartingWith("to: a pid, a name or an alias");
    assertThatThrownBy(() -> sendAfter(to, "message", null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> cancelTimer(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> readTimer(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void aReferenceThatIsNoTimerIsNotFound() {
    var ref = Kernel.makeRef();
    var foreign = Ref.of(Atom.of("other@host"), 1, 2, 3, 4);
    var unknown = Ref.of(ref.node(), ref.creation(), ref.words());
    for (var none : List.of(ref, foreign, unknown)) {
      assertThat(cancelTimer(none)).isNull();
      assertThat(readTimer(none)).isNull();
    }
  }

  @Test
  void aClosedNodeHasNoTimers() {
    var timer = timers.sendAfter(Node.current().user(), "never", LONG);
    assertThat(timers.read(timer)).isPositive();

    timers.close();

    assertThat(timers.read(timer)).isNull();
    assertThatThrownBy(() -> timers.sendAfter(Name.of("somebody"), "message", LONG))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the node is closed");
  }
}
