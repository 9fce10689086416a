package dev.retort;

import static dev.retort.Restart.TEMPORARY;
import static dev.retort.Restart.TRANSIENT;
import static dev.retort.Supervised.BOOM;
import static dev.retort.Supervised.end;
import static dev.retort.Supervised.endOf;
import static dev.retort.Supervised.run;
import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForAll;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DynamicSupervisorTest {
  private static final Strategy OFTEN = oneForOne().maxRestarts(100_000, Duration.ofHours(1));

  private static Pid startLink(Strategy strategy) {
    return DynamicSupervisor.startLink(strategy);
  }

  /** A child whose nth start does what {@code start} says; from 1. */
  private static ChildSpec counting(IntFunction<@Nullable Pid> start) {
    var starts = new AtomicInteger();
    return child("counting", () -> start.apply(starts.incrementAndGet()));
  }

  private static Pid running() {
    return Kernel.spawnLink(Supervised::waitForEver);
  }

  @Test
  void thereMayBeNoMoreChildrenThanItsStrategySays() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne().maxChildren(1));
          var first = DynamicSupervisor.startChild(supervisor, waiting("a"));
          assertThatThrownBy(() -> DynamicSupervisor.startChild(supervisor, waiting("b")))
              .isInstanceOfSatisfying(
                  StartException.class,
                  e -> assertThat(e.reason()).isEqualTo(Atom.of("max_children")))
              .hasMessageContaining("child \"b\" (started by dev.retort.Supervised)");
          DynamicSupervisor.terminateChild(supervisor, first);
          assertThat(DynamicSupervisor.startChild(supervisor, waiting("b"))).isNotNull();
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void oneThatIsAboutToBeRestartedCountsAsAChild() throws Exception {
    run(
        () -> {
          var wait = new BackOff(Duration.ofHours(1), Duration.ofHours(1), 0);
          var supervisor = startLink(oneForOne().maxChildren(1).backOff(wait));
          end(DynamicSupervisor.startChild(supervisor, waiting("a")), BOOM);
          assertThat(DynamicSupervisor.countChildren(supervisor))
              .isEqualTo(new ChildCount(1, 0, 0, 1));
          assertThatThrownBy(() -> DynamicSupervisor.startChild(supervisor, waiting("b")))
              .isInstanceOf(StartException.class);
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void aStartThatReturnsNullAddsNoChild() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne());
          assertThat(DynamicSupervisor.startChild(supervisor, child("none", () -> null))).isNull();
          assertThat(DynamicSupervisor.countChildren(supervisor).specs()).isZero();
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void aStartThatThrowsOrExitsAddsNoChild() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne());
          ChildSpec throwing =
              child(
                  "a",
                  () -> {
                    throw new IllegalStateException("on purpose");
                  });
          assertThatThrownBy(() -> DynamicSupervisor.startChild(supervisor, throwing))
              .isInstanceOf(StartException.class)
              .hasRootCauseMessage("on purpose");
          ChildSpec exiting =
              child(
                  "b",
                  () -> {
                    Kernel.exit(BOOM);
                    return null;
                  });
          assertThatThrownBy(() -> DynamicSupervisor.startChild(supervisor, exiting))
              .isInstanceOfSatisfying(
                  StartException.class, e -> assertThat(e.reason()).isEqualTo(BOOM));
          assertThat(DynamicSupervisor.countChildren(supervisor).specs()).isZero();
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void aRestartThatReturnsNullForgetsTheChild() throws Exception {
    run(
        () -> {
          var supervisor = startLink(OFTEN);
          var spec = counting(n -> n == 1 ? running() : null);
          end(DynamicSupervisor.startChild(supervisor, spec), BOOM);
          assertThat(DynamicSupervisor.whichChildren(supervisor)).isEmpty();
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void aRestartThatFailsIsTriedAgain() throws Exception {
    run(
        () -> {
          var started = Kernel.self();
          var supervisor = startLink(OFTEN);
          var spec =
              counting(
                  n -> {
                    if (n > 1 && n < 5) {
                      throw new IllegalStateException("not yet");
                    }
                    return Kernel.send(started, running());
                  });
          var first = DynamicSupervisor.startChild(supervisor, spec);
          assertThat(Kernel.receive(Pid.class)).isEqualTo(first);
          end(first, BOOM);
          var again = Kernel.receive(Pid.class);
          assertThat(DynamicSupervisor.whichChildren(supervisor))
              .containsExactly(new ChildInfo("counting", again, false, ChildSpec.Type.WORKER));
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void oneThatIsAboutToBeRestartedIsTerminatedByThePidThatItHad() throws Exception {
    run(
        () -> {
          var wait = new BackOff(Duration.ofHours(1), Duration.ofHours(1), 0);
          var supervisor = startLink(oneForOne().backOff(wait));
          var pid = DynamicSupervisor.startChild(supervisor, waiting("a"));
          end(pid, BOOM);
          assertThat(DynamicSupervisor.whichChildren(supervisor).getFirst().restarting()).isTrue();
          assertThat(DynamicSupervisor.terminateChild(supervisor, pid)).isTrue();
          assertThat(DynamicSupervisor.terminateChild(supervisor, pid)).isFalse();
          assertThat(DynamicSupervisor.countChildren(supervisor).specs()).isZero();
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void aTransientOrTemporaryChildIsForgottenWhenItEndsForGood() throws Exception {
    run(
        () -> {
          var supervisor = startLink(OFTEN);
          for (var reason : List.of(Atom.SHUTDOWN, Tuple.of(Atom.SHUTDOWN, Atom.of("signal")))) {
            end(DynamicSupervisor.startChild(supervisor, waiting("a").restart(TRANSIENT)), reason);
          }
          end(DynamicSupervisor.startChild(supervisor, waiting("a").restart(TEMPORARY)), BOOM);
          assertThat(DynamicSupervisor.countChildren(supervisor).specs()).isZero();
          end(DynamicSupervisor.startChild(supervisor, waiting("a").restart(TRANSIENT)), BOOM);
          assertThat(DynamicSupervisor.countChildren(supervisor).active()).isEqualTo(1);
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void oneRestartTooManyEndsItWithShutdown() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne().maxRestarts(10, Duration.ofHours(1)));
          var spec =
              counting(
                  n -> {
                    if (n > 1) {
                      throw new IllegalStateException("never again");
                    }
                    return running();
                  });
          var other = DynamicSupervisor.startChild(supervisor, waiting("other"));
          Kernel.exit(DynamicSupervisor.startChild(supervisor, spec), BOOM);
          assertThat(endOf(supervisor)).isEqualTo(Atom.SHUTDOWN);
          assertThat(Kernel.alive(other)).isFalse();
        });
  }

  @Test
  void childrenEndAsTheirSpecificationsSayWhenItStops() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne());
          var polite = DynamicSupervisor.startChild(supervisor, waiting("a"));
          var brutal =
              DynamicSupervisor.startChild(
                  supervisor, waiting("b").shutdown(ChildSpec.BRUTAL_KILL));
          var atOnce =
              DynamicSupervisor.startChild(supervisor, waiting("c").shutdown(Duration.ZERO));
          var refs = List.of(polite, brutal, atOnce).stream().map(Kernel::monitor).toList();
          DynamicSupervisor.stop(supervisor, Atom.SHUTDOWN);
          assertThat(refs)
              .extracting(
                  ref -> Kernel.receive(Down.class, down -> down.ref().equals(ref)).reason())
              .containsExactly(Atom.SHUTDOWN, Atom.KILLED, Atom.SHUTDOWN);
        });
  }

  private record Config(String url) {}

  @Test
  void theExtraArgumentIsGivenToEachStart() throws Exception {
    run(
        () -> {
          var supervisor = startLink(OFTEN.extraArgument(new Config("db")));
          var spec =
              DynamicSupervisor.child(
                  "a", Config.class, config -> Agent.startLink(() -> config.url() + "!"));
          var first = DynamicSupervisor.startChild(supervisor, spec);
          assertThat(Agent.<String, String>get(first, s -> s)).isEqualTo("db!");
          end(first, BOOM);
          var again = DynamicSupervisor.whichChildren(supervisor).getFirst().pid();
          assertThat(Agent.<String, String>get(again, s -> s)).isEqualTo("db!");
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void aStartThatWantsAnotherExtraArgumentSaysWhichOneThereIs() throws Exception {
    run(
        () -> {
          var spec = DynamicSupervisor.child("a", Config.class, config -> running());
          var none = startLink(oneForOne());
          assertThatThrownBy(() -> DynamicSupervisor.startChild(none, spec))
              .isInstanceOf(StartException.class)
              .rootCause()
              .hasMessageContaining("child \"a\"")
              .hasMessageContaining("takes a dev.retort.DynamicSupervisorTest$Config")
              .hasMessageContaining("which has none");
          var other = startLink(oneForOne().extraArgument("text"));
          assertThatThrownBy(() -> DynamicSupervisor.startChild(other, spec))
              .rootCause()
              .hasMessageContaining("which is \"text\"");
          DynamicSupervisor.stop(none);
          DynamicSupervisor.stop(other);
        });
  }

  @Test
  void strategiesOfOtherSupervisorsAreRefused() {
    assertThatThrownBy(() -> DynamicSupervisor.start(oneForAll()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a DynamicSupervisor is oneForOne()");
    assertThatThrownBy(
            () -> DynamicSupervisor.start(oneForOne().autoShutdown(AutoShutdown.ANY_SIGNIFICANT)))
        .hasMessageContaining("never shuts down by itself");
    assertThatThrownBy(() -> Supervisor.startLink(oneForOne().maxChildren(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("are for a DynamicSupervisor");
    assertThatThrownBy(() -> oneForOne().maxChildren(-1))
        .hasMessageContaining("maxChildren of 0 or more was expected, this is -1");
  }

  @Test
  void aSignificantChildIsRefused() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne());
          assertThatThrownBy(
                  () ->
                      DynamicSupervisor.startChild(
                          supervisor, waiting("a").restart(TRANSIENT).significant(true)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("a DynamicSupervisor has no automatic shutdown");
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void itAnswersErlangsFunctionsWithoutIds() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne());
          var pid = DynamicSupervisor.startChild(supervisor, waiting("a"));
          assertThat(GenServer.call(supervisor, Atom.of("which_children")))
              .isEqualTo(
                  List.of(
                      Tuple.of(
                          Atom.UNDEFINED,
                          pid,
                          Atom.of("worker"),
                          List.of(Atom.of("dev.retort.Supervised")))));
          assertThat(Supervisor.whichChildren(supervisor).getFirst().pid()).isEqualTo(pid);
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void whatItsStrategyDoesNotSayIsAsInElixir() {
    var strategy = oneForOne();
    assertThat(strategy.maxRestarts()).isEqualTo(3);
    assertThat(strategy.within()).isEqualTo(Duration.ofSeconds(5));
    assertThat(strategy.maxChildren()).isEqualTo(Integer.MAX_VALUE);
    assertThat(strategy.extraArgument()).isNull();
    assertThat(strategy.backOff()).isNull();
  }

  @Test
  void aPermanentChildIsRestartedWhateverItsReason() throws Exception {
    run(
        () -> {
          var supervisor = startLink(OFTEN);
          int active = 0;
          for (var reason :
              List.of(Atom.SHUTDOWN, Tuple.of(Atom.SHUTDOWN, Atom.of("signal")), BOOM)) {
            end(DynamicSupervisor.startChild(supervisor, waiting("a")), reason);
            assertThat(DynamicSupervisor.countChildren(supervisor).active()).isEqualTo(++active);
          }
          DynamicSupervisor.stop(supervisor);
        });
  }

  /** A child that ends with {@code reason} when it is told to end. */
  private static ChildSpec endsWith(Object reason) {
    return child(
        "a",
        () -> {
          var starter = Kernel.self();
          var pid =
              Kernel.spawnLink(
                  () -> {
                    Kernel.trapExit(true);
                    Kernel.send(starter, BOOM);
                    Kernel.receive(Exit.class);
                    Kernel.exit(reason);
                  });
          Kernel.receive(Atom.class, BOOM::equals);
          return pid;
        });
  }

  @Test
  void childrenMayEndWithAnyReasonWhenItStops() throws Exception {
    run(
        () -> {
          var oops = Tuple.of(Atom.SHUTDOWN, Atom.of("oops"));
          var supervisor = startLink(oneForOne());
          var specs =
              List.of(
                  endsWith(oops).shutdown(ChildSpec.INFINITY),
                  endsWith(oops).shutdown(Duration.ofHours(1)),
                  endsWith(Atom.NORMAL).shutdown(ChildSpec.INFINITY),
                  waiting("b").shutdown(ChildSpec.INFINITY));
          var refs =
              specs.stream()
                  .map(spec -> Kernel.monitor(DynamicSupervisor.startChild(supervisor, spec)))
                  .toList();
          end(supervisor, Atom.SHUTDOWN);
          assertThat(refs)
              .extracting(
                  ref -> Kernel.receive(Down.class, down -> down.ref().equals(ref)).reason())
              .containsExactly(oops, oops, Atom.NORMAL, Atom.SHUTDOWN);
        });
  }

  @Test
  void aChildThatIsTerminatedEndsAsItsSpecificationSays() throws Exception {
    run(
        () -> {
          var supervisor = startLink(oneForOne());
          for (var spec :
              List.of(
                  waiting("a").shutdown(Duration.ofSeconds(1)),
                  waiting("b").shutdown(ChildSpec.BRUTAL_KILL))) {
            var pid = DynamicSupervisor.startChild(supervisor, spec);
            var ref = Kernel.monitor(pid);
            assertThat(DynamicSupervisor.terminateChild(supervisor, pid)).isTrue();
            assertThat(Kernel.receive(Down.class, down -> down.ref().equals(ref)).reason())
                .isEqualTo(spec.id().equals("a") ? Atom.SHUTDOWN : Atom.KILLED);
            assertThat(DynamicSupervisor.terminateChild(supervisor, pid)).isFalse();
            assertThat(DynamicSupervisor.countChildren(supervisor).specs()).isZero();
          }
          DynamicSupervisor.stop(supervisor);
        });
  }
}
