package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sys} does to a server of this node. */
@Timeout(30)
class SysTest {
  private static final Atom GET = Atom.of("get");
  private static final Atom BOOM = Atom.of("boom");

  private final LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();

  private final class Counter implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 0;
    }

    @Override
    public Step<Integer> handleCall(Call<?> request, From from, Integer count) {
      return ((Call.Term) request).reply(count, count);
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer count) {
      return message instanceof Duration after
          ? GenServer.noReply(count).timeout(after)
          : GenServer.noReply(count + (Integer) message);
    }

    @Override
    public Step<Integer> handleInfo(Object message, Integer count) {
      seen.add(message);
      return GenServer.noReply(count);
    }

    @Override
    public void terminate(Object reason, Integer count) {
      seen.add(Tuple.of(Atom.of("terminate"), reason, count));
    }

    @Override
    public ServerStatus formatStatus(ServerStatus status) {
      return status.withState("count " + status.state());
    }
  }

  private final Pid counter = GenServer.start(Counter::new);

  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  private Object count() {
    return GenServer.call(counter, GET);
  }

  // ---- the state

  @Test
  void theStateIsSeenAndReplaced() {
    GenServer.cast(counter, 3);
    assertThat(Sys.getState(counter)).isEqualTo(3);
    assertThat(Sys.replaceState(counter, (Integer n) -> n * 10)).isEqualTo(30);
    assertThat(count()).isEqualTo(30);
  }

  @Test
  void aFunctionThatThrowsLeavesTheStateAndTheServer() {
    assertThatThrownBy(
            () ->
                Sys.replaceState(
                    counter,
                    (Integer n) -> {
                      throw new ArithmeticException("on purpose");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the state is what it was")
        .hasRootCauseMessage("on purpose");
    assertThat(count()).isEqualTo(0);
  }

  @Test
  void aStateMayBeOneThatNoMessageMayBe() {
    var agent = Agent.start(() -> new java.util.ArrayList<>(List.of(1)));
    assertThat(Sys.getState(agent)).isEqualTo(List.of(1));
    Agent.stop(agent);
  }

  @Test
  void aStatusHasOtpsShapeAndShowsWhatTheServerWants() throws Exception {
    run(
        () -> {
          var server = GenServer.startLink(Counter::new, GenServer.name("counted"));
          var status = Sys.getStatus(server);
          assertThat(status.pid()).isEqualTo(server);
          assertThat(status.module()).isEqualTo(Atom.of("gen_server"));
          assertThat(status.suspended()).isFalse();
          assertThat(status.parent()).isEqualTo(self());
          assertThat(Kernel.inspect(status.misc()))
              .isEqualTo(
                  "[header: \"Status for generic server :counted\", data: [{\"Status\", :running},"
                      + " {\"Parent\", "
                      + self()
                      + "}, {\"Logged events\", []}], data: [{\"State\", \"count 0\"}]]");
          GenServer.stop(server);
          return true;
        });
    assertThat(Sys.getStatus(counter).parent()).isEqualTo(counter); // it has none
  }

  // ---- suspend

  @Test
  void aSuspendedServerAnswersSysAloneAndThenGoesOnInOrder() throws Exception {
    Sys.suspend(counter);
    assertThat(Sys.getStatus(counter).suspended()).isTrue();
    send(counter, "first");
    GenServer.cast(counter, 5);
    send(counter, "second");
    assertThat(Sys.getState(counter)).isEqualTo(0);
    Sys.suspend(counter); // changes nothing
    Sys.replaceState(counter, (Integer n) -> 100);
    assertThat(seen).isEmpty();
    Sys.resume(counter);
    assertThat(count()).isEqualTo(105);
    assertThat(seen).containsExactly("first", "second");
    assertThat(Sys.getStatus(counter).suspended()).isFalse();
    Sys.resume(counter); // changes nothing
  }

  @Test
  void aSuspendedServerStopsAndIsKilled() throws Exception {
    Sys.suspend(counter);
    GenServer.stop(counter);
    assertThat(seen.take()).isEqualTo(Tuple.of(Atom.of("terminate"), Atom.NORMAL, 0));
    run(
        () -> {
          var other = GenServer.start(Counter::new);
          Sys.suspend(other);
          monitor(other);
          exit(other, Atom.KILL);
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.KILLED);
          return true;
        });
  }

  @Test
  void callsThatWaitForASuspendedServerFailWhenItEnds() throws Exception {
    Sys.suspend(counter);
    var failures = new LinkedBlockingQueue<Object>();
    Kernel.spawn(
        () ->
            failures.add(
                catchThrowableOfType(CallException.class, () -> GenServer.call(counter, GET))
                    .why()));
    await().until(() -> Kernel.processInfo(counter).messageQueueLength() == 1);
    Sys.terminate(counter, Atom.SHUTDOWN);
    assertThat(failures.take()).isEqualTo(Atom.SHUTDOWN);
  }

  @Test
  void aSuspendedServerEndsWithItsParent() throws Exception {
    var started = new LinkedBlockingQueue<Pid>();
    run(
        () -> {
          started.add(
              GenServer.startLink(
                  () ->
                      new GenServer<Integer>() {
                        @Override
                        public Integer init() {
                          trapExit(true);
                          return 7;
                        }

                        @Override
                        public void terminate(Object reason, Integer state) {
                          seen.add(reason);
                        }
                      }));
          Sys.suspend(started.element());
          return true;
        });
    assertThat(seen.take()).isEqualTo(Atom.NORMAL);
  }

  @Test
  void aTimeoutBeginsAnewAfterASystemMessage() throws Exception {
    GenServer.cast(counter, Duration.ofMillis(20));
    Sys.suspend(counter);
    Sys.resume(counter);
    assertThat(seen.take()).isEqualTo(Atom.TIMEOUT);
  }

  @Test
  void aBoundedMailboxHasRoomForSystemMessages() {
    var bounded = GenServer.start(Counter::new, MailboxLimit.of(1, Overload.DROP_OLDEST));
    Sys.suspend(bounded);
    send(bounded, "dropped");
    send(bounded, "kept");
    assertThat(Sys.getState(bounded)).isEqualTo(0);
    Sys.resume(bounded);
    assertThat(Sys.getState(bounded)).isEqualTo(0);
    assertThat(seen).containsExactly("kept");
    GenServer.stop(bounded);
  }

  // ---- terminate

  @Test
  void aServerIsTerminatedWithAReason() throws Exception {
    run(
        () -> {
          monitor(counter);
          Sys.terminate(counter, BOOM);
          assertThat(receive(Down.class).reason()).isEqualTo(BOOM);
          return true;
        });
    assertThat(seen.take()).isEqualTo(Tuple.of(Atom.of("terminate"), BOOM, 0));
  }

  // ---- debugging

  /** What a server prints, which is started where its group leader is the test's. */
  private List<String> printed(UnaryOperator<Pid> debug) throws Exception {
    var lines = new CopyOnWriteArrayList<String>();
    run(
        () -> {
          Kernel.groupLeader(GroupLeader.start(lines::add), self());
          var server = debug.apply(GenServer.start(Counter::new, GenServer.name("traced")));
          GenServer.cast(server, 1);
          GenServer.call(server, GET);
          send(server, "hello");
          Sys.noDebug(server);
          GenServer.call(server, GET); // is not printed
          GenServer.stop(server);
          return true;
        });
    return lines;
  }

  @Test
  void aTracedServerPrintsWhatOtpsDoes() throws Exception {
    var lines =
        printed(
            server -> {
              Sys.trace(server, true);
              return server;
            });
    assertThat(lines)
        .map(line -> line.replaceAll("#PID<[^>]*>", "PID"))
        .containsExactly(
            "*DBG* :traced got cast 1\n",
            "*DBG* :traced new state 1\n",
            "*DBG* :traced got call :get from PID\n",
            "*DBG* :traced sent 1 to PID, new state 1\n",
            "*DBG* :traced got \"hello\"\n",
            "*DBG* :traced new state 1\n");
  }

  @Test
  void aLogKeepsTheLastEvents() throws Exception {
    Sys.log(counter, 3);
    GenServer.cast(counter, 1);
    GenServer.cast(counter, 2);
    assertThat(Sys.log(counter))
        .map(Kernel::inspect)
        .containsExactly("{:noreply, 1}", "{:in, {:\"$gen_cast\", 2}}", "{:noreply, 3}");
    Sys.log(counter, 1);
    assertThat(Sys.log(counter)).hasSize(1);
    Sys.printLog(counter);
    Sys.log(counter, false);
    assertThat(Sys.log(counter)).isEmpty();
    assertThatThrownBy(() -> Sys.log(counter, 0)).hasMessageContaining("1 event or more");
  }

  @Test
  void statisticsCountMessagesAndReplies() {
    assertThat(Sys.statistics(counter)).isNull();
    Sys.statistics(counter, true);
    GenServer.cast(counter, 1);
    count();
    count();
    var counted = Sys.statistics(counter);
    assertThat(counted.messagesIn()).isEqualTo(3);
    assertThat(counted.messagesOut()).isEqualTo(2);
    assertThat(counted.start()).isBeforeOrEqualTo(counted.current());
    Sys.statistics(counter, false);
    assertThat(Sys.statistics(counter)).isNull();
  }

  @Test
  void aDebugFunctionSeesEventsUntilItIsDone() {
    var events = new CopyOnWriteArrayList<String>();
    Sys.install(
        counter,
        "mine",
        (event, state) -> {
          events.add(Kernel.inspect(event) + " " + state);
          return events.size() < 3;
        });
    GenServer.cast(counter, 1);
    GenServer.cast(counter, 2);
    GenServer.cast(counter, 3);
    count();
    assertThat(events)
        .containsExactly(
            "{:in, {:\"$gen_cast\", 1}} 0", "{:noreply, 1} 1", "{:in, {:\"$gen_cast\", 2}} 1");
  }

  @Test
  void aDebugFunctionIsRemovedOrFailsWithoutHarm() {
    var events = new CopyOnWriteArrayList<Tuple>();
    Sys.install(counter, "mine", (event, state) -> events.add(event));
    Sys.remove(counter, "mine");
    Sys.install(
        counter,
        "broken",
        (event, state) -> {
          throw new IllegalStateException("on purpose");
        });
    GenServer.cast(counter, 1);
    assertThat(count()).isEqualTo(1);
    assertThat(events).isEmpty();
  }

  @Test
  void aServerIsDebuggedFromItsStart() throws Exception {
    var server =
        GenServer.start(Counter::new, GenServer.debug(Sys.Debug.LOG, Sys.Debug.STATISTICS));
    GenServer.cast(server, 1);
    assertThat(Sys.log(server)).hasSize(2);
    assertThat(Sys.statistics(server).messagesIn()).isEqualTo(1);
    GenServer.stop(server);
  }

  @Test
  void aFileGetsALineForEachEvent(@TempDir Path folder) throws Exception {
    var file = folder.resolve("events");
    Files.writeString(file, "is lost");
    Sys.logToFile(counter, file);
    GenServer.cast(counter, 1);
    count();
    Sys.logToFile(counter, null);
    count(); // is not written
    assertThat(Files.readAllLines(file))
        .map(line -> line.replaceAll("#PID<[^>]*>", "PID"))
        .containsExactly(
            "*DBG* PID got cast 1",
            "*DBG* PID new state 1",
            "*DBG* PID got call :get from PID",
            "*DBG* PID sent 1 to PID, new state 1");
    var nowhere = folder.resolve("none").resolve("events");
    assertThatThrownBy(() -> Sys.logToFile(counter, nowhere))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("{:error, :open_file}");
  }

  @Test
  void aContinueIsAnEvent() throws Exception {
    var server =
        GenServer.start(
            () ->
                new GenServer<String>() {
                  @Override
                  public String init() {
                    return "new";
                  }

                  @Override
                  public Init<String> starting() {
                    return Init.ok(init()).continueWith("more");
                  }

                  @Override
                  public Step<String> handleContinue(Object what, String state) {
                    return GenServer.noReply("done");
                  }
                },
            GenServer.debug(Sys.Debug.LOG));
    assertThat(Sys.log(server))
        .map(Kernel::inspect)
        .containsExactly("{:continue, \"more\"}", "{:noreply, \"done\"}");
    GenServer.stop(server);
  }

  // ---- time

  @Test
  void everyQuestionHasItsTime() throws Exception {
    var busy = new CountDownLatch(1);
    var slow = Agent.start(() -> 0);
    Agent.cast(
        slow,
        (Integer n) -> {
          busy.await();
          return n;
        });
    var within = Duration.ofMillis(1);
    var questions =
        List.<ThrowingCallable>of(
            () -> Sys.getState(slow, within),
            () -> Sys.replaceState(slow, (Integer n) -> n, within),
            () -> Sys.getStatus(slow, within),
            () -> Sys.suspend(slow, within),
            () -> Sys.resume(slow, within),
            () -> Sys.changeCode(slow, Atom.of("agent"), "1", Atom.NIL, within),
            () -> Sys.changeCode(slow, Counter::new, "1", Atom.NIL, within),
            () -> Sys.trace(slow, false, within),
            () -> Sys.log(slow, false, within),
            () -> Sys.log(slow, 1, within),
            () -> Sys.log(slow, within),
            () -> Sys.printLog(slow, within),
            () -> Sys.logToFile(slow, null, within),
            () -> Sys.statistics(slow, true, within),
            () -> Sys.statistics(slow, within),
            () -> Sys.install(slow, "id", (event, state) -> true, within),
            () -> Sys.remove(slow, "id", within),
            () -> Sys.noDebug(slow, within),
            () -> Sys.terminate(slow, Atom.SHUTDOWN, within));
    for (var question : questions) {
      assertThat(catchThrowableOfType(CallException.class, question).why()).isEqualTo(Atom.TIMEOUT);
    }
    busy.countDown();
    await().until(() -> !Kernel.alive(slow)); // a question that nobody waits for is answered, too
  }

  // ---- who is asked

  @Test
  void supervisorsAreServersToo() {
    var supervisor = Supervisor.start(Supervisor.oneForOne(), List.of());
    Sys.suspend(supervisor);
    Sys.resume(supervisor);
    assertThat(Supervisor.whichChildren(supervisor)).isEmpty();
    Supervisor.stop(supervisor);
  }

  @Test
  void nobodyIsNoprocAndOneselfIsAnError() throws Exception {
    var nobody = Name.of("no_such_server");
    assertThat(catchThrowableOfType(CallException.class, () -> Sys.getState(nobody)).why())
        .isEqualTo(Atom.NOPROC);
    assertThat(
            catchThrowableOfType(CallException.class, () -> run(() -> Sys.getState(self()))).why())
        .isEqualTo(Atom.of("calling_self"));
  }

  @Test
  void aProcessThatIsNoServerSeesTheRequest() throws Exception {
    run(
        () -> {
          var me = self();
          Kernel.spawn(() -> Sys.suspend(me));
          var request = (Tuple) receive();
          assertThat(request.get(0)).isEqualTo(Atom.of("system"));
          assertThat(request.get(2)).isEqualTo(Atom.of("suspend"));
          GenServer.reply((From) request.get(1), Atom.OK);
          return true;
        });
  }
}
