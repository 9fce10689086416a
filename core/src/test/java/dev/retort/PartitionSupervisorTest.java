package dev.retort;

import static dev.retort.Supervised.BOOM;
import static dev.retort.Supervised.run;
import static dev.retort.Supervised.waiting;
import static dev.retort.Supervisor.child;
import static dev.retort.Supervisor.oneForOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PartitionSupervisorTest {
  private static ChildSpec agent(int partition) {
    return child("agent", () -> Agent.startLink(() -> partition));
  }

  private static int partitionOf(String name, Object key) {
    return Agent.<Integer, Integer>get(PartitionSupervisor.whereis(name, key), n -> n);
  }

  @Test
  void anIntegerKeyIsThePartitionModuloTheirNumber() throws Exception {
    run(
        () -> {
          PartitionSupervisor.startLink("ps_keys", 3, PartitionSupervisorTest::agent);
          assertThat(PartitionSupervisor.partitions("ps_keys")).isEqualTo(3);
          assertThat(List.of(0, 1, 2, 3, -1, 4L, (short) 5, (byte) -2, BigInteger.TEN.pow(30)))
              .extracting(key -> partitionOf("ps_keys", key))
              .containsExactly(0, 1, 2, 0, 1, 1, 2, 2, 1);
          assertThat(partitionOf("ps_keys", Long.MIN_VALUE)).isBetween(0, 2);
          assertThat(partitionOf("ps_keys", Integer.MIN_VALUE)).isBetween(0, 2);
          PartitionSupervisor.stop("ps_keys");
        });
  }

  @Test
  void equalKeysHaveTheSamePartitionAndManyKeysHaveAll() throws Exception {
    run(
        () -> {
          PartitionSupervisor.startLink("ps_hash", 4, PartitionSupervisorTest::agent);
          var used = new HashSet<Pid>();
          for (int i = 0; i < 200; i++) {
            var pid = PartitionSupervisor.whereis("ps_hash", "key" + i);
            assertThat(PartitionSupervisor.whereis("ps_hash", "key" + i)).isEqualTo(pid);
            used.add(pid);
          }
          assertThat(used).hasSize(4);
          PartitionSupervisor.stop("ps_hash");
        });
  }

  @Test
  void thereAreAsManyAsProcessorsUnlessItIsSaid() throws Exception {
    run(
        () -> {
          var supervisor = PartitionSupervisor.startLink("ps_default", n -> waiting("any"));
          int processors = Runtime.getRuntime().availableProcessors();
          assertThat(PartitionSupervisor.partitions("ps_default")).isEqualTo(processors);
          assertThat(PartitionSupervisor.countChildren("ps_default"))
              .isEqualTo(new ChildCount(processors, processors, 0, processors));
          assertThat(PartitionSupervisor.whichChildren("ps_default"))
              .extracting(ChildInfo::id)
              .isEqualTo(IntStream.range(0, processors).<Object>mapToObj(i -> i).toList());
          Supervisor.stop(supervisor);
        });
  }

  @Test
  void aPartitionThatIsRestartedIsFoundByItsNewPid() throws Exception {
    run(
        () -> {
          PartitionSupervisor.startLink("ps_restart", 2, PartitionSupervisorTest::agent);
          var before = PartitionSupervisor.whereis("ps_restart", 1);
          Supervised.end(before, BOOM);
          assertThat(PartitionSupervisor.countChildren("ps_restart").active()).isEqualTo(2);
          assertThat(PartitionSupervisor.whereis("ps_restart", 1)).isNotEqualTo(before);
          assertThat(partitionOf("ps_restart", 1)).isEqualTo(1);
          PartitionSupervisor.stop("ps_restart");
        });
  }

  @Test
  void itSharesTheStartsOfDynamicChildren() throws Exception {
    run(
        () -> {
          PartitionSupervisor.startLink(
              "ps_dynamic",
              3,
              n -> child(n, () -> DynamicSupervisor.startLink(oneForOne())).supervisor());
          for (int i = 0; i < 30; i++) {
            DynamicSupervisor.startChild(
                PartitionSupervisor.whereis("ps_dynamic", i), waiting("same id"));
          }
          assertThat(PartitionSupervisor.whichChildren("ps_dynamic"))
              .extracting(each -> DynamicSupervisor.countChildren(each.pid()).active())
              .containsExactly(10, 10, 10);
          assertThat(PartitionSupervisor.countChildren("ps_dynamic"))
              .isEqualTo(new ChildCount(3, 3, 3, 0));
          PartitionSupervisor.stop("ps_dynamic");
        });
  }

  @Test
  void resizingStopsTheLastAndStartsThemAgain() throws Exception {
    run(
        () -> {
          PartitionSupervisor.startLink("ps_resize", 8, PartitionSupervisorTest::agent);
          int before = 8;
          for (int size : List.of(7, 3, 0, 1, 8, 0, 5)) {
            assertThat(PartitionSupervisor.resize("ps_resize", size)).isEqualTo(before);
            assertThat(PartitionSupervisor.partitions("ps_resize")).isEqualTo(size);
            assertThat(PartitionSupervisor.countChildren("ps_resize"))
                .isEqualTo(new ChildCount(8, size, 0, 8));
            for (int key = 0; key < 8 && size > 0; key++) {
              assertThat(partitionOf("ps_resize", key)).isEqualTo(key % size);
            }
            before = size;
          }
          PartitionSupervisor.resize("ps_resize", 0);
          assertThatThrownBy(() -> PartitionSupervisor.whereis("ps_resize", 1))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("has no partitions");
          assertThatThrownBy(() -> PartitionSupervisor.resize("ps_resize", 9))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("a number of partitions from 0 to 8 was expected, this is 9");
          PartitionSupervisor.stop("ps_resize");
        });
  }

  @Test
  void oneThatDoesNotExistIsNoproc() throws Exception {
    assertThatThrownBy(() -> PartitionSupervisor.partitions("ps_nowhere"))
        .isInstanceOfSatisfying(
            ExitException.class,
            e ->
                assertThat(Kernel.inspect(e.reason()))
                    .isEqualTo("{:noproc, {PartitionSupervisor, :partitions, [:ps_nowhere]}}"));
    assertThatThrownBy(() -> PartitionSupervisor.countChildren("ps_nowhere"))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.why()).isEqualTo(Atom.NOPROC));
    run(
        () -> {
          var supervisor = PartitionSupervisor.startLink("ps_killed", 2, n -> waiting(n));
          Supervised.end(supervisor, Atom.KILL);
          assertThatThrownBy(() -> PartitionSupervisor.whereis("ps_killed", 1))
              .isInstanceOf(ExitException.class)
              .hasMessageContaining("there is no PartitionSupervisor ps_killed on this node");
          PartitionSupervisor.startLink("ps_killed", 1, n -> waiting(n)); // the name is free again
          assertThat(PartitionSupervisor.partitions("ps_killed")).isEqualTo(1);
          PartitionSupervisor.stop("ps_killed");
        });
  }

  @Test
  void numbersAndStrategiesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> PartitionSupervisor.startLink("ps_bad", 0, n -> waiting(n)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a number of partitions of 1 or more was expected, this is 0");
    assertThatThrownBy(
            () ->
                PartitionSupervisor.start(
                    "ps_bad",
                    1,
                    oneForOne().autoShutdown(AutoShutdown.ANY_SIGNIFICANT),
                    n -> waiting(n)))
        .hasMessageContaining("a PartitionSupervisor never shuts down by itself");
  }

  @Test
  void itHasEndedWhenStopReturns() throws Exception {
    run(
        () -> {
          var supervisor =
              PartitionSupervisor.startLink("ps_stop", 2, PartitionSupervisorTest::agent);
          var partition = PartitionSupervisor.whereis("ps_stop", 1);
          PartitionSupervisor.stop("ps_stop");
          assertThat(Kernel.whereis("ps_stop")).isNull();
          assertThat(Kernel.alive(supervisor)).isFalse();
          assertThat(Kernel.alive(partition)).isFalse();
        });
  }
}
