package dev.retort.node;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.Counter;
import app.Functions;
import dev.retort.Agent;
import dev.retort.CallException;
import dev.retort.ExitException;
import dev.retort.Export;
import dev.retort.Exports;
import dev.retort.GenServer;
import dev.retort.Global;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.StartException;
import dev.retort.Supervisor;
import dev.retort.TaskSupervisor;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Global names and locks of Retort nodes. */
@Timeout(120)
class GlobalTest {
  private final TestNodes nodes = new TestNodes();
  private Node one;
  private Node two;

  @BeforeEach
  void start() throws Exception {
    one = nodes.start();
    two = nodes.start();
  }

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  private static String name(Node node) {
    return node.name().name();
  }

  /** Both see each other's names from now on. */
  private void meet() throws Exception {
    assertThat(one.run(() -> Node.connect(name(two)))).isTrue();
    register(one, "meeting of " + name(one), spawn(one));
    await().until(() -> where(two, "meeting of " + name(one)) != null);
    register(two, "meeting of " + name(two), spawn(two));
    await().until(() -> where(one, "meeting of " + name(two)) != null);
  }

  private static Pid spawn(Node node) {
    return node.spawn(() -> receive(Object.class, m -> m.equals(Atom.of("stop"))));
  }

  private static boolean register(Node node, Object name, Pid pid) throws Exception {
    return node.run(() -> Global.register(name, pid));
  }

  private static Pid where(Node node, Object name) throws Exception {
    return node.run(() -> Global.whereis(name));
  }

  @Test
  void aNameIsKnownOnAllNodesUntilItsProcessEnds() throws Exception {
    meet();
    var pid = spawn(one);
    assertThat(register(one, "a", pid)).isTrue();
    assertThat(where(one, "a")).isEqualTo(pid);
    assertThat(where(two, "a")).isEqualTo(pid);
    assertThat(two.run(Global::names)).contains("a");
    assertThat(register(two, "a", spawn(two))).isFalse();
    assertThat(register(two, "b", pid)).isFalse(); // one name each
    two.run(() -> Global.send("a", Atom.of("stop")));
    await().until(() -> where(two, "a") == null);
    assertThat(where(one, "a")).isNull();
    assertThat(register(two, "a", spawn(two))).isTrue();
  }

  @Test
  void aProcessOfAnotherNodeMayBeRegisteredAndReplaced() throws Exception {
    meet();
    var first = spawn(one);
    var second = spawn(two);
    assertThat(register(two, Atom.of("a"), first)).isTrue();
    one.run(
        () -> {
          Global.reregister(Atom.of("a"), second);
          return true;
        });
    assertThat(where(two, Atom.of("a"))).isEqualTo(second);
    assertThat(where(one, Atom.of("a"))).isEqualTo(second);
    two.run(
        () -> {
          Global.unregister(Atom.of("a"));
          Global.unregister("nobody");
          return true;
        });
    assertThat(where(one, Atom.of("a"))).isNull();
    assertThatThrownBy(() -> one.run(() -> Global.send("nobody", "hello")))
        .isInstanceOfSatisfying(
            ExitException.class,
            e ->
                assertThat(e.reason())
                    .isEqualTo(Tuple.of(Atom.of("badarg"), Tuple.of("nobody", "hello"))));
  }

  @Test
  void aNodeThatIsLostTakesItsNamesAlong() throws Exception {
    meet();
    register(two, "a", spawn(two));
    assertThat(where(one, "a")).isNotNull();
    two.close();
    await().until(() -> where(one, "a") == null);
    assertThat(register(one, "a", spawn(one))).isTrue();
  }

  @Test
  void serversAreStartedAndUsedByGlobalNames() throws Exception {
    meet();
    var counter = Global.name("counter");
    assertThat(counter).hasToString("{:global, \"counter\"}");
    one.run(() -> Agent.start(() -> 1, GenServer.name(counter)));
    assertThatThrownBy(() -> two.run(() -> Agent.start(() -> 2, GenServer.name(counter))))
        .isInstanceOfSatisfying(
            StartException.class,
            e -> assertThat(e.reason().toString()).contains(":already_started"));
    int there = two.run(() -> Agent.get(counter, Functions.same()));
    assertThat(there).isEqualTo(1);
    two.run(
        () -> {
          var unused = Kernel.monitor(counter);
          GenServer.stop(counter);
          return receive();
        });
    assertThatThrownBy(() -> two.run(() -> Agent.get(counter, Functions.same())))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("{:global, \"counter\"}");

    var server = Global.name(Atom.of("server"));
    two.run(() -> GenServer.start(Counter::new, GenServer.name(server)));
    int first = one.run(() -> GenServer.call(server, new Counter.Next()));
    int second = two.run(() -> GenServer.call(server, new Counter.Next()));
    assertThat(List.of(first, second)).containsExactly(1, 2);
    var tasks = Global.name("tasks");
    one.run(
        () ->
            Supervisor.start(
                Supervisor.oneForOne(),
                List.of(
                    Supervisor.child(
                        "tasks", () -> TaskSupervisor.startLink(GenServer.name(tasks)))),
                GenServer.name(Global.name("sup"))));
    int value = one.run(() -> TaskSupervisor.async(tasks, () -> 5).await());
    assertThat(value).isEqualTo(5);
    assertThat(two.run(() -> Supervisor.countChildren(Global.name("sup")).active())).isEqualTo(1);
  }

