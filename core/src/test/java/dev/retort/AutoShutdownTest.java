package dev.retort;

import static dev.retort.AutoShutdown.ALL_SIGNIFICANT;
import static dev.retort.AutoShutdown.ANY_SIGNIFICANT;
import static dev.retort.Restart.TEMPORARY;
import static dev.retort.Restart.TRANSIENT;
import static dev.retort.Supervised.BOOM;
import static dev.retort.Supervised.end;
import static dev.retort.Supervised.endOf;
import static dev.retort.Supervised.pidOf;
import static dev.retort.Supervised.run;
import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AutoShutdownTest {
  private static Pid start(AutoShutdown when) {
    return Supervisor.startLink(
        oneForOne().autoShutdown(when),
        waiting("a").restart(TRANSIENT).significant(true),
        waiting("b").restart(TEMPORARY).significant(true),
        waiting("c").restart(TEMPORARY));
  }

  @Test
  void withAnySignificantTheFirstThatEndsForGoodEndsTheSupervisor() throws Exception {
    run(
        () -> {
          var supervisor = start(ANY_SIGNIFICANT);
          end(pidOf(supervisor, "c"), BOOM); // not significant
          end(pidOf(supervisor, "a"), BOOM); // restarted
          assertThat(Supervisor.countChildren(supervisor).active()).isEqualTo(2);
          end(pidOf(supervisor, "a"), Atom.SHUTDOWN);
          assertThat(endOf(supervisor)).isIn(Atom.SHUTDOWN, Atom.NOPROC);
        });
  }

  @Test
  void withAllSignificantTheLastThatEndsForGoodEndsTheSupervisor() throws Exception {
    run(
        () -> {
          var supervisor = start(ALL_SIGNIFICANT);
          end(pidOf(supervisor, "b"), BOOM); // temporary: for good
          assertThat(Supervisor.countChildren(supervisor).active()).isEqualTo(2);
          end(pidOf(supervisor, "a"), Atom.SHUTDOWN);
          assertThat(endOf(supervisor)).isIn(Atom.SHUTDOWN, Atom.NOPROC);
        });
  }

  @Test
  void oneThatIsAboutToBeRestartedHasNotEndedForGood() throws Exception {
    run(
        () -> {
          var anHour = new BackOff(Duration.ofHours(1), Duration.ofHours(1), 0);
          var supervisor =
              Supervisor.startLink(
                  oneForOne().autoShutdown(ALL_SIGNIFICANT).backOff(anHour),
                  waiting("a").restart(TRANSIENT).significant(true),
                  waiting("b").restart(TEMPORARY).significant(true));
          end(pidOf(supervisor, "a"), BOOM);
          end(pidOf(supervisor, "b"), BOOM);
          assertThat(Supervisor.countChildren(supervisor)).isEqualTo(new ChildCount(1, 0, 0, 1));
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void aChildThatTheSupervisorStopsDoesNotCount() throws Exception {
    run(
        () -> {
          var supervisor = start(ANY_SIGNIFICANT);
          Supervisor.terminateChild(supervisor, "a");
          Supervisor.terminateChild(supervisor, "b");
          assertThat(Supervisor.countChildren(supervisor)).isEqualTo(new ChildCount(2, 1, 0, 2));
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void aSignificantChildNeedsASupervisorThatShutsDown() throws Exception {
    assertThatThrownBy(
            () ->
                Supervisor.startLink(
                    oneForOne(), waiting("a").restart(TRANSIENT).significant(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("child \"a\" (started by dev.retort.Supervised) is significant")
        .hasMessageContaining("autoShutdown(ANY_SIGNIFICANT)");
    run(
        () -> {
          var supervisor = Supervisor.startLink(oneForOne());
          assertThatThrownBy(
                  () ->
                      Supervisor.startChild(
                          supervisor, waiting("a").restart(TRANSIENT).significant(true)))
              .isInstanceOfSatisfying(
                  StartException.class,
                  e ->
                      assertThat(Kernel.inspect(e.reason()))
                          .isEqualTo(
                              "{:bad_combination, [auto_shutdown: :never, significant: true]}"))
              .hasMessageContaining("needs a supervisor with an AutoShutdown");
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void aPermanentChildCannotBeSignificant() {
    assertThatThrownBy(
            () ->
                Supervisor.startLink(
                    oneForOne().autoShutdown(ANY_SIGNIFICANT), waiting("a").significant(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("child \"a\"")
        .hasMessageContaining("it is permanent, so it never ends for good");
  }
}
