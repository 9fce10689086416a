package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.whereis;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler that throws, and one that never returns. */
@Timeout(60)
class ServerCrashTest {
  private static final Duration LONG = Duration.ofHours(1);

  /** What a handler does wrong. */
  enum Mistake {
    EXCEPTION {
      @Override
      void make() {
        throw new ArithmeticException("on purpose");
      }
    },
    CHECKED_EXCEPTION {
      @Override
      void make() throws Exception {
        throw new Exception("on purpose");
      }
    },
    ERROR {
      @Override
      void make() {
        throw new AssertionError("on purpose");
      }
    },
    STACK_OVERFLOW {
      @Override
      @SuppressWarnings("InfiniteRecursion") // on purpose
      void make() throws Exception {
        make();
      }
    },
    OUT_OF_MEMORY {
      @Override
      void make() {
        throw new AssertionError(new long[Integer.MAX_VALUE].length); // more than any heap has
      }
    },
    CLASS_NOT_THERE {
      @Override
      void make() {
        throw new NoClassDefFoundError("on purpose");
      }
    };

    abstract void make() throws Exception;
  }

  private record Make(Mistake mistake) implements Call<Object> {}

  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicInteger starts = new AtomicInteger();

  private final class Server implements GenServer<String> {
    @Override
    public String init() {
      return "state " + starts.incrementAndGet();
    }

    @Override
    public Step<String> handleCall(Call<?> request, From from, String state) throws Exception {
      if (request instanceof Make(var mistake)) {
        mistake.make();
      }
      return ((Call.Term) request).reply(state, state);
    }

    @Override
    public Step<String> handleCast(Object message, String state) throws Exception {
      if (message instanceof Make(var mistake)) {
        mistake.make();
      } else {
        begun.countDown();
        while (!stop.get()) {
          Thread.onSpinWait(); // never returns, and looks at no interrupt
        }
      }
      return GenServer.noReply(state);
    }

    @Override
    public Step<String> handleInfo(Object message, String state) throws Exception {
      return handleCast(message, state);
    }
  }

  @AfterEach
  void stopThem() {
    stop.set(true);
  }

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  private static Object stateOf(String name) {
    return GenServer.call(Name.of(name), Atom.of("state"));
  }

