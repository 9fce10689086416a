package dev.retort;

import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GenServerTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  static final class Stack implements GenServer<List<String>> {
    record Pop() implements Call<String> {}

    record PopLater(CompletableFuture<From> whoWaits) implements Call<String> {}

    record Push(String element) {}

    record Crash() implements Call<String> {}

    record Block(CountDownLatch until) implements Call<String> {}

    record StopPlease() implements Call<String> {}

    static final List<Object> terminated = new CopyOnWriteArrayList<>();

    @Override
    public List<String> init() {
      return List.of("hello", "world");
    }

    @Override
    public Step<List<String>> handleCall(Call<?> request, From from, List<String> stack)
        throws InterruptedException {
      return switch (request) {
        case Pop pop -> pop.reply(stack.getFirst(), stack.subList(1, stack.size()));
        case PopLater later -> {
          later.whoWaits.complete(from);
          yield GenServer.noReply(stack);
        }
        case Crash crash -> throw new IllegalStateException("on purpose");
        case Block block -> {
          block.until.await();
          yield block.reply("unblocked", stack);
        }
        case StopPlease stop -> stop.reply("bye", stack).andStop(Atom.NORMAL);
        case Call.Term term when term.request().equals(Atom.of("size")) ->
            term.reply((long) stack.size(), stack);
        default -> GenServer.unknown(request);
      };
    }

    @Override
    public Step<List<String>> handleCast(Object message, List<String> stack) {
      return switch (message) {
        case Push(var element) -> {
          var next = new ArrayList<>(stack);
          next.addFirst(element);
          yield GenServer.noReply(List.copyOf(next));
        }
        default -> GenServer.unknown(message);
      };
    }

    @Override
    public void terminate(Object reason, List<String> state) {
      terminated.add(reason);
    }
  }

  @Test
  void aCallFromAPlainThreadGetsItsTypedReply() {
    Pid stack = GenServer.start(Stack::new);
    GenServer.cast(stack, new Stack.Push("new"));
    String top = GenServer.call(stack, new Stack.Pop());
    assertThat(top).isEqualTo("new");
    assertThat(GenServer.call(stack, Atom.of("size"))).isEqualTo(2L);
  }

  @Test
  void aCallFromAProcessGetsItsReply() throws Exception {
    assertThat(
            Node.current()
                .run(() -> GenServer.call(GenServer.startLink(Stack::new), new Stack.Pop())))
        .isEqualTo("hello");
  }

  @Test
  void aReplyMayComeLaterAndFromElsewhere() throws Exception {
    Pid stack = GenServer.start(Stack::new);
    var whoWaits = new CompletableFuture<From>();
    var answering = Thread.ofVirtual().start(() -> GenServer.reply(whoWaits.join(), "later"));
    assertThat(GenServer.call(stack, new Stack.PopLater(whoWaits), SOON)).isEqualTo("later");
    answering.join();
    assertThat(GenServer.call(stack, Atom.of("size"))).isEqualTo(2L);
  }

  @Test
  void aCrashFailsTheCallWithTheServersReason() {
    Pid stack = GenServer.start(Stack::new);
    var failure =
        catchThrowableOfType(CallException.class, () -> GenServer.call(stack, new Stack.Crash()));
    assertThat(failure.why()).isInstanceOf(IllegalStateException.class);
    assertThat(failure).hasMessageContaining(":crash");
    assertThat(Kernel.alive(stack)).isFalse();
  }

  @Test
  void aCallOfNobodyFailsAtOnceWithNoproc() {
    var failure =
        catchThrowableOfType(
            CallException.class, () -> GenServer.call(Name.of("no_such_server"), new Stack.Pop()));
    assertThat(failure.why()).isEqualTo(Atom.NOPROC);
    assertThat(failure).hasMessageContaining(":no_such_server");
  }

  @Test
  void aCallThatTakesTooLongTimesOutAndItsLateReplyNeverArrives() throws Exception {
    Pid stack = GenServer.start(Stack::new);
    var until = new CountDownLatch(1);
    var late =
        Node.current()
            .run(
                () -> {
                  assertThatThrownBy(
                          () ->
                              GenServer.call(stack, new Stack.Block(until), Duration.ofMillis(30)))
                      .isInstanceOf(CallException.class)
                      .hasMessageContaining(":timeout");
                  until.countDown();
                  GenServer.call(stack, new Stack.Pop()); // it is over now
                  return receive(Duration.ofMillis(30));
                });
    assertThat(late).isNull();
  }

  @Test
  void callsThatWaitInTheMailboxFailWhenTheServerIsKilled() throws Exception {
    Pid stack = GenServer.start(Stack::new);
    var until = new CountDownLatch(1);
    var failures = new CopyOnWriteArrayList<Object>();
    var callers =
        IntStream.range(0, 10)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .start(
                            () ->
                                failures.add(
                                    catchThrowableOfType(
                                            CallException.class,
                                            () ->
                                                GenServer.call(stack, new Stack.Block(until), SOON))
                                        .why())))
            .toList();
    for (var caller : callers) {
      await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
    }
    Kernel.exit(stack, Atom.KILL);
    for (var caller : callers) {
      caller.join();
    }
    assertThat(failures).hasSize(10).containsOnly(Atom.KILLED);
  }

  @Test
  void callingOneselfIsAnErrorAtOnce() throws Exception {
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
                    return ((Call.Term) request)
                        .reply(GenServer.call(Kernel.self(), request), state);
                  }
                });
    assertThatThrownBy(() -> GenServer.call(server, Atom.of("loop")))
        .hasMessageContaining("calling_self");
  }

  @Test
  void aFailingInitFailsTheStartAndFreesTheName() {
    assertThatThrownBy(
            () ->
                GenServer.start(
                    () ->
                        new GenServer<Integer>() {
                          @Override
                          public Integer init() {
                            throw new IllegalArgumentException("no configuration");
                          }
                        },
                    GenServer.name("failing")))
        .isInstanceOf(StartException.class)
        .hasRootCauseMessage("no configuration");
    assertThat(Kernel.whereis("failing")).isNull();
  }

  @Test
  void aTakenNameIsAlreadyStarted() {
    var first = GenServer.start(Stack::new, GenServer.name("taken_name"));
    assertThatThrownBy(() -> GenServer.start(Stack::new, GenServer.name("taken_name")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("already started as " + first);
    GenServer.stop(first);
  }

  @Test
  void stopRunsTerminateAndWaits() {
    Stack.terminated.clear();
    Pid stack = GenServer.start(Stack::new);
    GenServer.stop(stack);
    assertThat(Kernel.alive(stack)).isFalse();
    assertThat(Stack.terminated).containsExactly(Atom.NORMAL);
  }

  @Test
  void aReplyAndStopDoesBoth() throws Exception {
    var down =
        Node.current()
            .run(
                () -> {
                  var stack = GenServer.start(Stack::new);
                  monitor(stack);
                  assertThat(GenServer.call(stack, new Stack.StopPlease())).isEqualTo("bye");
                  return receive(Down.class, SOON);
                });
    assertThat(down.reason()).isEqualTo(Atom.NORMAL);
  }

  @Test
  void anUnknownCallEndsTheServerWithAMessageThatNamesIt() {
    Pid stack = GenServer.start(Stack::new);
    assertThatThrownBy(() -> GenServer.call(stack, Atom.of("nonsense")))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .rootCause()
        .hasMessage(
            Stack.class.getName()
                + " has no case for :nonsense: add one to handleCall (for a call) or handleCast (for"
                + " a cast)");
  }

  @Test
  void anUnknownCastEndsTheServerWithAMessageThatNamesItsClass() throws Exception {
    final class Silent implements GenServer<Integer> {
      @Override
      public Integer init() {
        return 0;
      }
    }
    var reason =
        Node.current()
            .run(
                () -> {
                  var server = GenServer.start(Silent::new);
                  monitor(server);
                  GenServer.cast(server, "nonsense");
                  return receive(Down.class, SOON).reason();
                });
    assertThat(reason)
        .isInstanceOfSatisfying(
            IllegalArgumentException.class,
            e ->
                assertThat(e)
                    .hasMessageStartingWith(
                        Silent.class.getName() + " has no case for \"nonsense\": add one to"));
  }

  @Test
  void aReplyToOneThatIsGoneIsDropped() throws Exception {
    Pid stack = GenServer.start(Stack::new);
    var whoWaits = new CompletableFuture<From>();
    var caller =
        Kernel.spawn(
            () -> GenServer.call(stack, new Stack.PopLater(whoWaits), Duration.ofHours(1)));
    var from = whoWaits.get();
    Kernel.exit(caller, Atom.KILL);
    assertThat(Kernel.alive(caller)).isFalse();
    GenServer.reply(from, "to nobody");
    GenServer.reply(from, "to nobody again");
    assertThat(GenServer.call(stack, Atom.of("size"))).isEqualTo(2L);
    GenServer.stop(stack);
  }

  @Test
  void anIdleServerHoldsNoThread() throws Exception {
    var servers = new ArrayList<Pid>();
    for (int i = 0; i < 10_000; i++) {
      servers.add(GenServer.start(Stack::new));
    }
    for (var server : servers) {
      assertThat(GenServer.call(server, new Stack.Pop())).isEqualTo("hello");
    }
    var threads = new AtomicReference<Integer>(0);
    spawn(() -> threads.set(Thread.activeCount()));
    assertThat(Thread.activeCount()).isLessThan(100);
    servers.forEach(server -> Kernel.exit(server, Atom.KILL));
  }

  @Test
  void stoppingOneselfIsAnErrorAtOnce() {
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
                    GenServer.stop(Kernel.self());
                    return GenServer.unknown(request);
                  }
                });
    assertThatThrownBy(() -> GenServer.call(server, Atom.of("stop"), SOON))
        .hasMessageContaining("calling_self");
  }

  @Test
  void stoppingNobodyFailsWithTheReasonThatElixirGives() {
    var failure =
        catchThrowableOfType(
            CallException.class, () -> GenServer.stop(Name.of("no_such_server"), Atom.SHUTDOWN));
    assertThat(Kernel.inspect(failure.reason()))
        .isEqualTo("{:noproc, {GenServer, :stop, [:no_such_server, :shutdown, :infinity]}}");
  }

  @Test
  void aCallbackThatReturnsNullIsToldWhatToReturn() {
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    return 0;
                  }

                  @Override
                  @SuppressWarnings("NullAway") // the user's mistake
                  public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
                    return null;
                  }
                });
    assertThatThrownBy(() -> GenServer.call(server, Atom.of("anything")))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageContaining("return request.reply(reply, state)");
  }

  @Test
  void anInitMayExitWithAnyTerm() {
    assertThatThrownBy(
            () ->
                GenServer.start(
                    () ->
                        () -> {
                          throw new ExitException(Tuple.of());
                        }))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("{}");
  }
}
