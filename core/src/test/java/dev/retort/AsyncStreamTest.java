package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.trapExit;
import static dev.retort.StreamOptions.OnTimeout.KILL_TASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The facts of Elixir's {@code task_test.exs} about {@code async_stream}, and those of Java's. */
@Timeout(30)
class AsyncStreamTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final List<Integer> FOUR = List.of(1, 2, 3, 4);

  private static void run(Body body) throws Exception {
    Node.current()
        .run(
            () -> {
              body.run();
              return true;
            });
  }

  private static StreamOptions at(int concurrency) {
    return StreamOptions.DEFAULT.maxConcurrency(concurrency);
  }

  private static <T> List<Outcome<T>> values(List<T> values) {
    return values.stream().<Outcome<T>>map(Outcome.Value::new).toList();
  }

  private static <T> List<Outcome<T>> exits(Object... reasons) {
    return Stream.of(reasons).<Outcome<T>>map(Outcome.Exited::new).toList();
  }

  private static int same(int n) {
    return n;
  }

  private static int fail(int n) {
    exit((long) n);
    return n;
  }

  /** A task that ends when it is told to, by somebody else's exit signal. */
  private static int never(int n) {
    receive();
    return n;
  }

  /** Nothing has been left behind in this process: no message, no link. */
  private static void assertClean() {
    assertThat(Kernel.processInfo(self()).links()).isEmpty();
    assertThat(receive(Duration.ZERO)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void streamsAnIterable(int concurrency) throws Exception {
    run(
        () -> {
          assertThat(Task.asyncStream(FOUR, AsyncStreamTest::same, at(concurrency)).toList())
              .isEqualTo(values(FOUR));
          assertClean();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void givesResultsInTheOrderOfTheElements(int concurrency) throws Exception {
    run(
        () -> {
          trapExit(true);
          var second = new CountDownLatch(1);
          var stream =
              Task.asyncStream(
                  FOUR,
                  n -> {
                    switch (n) {
                      case 1 -> second.await();
                      case 2 -> second.countDown();
                      default -> {}
                    }
                    return n;
                  },
                  at(concurrency));
          assertThat(stream.toList()).isEqualTo(values(FOUR));
          assertClean();
        });
  }

  @Test
  void givesResultsAsTheyAreDoneIfToldTo() throws Exception {
    run(
        () -> {
          var ends = IntStream.rangeClosed(0, 5).mapToObj(n -> new CountDownLatch(1)).toList();
          ends.get(5).countDown();
          // Each ends after the consumer has seen the one behind it.
          var seen =
              Task.asyncStream(
                      FOUR,
                      n -> {
                        ends.get(n + 1).await();
                        return n;
                      },
                      at(4).ordered(false))
                  .peek(
                      result -> {
                        if (result instanceof Outcome.Value(Integer n)) {
                          ends.get(n).countDown();
                        }
                      })
                  .toList();
          assertThat(seen).isEqualTo(values(List.of(4, 3, 2, 1)));
          assertThat(Task.asyncStream(FOUR, AsyncStreamTest::same, at(1).ordered(false)).toList())
              .isEqualTo(values(FOUR));
          assertClean();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void givesTheReasonsOfExitsToOneThatTrapsThem(int concurrency) throws Exception {
    run(
        () -> {
          trapExit(true);
          assertThat(Task.asyncStream(FOUR, AsyncStreamTest::fail, at(concurrency)).toList())
              .isEqualTo(exits(1L, 2L, 3L, 4L));
          assertThat(
                  Task.asyncStream(
                          List.of(1, 2, 3, 4, 5, 6, 7, 8), AsyncStreamTest::fail, at(concurrency))
                      .limit(4)
                      .toList())
              .isEqualTo(exits(1L, 2L, 3L, 4L));
          assertClean();
        });
  }

  @Test
  void aCrashTakesAConsumerAlongThatDoesNotTrapExits() {
    assertThatThrownBy(
            () -> run(() -> Task.asyncStream(FOUR, AsyncStreamTest::fail).forEach(result -> {})))
        .isInstanceOfSatisfying(
            ExitException.class, e -> assertThat(e.reason()).isIn(1L, 2L, 3L, 4L));
  }

  @Test
  void anExceptionIsTheReason() throws Exception {
    run(
        () -> {
          trapExit(true);
          var oops = new IllegalStateException("on purpose");
          assertThat(
                  Task.<Integer, Integer>asyncStream(
                          List.of(1),
                          n -> {
                            throw oops;
                          })
                      .toList())
              .isEqualTo(exits(oops));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void endsTheTasksThatNobodyWaitsForWhenTheConsumerHasHadEnough(int concurrency) throws Exception {
    run(
        () -> {
          var me = self();
          var first =
              Task.asyncStream(
                      FOUR,
                      n -> {
                        if (n > 1) {
                          send(me, self());
                          never(n);
                        }
                        return n;
                      },
                      at(concurrency))
                  .limit(1)
                  .toList();
          assertThat(first).isEqualTo(values(List.of(1)));
          for (Pid pid; (pid = receive(Pid.class, Duration.ZERO)) != null; ) {
            assertThat(Kernel.alive(pid)).isFalse();
          }
          assertClean();
        });
  }

  @Test
  void endsTheTasksWhenTheConsumerThrows() throws Exception {
    run(
        () -> {
          var me = self();
          assertThatThrownBy(
                  () ->
                      Task.asyncStream(
                              FOUR,
                              n -> {
                                if (n > 1) {
                                  send(me, self());
                                  never(n);
                                }
                                return n;
                              },
                              at(2))
                          .forEach(
                              result -> {
                                throw new IllegalStateException("on purpose");
                              }))
              .hasMessage("on purpose");
          for (Pid pid; (pid = receive(Pid.class, Duration.ZERO)) != null; ) {
            assertThat(Kernel.alive(pid)).isFalse();
          }
          assertClean();
        });
  }

  @Test
  void anIteratorThatIsAbandonedIsClosedWithItsStream() throws Exception {
    run(
        () -> {
          var me = self();
          try (var stream =
              Task.asyncStream(
                  FOUR,
                  n -> {
                    if (n > 1) {
                      send(me, self());
                      never(n);
                    }
                    return n;
                  },
                  at(2))) {
            assertThat(stream.iterator().next()).isEqualTo(new Outcome.Value<>(1));
            assertThat(Kernel.processInfo(self()).links()).hasSize(1);
          }
          for (Pid pid; (pid = receive(Pid.class, Duration.ZERO)) != null; ) {
            assertThat(Kernel.alive(pid)).isFalse();
          }
          assertClean();
        });
  }

  @Test
  void aStreamThatIsAbandonedEndsWithItsConsumer() throws Exception {
    run(
        () -> {
          var me = self();
          for (var reason : List.of(Atom.NORMAL, Atom.of("oops"))) {
            for (boolean traps : List.of(false, true)) {
              var consumer =
                  Kernel.spawn(
                      () -> {
                        trapExit(traps);
                        var stream =
                            Task.asyncStream(
                                List.of(1, 2),
                                n -> {
                                  if (n == 2) {
                                    send(me, self());
                                    never(n);
                                  }
                                  return n;
                                },
                                at(2));
                        assertThat(stream.iterator().next()).isEqualTo(new Outcome.Value<>(1));
                        exit(receive(Atom.class));
                      });
              var ref = monitor(receive(Pid.class));
              send(consumer, reason);
              assertThat(receive(Down.class, down -> down.ref().equals(ref)).reason())
                  .isEqualTo(reason.equals(Atom.NORMAL) ? Atom.SHUTDOWN : reason);
            }
          }
        });
  }

  @Test
  void aConsumerThatIsKilledTakesTheTasksAlong() throws Exception {
    run(
        () -> {
          var me = self();
          for (boolean traps : List.of(false, true)) {
            var consumer =
                Kernel.spawn(
                    () -> {
                      trapExit(traps);
                      Task.asyncStream(
                              List.of(1),
                              n -> {
                                send(me, self());
                                return never(n);
                              })
                          .forEach(result -> {});
                    });
            var ref = monitor(receive(Pid.class));
            exit(consumer, Atom.KILL);
            assertThat(receive(Down.class, down -> down.ref().equals(ref)).reason())
                .isEqualTo(Atom.KILLED);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void neverRunsMoreTasksThanItMayAndReadsNoFurther(int concurrency) throws Exception {
    run(
        () -> {
          var running = new AtomicInteger();
          var most = new AtomicInteger();
          var read = new AtomicInteger();
          var taken = new AtomicInteger();
          Iterable<Integer> elements =
              () ->
                  new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                      return read.get() < 200;
                    }

                    @Override
                    public Integer next() {
                      assertThat(read.get() - taken.get()).isLessThanOrEqualTo(concurrency);
                      return read.incrementAndGet();
                    }
                  };
          var stream =
              Task.asyncStream(
                  elements,
                  n -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    running.decrementAndGet();
                    return n;
                  },
                  at(concurrency).ordered(false));
          assertThat(read).hasValue(0);
          assertThat(stream.peek(result -> taken.incrementAndGet()).count()).isEqualTo(200);
          assertThat(most.get()).isBetween(1, concurrency);
          assertClean();
        });
  }

  @Test
  void takesElementsOnlyAsTheConsumerGoesOn() throws Exception {
    run(
        () -> {
          var read = new AtomicInteger();
          var stream =
              Task.asyncStream(
                  Stream.generate(read::incrementAndGet), n -> n, at(3).ordered(false));
          assertThat(stream.limit(10).toList()).hasSize(10);
          assertThat(read.get()).isLessThanOrEqualTo(13);
          assertThat(Task.asyncStream(Stream.iterate(1, n -> n + 1), n -> n, at(3)).limit(10))
              .isEqualTo(values(IntStream.rangeClosed(1, 10).boxed().toList()));
          assertClean();
        });
  }

  @Test
  void exitsWhenATaskTakesTooLong() throws Exception {
    run(
        () -> {
          var exit =
              catchThrowableOfType(
                  ExitException.class,
                  () ->
                      Task.asyncStream(
                              List.of(1),
                              AsyncStreamTest::never,
                              StreamOptions.DEFAULT.timeout(Duration.ZERO))
                          .toList());
          assertThat(exit.reason())
              .isEqualTo(
                  Tuple.of(
                      Atom.TIMEOUT,
                      Tuple.of(Atom.of("Elixir.Task.Supervised"), Atom.of("stream"), List.of(0L))));
          assertThat(exit).hasMessageContaining("a task had no value within 0 ms");
          assertClean();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void killsATaskThatTakesTooLongIfToldTo(int concurrency) throws Exception {
    run(
        () -> {
          TaskFunction<Integer, Integer> odd = n -> n % 2 == 1 ? never(n) : n;
          var options = at(concurrency).timeout(SOON).onTimeout(KILL_TASK);
          assertThat(Task.asyncStream(FOUR, odd, options).toList())
              .isEqualTo(
                  List.of(
                      new Outcome.Exited<>(Atom.TIMEOUT),
                      new Outcome.Value<>(2),
                      new Outcome.Exited<>(Atom.TIMEOUT),
                      new Outcome.Value<>(4)));
          assertThat(Task.asyncStream(FOUR, odd, options.ordered(false)).toList())
              .containsExactlyInAnyOrder(
                  new Outcome.Exited<>(Atom.TIMEOUT),
                  new Outcome.Value<>(2),
                  new Outcome.Exited<>(Atom.TIMEOUT),
                  new Outcome.Value<>(4));
          assertThat(Task.asyncStream(FOUR, odd, options.zipInputOnExit(true)).limit(2).toList())
              .isEqualTo(
                  List.of(new Outcome.Exited<>(Tuple.of(1, Atom.TIMEOUT)), new Outcome.Value<>(2)));
          assertClean();
        });
  }

  @Test
  void killsATaskThatTakesTooLongAlsoWhileTheConsumerIsBusy() throws Exception {
    run(
        () -> {
          var me = self();
          var ended = new CountDownLatch(1);
          var results =
              Task.asyncStream(
                      List.of(1, 2),
                      n -> {
                        if (n == 2) {
                          send(me, self());
                          try {
                            new CountDownLatch(1).await();
                          } finally {
                            ended.countDown();
                          }
                        }
                        return n;
                      },
                      at(2).timeout(SOON).onTimeout(KILL_TASK))
                  .peek(
                      result -> {
                        try {
                          ended.await();
                        } catch (InterruptedException e) {
                          throw new AssertionError(e);
                        }
                      })
                  .toList();
          assertThat(results).first().isEqualTo(new Outcome.Value<>(1));
          assertThat(results).last().isEqualTo(new Outcome.Exited<>(Atom.TIMEOUT));
          receive(Pid.class);
          assertClean();
        });
  }

  @Test
  void waitsForEverIfToldTo() throws Exception {
    run(
        () ->
            assertThat(
                    Task.asyncStream(
                            List.of(1), n -> n, StreamOptions.DEFAULT.timeout(ChildSpec.INFINITY))
                        .toList())
                .isEqualTo(values(List.of(1))));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void namesTheElementsOfExitsIfToldTo(int concurrency) throws Exception {
    run(
        () -> {
          trapExit(true);
          assertThat(
                  Task.asyncStream(
                          IntStream.rangeClosed(1, 8).boxed(),
                          AsyncStreamTest::fail,
                          at(concurrency).zipInputOnExit(true))
                      .limit(4)
                      .toList())
              .isEqualTo(exits(Tuple.of(1, 1L), Tuple.of(2, 2L), Tuple.of(3, 3L), Tuple.of(4, 4L)));
          assertClean();
        });
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertThatThrownBy(() -> at(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a maxConcurrency of 1 or more was expected, this is 0");
    assertThatThrownBy(() -> StreamOptions.DEFAULT.timeout(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a time of 0 or more was expected");
    assertThatThrownBy(() -> StreamOptions.DEFAULT.shutdown(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> StreamOptions.DEFAULT.onTimeout(null))
        .hasMessageContaining("onTimeout");
  }

  @Test
  void downsOfOthersDoNotDisturbIt() throws Exception {
    run(
        () -> {
          var me = self();
          assertThat(
                  Task.asyncStream(
                          List.of("ok"),
                          element -> {
                            for (var link : Kernel.processInfo(self()).links()) {
                              send(
                                  link,
                                  new Down(Kernel.makeRef(), Down.PROCESS, me, Atom.of("oops")));
                            }
                            return element;
                          })
                      .toList())
              .isEqualTo(values(List.of("ok")));
          assertClean();
        });
  }

  @Test
  void itsTasksKnowTheirCallers() throws Exception {
    run(
        () -> {
          var grandparent = self();
          var callers =
              Task.asyncStream(
                      List.of(1),
                      one -> {
                        assertThat(Task.callers()).containsExactly(grandparent);
                        var inner = Task.asyncStream(List.of(1), two -> Task.callers()).toList();
                        return inner.equals(values(List.of(List.of(self(), grandparent))));
                      })
                  .toList();
          assertThat(callers).isEqualTo(values(List.of(true)));
        });
  }

  @Test
  void anotherProcessMayConsumeIt() throws Exception {
    run(
        () -> {
          var me = self();
          var stream = Task.asyncStream(List.of(1, 2, 3), n -> send(me, n));
          Task.start(() -> assertThat(stream.count()).isEqualTo(3));
          assertThat(List.of(receive(), receive(), receive())).containsExactlyInAnyOrder(1, 2, 3);
        });
  }

  @Test
  void oneProcessConsumesIt() throws Exception {
    run(
        () -> {
          var me = self();
          var iterator =
              Task.asyncStream(List.of(1, 2, 3), AsyncStreamTest::same, at(1)).iterator();
          iterator.next();
          Task.start(
              () ->
                  send(
                      me,
                      catchThrowableOfType(IllegalStateException.class, iterator::next)
                          .getMessage()));
          assertThat(receive(String.class))
              .startsWith("a stream of tasks is consumed by one process: " + me + " has begun");
          assertThat(iterator.next()).isEqualTo(new Outcome.Value<>(2));
          assertThat(iterator.next()).isEqualTo(new Outcome.Value<>(3));
          assertThat(iterator.hasNext()).isFalse();
          assertClean();
        });
  }

  @Test
  void aThreadThatIsNoProcessCannotConsumeIt() {
    var stream = Task.asyncStream(FOUR, AsyncStreamTest::same);
    assertThatThrownBy(stream::toList)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Task.asyncStream was called on a thread that is no process");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void goesWithOtherStreams(int concurrency) throws Exception {
    run(
        () -> {
          // Two at once, in step.
          var left = Task.asyncStream(FOUR, AsyncStreamTest::same, at(concurrency)).iterator();
          var right = Task.asyncStream(FOUR, n -> n * n, at(concurrency)).iterator();
          for (int n : FOUR) {
            assertThat(left.next()).isEqualTo(new Outcome.Value<>(n));
            assertThat(right.next()).isEqualTo(new Outcome.Value<>(n * n));
          }
          assertThat(left.hasNext() || right.hasNext()).isFalse();
          // The same with failures, and an inner limit.
          trapExit(true);
          var failing = Task.asyncStream(FOUR, AsyncStreamTest::fail, at(concurrency)).iterator();
          var limited =
              Task.asyncStream(
                      IntStream.rangeClosed(1, 8).boxed().limit(4),
                      AsyncStreamTest::fail,
                      at(concurrency))
                  .iterator();
          for (int n : FOUR) {
            assertThat(failing.next()).isEqualTo(new Outcome.Exited<>((long) n));
            assertThat(limited.next()).isEqualTo(new Outcome.Exited<>((long) n));
          }
          assertThat(failing.hasNext() || limited.hasNext()).isFalse();
          trapExit(false);
          // Inner and outer limits, and a concatenation in front.
          assertThat(
                  Task.asyncStream(
                          IntStream.rangeClosed(1, 8).boxed().limit(4),
                          AsyncStreamTest::same,
                          at(concurrency))
                      .toList())
              .isEqualTo(values(FOUR));
          assertThat(
                  Task.asyncStream(
                          Stream.concat(Stream.of(0, 9).limit(1), Stream.of(1, 2)),
                          AsyncStreamTest::same,
                          at(concurrency))
                      .toList())
              .isEqualTo(values(List.of(0, 1, 2)));
          assertClean();
        });
  }

  @Test
  void allThatStreamsCanDoWorksOnIt() throws Exception {
    run(
        () -> {
          assertThat(
                  Task.asyncStream(FOUR, AsyncStreamTest::same)
                      .mapToInt(r -> ((Outcome.Value<Integer>) r).value())
                      .sum())
              .isEqualTo(10);
          assertThat(
                  Task.asyncStream(FOUR, AsyncStreamTest::same)
                      .parallel()
                      .map(r -> ((Outcome.Value<Integer>) r).value())
                      .sorted()
                      .collect(Collectors.toList()))
              .isEqualTo(FOUR);
          assertThat(Task.asyncStream(FOUR, AsyncStreamTest::same).findFirst())
              .contains(new Outcome.Value<>(1));
          assertThat(
                  Stream.of(1, 2)
                      .flatMap(n -> Task.asyncStream(List.of(n, n), AsyncStreamTest::same))
                      .toList())
              .isEqualTo(values(List.of(1, 1, 2, 2)));
          assertThat(
                  Stream.concat(
                          Task.asyncStream(List.of(1), AsyncStreamTest::same),
                          Task.asyncStream(List.of(2), AsyncStreamTest::same))
                      .toList())
              .isEqualTo(values(List.of(1, 2)));
          assertClean();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void closesTheStreamOfItsElements(int concurrency) throws Exception {
    run(
        () -> {
          var closed = new AtomicInteger();
          var elements = FOUR.stream().onClose(closed::incrementAndGet);
          assertThat(Task.asyncStream(elements, AsyncStreamTest::same, at(concurrency)).toList())
              .isEqualTo(values(FOUR));
          assertThat(closed).hasValue(1);
          var more = FOUR.stream().onClose(closed::incrementAndGet);
          Task.asyncStream(more, AsyncStreamTest::same, at(concurrency)).close();
          assertThat(closed).hasValue(2);
        });
  }

  @Test
  void whatTheElementsThrowIsThrownInTheConsumer() throws Exception {
    run(
        () -> {
          var elements =
              Stream.iterate(
                  1,
                  n -> {
                    if (n == 3) {
                      throw new IllegalStateException("on purpose");
                    }
                    return n + 1;
                  });
          assertThatThrownBy(
                  () -> Task.asyncStream(elements, AsyncStreamTest::never, at(4)).toList())
              .hasMessage("on purpose");
          assertClean();
        });
  }

  @Test
  void exitsWhenTheProcessOfTheStreamIsKilled() throws Exception {
    run(
        () -> {
          trapExit(true);
          var exit =
              catchThrowableOfType(
                  ExitException.class,
                  () ->
                      Task.asyncStream(
                              List.of(1),
                              n -> {
                                exit(Kernel.processInfo(self()).links().getFirst(), Atom.KILL);
                                return never(n);
                              })
                          .toList());
          assertThat(((Tuple) exit.reason()).get(0)).isEqualTo(Atom.KILLED);
          assertClean();
        });
  }
}
