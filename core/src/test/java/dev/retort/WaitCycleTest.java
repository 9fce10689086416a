package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.processInfo;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes that call each other in a circle. Of the calls in one only the last to be made, which
 * closes the circle, has a time that ends within the test: so there is a circle when it does.
 */
@Timeout(60)
class WaitCycleTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Atom NEVER = Atom.of("never");

  /** Asks a server to call the first of {@code route}, asking it to call the next, and so on. */
  record Along(List<Pid> route, Duration last) implements Call<Object> {}

  private static final class Caller implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
      return switch (request) {
        case Along(var route, var last) when route.size() == 1 ->
            new Along(route, last)
                .reply(GenServer.call(route.getFirst(), Tuple.of(NEVER), last), state);
        case Along(var route, var last) -> {
          var rest = new Along(route.subList(1, route.size()), last);
          yield rest.reply(GenServer.call(route.getFirst(), rest, LONG), state);
        }
        default -> GenServer.noReply(state); // never answers
      };
    }
  }

  private final List<Pid> servers = new ArrayList<>();

  private Pid server() {
    var pid = GenServer.start(Caller::new);
    servers.add(pid);
    return pid;
  }

  @AfterEach
  void end() {
    servers.forEach(server -> exit(server, Atom.KILL));
  }

  /** That a message names the circle, beginning with any of its processes. */
  private static Condition<String> circle(Pid... pids) {
    var rotations =
        IntStream.range(0, pids.length)
            .mapToObj(
                first ->
                    IntStream.rangeClosed(0, pids.length)
                        .mapToObj(i -> pids[(first + i) % pids.length].toString())
                        .collect(Collectors.joining(" calls ")))
            .toList();
    return new Condition<>(
        message ->
            rotations.stream()
                .anyMatch(
                    names ->
                        message.contains("it could never come")
                            && message.contains("these processes wait for each other: " + names)),
        "names one of the circles %s",
        rotations);
  }

  private static List<String> reportsOf(CapturedLog log, Pid pid) {
    return log.thrown("GenServer " + pid + " terminating").stream()
        .map(Throwable::getMessage)
        .toList();
  }

  @Test
  void theCrashReportOfACallInACircleOfTwoNamesIt() {
    var a = server();
    var b = server();
    try (var log = new CapturedLog()) {
      assertThatThrownBy(() -> GenServer.call(a, new Along(List.of(b, a), SHORT), LONG))
          .isInstanceOf(CallException.class);
      assertThat(reportsOf(log, b))
          .hasSize(1)
          .first()
          .asString()
          .contains("call of " + a + " with {:never} failed")
          .contains("no reply within 300 ms (:timeout)")
          .is(circle(b, a));
    }
  }

  @Test
  void aCircleOfFourIsNamed() {
    var a = server();
    var b = server();
    var c = server();
    var d = server();
    try (var log = new CapturedLog()) {
      assertThatThrownBy(() -> GenServer.call(a, new Along(List.of(b, c, d, a), SHORT), LONG))
          .isInstanceOf(CallException.class);
      assertThat(reportsOf(log, d)).hasSize(1).first().asString().is(circle(d, a, b, c));
    }
  }

  @Test
  void aCircleMayBeginInTheMiddleOfAChain() {
    var a = server();
    var b = server();
    var c = server();
    try (var log = new CapturedLog()) {
      assertThatThrownBy(() -> GenServer.call(a, new Along(List.of(b, c, b), SHORT), LONG))
          .isInstanceOf(CallException.class);
      assertThat(reportsOf(log, c)).hasSize(1).first().asString().is(circle(c, b));
    }
  }

  @Test
  void plainProcessesAreInCirclesToo() throws Exception {
    var a = server();
    try (var log = new CapturedLog()) {
      var plain = spawn(() -> GenServer.call(a, new Along(List.of(self()), SHORT), LONG));
      await().until(() -> !reportsOf(log, a).isEmpty());
      assertThat(reportsOf(log, a)).first().asString().is(circle(a, plain));
    }
  }

  @Test
  void whoCatchesTheTimeoutIsToldToo() throws Exception {
    var told = new LinkedBlockingQueue<String>();
    var a = server();
    spawn(
        () -> {
          var me = self();
          spawn(() -> GenServer.call(a, new Along(List.of(me), LONG), LONG));
          await().until(() -> me.equals(processInfo(a).waitsFor()));
          try {
            GenServer.call(a, Tuple.of(NEVER), SHORT);
          } catch (CallException e) {
            told.add(e.getMessage());
          }
        });
    assertThat(told.take()).contains("these processes wait for each other").contains(a.toString());
  }

  @Test
  void aChainThatIsNoCircleIsNotCalledOne() {
    var a = server();
    var b = server();
    var c = server();
    try (var log = new CapturedLog()) {
      assertThatThrownBy(() -> GenServer.call(a, new Along(List.of(b, c), SHORT), LONG))
          .isInstanceOf(CallException.class);
      assertThat(reportsOf(log, b))
          .hasSize(1)
          .first()
          .asString()
          .contains("no reply within 300 ms (:timeout)")
          .doesNotContain("wait for each other");
    }
  }

  @Test
  void aCallOfAServerThatIsBusyIsNoCircle() {
    var a = server();
    assertThatThrownBy(() -> GenServer.call(a, Tuple.of(NEVER), Duration.ofMillis(20)))
        .hasMessageContaining("no reply within 20 ms (:timeout)")
        .message()
        .doesNotContain("wait for each other");
  }

  @Test
  void aThreadThatWaitsForTheCircleIsNotInIt() throws Exception {
    var a = server();
    var b = server();
    try (var log = new CapturedLog()) {
      var caller =
          Thread.ofPlatform()
              .start(
                  () ->
                      assertThatThrownBy(
                              () -> GenServer.call(a, new Along(List.of(b, a), SHORT), LONG))
                          .message()
                          .startsWith("call of " + a)
                          .contains("the server ended with"));
      caller.join();
      assertThat(reportsOf(log, b)).hasSize(1).first().asString().is(circle(b, a));
    }
  }

  // ---- a circle of one

  @Test
  void whoCallsItselfIsToldAtOnce() throws Exception {
    Node.current()
        .run(
            () -> {
              assertThatThrownBy(() -> GenServer.call(self(), NEVER, LONG))
                  .isInstanceOf(CallException.class)
                  .hasMessageContaining("call of " + self() + " with :never failed")
                  .hasMessageContaining("a process cannot call itself (:calling_self)");
              Kernel.register("calls_itself", self());
              assertThatThrownBy(() -> GenServer.call(Name.of("calls_itself"), NEVER, LONG))
                  .hasMessageContaining(":calls_itself")
                  .hasMessageContaining("(:calling_self)");
              assertThat(receive(Duration.ZERO)).isNull();
              return true;
            });
  }

  @Test
  void aServerThatCallsItselfEndsWithThat() throws Exception {
    var a = server();
    Node.current()
        .run(
            () -> {
              monitor(a);
              assertThatThrownBy(() -> GenServer.call(a, new Along(List.of(a), LONG), LONG))
                  .isInstanceOf(CallException.class);
              assertThat(receive(Down.class).reason()).asString().contains("calling_self");
              return true;
            });
  }
}
