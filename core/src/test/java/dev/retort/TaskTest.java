package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.spi.Signal;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The facts of Elixir's {@code task_test.exs}, streams apart. */
@Timeout(30)
class TaskTest {
  private static final Atom OOPS = Atom.of("oops");
  private static final Duration AT_ONCE = Duration.ZERO;

  private static void run(Body body) throws Exception {
    Node.current()
        .run(
            () -> {
              body.run();
              return true;
            });
  }

  /** Waits for a message, then returns it. */
  private static Callable<String> waiting() {
    return () -> receive(String.class);
  }

  private static Task<Object> exiting(Object reason) {
    return Task.async(
        () -> {
          exit(reason);
          return reason;
        });
  }

  private static void awaitEnd(Task<?> task) {
    var ref = monitor(task.pid());
    receive(Down.class, down -> down.ref().equals(ref));
  }

  private static List<Pid> links() {
    return Kernel.processInfo(self()).links();
  }

  /** The reason of the exit, which must be {@code {cause, {Task, function, arguments}}}. */
  private static Object cause(ThrowingCallable call, String function, Object... arguments) {
    var reason = (Tuple) catchThrowableOfType(ExitException.class, call).reason();
    assertThat(reason.get(1))
        .isEqualTo(Tuple.of(Atom.of("Elixir.Task"), Atom.of(function), List.of(arguments)));
    return reason.get(0);
  }

  private static Tuple lost() {
    return Tuple.of(Atom.of("nodedown"), Node.self());
  }

  /** Ends the task as the loss of the connection to its node does. */
  private static void lose(Task<?> task) {
    ((LocalPid) self()).process.signal(new Signal.Down(task.ref(), Atom.NOCONNECTION));
  }

  private static Task<Integer> taskOfAnother() {
    var me = self();
    spawn(
        () -> {
          send(me, Task.async(() -> 1));
          receive();
        });
    @SuppressWarnings("unchecked")
    Task<Integer> task = receive(Task.class);
    return task;
  }

