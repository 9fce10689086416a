package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Kernel.whereis;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server's start may say, and what its starter and its supervisor hear. */
@Timeout(30)
class GenServerInitTest {
  private static final Atom BOOM = Atom.of("boom");

  private final LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  /** Starts with what it is told to; its state is a text to which its callbacks add. */
  private final class Server implements GenServer<String> {
    private final Callable<Init<String>> starting;

    Server(Callable<Init<String>> starting) {
      this.starting = starting;
    }

    @Override
    public String init() {
      throw new AssertionError("starting is called instead");
    }

    @Override
    public Init<String> starting() throws Exception {
      return starting.call();
    }

    @Override
    public Step<String> handleCall(Call<?> request, From from, String state) {
      return ((Call.Term) request).reply(state, state);
    }

    @Override
    public Step<String> handleContinue(Object what, String state) throws Exception {
      if (what instanceof CountDownLatch until) {
        until.await();
        return GenServer.noReply(state + " continued");
      }
      return what instanceof Integer n && n > 0
          ? GenServer.noReply("" + n).continueWith(n - 1)
          : GenServer.noReply(state + " done");
    }

    @Override
    public Step<String> handleInfo(Object message, String state) {
      seen.add(message);
      return GenServer.noReply(state + " " + Kernel.inspect(message));
    }

    @Override
    public void terminate(Object reason, String state) {
      seen.add("terminate");
    }
  }

  private Server server(Callable<Init<String>> starting) {
    return new Server(starting);
  }

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  private static String state(Pid server) {
    return (String) GenServer.call(server, Atom.of("state"));
  }

  // ---- ignore

  @Test
  void anIgnoredServerIsNoProcessAndNoError() throws Exception {
    assertThat(GenServer.start(() -> server(Init::ignore), GenServer.name("ignored"))).isNull();
    assertThat(whereis("ignored")).isNull();
    assertThat(
            run(
                () -> {
                  var none = GenServer.startLink(() -> server(Init::ignore));
                  return none == null && Kernel.processInfo(self()).links().isEmpty();
                }))
        .isTrue();
    assertThat(seen).isEmpty();
  }

