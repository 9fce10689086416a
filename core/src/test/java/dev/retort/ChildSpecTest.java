package dev.retort;

import static dev.retort.Supervised.BOOM;
import static dev.retort.Supervised.end;
import static dev.retort.Supervised.pidOf;
import static dev.retort.Supervised.run;
import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static dev.retort.Supervisor.restForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Child specifications, and what supervisors make of those that are wrong. */
@Timeout(60)
class ChildSpecTest {
  @Test
  void whatIsNotSaidIsAsInOtp() {
    var spec = waiting("a");
    assertThat(spec.restart()).isEqualTo(Restart.PERMANENT);
    assertThat(spec.significant()).isFalse();
    assertThat(spec.shutdown()).isEqualTo(Duration.ofSeconds(5));
    assertThat(spec.type()).isEqualTo(ChildSpec.Type.WORKER);
    assertThat(spec.supervisor().shutdown()).isEqualTo(ChildSpec.INFINITY);
  }

  @Test
  void eachPartCanBeOverridden() throws Exception {
    run(
        () -> {
          var supervisor =
              Supervisor.startLink(
                  oneForOne(),
                  waiting("a"),
                  waiting("a").id("b").restart(Restart.TEMPORARY),
                  waiting("a").id(List.of("c", 1)).start(() -> null));
          assertThat(Supervisor.whichChildren(supervisor))
              .extracting(ChildInfo::id)
              .containsExactly("a", "b", List.of("c", 1));
          assertThat(pidOf(supervisor, List.of("c", 1))).isNull();
          assertThat(Supervisor.getChildspec(supervisor, "b").restart())
              .isEqualTo(Restart.TEMPORARY);
          assertThat(Supervisor.getChildspec(supervisor, "d")).isNull();
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void requestsThatCannotBeMetSayWhyInOtpsWords() throws Exception {
    run(
        () -> {
          var supervisor = Supervisor.startLink(oneForOne(), waiting("a"));
          var pid = pidOf(supervisor, "a");
          refused(
              () -> Supervisor.startChild(supervisor, waiting("a")),
              "{:already_started, " + pid + "}",
              "child \"a\" (started by dev.retort.Supervised): already started as");
          refused(() -> Supervisor.restartChild(supervisor, "a"), ":running", "child \"a\" runs");
          refused(
              () -> Supervisor.restartChild(supervisor, "b"),
              ":not_found",
              "the supervisor has no child \"b\"");
          Supervisor.terminateChild(supervisor, "a");
          refused(
              () -> Supervisor.startChild(supervisor, waiting("a")),
              ":already_present",
              "restartChild starts it, deleteChild forgets it");
          assertThat(Supervisor.deleteChild(supervisor, "b")).isFalse();
          assertThat(Supervisor.terminateChild(supervisor, "b")).isFalse();
          Supervisor.stop(supervisor);
        });
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable request, String reason, String says) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            StartException.class, e -> assertThat(Kernel.inspect(e.reason())).isEqualTo(reason))
        .hasMessageContaining(says);
  }

  @Test
  void aChildThatDoesNotStartIsNotAddedAndSaysWhichItWas() throws Exception {
    run(
        () -> {
          var supervisor = Supervisor.startLink(oneForOne());
          assertThatThrownBy(
                  () ->
                      Supervisor.startChild(
                          supervisor,
                          child(
                              "db",
                              () -> {
                                throw new IllegalStateException("no database");
                              })))
              .isInstanceOf(StartException.class)
              .hasMessageContaining("child \"db\" (started by dev.retort.ChildSpecTest)")
              .hasMessageContaining("no database");
          assertThat(Supervisor.whichChildren(supervisor)).isEmpty();
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void aChildWhoseStartWantsNoProcessIsKeptUnlessItIsTemporary() throws Exception {
    run(
        () -> {
          var supervisor = Supervisor.startLink(oneForOne(), child("a", () -> null));
          assertThat(Supervisor.startChild(supervisor, child("b", () -> null))).isNull();
          assertThat(
                  Supervisor.startChild(
                      supervisor, child("c", () -> null).restart(Restart.TEMPORARY)))
              .isNull();
          assertThat(Supervisor.countChildren(supervisor)).isEqualTo(new ChildCount(2, 0, 0, 2));
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void aProcessThatIsNotLinkedIsAcceptedWithAWarning() throws Exception {
    try (var log = new CapturedLog()) {
      run(
          () -> {
            var supervisor =
                Supervisor.startLink(
                    oneForOne(), child("loose", () -> Kernel.spawn(Supervised::waitForEver)));
            var pid = pidOf(supervisor, "loose");
            assertThat(
                    log.with(
                        "Child \"loose\"", "" + pid, "start it with startLink", "ChildSpecTest"))
                .hasSize(1);
            end(pid, BOOM); // as in OTP, nobody sees that
            assertThat(pidOf(supervisor, "loose")).isEqualTo(pid);
            assertThat(Supervisor.countChildren(supervisor).active()).isZero();
            Supervisor.stop(supervisor);
          });
    }
  }

  @Test
  void aProcessThatHasEndedAlreadyIsRestarted() throws Exception {
    run(
        () -> {
          var starts = new int[1];
          var supervisor =
              Supervisor.startLink(
                  oneForOne(),
                  child(
                      "brief",
                      () -> {
                        var pid = Kernel.spawnLink(Supervised::waitForEver);
                        if (starts[0]++ == 0) {
                          end(pid, BOOM);
                        }
                        return pid;
                      }));
          Supervisor.countChildren(supervisor); // its exit came before this
          assertThat(Kernel.alive(pidOf(supervisor, "brief"))).isTrue();
          assertThat(starts[0]).isEqualTo(2);
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void aProcessOfAnotherNodeIsNoChild() throws Exception {
    run(
        () ->
            assertThatThrownBy(
                    () ->
                        Supervisor.startLink(
                            oneForOne(),
                            child("far", () -> Pid.of(Atom.of("a@nowhere"), 100, 0, 1))))
                .isInstanceOfSatisfying(
                    StartException.class,
                    e ->
                        assertThat(Kernel.inspect(e.reason()))
                            .contains(
                                "failed_to_start_child",
                                "child \\\"far\\\"",
                                ChildSpecTest.class.getName(),
                                "a pid of this node was expected from its start function")));
  }

  @Test
  void theSupervisorItselfIsNoChild() throws Exception {
    run(
        () ->
            assertThatThrownBy(() -> Supervisor.startLink(oneForOne(), child("me", Kernel::self)))
                .isInstanceOfSatisfying(
                    StartException.class,
                    e ->
                        assertThat(Kernel.inspect(e.reason()))
                            .contains(
                                "failed_to_start_child", "the pid of a new process was expected")));
  }

  @Test
  void aChildThatHangsAtShutdownIsKilledAndReported() throws Exception {
    try (var log = new CapturedLog()) {
      run(
          () -> {
            var supervisor =
                Supervisor.startLink(
                    oneForOne(), stubborn("hanging").shutdown(Duration.ofMillis(20)));
            var hanging = pidOf(supervisor, "hanging");
            var ref = Kernel.monitor(hanging);
            Supervisor.stop(supervisor);
            assertThat(Kernel.receive(Down.class, down -> down.ref().equals(ref)).reason())
                .isEqualTo(Atom.KILLED);
            assertThat(log.with("Child \"hanging\"", "shut down abnormally", "(exit) killed"))
                .hasSize(1);
          });
    }
  }

  private static ChildSpec stubborn(String id) {
    return child(
        id,
        () -> {
          var starter = Kernel.self();
          var pid =
              Kernel.spawnLink(
                  () -> {
                    Kernel.trapExit(true);
                    Kernel.send(starter, BOOM);
                    Supervised.waitForEver();
                  });
          Kernel.receive(Atom.class, BOOM::equals);
          return pid;
        });
  }

  @Test
  void noTimeAtAllStillTellsTheChildAndBrutalKillDoesNot() throws Exception {
    run(
        () -> {
          var supervisor =
              Supervisor.startLink(
                  oneForOne(),
                  waiting("zero").shutdown(Duration.ZERO),
                  waiting("brutal").shutdown(ChildSpec.BRUTAL_KILL));
          assertThat(endWhenTerminated(supervisor, "zero")).isEqualTo(Atom.SHUTDOWN);
          assertThat(endWhenTerminated(supervisor, "brutal")).isEqualTo(Atom.KILLED);
          Supervisor.stop(supervisor);
        });
  }

  private static Object endWhenTerminated(Pid supervisor, String id) {
    var ref = Kernel.monitor(pidOf(supervisor, id));
    Supervisor.terminateChild(supervisor, id);
    return Kernel.receive(Down.class, down -> down.ref().equals(ref)).reason();
  }

  @Test
  void whoIsKilledTakesTheChildrenAlong() throws Exception {
    run(
        () -> {
          var supervisor = Supervisor.startLink(restForOne(), waiting("a"), waiting("b"));
          var child = pidOf(supervisor, "a");
          var ref = Kernel.monitor(child);
          Kernel.exit(supervisor, Atom.KILL);
          assertThat(Kernel.receive(Down.class, down -> down.ref().equals(ref)).reason())
              .isEqualTo(Atom.KILLED);
        });
  }

  @Test
  void messagesAndCastsThatNobodyExpectsAreLoggedAndChangeNothing() throws Exception {
    try (var log = new CapturedLog()) {
      run(
          () -> {
            var supervisor = Supervisor.startLink(oneForOne(), waiting("a"));
            Kernel.send(supervisor, "hello");
            GenServer.cast(supervisor, "quickly");
            assertThat(Supervisor.countChildren(supervisor).active()).isEqualTo(1);
            assertThat(log.with("unexpected message: \"hello\"", "" + supervisor)).hasSize(1);
            assertThat(log.with("unexpected cast: \"quickly\"", "" + supervisor)).hasSize(1);
            Supervisor.stop(supervisor);
          });
    }
  }
}
