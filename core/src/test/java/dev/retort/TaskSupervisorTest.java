package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.trapExit;
import static dev.retort.StreamOptions.OnTimeout.KILL_TASK;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The facts of Elixir's {@code task/supervisor_test.exs}. */
@Timeout(30)
class TaskSupervisorTest {
  private static final Atom OOPS = Atom.of("oops");
  private static final List<Integer> FOUR = List.of(1, 2, 3, 4);

  @FunctionalInterface
  private interface WithSupervisor {
    void run(Pid supervisor) throws Exception;
  }

  /** Runs a process that has started a task supervisor, and is linked to it. */
  private static void run(WithSupervisor body) throws Exception {
    Node.current()
        .run(
            () -> {
              var supervisor = TaskSupervisor.startLink();
              body.run(supervisor);
              trapExit(true); // a task that has been awaited may still be about to end
              Kernel.unlink(supervisor);
              TaskSupervisor.stop(supervisor);
              return true;
            });
  }

  private static Task<?> start(Pid supervisor, boolean link, Callable<?> function) {
    return link
        ? TaskSupervisor.async(supervisor, function)
        : TaskSupervisor.asyncNolink(supervisor, function);
  }

  private static <R> Stream<Outcome<R>> stream(
      Pid supervisor,
      boolean link,
      List<Integer> elements,
      TaskFunction<Integer, R> function,
      StreamOptions options) {
    return link
        ? TaskSupervisor.asyncStream(supervisor, elements, function, options)
        : TaskSupervisor.asyncStreamNolink(supervisor, elements, function, options);
  }

  private static StreamOptions at(int concurrency) {
    return StreamOptions.DEFAULT.maxConcurrency(concurrency);
  }

  private static <T> List<Outcome<T>> values(List<T> values) {
    return values.stream().<Outcome<T>>map(Outcome.Value::new).toList();
  }

  private static Object never(Object value) {
    receive();
    return value;
  }

  private static List<Pid> links() {
    return Kernel.processInfo(self()).links();
  }

  private static void assertClean(Pid supervisor) {
    assertThat(links()).containsExactly(supervisor);
    assertThat(TaskSupervisor.children(supervisor)).isEmpty();
    assertThat(receive(Duration.ZERO)).isNull();
  }

  // ---- the supervisor

