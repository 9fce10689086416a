package dev.retort;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls and casts of many at once, stopping, and what is shown of a server. */
@Timeout(30)
class GenServerEverywhereTest {
  private static final Atom HERE = Atom.of("nonode@nohost");
  private static final Atom NOWHERE = Atom.of("nobody@nowhere");
  private static final Duration SOON = Duration.ofSeconds(10);

  record Get() implements Call<Integer> {}

  record Block(CountDownLatch until) implements Call<Integer> {}

  private static final class Counter implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer count) throws Exception {
      return switch (request) {
        case Get get -> get.reply(count, count);
        case Block block -> {
          block.until.await();
          yield block.reply(count, count);
        }
        default -> GenServer.unknown(request);
      };
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer count) {
      return GenServer.noReply(count + (Integer) message);
    }

    @Override
    public ServerStatus formatStatus(ServerStatus status) {
      return status.withState("hidden " + status.state()).withMessage("hidden, too");
    }
  }

  private final CountDownLatch until = new CountDownLatch(1);
  private final Pid counter = GenServer.start(Counter::new, GenServer.name("counter"));

  @AfterEach
  void end() {
    until.countDown();
    Kernel.exit(counter, Atom.KILL);
    await().until(() -> Kernel.whereis("counter") == null);
  }

  // ---- multiCall and abcast

  @Test
  void aMultiCallCollectsTypedRepliesAndNamesTheNodesWithoutOne() {
    GenServer.cast(counter, 7);
    Replies<Integer> here = GenServer.multiCall("counter", new Get());
    assertThat(here).isEqualTo(new Replies<>(Map.of(HERE, 7), List.of()));
    assertThat(GenServer.multiCall(List.of(NOWHERE, HERE, NOWHERE), "counter", new Get(), SOON))
        .isEqualTo(new Replies<>(Map.of(HERE, 7), List.of(NOWHERE)));
    assertThat(GenServer.multiCall("no_counter", new Get()))
        .isEqualTo(new Replies<>(Map.of(), List.of(HERE)));
  }

  @Test
  void aMultiCallEndsWhenTimeIsUp() {
    assertThat(
            GenServer.multiCall(List.of(HERE), "counter", new Block(until), Duration.ofMillis(10)))
        .isEqualTo(new Replies<>(Map.of(), List.of(HERE)));
  }

  @Test
  void aMultiCallOfOneselfIsAnErrorAtOnce() throws Exception {
    assertThatThrownBy(
            () ->
                Node.current()
                    .run(
                        () -> {
                          Kernel.register("itself", self());
                          return GenServer.multiCall("itself", new Get());
                        }))
        .hasMessage("a process cannot call itself: it is {:itself, :nonode@nohost}");
  }

  @Test
  void anAbcastReachesThoseThatAreThere() {
    GenServer.abcast(List.of(NOWHERE, HERE), "counter", 1);
    GenServer.abcast("counter", 2);
    GenServer.abcast("no_counter", 3);
    assertThat(GenServer.call(counter, new Get())).isEqualTo(3);
  }

  @Test
  void aServerIsFoundByWhateverNamesIt() {
    assertThat(GenServer.whereis(counter)).isEqualTo(counter);
    assertThat(GenServer.whereis(Name.of("counter"))).isEqualTo(counter);
    assertThat(GenServer.whereis(new Name(Atom.of("counter"), HERE))).isEqualTo(counter);
    assertThat(GenServer.whereis(Name.of("no_counter"))).isNull();
    var elsewhere = Name.of("counter", "nobody@nowhere");
    assertThat(GenServer.whereis(elsewhere)).isEqualTo(elsewhere);
  }

  // ---- stop

  @Test
  void aServerStopsWithAnyReason() throws Exception {
    var why = Tuple.of(Atom.SHUTDOWN, "no more work");
    Node.current()
        .run(
            () -> {
              monitor(counter);
              GenServer.stop(counter, why);
              assertThat(receive(Down.class).reason()).isEqualTo(why);
              return true;
            });
  }

  @Test
  void aServerStopsByItsName() {
    GenServer.stop("counter");
    assertThat(Kernel.alive(counter)).isFalse();
    assertThat(catchThrowableOfType(CallException.class, () -> GenServer.stop("counter")).why())
        .isEqualTo(Atom.NOPROC);
  }

  @Test
  void aStopThatTakesTooLongFailsWithTimeoutAndLeavesNothingBehind() throws Exception {
    Node.current()
        .run(
            () -> {
              var busy = new CountDownLatch(1);
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
                                throws Exception {
                              busy.countDown();
                              until.await();
                              return GenServer.noReply(state);
                            }
                          });
              GenServer.cast(server, "block");
              busy.await();
              var failure =
                  catchThrowableOfType(
                      CallException.class,
                      () -> GenServer.stop(server, Atom.SHUTDOWN, Duration.ofMillis(5)));
              assertThat(Kernel.inspect(failure.reason()))
                  .isEqualTo("{:timeout, {GenServer, :stop, [" + server + ", :shutdown, 5]}}");
              monitor(server);
              until.countDown();
              assertThat(receive(Down.class).reason()).isEqualTo(Atom.SHUTDOWN);
              assertThat(receive(Duration.ZERO)).isNull();
              return true;
            });
  }

  // ---- what is shown

  @Test
  void aCrashReportShowsWhatFormatStatusSays() {
    try (var log = new CapturedLog()) {
      assertThatThrownBy(() -> GenServer.call(counter, Atom.of("secret"), SOON))
          .isInstanceOf(CallException.class);
      assertThat(
              log.with(
                  "GenServer :counter", "Last message: \"hidden, too\"", "State: \"hidden 0\""))
          .hasSize(1);
    }
  }

  @Test
  void aFormatStatusThatThrowsShowsNothing() {
    var server =
        GenServer.start(
            () ->
                new GenServer<String>() {
                  @Override
                  public String init() {
                    return "secret";
                  }

                  @Override
                  public ServerStatus formatStatus(ServerStatus status) {
                    throw new IllegalStateException("on purpose");
                  }
                });
    try (var log = new CapturedLog()) {
      assertThatThrownBy(() -> GenServer.call(server, Atom.of("password"), SOON))
          .isInstanceOf(CallException.class);
      var report = log.with("has failed: java.lang.IllegalStateException: on purpose");
      assertThat(report).hasSize(1);
      assertThat(report.getFirst()).doesNotContain("secret").doesNotContain("message: :password");
    }
  }
}
