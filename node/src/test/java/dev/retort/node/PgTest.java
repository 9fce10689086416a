package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.CallException;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.Pg;
import dev.retort.StartException;
import dev.retort.Supervisor;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups of processes on Retort nodes. */
@Timeout(60)
class PgTest {
  private final TestNodes nodes = new TestNodes();
  private Node one;
  private Node two;

  @BeforeEach
  void start() throws Exception {
    one = nodes.start();
    two = nodes.start();
    one.run(() -> Pg.start("pg"));
  }

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  private static Pid waiting(Node node) {
    return node.spawn(() -> receive());
  }

  private void meet() throws Exception {
    assertThat(one.run(() -> Node.connect(two.name().name()))).isTrue();
  }

  private static void join(Node node, Object group, Pid... pids) throws Exception {
    node.run(
        () -> {
          Pg.join(group, pids);
          return true;
        });
  }

  private static List<Pid> members(Node node, Object group) throws Exception {
    return node.run(() -> Pg.getMembers(group));
  }

  @Test
  void aGroupHasWhoHasJoinedAndNotEnded() throws Exception {
    var a = waiting(one);
    var b = waiting(one);
    join(one, "group", a, b);
    join(one, "group", a);
    one.run(
        () -> {
          assertThat(Pg.getMembers("group")).containsExactlyInAnyOrder(a, a, b);
          assertThat(Pg.getLocalMembers("group")).containsExactlyInAnyOrder(a, a, b);
          assertThat(Pg.whichGroups()).containsExactly("group");
          assertThat(Pg.whichLocalGroups()).containsExactly("group");
          assertThat(Pg.leave("group", a)).isTrue();
          assertThat(Pg.getMembers("group")).containsExactlyInAnyOrder(a, b);
          assertThat(Pg.leave("nosuch", a)).isFalse();
          Kernel.exit(b, Atom.KILL);
          await().until(() -> Pg.getMembers("group").equals(List.of(a)));
          assertThat(Pg.leave("group", a)).isTrue();
          assertThat(Pg.whichGroups()).isEmpty();
          assertThat(Pg.getMembers("nosuch", "group")).isEmpty();
          assertThatThrownBy(() -> Pg.join("nosuch", "group", List.of(a)))
              .isInstanceOf(CallException.class)
              .hasMessageContaining("noproc");
          assertThatThrownBy(() -> Pg.start("pg")).isInstanceOf(StartException.class);
          var theirs = waiting(two);
          assertThatThrownBy(() -> Pg.join("group", theirs))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("of this node");
          return true;
        });
  }

  @Test
  void nodesThatMeetKnowEachOthersGroups() throws Exception {
    var a = waiting(one);
    var b = waiting(two);
    join(one, "group", a);
    meet();
    two.run(() -> Supervisor.start(Supervisor.oneForOne(), List.of(Pg.childSpec())));
    await().until(() -> members(two, "group").equals(List.of(a)));
    join(two, "group", b);
    join(two, Atom.of("theirs"), b);
    await().until(() -> members(one, "group").size() == 2);
    assertThat(members(one, "group")).containsExactlyInAnyOrder(a, b);
    assertThat(one.run(() -> Pg.getLocalMembers("group"))).containsExactly(a);
    await()
        .untilAsserted(
            () ->
                assertThat(one.run(() -> Pg.whichGroups()))
                    .containsExactlyInAnyOrder("group", Atom.of("theirs")));
    assertThat(one.run(() -> Pg.whichLocalGroups())).containsExactly("group");
    two.run(() -> Pg.leave("group", b));
    await().until(() -> members(one, "group").equals(List.of(a)));
    Kernel.exit(b, Atom.KILL);
    await().until(() -> members(one, Atom.of("theirs")).isEmpty());
  }

  @Test
  void nodesThatLoseEachOtherForgetTheirsAndFindEachOtherAgain() throws Exception {
    two.run(() -> Pg.start("pg"));
    meet();
    var a = waiting(one);
    var b = waiting(two);
    join(one, "group", a);
    join(two, "group", b);
    await().until(() -> members(one, "group").size() == 2 && members(two, "group").size() == 2);
    one.run(() -> Node.disconnect(two.name().name()));
    await().until(() -> members(one, "group").equals(List.of(a)));
    await().until(() -> members(two, "group").equals(List.of(b)));
    meet();
    await().until(() -> members(one, "group").size() == 2 && members(two, "group").size() == 2);
    two.run(
        () -> {
          GenServer.stop("pg");
          return true;
        });
    await().until(() -> members(one, "group").equals(List.of(a)));
    assertThat(members(two, "group")).isEmpty();
  }

  @Test
  void whoMonitorsIsTold() throws Exception {
    two.run(() -> Pg.start("pg"));
    meet();
    var a = waiting(one);
    var b = waiting(two);
    join(one, "group", a);
    one.run(
        () -> {
          var group = Pg.monitor("group");
          assertThat(group.members()).containsExactly(a);
          var scope = Pg.monitorScope();
          assertThat(scope.members()).containsEntry("group", List.of(a));
          join(two, "group", b);
          assertThat(List.of(receive(), receive()))
              .containsExactlyInAnyOrder(
                  new Pg.Joined(group.ref(), "group", List.of(b)),
                  new Pg.Joined(scope.ref(), "group", List.of(b)));
          assertThat(Pg.demonitor(group.ref())).isTrue();
          assertThat(Pg.demonitor(group.ref())).isFalse();
          Kernel.exit(b, Atom.KILL);
          assertThat(receive()).isEqualTo(new Pg.Left(scope.ref(), "group", List.of(b)));
          Pg.join("other", self());
          assertThat(receive()).isEqualTo(new Pg.Joined(scope.ref(), "other", List.of(self())));
          return true;
        });
    // and what strangers say is dropped
    one.run(() -> Kernel.send(Name.of("pg"), "nonsense"));
    one.run(
        () -> {
          GenServer.cast("pg", "nonsense");
          return true;
        });
    assertThat(members(one, "group")).containsExactly(a);
  }
}