  /** Exported on both nodes: who decides a conflict itself. */
  static final class Decision {
    private Decision() {}

    @Export
    static Pid first(Object name, Pid one, Pid other) {
      return one.node().compareTo(other.node()) < 0 ? one : other;
    }
  }

  private Pid starting(Node node, Global.Method method, Callable<Object> end, List<Object> to) {
    var pid = node.spawn(() -> to.add(end.call()));
    assertThat(runs(node, () -> Global.register("contested", pid, method))).isTrue();
    return pid;
  }

  private static <T> T runs(Node node, Callable<T> code) {
    try {
      return node.run(code);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whenTwoClustersMeetOneProcessIsKilled() throws Exception {
    var first = spawn(one);
    var second = spawn(two);
    register(one, "contested", first);
    register(two, "contested", second);
    meet();
    var kept = where(one, "contested");
    assertThat(kept).isEqualTo(where(two, "contested")).isIn(first, second);
    await().until(() -> one.run(() -> Kernel.alive(first)) ^ two.run(() -> Kernel.alive(second)));
  }

  @Test
  void orOneIsTold() throws Exception {
    var told = new CopyOnWriteArrayList<Object>();
    Callable<Object> end = () -> receive(Global.NameConflict.class);
    var first = starting(one, Global.Method.RANDOM_NOTIFY, end, told);
    var second = starting(two, Global.Method.RANDOM_NOTIFY, end, told);
    meet();
    assertThat(where(one, "contested")).isIn(first, second).isEqualTo(where(two, "contested"));
    await()
        .untilAsserted(
            () -> assertThat(told).containsExactly(new Global.NameConflict("contested")));
  }

  @Test
  void orBothAre() throws Exception {
    var told = new CopyOnWriteArrayList<Object>();
    Callable<Object> end = () -> receive(Global.NameConflictWith.class);
    var first = starting(one, Global.Method.NOTIFY_ALL, end, told);
    var second = starting(two, Global.Method.NOTIFY_ALL, end, told);
    meet();
    await()
        .untilAsserted(
            () ->
                assertThat(told)
                    .containsExactlyInAnyOrder(
                        new Global.NameConflictWith("contested", second),
                        new Global.NameConflictWith("contested", first)));
    assertThat(where(one, "contested")).isNull();
    assertThat(where(two, "contested")).isNull();
  }

  @Test
  void orAFunctionOfOnesOwnDecides() throws Exception {
    one.export(Exports.of("decision", Decision.class));
    two.export(Exports.of("decision", Decision.class));
    var method = new Global.Method("decision", "first");
    var told = new CopyOnWriteArrayList<Object>();
    var first = starting(one, method, Kernel::receive, told);
    var second = starting(two, method, Kernel::receive, told);
    meet();
    var chosen = one.name().compareTo(two.name()) < 0 ? first : second;
    assertThat(where(one, "contested")).isEqualTo(chosen);
    assertThat(where(two, "contested")).isEqualTo(chosen);
  }

  @Test
  void aLockIsForOneRequesterUntilItEnds() throws Exception {
    meet();
    var everywhere = List.of(one.name(), two.name());
    var lock = new Global.Lock("db", "me");
    var other = new Global.Lock("db", "other");
    var holder =
        one.spawn(
            () -> {
              Global.setLock(lock);
              send((Pid) receive(), Atom.of("locked"));
              receive();
            });
    two.run(
        () -> {
          send(holder, self());
          receive();
          assertThat(Global.setLock(other, everywhere, 0)).isFalse();
          assertThat(Global.trans(other, () -> 1, everywhere, 0)).isNull();
          assertThat(Global.setLock(lock, everywhere, 0)).isTrue(); // together
          Global.delLock(lock);
          assertThat(Global.setLock(other, everywhere, 0)).isFalse();
          Kernel.exit(holder, Atom.KILL);
          Global.setLock(other);
          Global.delLock(other, everywhere);
          int value = Global.trans(Global.lock("db"), () -> 7);
          assertThat(value).isEqualTo(7);
          assertThat(Global.setLock(lock, everywhere, 0)).isTrue();
          return true;
        });
    // its holder has ended
    await().until(() -> one.run(() -> Global.setLock(other, everywhere, 0)));
    assertThatThrownBy(() -> Global.setLock(other)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void manyAtOnceGetOneName() throws Exception {
    meet();
    var results = new LinkedBlockingQueue<Boolean>();
    for (var node : List.of(one, two, one, two, one, two)) {
      node.spawn(
          () -> {
            results.add(Global.register("popular", self()));
            Kernel.receive();
          });
    }
    int winners = 0;
    for (int i = 0; i < 6; i++) {
      winners += results.poll(60, TimeUnit.SECONDS) ? 1 : 0;
    }
    assertThat(winners).isEqualTo(1);
    assertThat(where(one, "popular")).isEqualTo(where(two, "popular")).isNotNull();
  }
}