  private static void assertRefused(Task<?> task, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "task " + task + " must be queried from the owner but was queried from " + self());
  }

  private static Task<Object> exitingWhenTold() {
    return Task.async(
        () -> {
          exit(receive(Atom.class));
          return 1;
        });
  }

  // ---- starting

  @Test
  void canBeSupervisedDirectly() throws Exception {
    run(
        () -> {
          var me = self();
          var child = Task.childSpec(() -> send(me, Task.callers()));
          assertThat(child.id()).isEqualTo(Atom.of("Elixir.Task"));
          assertThat(child.restart()).isEqualTo(Restart.TEMPORARY);
          var supervisor = Supervisor.startLink(oneForOne(), child);
          assertThat((Object) receive(List.class)).isEqualTo(List.of(supervisor));
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void asyncStartsALinkedTaskThatSendsItsValueAndEnds() throws Exception {
    run(
        () -> {
          Callable<String> function = waiting();
          var task = Task.async(function);
          assertThat(task.owner()).isEqualTo(self());
          assertThat(links()).contains(task.pid());
          assertThat(Kernel.processInfo(task.pid()).code()).isEqualTo(function.getClass());
          assertThat(task)
              .hasToString(
                  "%Task{mfa: {:erlang, :apply, 2}, owner: "
                      + self()
                      + ", pid: "
                      + task.pid()
                      + ", ref: "
                      + task.ref()
                      + "}");
          send(task.pid(), "done");
          assertThat(receive()).isEqualTo(new Task.Reply(task.ref(), "done"));
          assertThat(receive(Down.class))
              .isEqualTo(new Down(task.ref(), Atom.of("process"), task.pid(), Atom.NORMAL));
        });
  }

  @Test
  void tasksKnowTheirCallers() throws Exception {
    run(
        () -> {
          var grandparent = self();
          assertThat(Task.callers()).isEmpty();
          var callers =
              Task.async(
                      () -> {
                        var parent = self();
                        assertThat(Task.callers()).containsExactly(grandparent);
                        var inner = Task.async(Task::callers).await();
                        assertThat(inner).containsExactly(parent, grandparent);
                        return inner.size();
                      })
                  .await();
          assertThat(callers).isEqualTo(2);
        });
  }

  @Test
  void startRunsATaskThatIsNotLinked() throws Exception {
    run(
        () -> {
          var me = self();
          var pid = Task.start(() -> send(me, receive(String.class)));
          assertThat(links()).doesNotContain(pid);
          send(pid, "done");
          assertThat(receive(String.class)).isEqualTo("done");
        });
  }

  @Test
  void startLinkRunsALinkedTaskThatKnowsItsCallers() throws Exception {
    run(
        () -> {
          var grandparent = self();
          Body body =
              () -> {
                receive(String.class);
                var parent = self();
                Task.startLink(
                    () ->
                        send(
                            grandparent,
                            Task.callers().equals(List.of(parent, grandparent)) ? "yes" : "no"));
              };
          var pid = Task.startLink(body);
          assertThat(links()).contains(pid);
          assertThat(Kernel.processInfo(pid).code()).isEqualTo(body.getClass());
          send(pid, "go");
          assertThat(receive(String.class)).isEqualTo("yes");
        });
  }

  @Test
  void aCompletedTaskHasItsValueAndNoProcess() throws Exception {
    run(
        () -> {
          var task = Task.completed("done");
          assertThat(task.pid()).isNull();
          assertThat(task.toString()).contains("pid: nil");
          assertThat(task.await()).isEqualTo("done");
          assertThat(Task.completed("done").ignore()).isEqualTo(new Outcome.Value<>("done"));
          assertThat(Task.completed("done").shutdown()).isEqualTo(new Outcome.Value<>("done"));
        });
  }

  @Test
  void aTaskMayGiveNull() throws Exception {
    run(
        () -> {
          assertThat(Task.<Object>async(() -> null).await()).isNull();
          assertThat(Task.<Object>completed(null).yield()).isEqualTo(new Outcome.Value<>(null));
        });
  }

  // ---- ignore

  @Test
  void ignoreGivesAValueThatCameInTime() throws Exception {
    run(
        () -> {
          var task = Task.async(() -> "ok");
          awaitEnd(task);
          assertThat(task.ignore()).isEqualTo(new Outcome.Value<>("ok"));
          assertThat(cause(() -> task.await(AT_ONCE), "await", task.term(), 0L))
              .isEqualTo(Atom.TIMEOUT);
          assertThat(receive(AT_ONCE)).isNull();
        });
  }

  @Test
  void ignoreDiscardsALateValue() throws Exception {
    run(
        () -> {
          var task = Task.async(waiting());
          assertThat(task.ignore()).isNull();
          assertThat(links()).doesNotContain(task.pid());
          send(task.pid(), "go");
          awaitEnd(task);
          assertThat(receive(AT_ONCE)).isNull();
          assertThat(cause(() -> task.await(AT_ONCE), "await", task.term(), 0L))
              .isEqualTo(Atom.TIMEOUT);
        });
  }

  @Test
  void ignoreGivesAFailureThatCameInTime() throws Exception {
    run(
        () -> {
          trapExit(true);
          var task = exiting(OOPS);
          awaitEnd(task);
          assertThat(task.ignore()).isEqualTo(new Outcome.Exited<>(OOPS));
          assertThat(cause(() -> task.await(AT_ONCE), "await", task.term(), 0L))
              .isEqualTo(Atom.TIMEOUT);
        });
  }

  @Test
  void ignoreDiscardsALateFailure() throws Exception {
    run(
        () -> {
          var task =
              Task.async(
                  () -> {
                    exit(receive(Atom.class));
                    return 1;
                  });
          assertThat(task.ignore()).isNull();
          send(task.pid(), OOPS);
          awaitEnd(task);
          assertThat(receive(AT_ONCE)).isNull();
          assertThat(cause(() -> task.await(AT_ONCE), "await", task.term(), 0L))
              .isEqualTo(Atom.TIMEOUT);
        });
  }

  @Test
  void theLossOfItsNodeIsAnExit() throws Exception {
    run(
        () -> {
          var task = Task.async(waiting());
          lose(task);
          assertThat(cause(task::await, "await", task.term(), 5000L)).isEqualTo(lost());
          var second = Task.async(waiting());
          lose(second);
          assertThat(cause(second::ignore, "ignore", second.term())).isEqualTo(lost());
          var third = Task.async(waiting());
          lose(third);
          assertThat(cause(third::yield, "yield", third.term(), 5000L)).isEqualTo(lost());
          var fourth = List.of(Task.async(waiting()), Task.async(waiting()));
          lose(fourth.get(1));
          var terms = fourth.stream().map(Task::term).toList();
          assertThat(cause(() -> Task.awaitMany(fourth), "await_many", terms, 5000L))
              .isEqualTo(lost());
          var fifth = List.of(Task.async(waiting()), Task.async(waiting()));
          lose(fifth.get(1));
          var more = fifth.stream().map(Task::term).toList();
          assertThat(cause(() -> Task.yieldMany(fifth), "yield_many", more, 5000L))
              .isEqualTo(lost());
        });
  }

  @Test
  void theLossOfANodeByNameNamesThatNode() {
    var down =
        new Down(Kernel.makeRef(), Atom.of("process"), Name.of("a", "b@c"), Atom.NOCONNECTION);
    assertThat(((Tuple) Task.exit(down, "await", List.of()).reason()).get(0))
        .isEqualTo(Tuple.of(Atom.of("nodedown"), Atom.of("b@c")));
  }

  // ---- await

  @Test
  void nothingArrivesAfterAwaitHasGivenUp() throws Exception {
    run(
        () -> {
          var task = Task.async(waiting());
          assertThat(cause(() -> task.await(AT_ONCE), "await", task.term(), 0L))
              .isEqualTo(Atom.TIMEOUT);
          send(task.pid(), "go");
          awaitEnd(task);
          assertThat(receive(AT_ONCE)).isNull();
        });
  }

  @Test
  void awaitSaysHowLongItHasWaited() throws Exception {
    run(
        () -> {
          var task = Task.async(waiting());
          assertThatThrownBy(() -> task.await(Duration.ofMillis(10)))
              .isInstanceOf(ExitException.class)
              .hasMessageContaining("no value within 10 ms");
        });
  }

  @Test
  void awaitExitsWhenTheTaskEndsNormallyWithoutAValue() throws Exception {
    run(
        () -> {
          var task = exiting(Atom.NORMAL);
          assertThat(cause(task::await, "await", task.term(), 5000L)).isEqualTo(Atom.NORMAL);
        });
  }

  @Test
  void awaitExitsWhenTheTaskThrows() throws Exception {
    run(
        () -> {
          trapExit(true);
          var oops = new IllegalStateException("on purpose");
          var task =
              Task.async(
                  () -> {
                    throw oops;
                  });
          assertThat(cause(task::await, "await", task.term(), 5000L)).isEqualTo(oops);
          assertThat(receive(Exit.class)).isEqualTo(new Exit(task.pid(), oops));
        });
  }

  @Test
  void awaitExitsWhenTheTaskExits() throws Exception {
    run(
        () -> {
          trapExit(true);
          var task = exiting(OOPS);
          var forEver = ChildSpec.INFINITY;
          assertThat(cause(() -> task.await(forEver), "await", task.term(), Atom.INFINITY))
              .isEqualTo(OOPS);
        });
  }

  @Test
  void aTaskThatFailsTakesItsOwnerAlong() {
    assertThatThrownBy(() -> run(() -> exiting(OOPS).await()))
        .isInstanceOfSatisfying(ExitException.class, e -> assertThat(e.reason()).isEqualTo(OOPS));
  }

  @Test
  void anAwaitThatFailsTakesTheTaskAlong() throws Exception {
    run(
        () -> {
          trapExit(true);
          var me = self();
          var owner =
              Kernel.spawnLink(
                  () -> {
                    var task = Task.async(waiting());
                    send(me, task.pid());
                    receive(String.class);
                    task.await(AT_ONCE);
                  });
          var ref = monitor(receive(Pid.class));
          send(owner, "go");
          var exit = (Tuple) receive(Exit.class, e -> e.from().equals(owner)).reason();
          assertThat(exit.get(0)).isEqualTo(Atom.TIMEOUT);
          assertThat(receive(Down.class, down -> down.ref().equals(ref)).reason()).isEqualTo(exit);
        });
  }

  @Test
  void aTaskIsAwaitedOnce() throws Exception {
    run(
        () -> {
          var task = Task.async(() -> 1);
          assertThat(task.await()).isEqualTo(1);
          assertThat(cause(task::await, "await", task.term(), 5000L)).isEqualTo(Atom.TIMEOUT);
          assertThatThrownBy(task::await).hasMessageContaining("a task is awaited once");
        });
  }

  @Test
  void onlyTheOwnerMayAskForATask() throws Exception {
    run(
        () -> {
          var task = taskOfAnother();
          assertRefused(task, () -> task.await(AT_ONCE));
          assertRefused(task, () -> task.yield(AT_ONCE));
          assertRefused(task, task::ignore);
          assertRefused(task, task::shutdown);
          var mine = Task.async(() -> 2);
          assertRefused(task, () -> Task.awaitMany(List.of(mine, task), AT_ONCE));
          assertRefused(task, () -> Task.yieldMany(List.of(mine, task), AT_ONCE));
          assertThat(mine.await()).isEqualTo(2);
        });
  }

  @Test
  void aServerGetsTheValueAsAMessage() {
    record Compute() implements Call<Boolean> {}
    record Value() implements Call<Object> {}
    final class Server implements GenServer<Object> {
      @Override
      public Object init() {
        return "none";
      }

      @Override
      public Step<Object> handleCall(Call<?> request, From from, Object state) {
        return switch (request) {
          case Compute compute -> compute.reply(true, Task.async(() -> 42));
          case Value value when state instanceof Integer -> value.reply(state, state);
          case Value value -> GenServer.noReply(from);
          default -> GenServer.unknown(request);
        };
      }

      @Override
      public Step<Object> handleInfo(Object message, Object state) {
        if (!(message instanceof Task.Reply reply)) {
          throw new AssertionError(message);
        }
        Kernel.demonitorFlush(reply.ref());
        if (state instanceof From from) {
          GenServer.reply(from, reply.value());
        }
        return GenServer.noReply(reply.value());
      }
    }
    var server = GenServer.start(Server::new);
    assertThat(GenServer.call(server, new Compute())).isTrue();
    assertThat(GenServer.call(server, new Value())).isEqualTo(42);
    GenServer.stop(server);
  }

  // ---- awaitMany

  @Test
  void awaitManyGivesTheValuesInTheOrderOfTheTasks() throws Exception {
    run(
        () -> {
          assertThat(
                  Task.awaitMany(
                      IntStream.range(0, 100).mapToObj(i -> Task.async(() -> i * i)).toList()))
              .isEqualTo(IntStream.range(0, 100).map(i -> i * i).boxed().toList());
          assertThat(Task.awaitMany(List.of())).isEmpty();
          var tasks = List.of(Task.async(waiting()), Task.async(waiting()), Task.async(waiting()));
          for (int i : List.of(1, 2, 0)) {
            send(tasks.get(i).pid(), "value " + i);
            awaitEnd(tasks.get(i));
          }
          assertThat(Task.awaitMany(tasks)).containsExactly("value 0", "value 1", "value 2");
          assertThat(receive(AT_ONCE)).isNull();
        });
  }

  @Test
  void awaitManyLeavesMessagesOfOthers() throws Exception {
    run(
        () -> {
          var other = Kernel.makeRef();
          send(self(), other);
          send(self(), new Task.Reply(other, "z"));
          var down = send(self(), new Down(other, Down.PROCESS, self(), OOPS));
          var tasks = List.of(Task.async(() -> "a"), Task.async(() -> "b"));
          assertThat(Task.awaitMany(tasks)).containsExactly("a", "b");
          assertThat(receive()).isEqualTo(other);
          assertThat(receive()).isEqualTo(new Task.Reply(other, "z"));
          assertThat(receive()).isEqualTo(down);
          assertThat(receive(AT_ONCE)).isNull();
        });
  }

  @Test
  void awaitManyTakesOneReplyOfEach() throws Exception {
    run(
        () -> {
          var first = Task.completed("a");
          var second = Task.completed("b");
          var extra = send(self(), new Task.Reply(second.ref(), "other"));
          assertThat(Task.awaitMany(List.of(first, second))).containsExactly("a", "b");
          assertThat(receive()).isEqualTo(extra);
        });
  }

  @Test
  void awaitManyExitsWhenTimeIsUp() throws Exception {
    run(
        () -> {
          var tasks = List.of(Task.async(waiting()), Task.async(waiting()));
          var terms = tasks.stream().map(Task::term).toList();
          assertThat(cause(() -> Task.awaitMany(tasks, AT_ONCE), "await_many", terms, 0L))
              .isEqualTo(Atom.TIMEOUT);
          assertThatThrownBy(() -> Task.awaitMany(tasks, AT_ONCE))
              .hasMessageContaining("after 0 ms, 2 of 2 tasks had no value");
        });
  }

  @Test
  void awaitManyExitsAsSoonAsATaskDoes() throws Exception {
    run(
        () -> {
          trapExit(true);
          for (var reason : List.of(Atom.NORMAL, OOPS, new IllegalStateException("on purpose"))) {
            Task<Object> failing =
                reason instanceof IllegalStateException oops
                    ? Task.async(
                        () -> {
                          throw oops;
                        })
                    : exiting(reason);
            var tasks = List.of(Task.<Object>async(() -> receive()), failing);
            var terms = tasks.stream().map(Task::term).toList();
            assertThat(cause(() -> Task.awaitMany(tasks), "await_many", terms, 5000L))
                .isEqualTo(reason);
            exit(tasks.getFirst().pid(), Atom.KILL);
            awaitEnd(tasks.getFirst());
            assertThat(receive(Down.class, AT_ONCE)).isNull();
          }
        });
  }

  // ---- yield

  @Test
  void yieldGivesTheValueAndLeavesNoDown() throws Exception {
    run(
        () -> {
          var task = Task.async(() -> "result");
          awaitEnd(task);
          assertThat(task.yield(AT_ONCE)).isEqualTo(new Outcome.Value<>("result"));
          assertThat(receive(AT_ONCE)).isNull();
        });
  }

  @Test
  void yieldGivesNullAsLongAsThereIsNothing() throws Exception {
    run(
        () -> {
          var task = Task.async(waiting());
          assertThat(task.yield(AT_ONCE)).isNull();
          assertThat(task.yield(Duration.ofMillis(1))).isNull();
          send(task.pid(), "value");
          assertThat(task.yield()).isEqualTo(new Outcome.Value<>("value"));
        });
  }

  @Test
  void yieldGivesTheReasonOfATaskThatHasEnded() throws Exception {
    run(
        () -> {
          assertThat(exiting(Atom.NORMAL).yield()).isEqualTo(new Outcome.Exited<>(Atom.NORMAL));
          trapExit(true);
          assertThat(exiting(OOPS).yield()).isEqualTo(new Outcome.Exited<>(OOPS));
        });
  }

  @Test
  void yieldManySaysOfEachTaskWhatHasComeOfIt() throws Exception {
    run(
        () -> {
          Task<Object> done = Task.async(() -> "result");
          Task<Object> busy = Task.async(() -> receive());
          var gone = exiting(Atom.NORMAL);
          awaitEnd(done);
          awaitEnd(gone);
          assertThat(Task.yieldMany(List.of(done, busy, gone), AT_ONCE))
              .containsExactly(
                  new Task.Yielded<>(done, new Outcome.Value<>("result")),
                  new Task.Yielded<>(busy, null),
                  new Task.Yielded<>(gone, new Outcome.Exited<>(Atom.NORMAL)));
          assertThat(receive(AT_ONCE)).isNull();
          send(busy.pid(), "later");
          assertThat(busy.await()).isEqualTo("later");
        });
  }

  @Test
  void yieldManyStopsAtItsLimit() throws Exception {
    run(
        () -> {
          Task<Object> done = Task.completed("result");
          Task<Object> busy = Task.async(() -> receive());
          var gone = exiting(Atom.NORMAL);
          awaitEnd(gone);
          var forEver = ChildSpec.INFINITY;
          var kill = Task.OnTimeout.KILL_TASK;
          assertThat(Task.yieldMany(List.of(done, busy, gone), forEver, 1, kill))
              .containsExactly(
                  new Task.Yielded<>(done, new Outcome.Value<>("result")),
                  new Task.Yielded<>(busy, null),
                  new Task.Yielded<>(gone, null));
          assertThat(Task.yieldMany(List.of(busy, gone), forEver, 1, kill))
              .containsExactly(
                  new Task.Yielded<>(busy, null),
                  new Task.Yielded<>(gone, new Outcome.Exited<>(Atom.NORMAL)));
          assertThat(Kernel.alive(busy.pid())).isTrue();
          assertThat(Task.yieldMany(List.of(busy), AT_ONCE, 1, kill))
              .containsExactly(new Task.Yielded<>(busy, null));
          assertThat(Kernel.alive(busy.pid())).isFalse();
        });
  }

  @Test
  void yieldManyReturnsWhenAllAreDoneBelowTheLimit() throws Exception {
    run(
        () -> {
          var task = Task.async(() -> "done");
          assertThat(Task.yieldMany(List.of(task), ChildSpec.INFINITY, 2, Task.OnTimeout.NOTHING))
              .containsExactly(new Task.Yielded<>(task, new Outcome.Value<>("done")));
          assertThat(Task.yieldMany(List.of())).isEmpty();
          assertThatThrownBy(() -> Task.yieldMany(List.of(), AT_ONCE, 0, Task.OnTimeout.NOTHING))
              .hasMessage("a limit of 1 or more was expected, this is 0");
        });
  }

  @Test
  void yieldManyIgnoresOnTimeoutIfToldTo() throws Exception {
    run(
        () -> {
          var task = Task.async(waiting());
          assertThat(Task.yieldMany(List.of(task), AT_ONCE, 9, Task.OnTimeout.IGNORE))
              .containsExactly(new Task.Yielded<>(task, null));
          assertThat(Kernel.alive(task.pid())).isTrue();
          send(task.pid(), "go");
          awaitEnd(task);
          assertThat(task.yield(AT_ONCE)).isNull();
        });
  }

  // ---- shutdown

  @Test
  void shutdownGivesAValueThatCameInTime() throws Exception {
    run(
        () -> {
          for (var within : List.of(Duration.ofSeconds(5), ChildSpec.BRUTAL_KILL)) {
            var task = Task.async(() -> "result");
            awaitEnd(task);
            assertThat(task.shutdown(within)).isEqualTo(new Outcome.Value<>("result"));
            assertThat(receive(AT_ONCE)).isNull();
            for (var reason : List.of(OOPS, Atom.NORMAL, Atom.SHUTDOWN)) {
              trapExit(true);
              var failing = exitingWhenTold();
              send(self(), new Task.Reply(failing.ref(), "result")); // as if it were its own
              send(failing.pid(), reason);
              awaitEnd(failing);
              assertThat(failing.shutdown(within)).isEqualTo(new Outcome.Value<>("result"));
              receive(Exit.class);
              assertThat(receive(AT_ONCE)).isNull();
              trapExit(false);
            }
          }
        });
  }

  @Test
  void shutdownOfATaskThatRunsGivesNull() throws Exception {
    run(
        () -> {
          var task = Task.async(waiting());
          assertThat(task.shutdown()).isNull();
          var other = Task.async(waiting());
          assertThat(other.shutdown(ChildSpec.BRUTAL_KILL)).isNull();
          assertThat(Kernel.alive(task.pid()) || Kernel.alive(other.pid())).isFalse();
          assertThat(receive(AT_ONCE)).isNull();
        });
  }

  @Test
  void shutdownGivesTheReasonOfATaskThatHasEndedBefore() throws Exception {
    run(
        () -> {
          trapExit(true);
          var brutal = ChildSpec.BRUTAL_KILL;
          for (var reason : List.of(OOPS, Atom.NORMAL)) {
            for (var within : List.of(Duration.ofSeconds(5), brutal)) {
              var task = exiting(reason);
              awaitEnd(task);
              assertThat(task.shutdown(within)).isEqualTo(new Outcome.Exited<>(reason));
            }
          }
          var shutdown = exiting(Atom.SHUTDOWN);
          awaitEnd(shutdown);
          assertThat(shutdown.shutdown()).isNull();
          var other = exiting(Atom.SHUTDOWN);
          awaitEnd(other);
          assertThat(other.shutdown(brutal)).isEqualTo(new Outcome.Exited<>(Atom.SHUTDOWN));
          var killed = exiting(Atom.KILLED);
          awaitEnd(killed);
          assertThat(killed.shutdown()).isEqualTo(new Outcome.Exited<>(Atom.KILLED));
          var killedToo = exiting(Atom.KILLED);
          awaitEnd(killedToo);
          assertThat(killedToo.shutdown(brutal)).isNull();
        });
  }

  @Test
  void shutdownExitsWhenTheNodeIsLost() throws Exception {
    run(
        () -> {
          trapExit(true);
          var task = exiting(Atom.NOCONNECTION);
          awaitEnd(task);
          assertThat(cause(task::shutdown, "shutdown", task.term(), 5000L)).isEqualTo(lost());
          var other = exiting(Atom.NOCONNECTION);
          awaitEnd(other);
          assertThat(
                  cause(
                      () -> other.shutdown(ChildSpec.BRUTAL_KILL),
                      "shutdown",
                      other.term(),
                      Atom.of("brutal_kill")))
              .isEqualTo(lost());
        });
  }

  @Test
  void shutdownKillsATaskThatTrapsExits() throws Exception {
    run(
        () -> {
          for (var within : List.of(Duration.ofMillis(1), ChildSpec.BRUTAL_KILL)) {
            var me = self();
            var task =
                Task.async(
                    () -> {
                      trapExit(true);
                      send(me, "ready");
                      return receive(String.class);
                    });
            receive(String.class);
            assertThat(task.shutdown(within))
                .isEqualTo(
                    within.equals(ChildSpec.BRUTAL_KILL)
                        ? null
                        : new Outcome.Exited<>(Atom.KILLED));
            assertThat(receive(AT_ONCE)).isNull();
          }
        });
  }

  @Test
  void shutdownOfATaskThatHasBeenAwaitedGivesNoproc() throws Exception {
    run(
        () -> {
          for (var within : List.of(Duration.ofSeconds(5), ChildSpec.BRUTAL_KILL)) {
            var task = Task.async(() -> 1);
            task.await();
            awaitEnd(task);
            assertThat(task.shutdown(within)).isEqualTo(new Outcome.Exited<>(Atom.NOPROC));
          }
        });
  }

  // ---- reports

  @Test
  void aCrashIsReportedWithWhoStartedTheTask() throws Exception {
    try (var log = new CapturedLog()) {
      run(
          () -> {
            trapExit(true);
            var grandparent = self();
            var task =
                Task.async(
                    () -> {
                      Task.async(
                              () -> {
                                throw new IllegalStateException("on purpose");
                              })
                          .await();
                      return 1;
                    });
            receive(Exit.class);
            assertThat(log.with("Task ", " started from " + task.pid() + " terminating"))
                .singleElement()
                .satisfies(
                    report ->
                        assertThat(report)
                            .contains("Callers: [" + task.pid() + ", " + grandparent + "]")
                            .contains("Function: " + TaskTest.class.getName()));
            assertThat(log.thrown("started from " + task.pid()))
                .singleElement()
                .satisfies(thrown -> assertThat(thrown).hasMessage("on purpose"));
          });
    }
  }

  @Test
  void onlyAbnormalExitsAreReported() throws Exception {
    try (var log = new CapturedLog()) {
      run(
          () -> {
            trapExit(true);
            for (var reason :
                List.of(Atom.NORMAL, Atom.SHUTDOWN, Tuple.of(Atom.SHUTDOWN, OOPS), OOPS)) {
              awaitEnd(exiting(reason));
            }
          });
      assertThat(log.with("Task ", " terminating")).hasSize(1);
    }
  }
}
