package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of {@code gen_server:send_request} and its kin. */
@Timeout(30)
class RequestTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private record Echo(@Nullable String text) implements Call<@Nullable String> {}

  private record Later() implements Call<String> {}

  private record Crash() implements Call<String> {}

  /** Echoes at once, answers {@link Later} when it is told what. */
  private static final class Server implements GenServer<List<From>> {
    @Override
    public List<From> init() {
      return List.of();
    }

    @Override
    public Step<List<From>> handleCall(Call<?> request, From from, List<From> waiting) {
      return switch (request) {
        case Echo echo -> echo.reply(echo.text, waiting);
        case Later later -> {
          var more = new ArrayList<>(waiting);
          more.add(from);
          yield GenServer.noReply(List.copyOf(more));
        }
        case Call.Term term -> term.reply(term.request(), waiting);
        default -> throw new ExitException(Atom.of("crashed"));
      };
    }

    @Override
    public Step<List<From>> handleCast(Object reply, List<From> waiting) {
      waiting.forEach(from -> GenServer.reply(from, reply));
      return GenServer.noReply(List.of());
    }
  }

  private final Pid server = GenServer.start(Server::new);

  @AfterEach
  void end() {
    Kernel.exit(server, Atom.KILL);
  }

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  private static long waiting() {
    return Objects.requireNonNull(Kernel.processInfo(self())).messageQueueLength();
  }

  @Test
  void theReplyComesWhenItIsAskedFor() throws Exception {
    run(
        () -> {
          var first = GenServer.sendRequest(server, new Echo("first"));
          var second = GenServer.sendRequest(server, new Echo("second"));
          assertThat(second.receiveResponse(AMPLE)).isEqualTo("second");
          assertThat(first.receiveResponse(AMPLE)).isEqualTo("first");
          assertThat(first.receiveResponse(Duration.ZERO)).isEqualTo("first"); // it is known now
          assertThat(GenServer.sendRequest(server, new Echo(null)).receiveResponse(AMPLE)).isNull();
          assertThat(waiting()).isZero();
          return true;
        });
  }

  @Test
  void waitingDoesNotGiveItUp() throws Exception {
    run(
        () -> {
          var request = GenServer.sendRequest(server, new Later());
          assertThat(request.waitResponse(Duration.ofMillis(1))).isNull();
          GenServer.cast(server, "late");
          assertThat(request.waitResponse(AMPLE)).isEqualTo(new Outcome.Value<>("late"));
          return true;
        });
  }

  @Test
  void aRequestThatIsGivenUpHasNoResponseAnyMore() throws Exception {
    run(
        () -> {
          var request = GenServer.sendRequest(server, new Later());
          var failure =
              catchThrowableOfType(
                  CallException.class, () -> request.receiveResponse(Duration.ofMillis(1)));
          assertThat(failure.why()).isEqualTo(Atom.TIMEOUT);
          assertThat(failure).hasMessageContaining("no reply within 1 ms");
          GenServer.cast(server, "too late");
          GenServer.call(server, new Echo("it has been sent"));
          assertThat(waiting()).isZero();
          assertThat(request.waitResponse(Duration.ZERO)).isNull();
          return true;
        });
  }

  @Test
  void aServerThatEndsIsTheResponse() throws Exception {
    run(
        () -> {
          var waits = GenServer.sendRequest(server, new Later());
          var crash = GenServer.sendRequest(server, new Crash());
          var behind = GenServer.sendRequest(server, new Echo("in the mailbox"));
          var crashed = new Outcome.Exited<>(Atom.of("crashed"));
          assertThat(crash.waitResponse(AMPLE)).isEqualTo(crashed);
          assertThat(waits.waitResponse(AMPLE)).isEqualTo(crashed);
          assertThat(behind.waitResponse(AMPLE)).isEqualTo(crashed);
          assertThat(catchThrowableOfType(CallException.class, () -> waits.receiveResponse(AMPLE)))
              .hasMessageContaining("the server ended with :crashed");
          return true;
        });
  }

  @Test
  void nobodyIsNoprocInTheResponse() throws Exception {
    run(
        () -> {
          var noproc = new Outcome.Exited<>(Atom.NOPROC);
          var named = GenServer.sendRequest(Name.of("no_such_server"), new Echo("hello"));
          assertThat(named.waitResponse(AMPLE)).isEqualTo(noproc);
          GenServer.stop(server);
          assertThat(GenServer.sendRequest(server, new Echo("hello")).waitResponse(AMPLE))
              .isEqualTo(noproc);
          return true;
        });
  }

  @Test
  void aPlainTermIsARequestToo() throws Exception {
    Object reply = run(() -> GenServer.sendRequest(server, Atom.of("term")).receiveResponse(AMPLE));
    assertThat(reply).isEqualTo(Atom.of("term"));
  }

  /** Asks another server and goes on; notes what comes. */
  private record Asking(Pid other, LinkedBlockingQueue<Object> seen)
      implements GenServer<Request<String>> {
    @Override
    public Request<String> init() {
      return GenServer.sendRequest(other, new Later());
    }

    @Override
    public Step<Request<String>> handleInfo(Object message, Request<String> request) {
      seen.add(
          switch (request.checkResponse(message)) {
            case Outcome.Value<String>(var reply) -> "reply " + reply;
            case Outcome.Exited<String>(var reason) -> "exit " + reason;
            case null -> message;
          });
      return GenServer.noReply(request);
    }
  }

  @Test
  void aServerFindsItAmongItsMessages() throws Exception {
    var seen = new LinkedBlockingQueue<Object>();
    var asking = GenServer.start(() -> new Asking(server, seen));
    Kernel.send(asking, "another message");
    assertThat(seen.take()).isEqualTo("another message");
    GenServer.cast(server, "hello");
    assertThat(seen.take()).isEqualTo("reply hello");
    GenServer.stop(asking);
    var unlucky = GenServer.start(() -> new Asking(server, seen));
    GenServer.stop(server, Atom.SHUTDOWN);
    assertThat(seen.take()).isEqualTo("exit :shutdown");
    GenServer.stop(unlucky);
  }

  @Test
  void ofSeveralTheFirstResponseIsTaken() throws Exception {
    run(
        () -> {
          var slow = GenServer.sendRequest(server, new Later());
          Kernel.send(self(), "another message");
          var quick = GenServer.sendRequest(server, new Later());
          var echo = GenServer.sendRequest(server, new Echo("echo"));
          assertThat(Request.awaitAny(List.of(slow, quick), Duration.ofMillis(1))).isNull();
          assertThat(Request.<Request<?>>awaitAny(List.of(slow, echo, quick), AMPLE))
              .isSameAs(echo);
          GenServer.cast(server, "now");
          var left = new ArrayList<>(List.of(quick, slow));
          var values = new ArrayList<Object>();
          for (Request<String> next; (next = Request.awaitAny(left, AMPLE)) != null; ) {
            values.add(next.receiveResponse(Duration.ZERO));
            left.remove(next);
          }
          assertThat(values).containsExactly("now", "now");
          assertThat(Request.<Request<?>>awaitAny(List.of(echo), Duration.ZERO)).isSameAs(echo);
          assertThat(receive()).isEqualTo("another message");
          assertThat(waiting()).isZero();
          return true;
        });
  }

  @Test
  void onlyWhoHasSentItMayAsk() throws Exception {
    var request = run(() -> GenServer.sendRequest(server, new Echo("mine")));
    run(
        () -> {
          for (var ask :
              List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                  () -> request.receiveResponse(AMPLE),
                  () -> request.waitResponse(AMPLE),
                  () -> request.checkResponse("message"),
                  () -> Request.awaitAny(List.of(request), AMPLE))) {
            assertThatThrownBy(ask)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Request[{:echo, \"mine\"} to " + server + "]")
                .hasMessageContaining("only that may");
          }
          return true;
        });
    assertThatThrownBy(() -> GenServer.sendRequest(server, new Echo("no process")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFullMailboxRefusesItOrIsTheResponse() throws Exception {
    var refusing = GenServer.start(Server::new, MailboxLimit.of(1, Overload.REFUSE));
    var dropping = GenServer.start(Server::new, MailboxLimit.of(1, Overload.DROP_NEWEST));
    Sys.suspend(refusing);
    Sys.suspend(dropping);
    Kernel.send(refusing, "full");
    Kernel.send(dropping, "full");
    run(
        () -> {
          assertThatThrownBy(() -> GenServer.sendRequest(refusing, new Echo("one more")))
              .isInstanceOf(MailboxFullException.class);
          assertThat(GenServer.sendRequest(dropping, new Echo("one more")).waitResponse(AMPLE))
              .isEqualTo(new Outcome.Exited<>(LocalProcess.OVERLOAD));
          return true;
        });
    Kernel.exit(refusing, Atom.KILL);
    Kernel.exit(dropping, Atom.KILL);
  }

  @Test
  void aProcessMayAskItself() throws Exception {
    run(
        () -> {
          var request = GenServer.sendRequest(self(), new Echo("me"));
          var call = (dev.retort.term.Tuple) receive();
          GenServer.reply((From) call.get(1), "you");
          assertThat(request.receiveResponse(AMPLE)).isEqualTo("you");
          return true;
        });
  }

  @Test
  void whoAsksAndEndsLeavesNothingBehind() throws Exception {
    var node = Node.current();
    int aliases = node.aliases.size();
    run(() -> GenServer.sendRequest(server, new Later()));
    await().until(() -> node.aliases.size() == aliases);
    GenServer.cast(server, "to nobody");
    assertThat(GenServer.call(server, new Echo("it lives"))).isEqualTo("it lives");
  }
}