  // ---- it throws

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void theCallerGetsTheExceptionAsTheReason(Mistake mistake) {
    var server = GenServer.start(Server::new);
    var failure =
        catchThrowableOfType(
            CallException.class, () -> GenServer.call(server, new Make(mistake), LONG));
    assertThat(failure.why()).isInstanceOf(Throwable.class).isSameAs(failure.getCause());
    assertThat(failure)
        .hasMessageContaining("call of " + server + " with {:make, ")
        .hasMessageContaining("failed: the server ended with " + failure.why());
    assertThat(Kernel.alive(server)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void linksAndMonitorsGetTheException(Mistake mistake) throws Exception {
    run(
        () -> {
          trapExit(true);
          var server = GenServer.startLink(Server::new);
          monitor(server);
          GenServer.cast(server, new Make(mistake));
          var exit = receive(Exit.class);
          assertThat(exit.from()).isEqualTo(server);
          assertThat(exit.reason())
              .isInstanceOf(Throwable.class)
              .isSameAs(receive(Down.class).reason());
          return true;
        });
  }

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void theOthersDoNotNotice(Mistake mistake) throws Exception {
    var other = GenServer.start(Server::new);
    for (int i = 0; i < 10; i++) {
      var server = GenServer.start(Server::new);
      send(server, new Make(mistake));
      await().until(() -> !Kernel.alive(server));
    }
    assertThat(GenServer.call(other, Atom.of("state"))).isEqualTo("state 1");
    GenServer.stop(other);
  }

  @Test
  void theCrashReportSaysWhoDidWhatWithWhichState() {
    try (var log = new CapturedLog()) {
      var server = GenServer.start(Server::new, GenServer.name("crashes"));
      assertThatThrownBy(() -> GenServer.call(server, new Make(Mistake.EXCEPTION)))
          .isInstanceOf(CallException.class);
      assertThat(log.with("GenServer :crashes (" + server + ") terminating"))
          .hasSize(1)
          .first()
          .asString()
          .containsPattern("Last message( \\(from #PID<.*>\\))?: \\{:make, ")
          .contains("State: \"state 1\"");
      assertThat(log.thrown("GenServer :crashes"))
          .hasSize(1)
          .first()
          .isInstanceOf(ArithmeticException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void itsSupervisorStartsItAgain(Mistake mistake) {
    var supervisor =
        Supervisor.start(
            oneForOne(),
            List.of(
                child("server", () -> GenServer.startLink(Server::new, GenServer.name("again")))));
    GenServer.cast("again", new Make(mistake));
    await().until(() -> starts.get() == 2 && whereis("again") != null);
    assertThat(stateOf("again")).isEqualTo("state 2");
    Supervisor.stop(supervisor);
  }

  // ---- it never returns

  private Pid hung(Callable<Pid> start) throws Exception {
    var server = start.call();
    GenServer.cast(server, "hang");
    begun.await();
    return server;
  }

  @Test
  void aCallOfItTimesOutAndItLives() throws Exception {
    var server = hung(() -> GenServer.start(Server::new));
    var failure =
        catchThrowableOfType(
            CallException.class,
            () -> GenServer.call(server, Atom.of("state"), Duration.ofMillis(10)));
    assertThat(failure.why()).isEqualTo(Atom.TIMEOUT);
    assertThat(failure).hasMessageEndingWith("no reply within 10 ms (:timeout)");
    assertThat(Kernel.alive(server)).isTrue();
    stop.set(true);
    assertThat(GenServer.call(server, Atom.of("state"), LONG)).isEqualTo("state 1");
    GenServer.stop(server);
  }

  @Test
  void killedItIsDeadAtOnceAndItsNameIsFree() throws Exception {
    var server = hung(() -> GenServer.start(Server::new, GenServer.name("hangs")));
    run(
        () -> {
          trapExit(true);
          Kernel.link(server);
          monitor(server);
          exit(server, Atom.KILL);
          assertThat(Kernel.alive(server)).isFalse();
          assertThat(whereis("hangs")).isNull();
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.KILLED);
          assertThat(receive(Exit.class)).isEqualTo(new Exit(server, Atom.KILLED));
          return true;
        });
    var next = GenServer.start(Server::new, GenServer.name("hangs")); // while the old code runs
    assertThat(stateOf("hangs")).isEqualTo("state 2");
    GenServer.stop(next);
  }

  @Test
  void callsThatWaitForItFailWhenItIsKilled() throws Exception {
    var server = hung(() -> GenServer.start(Server::new));
    var failures = new LinkedBlockingQueue<CallException>();
    for (int i = 0; i < 10; i++) {
      spawn(
          () ->
              failures.add(
                  catchThrowableOfType(
                      CallException.class, () -> GenServer.call(server, Atom.of("state"), LONG))));
    }
    await().until(() -> Kernel.processInfo(server).messageQueueLength() == 10);
    exit(server, Atom.KILL);
    for (int i = 0; i < 10; i++) {
      assertThat(failures.take().why()).isEqualTo(Atom.KILLED);
    }
  }

  @Test
  void anyExitSignalEndsItThough() throws Exception {
    var server = hung(() -> GenServer.start(Server::new));
    run(
        () -> {
          monitor(server);
          exit(server, Atom.NORMAL); // not this one
          exit(server, Atom.of("boom"));
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.of("boom"));
          return true;
        });
  }

  @Test
  void itsSupervisorNeedsNoMoreTimeThanItGives() throws Exception {
    var supervisor =
        Supervisor.start(
            oneForOne(),
            List.of(
                child("server", () -> GenServer.startLink(Server::new, GenServer.name("stuck")))));
    hung(() -> whereis("stuck"));
    exit(whereis("stuck"), Atom.KILL);
    await().until(() -> starts.get() == 2 && whereis("stuck") != null);
    assertThat(stateOf("stuck")).isEqualTo("state 2");
    GenServer.cast("stuck", "hang");
    Supervisor.stop(supervisor); // a server that traps no exits ends by shutdown itself
    assertThat(whereis("stuck")).isNull();
  }

  @Test
  void itsReplyAndWhatItDoesAfterwardsCountForNothing() throws Exception {
    var outcomes = new LinkedBlockingQueue<Object>();
    var froms = new LinkedBlockingQueue<From>();
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    return 0;
                  }

                  @Override
                  public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
                    froms.add(from);
                    while (!stop.get()) {
                      Thread.onSpinWait();
                    }
                    try {
                      GenServer.reply(from, "from the grave");
                      outcomes.add("replied");
                    } catch (ProcessEnded e) {
                      outcomes.add("refused");
                    }
                    return GenServer.noReply(state);
                  }
                });
    spawn(
        () ->
            outcomes.add(
                catchThrowableOfType(
                        CallException.class, () -> GenServer.call(server, Atom.of("x"), LONG))
                    .why()));
    froms.take();
    exit(server, Atom.KILL);
    assertThat(outcomes.take()).isEqualTo(Atom.KILLED);
    stop.set(true);
    assertThat(outcomes.take()).isEqualTo("refused");
  }

  @Test
  void aServerThatIsKilledWhileItBlocksDoesNotTerminateItself() throws Exception {
    var begun = new CountDownLatch(1);
    var steps = new LinkedBlockingQueue<String>();
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    return 0;
                  }

                  @Override
                  public Step<Integer> handleCast(Object message, Integer state)
                      throws InterruptedException {
                    begun.countDown();
                    try {
                      Thread.sleep(LONG);
                    } finally {
                      steps.add("finally");
                    }
                    return GenServer.noReply(state);
                  }

                  @Override
                  public void terminate(Object reason, Integer state) {
                    steps.add("terminate");
                  }
                });
    GenServer.cast(server, "sleep");
    begun.await();
    exit(server, Atom.KILL);
    assertThat(steps.take()).isEqualTo("finally");
    await().until(() -> Node.current().statistics().runners() == 0); // its code is over
    assertThat(steps).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerThatIsKilledAndThenStopsItselfDoesNotTerminate(boolean called) throws Exception {
    var steps = new LinkedBlockingQueue<String>();
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    return 0;
                  }

                  @Override
                  public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
                    return ((Call.Term) request).reply(1, swallow(state)).andStop(Atom.NORMAL);
                  }

                  @Override
                  public Step<Integer> handleCast(Object message, Integer state) {
                    return GenServer.stopping(Atom.NORMAL, swallow(state));
                  }

                  private Integer swallow(Integer state) {
                    begun.countDown();
                    try {
                      Thread.sleep(LONG);
                    } catch (InterruptedException e) {
                      steps.add("swallowed");
                    }
                    return state;
                  }

                  @Override
                  public void terminate(Object reason, Integer state) {
                    steps.add("terminate");
                  }
                });
    var failures = new LinkedBlockingQueue<CallException>();
    if (called) {
      spawn(
          () ->
              failures.add(
                  catchThrowableOfType(
                      CallException.class, () -> GenServer.call(server, Atom.of("x"), LONG))));
    } else {
      GenServer.cast(server, "stop");
    }
    begun.await();
    exit(server, Atom.KILL);
    assertThat(steps.take()).isEqualTo("swallowed");
    if (called) {
      assertThat(failures.take().why()).isEqualTo(Atom.KILLED);
    }
    await().until(() -> Node.current().statistics().runners() == 0); // its code is over
    assertThat(steps).isEmpty();
  }
}
