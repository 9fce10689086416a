package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.monitor;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.trapExit;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForAll;
import static dev.retort.Supervisor.oneForOne;
import static dev.retort.Supervisor.restForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SupervisorTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Atom BOOM = Atom.of("boom");

  private final List<Pid> supervisors = new ArrayList<>();

  private Pid start(Strategy strategy, ChildSpec... children) {
    var pid = Supervisor.start(strategy, List.of(children));
    supervisors.add(pid);
    return pid;
  }

  @AfterEach
  void stopAll() {
    supervisors.stream().filter(Kernel::alive).forEach(Supervisor::stop);
  }

  private static ChildSpec agent(String id) {
    return child(id, () -> Agent.startLink(() -> id));
  }

  private static Pid pidOf(Pid supervisor, String id) {
    return Supervisor.whichChildren(supervisor).stream()
        .filter(child -> child.id().equals(id))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  private static List<Pid> pids(Pid supervisor) {
    return Supervisor.whichChildren(supervisor).stream().map(ChildInfo::pid).toList();
  }

  @Test
  void oneForOneRestartsOnlyTheFailedChild() {
    var supervisor = start(oneForOne(), agent("a"), agent("b"), agent("c"));
    var before = pids(supervisor);
    exit(before.get(1), BOOM);
    await().until(() -> !before.get(1).equals(pidOf(supervisor, "b")));
    var after = pids(supervisor);
    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after.get(2)).isEqualTo(before.get(2));
    assertThat(Agent.<String, String>get(after.get(1), s -> s)).isEqualTo("b");
  }

  @Test
  void oneForAllRestartsAllOfThem() {
    var supervisor = start(oneForAll(), agent("a"), agent("b"), agent("c"));
    var before = pids(supervisor);
    exit(before.get(1), BOOM);
    await().until(() -> !before.get(2).equals(pidOf(supervisor, "c")));
    assertThat(pids(supervisor)).hasSize(3).doesNotContainAnyElementsOf(before);
  }

  @Test
  void restForOneRestartsTheFailedChildAndThoseAfterIt() {
    var supervisor = start(restForOne(), agent("a"), agent("b"), agent("c"));
    var before = pids(supervisor);
    exit(before.get(1), BOOM);
    await().until(() -> !before.get(2).equals(pidOf(supervisor, "c")));
    var after = pids(supervisor);
    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after.get(1)).isNotEqualTo(before.get(1));
  }

  @Test
  void aTransientChildIsRestartedOnlyAfterACrash() throws Exception {
    var supervisor = start(oneForOne(), agent("a").restart(Restart.TRANSIENT));
    var first = pidOf(supervisor, "a");
    exit(first, BOOM);
    await().until(() -> !first.equals(pidOf(supervisor, "a")));
    Agent.stop(pidOf(supervisor, "a"));
    await().until(() -> pidOf(supervisor, "a") == null);
    assertThat(Supervisor.countChildren(supervisor)).isEqualTo(new ChildCount(1, 0, 0, 1));
  }

  @Test
  void aTemporaryChildIsForgottenWhenItEnds() {
    var supervisor = start(oneForOne(), agent("a").restart(Restart.TEMPORARY));
    exit(pidOf(supervisor, "a"), BOOM);
    await().until(() -> Supervisor.whichChildren(supervisor).isEmpty());
  }

  @Test
  void oneRestartTooManyStopsTheSupervisorWithShutdown() throws Exception {
    var reason =
        Node.current()
            .run(
                () -> {
                  trapExit(true);
                  var supervisor =
                      Supervisor.startLink(
                          oneForOne().maxRestarts(2, Duration.ofSeconds(60)), agent("a"));
                  monitor(supervisor);
                  for (int i = 0; i < 3; i++) {
                    var pid = pidOf(supervisor, "a");
                    exit(pid, BOOM);
                    if (i < 2) {
                      while (pid.equals(pidOf(supervisor, "a")) || pidOf(supervisor, "a") == null) {
                        Thread.onSpinWait();
                      }
                    }
                  }
                  return receive(Down.class, SOON).reason();
                });
    assertThat(reason).isEqualTo(Atom.SHUTDOWN);
  }

  @Test
  void aTreeWhoseLeafNeverComesBackGivesUpFromLeafToRootAndSaysWho() throws Exception {
    try (var log = new CapturedLog()) {
      Node.current()
          .run(
              () -> {
                var broken = new AtomicBoolean();
                var strategy = oneForOne().maxRestarts(2, Duration.ofSeconds(60));
                var leaf =
                    child(
                        "leaf",
                        () -> {
                          if (broken.get()) {
                            throw new IllegalStateException("no database");
                          }
                          return Agent.startLink(() -> 0);
                        });
                var root =
                    Supervisor.start(
                        strategy, List.of(Supervisor.supervisor("branch", strategy, leaf)));
                monitor(root);
                broken.set(true);
                exit(pidOf(pidOf(root, "branch"), "leaf"), BOOM);
                assertThat(receive(Down.class, SOON).reason()).isEqualTo(Atom.SHUTDOWN);
                return true;
              });
      assertThat(log.with("Child \"leaf\"", "failed to start", "no database")).isNotEmpty();
      for (var who : List.of("leaf", "branch")) {
        assertThat(
                log.with(
                    "Child \"" + who + "\" of Supervisor",
                    "(exit) :reached_max_restart_intensity",
                    "Intensity: 2 restarts within 60000 ms"))
            .hasSize(1);
      }
    }
  }

  @Test
  void childrenStopInReverseOrder() {
    var order = new CopyOnWriteArrayList<String>();
    var supervisor = start(oneForOne(), recorder("a", order), recorder("b", order));
    Supervisor.stop(supervisor);
    assertThat(order).containsExactly("b", "a");
  }

  private static ChildSpec recorder(String id, List<String> order) {
    return child(
        id,
        () ->
            GenServer.startLink(
                () ->
                    new GenServer<String>() {
                      @Override
                      public String init() {
                        trapExit(true);
                        return id;
                      }

                      @Override
                      public void terminate(Object reason, String state) {
                        order.add(id);
                      }
                    }));
  }

  @Test
  void aChildThatIgnoresShutdownIsKilledWhenItsTimeIsOver() {
    var supervisor =
        start(
            oneForOne(),
            child(
                    "stubborn",
                    () ->
                        Kernel.spawnLink(
                            () -> {
                              trapExit(true);
                              while (true) {
                                receive();
                              }
                            }))
                .shutdown(Duration.ofMillis(50)));
    var pid = pidOf(supervisor, "stubborn");
    Supervisor.stop(supervisor);
    assertThat(Kernel.alive(pid)).isFalse();
  }

  @Test
  void aChildThatDoesNotStartStopsThoseBeforeItAndFailsTheSupervisor() {
    var started = new CopyOnWriteArrayList<Pid>();
    assertThatThrownBy(
            () ->
                start(
                    oneForOne(),
                    child(
                        "first",
                        () -> {
                          var pid = Agent.startLink(() -> 1);
                          started.add(pid);
                          return pid;
                        }),
                    child(
                        "second",
                        () -> {
                          throw new IllegalStateException("no database");
                        })))
        .isInstanceOf(StartException.class)
        .satisfies(
            e ->
                assertThat(((Tuple) ((StartException) e).reason()).get(1).toString())
                    .contains("failed_to_start_child", "second"));
    assertThat(Kernel.alive(started.getFirst())).isFalse();
  }

  @Test
  void twoChildrenWithOneIdAreRefused() {
    assertThatThrownBy(() -> start(oneForOne(), agent("a"), agent("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two children have the id \"a\"")
        .hasMessageContaining(SupervisorTest.class.getName())
        .hasMessageContaining("give each its own with id(...)");
  }

  @Test
  void childrenAreAddedTerminatedRestartedAndDeleted() {
    var supervisor = start(oneForOne());
    var pid = Supervisor.startChild(supervisor, agent("a"));
    assertThatThrownBy(() -> Supervisor.startChild(supervisor, agent("a")))
        .hasMessageContaining("already started as " + pid);
    assertThatThrownBy(() -> Supervisor.deleteChild(supervisor, "a"))
        .isInstanceOfSatisfying(
            ChildException.class, e -> assertThat(e.reason()).isEqualTo(Atom.of("running")));
    assertThat(Supervisor.terminateChild(supervisor, "a")).isTrue();
    assertThat(Kernel.alive(pid)).isFalse();
    assertThat(Supervisor.restartChild(supervisor, "a")).isNotEqualTo(pid);
    Supervisor.terminateChild(supervisor, "a");
    assertThat(Supervisor.deleteChild(supervisor, "a")).isTrue();
    assertThat(Supervisor.terminateChild(supervisor, "a")).isFalse();
  }

  @Test
  void aTreeIsRestartedFromItsBranch() {
    var supervisor =
        start(
            oneForOne(),
            child("branch", () -> Supervisor.startLink(oneForOne(), agent("leaf"))).supervisor());
    var branch = pidOf(supervisor, "branch");
    var leaf = pidOf(branch, "leaf");
    exit(branch, Atom.KILL);
    await().until(() -> !branch.equals(pidOf(supervisor, "branch")));
    await().until(() -> !Kernel.alive(leaf));
    assertThat(pidOf(pidOf(supervisor, "branch"), "leaf")).isNotEqualTo(leaf);
  }

  @Test
  void aDynamicSupervisorStartsManyAndRestartsEachAlone() {
    var supervisor = DynamicSupervisor.start(oneForOne());
    supervisors.add(supervisor);
    var pids = new ArrayList<Pid>();
    for (int i = 0; i < 1000; i++) {
      pids.add(DynamicSupervisor.startChild(supervisor, agent("same id")));
    }
    exit(pids.get(500), BOOM);
    await()
        .until(
            () -> {
              var now = DynamicSupervisor.whichChildren(supervisor);
              return now.size() == 1000
                  && now.stream().noneMatch(child -> pids.get(500).equals(child.pid()));
            });
    assertThat(DynamicSupervisor.terminateChild(supervisor, pids.getFirst())).isTrue();
    assertThat(DynamicSupervisor.terminateChild(supervisor, pids.getFirst())).isFalse();
    assertThat(DynamicSupervisor.countChildren(supervisor).active()).isEqualTo(999);
    DynamicSupervisor.stop(supervisor);
    assertThat(pids).noneMatch(Kernel::alive);
  }

  /** One that traps exits, from before its start function returns, and goes on after each. */
  private static ChildSpec stubborn(List<Object> told) {
    return child(
            "stubborn",
            () -> {
              var starter = Kernel.self();
              var pid =
                  Kernel.spawnLink(
                      () -> {
                        trapExit(true);
                        Kernel.send(starter, Atom.of("ready"));
                        while (true) {
                          told.add(receive());
                        }
                      });
              receive(Atom.class, Atom.of("ready")::equals);
              return pid;
            })
        .shutdown(Duration.ofMillis(300));
  }

  @Test
  void aDynamicSupervisorThatStopsGivesAllChildrenTheirTimeAtOnce() {
    int count = 20;
    var told = new CopyOnWriteArrayList<Object>();
    var supervisor = DynamicSupervisor.start(oneForOne());
    var pids = new ArrayList<Pid>();
    for (int i = 0; i < count; i++) {
      pids.add(DynamicSupervisor.startChild(supervisor, stubborn(told)));
    }
    long start = System.nanoTime();
    DynamicSupervisor.stop(supervisor);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    assertThat(pids).noneMatch(Kernel::alive);
    assertThat(told).hasSize(count); // each was told once
  }

  @Test
  void aDynamicSupervisorDoesWhatElixirsTerminateChildAsksItFor() {
    var supervisor = DynamicSupervisor.start(oneForOne());
    supervisors.add(supervisor);
    var pid = DynamicSupervisor.startChild(supervisor, agent("a"));
    var request = Tuple.of(Atom.of("terminate_child"), pid);
    assertThat(GenServer.call(supervisor, request)).isEqualTo(Atom.OK);
    assertThat(Kernel.alive(pid)).isFalse();
    assertThat(GenServer.call(supervisor, request))
        .isEqualTo(Tuple.of(Atom.ERROR, Atom.of("not_found")));
    assertThat(Kernel.inspect(GenServer.call(supervisor, Atom.of("nonsense"))))
        .isEqualTo("{:error, {:badarg, :nonsense}}");
  }

  @Test
  void aSupervisorAnswersElixirsFunctionsInOtpsShapes() {
    var supervisor = start(oneForOne(), agent("a"));
    var pid = pidOf(supervisor, "a");
    assertThat(GenServer.call(supervisor, Atom.of("which_children")))
        .isEqualTo(
            List.of(
                Tuple.of(
                    "a", pid, Atom.of("worker"), List.of(Atom.of("dev.retort.SupervisorTest")))));
    assertThat(Kernel.inspect(GenServer.call(supervisor, Atom.of("count_children"))))
        .isEqualTo("[specs: 1, active: 1, supervisors: 0, workers: 1]");
    assertThat(answer(supervisor, "restart_child", "a")).isEqualTo("{:error, :running}");
    assertThat(answer(supervisor, "delete_child", "a")).isEqualTo("{:error, :running}");
    assertThat(answer(supervisor, "terminate_child", "a")).isEqualTo(":ok");
    assertThat(answer(supervisor, "delete_child", "a")).isEqualTo(":ok");
    assertThat(answer(supervisor, "terminate_child", "a")).isEqualTo("{:error, :not_found}");
  }

  private static String answer(Pid supervisor, String function, Object id) {
    return Kernel.inspect(GenServer.call(supervisor, Tuple.of(Atom.of(function), id)));
  }

  @Test
  void anErrorInAStartFunctionIsTheChildsFailureAndNotTheSupervisors() {
    var supervisor = start(oneForOne(), agent("a"));
    assertThatThrownBy(
            () ->
                Supervisor.startChild(
                    supervisor,
                    child(
                        "b",
                        () -> {
                          throw new NoClassDefFoundError("on purpose");
                        })))
        .isInstanceOf(StartException.class)
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);
    assertThat(pids(supervisor)).hasSize(1);
  }
}
