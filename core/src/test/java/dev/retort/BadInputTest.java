package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.sendAfter;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static dev.retort.Kernel.unregister;
import static dev.retort.Kernel.whereis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Dest;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What makes no sense is refused where it is said, with a message that says what would. */
@Timeout(30)
class BadInputTest {
  private static final Atom HELLO = Atom.of("hello");
  private static final Duration LONG = Duration.ofHours(1);

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  /** Answers every call with what was asked; hands what it was cast to the test. */
  private static final class Echo implements GenServer<Integer> {
    private final CountDownLatch begun;

    Echo(CountDownLatch begun) {
      this.begun = begun;
    }

    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
      var term = ((Call.Term) request).request();
      begun.countDown();
      return term.equals(Atom.of("never"))
          ? GenServer.noReply(state)
          : ((Call.Term) request).reply(term.equals(Atom.of("null")) ? null : term, state);
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer state) {
      return GenServer.stopping(message, state);
    }
  }

  private static Pid echo() {
    return GenServer.start(() -> new Echo(new CountDownLatch(1)));
  }

  // ---- null

  @Test
  void aMessageIsNeverNull() throws Exception {
    var pid = spawn(Kernel::receive);
    register("never_null", pid);
    for (ThrowingCallable bad :
        List.<ThrowingCallable>of(
            () -> send(pid, null),
            () -> send("never_null", null),
            () -> sendAfter(pid, null, Duration.ZERO))) {
      assertThatThrownBy(bad)
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("a message is never null: send Atom.NIL for nil");
    }
    assertThatThrownBy(() -> GenServer.cast(pid, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("message");
    assertThat(Kernel.processInfo(pid).messageQueueLength()).isZero();
    send(pid, "end");
  }

  @Test
  void aReplyMayBeNullSinceTheRequestSaysWhatItIs() {
    var server = echo();
    assertThat(GenServer.call(server, Atom.of("null"))).isNull();
    GenServer.stop(server);
  }

  // ---- names

  @Test
  void aNameIsGivenOnce() throws Exception {
    run(
        () -> {
          var first = spawn(Kernel::receive);
          var second = spawn(Kernel::receive);
          register("bad_input_name", first);
          assertThatThrownBy(() -> register("bad_input_name", second))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(
                  "could not register %s as :bad_input_name: the name is taken by %s",
                  second, first);
          assertThatThrownBy(() -> register("bad_input_name_2", first))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("it has a name already");
          assertThat(whereis("bad_input_name")).isEqualTo(first);
          unregister("bad_input_name");
          register("bad_input_name", second);
          assertThat(whereis("bad_input_name")).isEqualTo(second);
          exit(second, Atom.KILL);
          Awaitility.await().until(() -> !Kernel.alive(second));
          assertThatThrownBy(() -> register("bad_input_name_2", second))
              .hasMessageContaining("there is no such process here");
          return true;
        });
  }

  @Test
  void aServerWhoseNameIsTakenDoesNotStart() throws Exception {
    var first = GenServer.start(() -> new Echo(new CountDownLatch(1)), GenServer.name("taken"));
    assertThatThrownBy(
            () -> GenServer.start(() -> new Echo(new CountDownLatch(1)), GenServer.name("taken")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the name is taken: already started as " + first)
        .extracting(e -> ((StartException) e).reason())
        .isEqualTo(Tuple.of(Atom.of("already_started"), first));
    GenServer.stop(first);
  }

  @Test
  void someNamesMeanThatThereIsNone() throws Exception {
    run(
        () -> {
          for (var name : List.of("nil", "undefined")) {
            assertThatThrownBy(() -> register(name, self()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be a process's name");
          }
          return true;
        });
  }

  @Test
  void aNameThatNobodyHasIsNamedInTheError() {
    assertThatThrownBy(() -> send("nobody_has_this", HELLO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no process is registered as :nobody_has_this on this node")
        .hasMessageContaining("see register and GenServer's name");
    assertThatThrownBy(() -> unregister("nobody_has_this"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(":nobody_has_this");
    assertThatThrownBy(() -> GenServer.call("nobody_has_this", new Call.Term(HELLO)))
        .isInstanceOf(CallException.class);
    GenServer.cast("nobody_has_this", HELLO); // as in OTP
  }

  // ---- calls that cannot be answered

  @Test
  void aCallOfADeadProcessFailsAtOnceWithNoproc() throws Exception {
    run(
        () -> {
          var dead = spawnMonitor(() -> {}).pid();
          receive(Down.class);
          var failure =
              catchThrowableOfType(CallException.class, () -> GenServer.call(dead, HELLO, LONG));
          assertThat(failure.why()).isEqualTo(Atom.NOPROC);
          assertThat(failure)
              .hasMessageContaining("call of " + dead + " with :hello failed")
              .hasMessageContaining(
                  "no process (:noproc): it has ended, or nothing is registered under that name");
          assertThat(Kernel.inspect(failure.reason()))
              .isEqualTo("{:noproc, {GenServer, :call, [" + dead + ", :hello, 3600000]}}");
          return true;
        });
  }

  @Test
  void aCallOfAProcessThatDiesMeanwhileFailsWithItsReason() throws Exception {
    for (var reason : List.<Object>of(Atom.of("boom"), Atom.NORMAL, Atom.SHUTDOWN)) {
      var mayEnd = new CountDownLatch(1);
      var callee =
          spawn(
              () -> {
                mayEnd.await();
                exit(reason);
              });
      var failures = new LinkedBlockingQueue<CallException>();
      spawn(
          () ->
              failures.add(
                  catchThrowableOfType(
                      CallException.class, () -> GenServer.call(callee, HELLO, LONG))));
      await().until(() -> Kernel.processInfo(callee).messageQueueLength() == 1);
      mayEnd.countDown();
      var failure = failures.take();
      assertThat(failure.why()).isEqualTo(reason);
      assertThat(failure).hasMessageContaining("the server ended with " + reason);
    }
  }

  @Test
  void aCallThatWasTakenAndNotAnsweredFailsWhenTheServerDies() throws Exception {
    var begun = new CountDownLatch(1);
    var server = GenServer.start(() -> new Echo(begun));
    var failures = new LinkedBlockingQueue<CallException>();
    spawn(
        () ->
            failures.add(
                catchThrowableOfType(
                    CallException.class, () -> GenServer.call(server, Atom.of("never"), LONG))));
    begun.await();
    exit(server, Atom.of("boom"));
    assertThat(failures.take().why()).isEqualTo(Atom.of("boom"));
  }

  @Test
  void aReceiveForAnAnswerOfTheDeadWaitsForItsTimeUnlessItMonitors() throws Exception {
    run(
        () -> {
          var dead = spawnMonitor(() -> {}).pid();
          receive(Down.class);
          send(dead, HELLO); // dropped without a word, as in Erlang
          assertThat(receive(Duration.ofMillis(1))).isNull();
          monitor(dead);
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.NOPROC);
          return true;
        });
  }

  @Test
  void callingOneselfIsAnErrorAtOnce() throws Exception {
    run(
        () -> {
          var failure =
              catchThrowableOfType(CallException.class, () -> GenServer.call(self(), HELLO, LONG));
          assertThat(failure.why()).isEqualTo(Atom.of("calling_self"));
          assertThat(failure)
              .hasMessageContaining("a process cannot call itself (:calling_self)")
              .hasMessageContaining("it would wait for itself");
          assertThatThrownBy(() -> GenServer.stop(self())).hasMessageContaining("calling_self");
          return true;
        });
  }

  /** By whatever address: it ends with {@code calling_self}, which its caller is told. */
  @Test
  void aServerThatCallsItselfEndsAtOnce() throws Exception {
    var home = Node.self();
    for (var address :
        List.<Function<Pid, Dest>>of(
            pid -> pid,
            pid -> Name.of("calls_itself"),
            pid -> new Name(Atom.of("calls_itself"), home))) {
      var agent = Agent.start(() -> 1, GenServer.name("calls_itself"));
      var failure =
          catchThrowableOfType(
              CallException.class,
              () ->
                  Agent.<Integer, Integer>get(
                      agent, n -> Agent.<Integer, Integer>get(address.apply(agent), m -> m)));
      assertThat(Kernel.inspect(failure.why()))
          .startsWith("{:calling_self, {GenServer, :call, [" + address.apply(agent) + ", ");
      assertThat(failure).hasMessageContaining("the server ended with {:calling_self, ");
      await().until(() -> !Kernel.alive(agent) && whereis("calls_itself") == null);
    }
  }

  @Test
  void aCallFromAPlainThreadHasTheSameOutcomes() throws Exception {
    var server = echo();
    assertThat(GenServer.call(server, HELLO)).isEqualTo(HELLO);
    assertThatThrownBy(() -> GenServer.call(server, Atom.of("never"), Duration.ofMillis(10)))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("no reply within 10 ms (:timeout)");
    GenServer.cast(server, Atom.of("boom"));
    await().until(() -> !Kernel.alive(server));
    assertThatThrownBy(() -> GenServer.call(server, HELLO))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("(:noproc)");
  }

  // ---- exit reasons

  @Test
  void anExitSignalHasAReason() {
    var pid = spawn(Kernel::receive);
    assertThatThrownBy(() -> exit(pid, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("reason");
    assertThat(Kernel.alive(pid)).isTrue();
    send(pid, "end");
  }

  @Test
  void anyTermIsAReason() throws Exception {
    run(
        () -> {
          for (var reason :
              List.<Object>of(
                  Atom.NIL, 1L, "text", Tuple.of(), List.of(1L), Map.of("key", List.of()))) {
            spawnMonitor(() -> exit(reason));
            assertThat(receive(Down.class).reason()).isEqualTo(reason);
          }
          return true;
        });
  }

  // ---- outside of a process

  @Test
  void whatNeedsAProcessSaysSoAndWhatToDo() throws Exception {
    var other = spawn(Kernel::receive);
    var functions =
        Map.<String, ThrowingCallable>ofEntries(
            Map.entry("self()", Kernel::self),
            Map.entry("receive()", Kernel::receive),
            Map.entry("receive", () -> receive(String.class)),
            Map.entry("spawnLink", () -> Kernel.spawnLink(() -> {})),
            Map.entry("spawnMonitor", () -> spawnMonitor(() -> {})),
            Map.entry("link", () -> Kernel.link(other)),
            Map.entry("unlink", () -> Kernel.unlink(other)),
            Map.entry("monitor", () -> monitor(other)),
            Map.entry("demonitor", () -> Kernel.demonitor(Kernel.makeRef())),
            Map.entry("alias", Kernel::alias),
            Map.entry("unalias", () -> Kernel.unalias(Kernel.makeRef())),
            Map.entry("trapExit", () -> Kernel.trapExit(true)),
            Map.entry("exit", () -> exit(Atom.NORMAL)),
            Map.entry("groupLeader()", Kernel::groupLeader),
            Map.entry(
                "startLink", () -> GenServer.startLink(() -> new Echo(new CountDownLatch(1)))),
            Map.entry("Task.async", () -> Task.async(() -> 1)),
            Map.entry("Node.monitor", () -> Node.monitor("other@host", true)));
    functions.forEach(
        (name, function) ->
            assertThatThrownBy(function)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(name + " was called on a thread that is no process: ")
                .hasMessageContaining("call it inside spawn(() -> ...)")
                .hasMessageContaining("Node.current().run(() -> ...)"));
    send(other, "end");
  }

  @Test
  void aThreadThatAProcessStartsIsNone() throws Exception {
    run(
        () -> {
          var failures = new LinkedBlockingQueue<Throwable>();
          Thread.ofVirtual()
              .start(
                  () ->
                      failures.add(catchThrowableOfType(IllegalStateException.class, Kernel::self)))
              .join();
          assertThat(failures.take()).hasMessageContaining("on a thread that is no process");
          return true;
        });
  }

  // ---- times and numbers

  @Test
  void aTimerDoesNotRunBackwards() {
    var pid = spawn(Kernel::receive);
    assertThatThrownBy(() -> sendAfter(pid, HELLO, Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a delay of 0 or more was expected, this is PT-0.001S");
    send(pid, "end");
  }

  @Test
  void supervisorsRefuseNumbersThatMakeNoSense() {
    assertThatThrownBy(() -> Supervisor.oneForOne().maxRestarts(-1, Duration.ofSeconds(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxRestarts of 0 or more was expected, this is -1");
    for (var bad : List.of(Duration.ZERO, Duration.ofSeconds(-5))) {
      assertThatThrownBy(() -> Supervisor.oneForOne().maxRestarts(1, bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a time longer than 0 was expected")
          .hasMessageContaining(bad.toString());
    }
    assertThatThrownBy(
            () -> Supervisor.child("worker", () -> null).shutdown(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("child worker")
        .hasMessageContaining("0 or more was expected, this is PT-1S");
    assertThatThrownBy(() -> Supervisor.child(null, () -> null))
        .hasMessageContaining("a child's id");
    assertThatThrownBy(() -> Supervisor.child("worker", null))
        .hasMessageContaining("a child's start function");
    assertThatThrownBy(
            () ->
                Supervisor.start(
                    Supervisor.oneForOne(),
                    List.of(
                        Supervisor.child("twice", () -> null),
                        Supervisor.child("twice", () -> null))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two children have the id \"twice\"");
  }

  @Test
  void aReferenceIsNoServer() {
    assertThatThrownBy(() -> GenServer.call(Kernel.makeRef(), HELLO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a pid or a name was expected, not #Reference<");
    assertThatThrownBy(() -> GenServer.cast(Kernel.makeRef(), HELLO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReferenceCannotBeMonitored() throws Exception {
    run(
        () -> {
          assertThatThrownBy(() -> monitor(Kernel.makeRef()))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("a pid or a name was expected, this is a reference");
          return true;
        });
  }

  @Test
  void anotherNodesProcessIsNobodyHereWithoutANetwork() throws Exception {
    run(
        () -> {
          monitor(Name.of("server", "other@host"));
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.NOCONNECTION);
          assertThatThrownBy(() -> GenServer.call(Name.of("server", "other@host"), HELLO, LONG))
              .isInstanceOf(CallException.class)
              .hasMessageContaining("no connection to its node (:noconnection)");
          send(Pid.of(Atom.of("other@host"), 1, 0, 1), HELLO); // dropped
          return true;
        });
  }

  @Test
  void aRequestIsNeverNullAndTheServerDoesNotSeeIt() {
    var server = echo();
    assertThatThrownBy(() -> GenServer.call(server, (Object) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Atom.NIL");
    assertThatThrownBy(() -> GenServer.call(server, (Call<Object>) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("Atom.NIL");
    assertThat(GenServer.call(server, HELLO)).isEqualTo(HELLO);
  }

  @Test
  void anExitReasonIsNeverNull() throws Exception {
    var server = echo();
    for (ThrowingCallable bad :
        List.<ThrowingCallable>of(
            () -> new ExitException(null),
            () -> GenServer.stopping(null, 1),
            () -> GenServer.noReply(1).andStop(null),
            () -> GenServer.stop(server, null))) {
      assertThatThrownBy(bad)
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("Atom.NIL");
    }
    assertThat(Kernel.alive(server)).isTrue();
    run(
        () -> {
          assertThatThrownBy(() -> exit((Object) null)).isInstanceOf(NullPointerException.class);
          return true;
        });
  }

  @Test
  void timeDoesNotRunBackwards() throws Exception {
    var server = echo();
    run(
        () -> {
          for (var bad : List.of(Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            for (ThrowingCallable waits :
                List.<ThrowingCallable>of(
                    () -> receive(bad),
                    () -> GenServer.call(server, HELLO, bad),
                    () -> GenServer.initTimeout(bad))) {
              assertThatThrownBy(waits)
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("0 or more");
            }
          }
          return true;
        });
  }

  @Test
  void namesThatMeanNoneAreRefusedForServersToo() {
    for (var name : List.of("nil", "undefined")) {
      assertThatThrownBy(() -> GenServer.name(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot be a process's name");
    }
  }

  @Test
  void aProcessOfAnotherNodeIsNotHereToBeNamed() {
    var elsewhere = Pid.of(Atom.of("other@host"), 100, 0, 1);
    assertThatThrownBy(() -> register("elsewhere", elsewhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no such process here");
  }
}
