package dev.retort;

import static dev.retort.Supervised.BOOM;
import static dev.retort.Supervised.end;
import static dev.retort.Supervised.endOf;
import static dev.retort.Supervised.pidOf;
import static dev.retort.Supervised.run;
import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForAll;
import static dev.retort.Supervisor.oneForOne;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackOffTest {
  private static final BackOff AN_HOUR = new BackOff(ofHours(1), ofHours(2), 0);
  private static final BackOff SHORT = new BackOff(ofMillis(2), ofMillis(4), 0);

  @Test
  void theWaitDoublesUpToTheLongest() {
    var backOff = new BackOff(ofMillis(100), ofMillis(1000), 0);
    assertThat(List.of(0, 1, 2, 3, 4, 1000))
        .extracting(backOff::wait)
        .containsExactly(
            ofMillis(100),
            ofMillis(200),
            ofMillis(400),
            ofMillis(800),
            ofMillis(1000),
            ofMillis(1000));
  }

  @Test
  void jitterTakesUpToItsPartOff() {
    var backOff = new BackOff(ofMillis(100), ofMillis(100), 0.25);
    for (int i = 0; i < 1000; i++) {
      assertThat(backOff.wait(i)).isBetween(ofMillis(75), ofMillis(100));
    }
  }

  @Test
  void anEndlessWaitDoesNotOverflow() {
    var endless = new BackOff(Duration.ofDays(1), ChildSpec.INFINITY, 0);
    assertThat(endless.wait(100)).isPositive();
  }

  @Test
  void timesAndJittersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> oneForOne().backOff(Duration.ZERO, ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a first wait longer than 0");
    assertThatThrownBy(() -> oneForOne().backOff(ofMillis(2), ofMillis(1)))
        .hasMessageContaining("PT0.002S and PT0.001S");
    assertThatThrownBy(() -> new BackOff(ofMillis(1), ofMillis(1), 1.5))
        .hasMessageContaining("a jitter from 0 to 1 was expected, this is 1.5");
  }

  @Test
  void aChildThatWaitsIsRestartingAndItsSupervisorAnswers() throws Exception {
    run(
        () -> {
          var supervisor =
              Supervisor.startLink(oneForOne().backOff(AN_HOUR), waiting("a"), waiting("b"));
          end(pidOf(supervisor, "a"), BOOM);
          assertThat(Supervisor.whichChildren(supervisor).getFirst())
              .isEqualTo(new ChildInfo("a", null, true, ChildSpec.Type.WORKER));
          assertThat(pidOf(supervisor, "b")).isNotNull();
          assertThatThrownBy(() -> Supervisor.restartChild(supervisor, "a"))
              .hasMessageContaining("is about to be started again");
          assertThatThrownBy(() -> Supervisor.deleteChild(supervisor, "a"))
              .isInstanceOf(ChildException.class)
              .hasMessageContaining(":restarting");
          assertThat(Supervisor.terminateChild(supervisor, "a")).isTrue();
          assertThat(Supervisor.restartChild(supervisor, "a")).isNotNull();
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void theSiblingsThatGoWithItAreStoppedAtOnce() throws Exception {
    run(
        () -> {
          var supervisor =
              Supervisor.startLink(oneForAll().backOff(AN_HOUR), waiting("a"), waiting("b"));
          end(pidOf(supervisor, "a"), BOOM);
          assertThat(Supervisor.whichChildren(supervisor))
              .extracting(ChildInfo::pid, ChildInfo::restarting)
              .containsExactly(
                  org.assertj.core.groups.Tuple.tuple(null, true),
                  org.assertj.core.groups.Tuple.tuple(null, false));
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void itIsStartedAgainWhenTheWaitIsOver() throws Exception {
    run(
        () -> {
          var self = Kernel.self();
          var supervisor =
              Supervisor.startLink(oneForAll().backOff(SHORT), reporting("a", self), waiting("b"));
          end(Kernel.receive(Pid.class), BOOM);
          var again = Kernel.receive(Pid.class);
          assertThat(pidOf(supervisor, "a")).isEqualTo(again);
          assertThat(pidOf(supervisor, "b")).isNotNull();
          Supervisor.stop(supervisor);
        });
  }

  private static ChildSpec reporting(String id, Pid to) {
    return child(
        id,
        () -> {
          var pid = Kernel.spawnLink(Supervised::waitForEver);
          Kernel.send(to, pid);
          return pid;
        });
  }

  @Test
  void aDynamicSupervisorWaitsToo() throws Exception {
    run(
        () -> {
          var self = Kernel.self();
          var supervisor = DynamicSupervisor.startLink(oneForOne().backOff(SHORT));
          DynamicSupervisor.startChild(supervisor, reporting("a", self));
          end(Kernel.receive(Pid.class), BOOM);
          var again = Kernel.receive(Pid.class);
          assertThat(DynamicSupervisor.whichChildren(supervisor))
              .extracting(ChildInfo::pid)
              .containsExactly(again);
          DynamicSupervisor.stop(supervisor);
        });
  }

  @Test
  void restartsAfterAWaitCount() throws Exception {
    run(
        () -> {
          var fails = new boolean[1];
          var supervisor =
              Supervisor.startLink(
                  oneForOne().maxRestarts(3, ofHours(1)).backOff(SHORT),
                  child(
                      "a",
                      () -> {
                        if (fails[0]) {
                          throw new IllegalStateException("the database is down");
                        }
                        fails[0] = true;
                        return Kernel.spawnLink(Supervised::waitForEver);
                      }));
          Kernel.exit(pidOf(supervisor, "a"), BOOM);
          assertThat(endOf(supervisor)).isEqualTo(Atom.SHUTDOWN);
        });
  }
}