  @Test
  void canBeSupervisedDirectlyByItsName() throws Exception {
    run(
        other -> {
          var supervisor =
              Supervisor.startLink(
                  oneForOne(), TaskSupervisor.childSpec("named_tasks"), TaskSupervisor.childSpec());
          assertThat(Supervisor.whichChildren(supervisor))
              .extracting(ChildInfo::id, ChildInfo::type)
              .containsExactlyInAnyOrder(
                  org.assertj.core.groups.Tuple.tuple(
                      Atom.of("named_tasks"), ChildSpec.Type.SUPERVISOR),
                  org.assertj.core.groups.Tuple.tuple(
                      Atom.of("Elixir.Task.Supervisor"), ChildSpec.Type.SUPERVISOR));
          assertThat(TaskSupervisor.children(Name.of("named_tasks"))).isEmpty();
          assertThat(TaskSupervisor.async(Name.of("named_tasks"), () -> 42).await()).isEqualTo(42);
          assertThatThrownBy(() -> Supervisor.startChild(supervisor, TaskSupervisor.childSpec()))
              .isInstanceOfSatisfying(
                  StartException.class,
                  e ->
                      assertThat(((Tuple) e.reason()).get(0))
                          .isEqualTo(Atom.of("already_started")));
          trapExit(true);
          Kernel.unlink(supervisor);
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void countsAndListsItsTasks() throws Exception {
    run(
        supervisor -> {
          assertThat(TaskSupervisor.children(supervisor)).isEmpty();
          assertThat(Supervisor.countChildren(supervisor)).isEqualTo(new ChildCount(0, 0, 0, 0));
          var task = TaskSupervisor.async(supervisor, () -> never(1));
          assertThat(TaskSupervisor.children(supervisor)).containsExactly(task.pid());
          assertThat(DynamicSupervisor.countChildren(supervisor))
              .isEqualTo(new ChildCount(1, 1, 0, 1));
          task.shutdown();
          assertThat(TaskSupervisor.children(supervisor)).isEmpty();
        });
  }

  @Test
  void stopsItsTasks() throws Exception {
    Node.current()
        .run(
            () -> {
              var supervisor = TaskSupervisor.startLink();
              var task = TaskSupervisor.asyncNolink(supervisor, () -> never(1));
              TaskSupervisor.stop(supervisor);
              assertThat(task.yield()).isEqualTo(new Outcome.Exited<>(Atom.SHUTDOWN));
              return true;
            });
  }

  // ---- async

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void asyncRunsATaskOfTheSupervisor(boolean link) throws Exception {
    run(
        supervisor -> {
          Callable<String> function = () -> receive(String.class);
          var task = start(supervisor, link, function);
          assertThat(TaskSupervisor.children(supervisor)).containsExactly(task.pid());
          assertThat(links().contains(task.pid())).isEqualTo(link);
          assertThat(Kernel.processInfo(task.pid()).links()).contains(supervisor);
          assertThat(Kernel.processInfo(task.pid()).code()).isEqualTo(function.getClass());
          send(task.pid(), "done");
          assertThat(receive()).isEqualTo(new Task.Reply(task.ref(), "done"));
          assertThat(receive())
              .isEqualTo(new Down(task.ref(), Down.PROCESS, task.pid(), Atom.NORMAL));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killsATaskAtOnceIfToldTo(boolean link) throws Exception {
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var supervisor = TaskSupervisor.startLink();
              Callable<Object> function =
                  () -> {
                    trapExit(true);
                    return never(1);
                  };
              var task =
                  link
                      ? TaskSupervisor.async(supervisor, function, ChildSpec.BRUTAL_KILL)
                      : TaskSupervisor.asyncNolink(supervisor, function, ChildSpec.BRUTAL_KILL);
              exit(supervisor, Atom.SHUTDOWN);
              assertThat(receive(Down.class).reason()).isEqualTo(Atom.KILLED);
              return true;
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesMoreTasksThanItMayHave(boolean link) throws Exception {
    run(
        other -> {
          var supervisor = TaskSupervisor.startLink(oneForOne().maxChildren(1));
          var task = start(supervisor, link, () -> never(1));
          assertThatThrownBy(() -> start(supervisor, link, () -> 2))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageStartingWith(
                  "reached the maximum number of tasks for this task supervisor");
          assertThatThrownBy(() -> TaskSupervisor.startChild(supervisor, () -> {}))
              .isInstanceOfSatisfying(
                  StartException.class,
                  e -> assertThat(e.reason()).isEqualTo(Atom.of("max_children")));
          task.shutdown();
          TaskSupervisor.stop(supervisor);
        });
  }

  @Test
  void tasksKnowWhoAskedForThem() throws Exception {
    run(
        supervisor -> {
          var grandparent = self();
          var callers =
              TaskSupervisor.async(
                      supervisor,
                      () -> {
                        var parent = self();
                        assertThat(Task.callers()).containsExactly(grandparent);
                        var inner = TaskSupervisor.async(supervisor, Task::callers).await();
                        assertThat(inner).containsExactly(parent, grandparent);
                        TaskSupervisor.startChild(
                            supervisor,
                            () -> send(grandparent, Task.callers().equals(inner) ? "yes" : "no"));
                        return inner.size();
                      })
                  .await();
          assertThat(callers).isEqualTo(2);
          assertThat(receive(String.class)).isEqualTo("yes");
        });
  }

  @Test
  void aTaskThatFailsTakesItsOwnerAlongIfItIsLinked() {
    assertThatThrownBy(
            () ->
                Node.current()
                    .run(
                        () -> {
                          var supervisor = TaskSupervisor.start();
                          return TaskSupervisor.async(
                                  supervisor,
                                  () -> {
                                    exit(OOPS);
                                    return 1;
                                  })
                              .await();
                        }))
        .isInstanceOfSatisfying(ExitException.class, e -> assertThat(e.reason()).isEqualTo(OOPS));
  }

  @Test
  void aTaskThatIsNotLinkedFailsAlone() throws Exception {
    run(
        supervisor -> {
          var oops = new IllegalStateException("on purpose");
          var task =
              TaskSupervisor.asyncNolink(
                  supervisor,
                  () -> {
                    throw oops;
                  });
          assertThat(task.yield()).isEqualTo(new Outcome.Exited<>(oops));
          assertClean(supervisor);
        });
  }

  @Test
  void awaitExitsWithWhatTheTaskEndedWith() throws Exception {
    run(
        supervisor -> {
          trapExit(true);
          var oops = new IllegalStateException("on purpose");
          Task<?> task =
              TaskSupervisor.async(
                  supervisor,
                  () -> {
                    throw oops;
                  });
          var reason = (Tuple) catchThrowableOfType(ExitException.class, task::await).reason();
          assertThat(reason.get(0)).isEqualTo(oops);
          assertThat(reason.get(1))
              .isEqualTo(
                  Tuple.of(Atom.of("Elixir.Task"), Atom.of("await"), List.of(task.term(), 5000L)));
          Task<?> exiting =
              TaskSupervisor.async(
                  supervisor,
                  () -> {
                    exit(OOPS);
                    return 1;
                  });
          reason = (Tuple) catchThrowableOfType(ExitException.class, exiting::await).reason();
          assertThat(reason.get(0)).isEqualTo(OOPS);
          trapExit(false);
        });
  }

  @Test
  void nothingArrivesAfterAwaitHasGivenUp() throws Exception {
    run(
        supervisor -> {
          var task = TaskSupervisor.async(supervisor, () -> receive(String.class));
          assertThatThrownBy(() -> task.await(Duration.ZERO)).isInstanceOf(ExitException.class);
          var ref = monitor(task.pid());
          send(task.pid(), "go");
          receive(Down.class, down -> down.ref().equals(ref));
          assertThat(receive(Duration.ZERO)).isNull();
        });
  }

  @Test
  void aTaskWhoseOwnerEndsBeforeItBeginsDoesNotRun() throws Exception {
    run(
        supervisor -> {
          var me = self();
          var owner = Kernel.spawn(() -> receive());
          var callers = new Callers(owner, null);
          var pid =
              DynamicSupervisor.startChild(
                  supervisor,
                  Supervisor.child(
                          "task",
                          () -> {
                            var self = Kernel.process("test");
                            return self.pid.home.spawnFrom(
                                self,
                                TaskProcess.waiting(() -> send(me, "ran"), callers, owner),
                                true,
                                null);
                          })
                      .restart(Restart.TEMPORARY));
          var ref = monitor(pid);
          exit(owner, OOPS);
          assertThat(receive(Down.class).reason()).isEqualTo(Tuple.of(Atom.SHUTDOWN, OOPS));
          assertThat(receive(Duration.ZERO)).isNull();
          assertThat(ref).isNotNull();
        });
  }

  // ---- startChild

  @Test
  void startChildRunsATaskForNobody() throws Exception {
    run(
        supervisor -> {
          var me = self();
          Body body = () -> send(me, receive(String.class));
          var pid = TaskSupervisor.startChild(supervisor, body);
          assertThat(TaskSupervisor.children(supervisor)).containsExactly(pid);
          assertThat(links()).doesNotContain(pid);
          assertThat(Kernel.processInfo(pid).code()).isEqualTo(body.getClass());
          send(pid, "done");
          assertThat(receive(String.class)).isEqualTo("done");
        });
  }

  @Test
  void startChildKillsAtOnceIfToldTo() throws Exception {
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var supervisor = TaskSupervisor.startLink();
              var pid =
                  TaskSupervisor.startChild(
                      supervisor,
                      () -> {
                        trapExit(true);
                        never(1);
                      },
                      Restart.TEMPORARY,
                      ChildSpec.BRUTAL_KILL);
              monitor(pid);
              exit(supervisor, Atom.SHUTDOWN);
              assertThat(receive(Down.class).reason()).isEqualTo(Atom.KILLED);
              return true;
            });
  }

  @Test
  void startChildStartsATaskAgainIfToldTo() throws Exception {
    run(
        supervisor -> {
          var me = self();
          var pid =
              TaskSupervisor.startChild(
                  supervisor,
                  () -> {
                    send(me, "ready");
                    never(1);
                  },
                  Restart.PERMANENT,
                  Duration.ofSeconds(5));
          assertThat(receive(String.class)).isEqualTo("ready");
          monitor(pid);
          exit(pid, Atom.SHUTDOWN);
          assertThat(receive(Down.class).reason()).isEqualTo(Atom.SHUTDOWN);
          assertThat(receive(String.class)).isEqualTo("ready");
        });
  }

  @Test
  void terminateChildEndsATask() throws Exception {
    run(
        supervisor -> {
          var pid = TaskSupervisor.startChild(supervisor, () -> never(1));
          assertThat(TaskSupervisor.terminateChild(supervisor, pid)).isTrue();
          assertThat(TaskSupervisor.children(supervisor)).isEmpty();
          assertThat(TaskSupervisor.terminateChild(supervisor, pid)).isFalse();
        });
  }

  // ---- streams

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamsWithTasksOfTheSupervisor(boolean link) throws Exception {
    run(
        supervisor -> {
          trapExit(true);
          var second = new CountDownLatch(1);
          var results =
              stream(
                      supervisor,
                      link,
                      FOUR,
                      n -> {
                        assertThat(TaskSupervisor.children(supervisor)).contains(self());
                        switch (n) {
                          case 1 -> second.await();
                          case 2 -> second.countDown();
                          default -> {}
                        }
                        return n;
                      },
                      at(2))
                  .toList();
          assertThat(results).isEqualTo(values(FOUR));
          assertClean(supervisor);
          var streams =
              List.of(
                  TaskSupervisor.asyncStream(supervisor, FOUR.stream(), n -> n, at(4)),
                  TaskSupervisor.asyncStreamNolink(supervisor, FOUR.stream(), n -> n, at(4)));
          for (var stream : streams) {
            assertThat(stream.toList()).isEqualTo(values(FOUR));
          }
          assertClean(supervisor);
          trapExit(false);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamsTheReasonsOfExits(boolean link) throws Exception {
    run(
        supervisor -> {
          trapExit(link);
          var numbers = IntStream.rangeClosed(1, 8).boxed().toList();
          TaskFunction<Integer, Integer> fail =
              n -> {
                exit((long) n);
                return n;
              };
          assertThat(stream(supervisor, link, numbers, fail, at(4)).limit(4).toList())
              .isEqualTo(
                  List.of(
                      new Outcome.Exited<>(1L),
                      new Outcome.Exited<>(2L),
                      new Outcome.Exited<>(3L),
                      new Outcome.Exited<>(4L)));
          var zipped = at(2).zipInputOnExit(true);
          assertThat(stream(supervisor, link, numbers, fail, zipped).limit(2).toList())
              .isEqualTo(
                  List.of(
                      new Outcome.Exited<>(Tuple.of(1, 1L)),
                      new Outcome.Exited<>(Tuple.of(2, 2L))));
          assertClean(supervisor);
          trapExit(false);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamThatIsClosedKillsItsTasks(boolean link) throws Exception {
    run(
        supervisor -> {
          var first =
              stream(supervisor, link, FOUR, n -> n == 1 ? n : never(n), at(4)).limit(1).toList();
          assertThat(first).isEqualTo(values(List.of(1)));
          assertClean(supervisor);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamStopsCleanlyWhenTheSupervisorHasNoRoom(boolean link) throws Exception {
    run(
        unused -> {
          var supervisor = TaskSupervisor.startLink(oneForOne().maxChildren(1));
          assertThatThrownBy(
                  () -> stream(supervisor, link, FOUR, TaskSupervisorTest::never, at(2)).toList())
              .isInstanceOf(IllegalStateException.class)
              .hasMessageStartingWith("reached the maximum number of tasks");
          assertThat(links()).containsExactlyInAnyOrder(unused, supervisor);
          assertThat(TaskSupervisor.children(supervisor)).isEmpty();
          assertThat(receive(Duration.ZERO)).isNull();
          Kernel.unlink(supervisor);
          TaskSupervisor.stop(supervisor);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamKillsTasksThatTakeTooLongIfToldTo(boolean link) throws Exception {
    run(
        supervisor -> {
          var options =
              at(2).timeout(Duration.ofMillis(20)).onTimeout(KILL_TASK).zipInputOnExit(true);
          assertThat(
                  stream(supervisor, link, List.of(1, 2), n -> n == 1 ? n : never(n), options)
                      .toList())
              .isEqualTo(
                  List.of(new Outcome.Value<>(1), new Outcome.Exited<>(Tuple.of(2, Atom.TIMEOUT))));
          assertClean(supervisor);
        });
  }

  @Test
  void tasksOfAStreamKnowTheirCallers() throws Exception {
    run(
        supervisor -> {
          var grandparent = self();
          var results =
              TaskSupervisor.asyncStream(
                      supervisor,
                      List.of(1),
                      one -> {
                        var callers =
                            TaskSupervisor.asyncStream(
                                    supervisor, List.of(1), two -> Task.callers(), at(1))
                                .toList();
                        return callers.equals(values(List.of(List.of(self(), grandparent))));
                      },
                      at(1))
                  .toList();
          assertThat(results).isEqualTo(values(List.of(true)));
        });
  }

  @Test
  void anotherProcessMayConsumeAStream() throws Exception {
    run(
        supervisor -> {
          var me = self();
          var stream =
              TaskSupervisor.asyncStream(supervisor, List.of(1, 2, 3), n -> send(me, n), at(2));
          Task.start(() -> assertThat(stream.count()).isEqualTo(3));
          assertThat(List.of(receive(), receive(), receive())).containsExactlyInAnyOrder(1, 2, 3);
        });
  }

  @Test
  void streamsTakeOnlyShutdownTimesThatMakeSense() {
    assertThat(StreamOptions.DEFAULT.shutdown(ChildSpec.BRUTAL_KILL).shutdown())
        .isEqualTo(ChildSpec.BRUTAL_KILL);
    assertThatThrownBy(() -> StreamOptions.DEFAULT.shutdown(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStreamWithoutASupervisorExits() throws Exception {
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var exit =
                  catchThrowableOfType(
                      ExitException.class,
                      () ->
                          TaskSupervisor.asyncStream(
                                  Name.of("no_such_supervisor"), FOUR, n -> n, at(1))
                              .toList());
              assertThat(exit.reason().toString()).contains("noproc");
              return true;
            });
  }
}