  @Test
  void aSupervisorKeepsAChildThatIsIgnored() {
    var supervisor =
        Supervisor.start(
            oneForOne(),
            List.of(child("none", () -> GenServer.startLink(() -> server(Init::ignore)))));
    assertThat(Supervisor.whichChildren(supervisor))
        .extracting(ChildInfo::id, ChildInfo::pid)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("none", null));
    Supervisor.stop(supervisor);
  }

  // ---- stop

  @Test
  void aServerThatStopsInInitFailsTheStartWithTheReasonAndLogsNothing() throws Exception {
    try (var log = new CapturedLog()) {
      assertThat(
              catchThrowableOfType(
                      StartException.class,
                      () ->
                          GenServer.start(
                              () -> server(() -> Init.stop(BOOM)), GenServer.name("stopped")))
                  .reason())
          .isEqualTo(BOOM);
      assertThat(whereis("stopped")).isNull();
      assertThat(log.with("terminating", "boom")).isEmpty();
    }
    assertThat(seen).isEmpty(); // terminate is for servers that have started
  }

  @Test
  void aStopInInitEndsTheStarterThroughTheLink() {
    assertThatThrownBy(() -> run(() -> GenServer.startLink(() -> server(() -> Init.stop(BOOM)))))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining("boom");
  }

  /** As {@code proc_lib} does since OTP 26. */
  @Test
  void aStarterThatTrapsExitsHearsOfTheEndOnce() throws Exception {
    notStartingTells(() -> Init.stop(BOOM), BOOM);
    notStartingTells(
        () -> {
          throw new ExitException(BOOM);
        },
        BOOM);
    notStartingTells(
        () -> {
          Kernel.exit(self(), Atom.KILL);
          return Init.ok("started");
        },
        Atom.KILLED);
    run(
        () -> {
          trapExit(true);
          assertThat(GenServer.startLink(() -> server(Init::ignore))).isNull();
          assertThat(receive(Exit.class, Duration.ZERO)).isNull();
          assertThat(Kernel.processInfo(self()).links()).isEmpty();
          return true;
        });
  }

  private void notStartingTells(Callable<Init<String>> init, Object reason) throws Exception {
    run(
        () -> {
          trapExit(true);
          assertThatThrownBy(() -> GenServer.startLink(() -> server(init)))
              .isInstanceOfSatisfying(
                  StartException.class, failed -> assertThat(failed.reason()).isEqualTo(reason));
          assertThat(receive(Exit.class, Duration.ZERO)).isNull();
          assertThat(Kernel.processInfo(self()).links()).isEmpty();
          return true;
        });
  }

  @Test
  void aThrowingInitIsTheReasonOfTheStart() {
    var thrown = new IllegalStateException("no configuration");
    assertThat(
            catchThrowableOfType(
                    StartException.class,
                    () ->
                        GenServer.start(
                            () ->
                                server(
                                    () -> {
                                      throw thrown;
                                    })))
                .reason())
        .isSameAs(thrown);
    assertThat(seen).isEmpty();
  }

  @Test
  void anInitThatReturnsNothingIsToldWhatToReturn() {
    assertThatThrownBy(() -> GenServer.start(() -> server(() -> null)))
        .hasRootCauseMessage(
            "starting returned null: return Init.ok(state), Init.ignore() or Init.stop(reason)");
  }

  @Test
  void aSlowInitIsKilledAndItsNameIsFree() throws Exception {
    var never = new CountDownLatch(1);
    run(
        () -> {
          assertThat(
                  catchThrowableOfType(
                          StartException.class,
                          () ->
                              GenServer.startLink(
                                  () ->
                                      server(
                                          () -> {
                                            never.await();
                                            return Init.ok("late");
                                          }),
                                  GenServer.name("slow"),
                                  GenServer.initTimeout(Duration.ofMillis(10))))
                      .reason())
              .isEqualTo(Atom.TIMEOUT);
          assertThat(whereis("slow")).isNull();
          return true;
        });
  }

  // ---- continue

  @Test
  void aContinueComesBeforeTheFirstMessageWhileTheStarterGoesOn() {
    var until = new CountDownLatch(1);
    var server = GenServer.start(() -> server(() -> Init.ok("started").continueWith(until)));
    send(server, "message");
    until.countDown();
    assertThat(state(server)).isEqualTo("started continued \"message\"");
    GenServer.stop(server);
  }

  @Test
  void continuesFollowEachOtherWithoutEnd() {
    var server = GenServer.start(() -> server(() -> Init.ok("n").continueWith(100_000)));
    assertThat(state(server)).isEqualTo("1 done");
    GenServer.stop(server);
  }

  @Test
  void aContinueThatNobodyHandlesIsSaid() throws Exception {
    run(
        () -> {
          trapExit(true);
          var server =
              GenServer.startLink(
                  () ->
                      new GenServer<Integer>() {
                        @Override
                        public Integer init() {
                          return 0;
                        }

                        @Override
                        public Init<Integer> starting() {
                          return Init.ok(init()).continueWith("load");
                        }
                      });
          var exit = receive(Exit.class);
          assertThat(exit.from()).isEqualTo(server);
          assertThat((Throwable) exit.reason())
              .hasMessageEndingWith("has no handleContinue for \"load\": add one");
          return true;
        });
  }

  // ---- timeout

  @Test
  void aTimeoutComesWhenNoMessageDoes() throws Exception {
    var server =
        GenServer.start(() -> server(() -> Init.ok("started").timeout(Duration.ofMillis(10))));
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
    assertThat(state(server)).isEqualTo("started :timeout");
    GenServer.stop(server);
  }

  @Test
  void aHibernatingStartIsAStart() {
    var server = GenServer.start(() -> server(() -> Init.ok("started").hibernate()));
    assertThat(state(server)).isEqualTo("started");
    GenServer.stop(server);
  }

  @Test
  void onlyAServerThatStartsDoesSomethingNext() {
    for (var wrong : List.of(Init.ignore(), Init.stop(BOOM), Init.ok("state").hibernate())) {
      assertThatThrownBy(() -> wrong.continueWith("load"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "one of continueWith, timeout and hibernate was expected after Init.ok, not after ");
    }
  }
}
