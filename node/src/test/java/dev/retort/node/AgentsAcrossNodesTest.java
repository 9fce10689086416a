package dev.retort.node;

import static dev.retort.Kernel.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import app.Functions;
import dev.retort.Agent;
import dev.retort.CallException;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An agent's functions travel as closures do. */
@Timeout(60)
class AgentsAcrossNodesTest {
  private final TestNodes nodes = new TestNodes();

  @AfterEach
  void closeNodes() throws Exception {
    nodes.close();
  }

  private static Name counterOf(Node node) {
    return new Name(Atom.of("counter"), node.name());
  }

  /** A node with an agent that holds a number. */
  private Node withCounter() throws Exception {
    var node = nodes.start();
    node.run(() -> Agent.start(() -> 0, GenServer.name("counter")));
    return node;
  }

  @Test
  void anAgentOfAnotherNodeIsReachedByItsNameAndByItsPid() throws Exception {
    var one = nodes.start();
    var two = withCounter();
    one.run(
        () -> {
          Agent.update(counterOf(two), Functions.add(5));
          int now = Agent.get(counterOf(two), Functions.same());
          assertThat(now).isEqualTo(5);
          var before = Agent.getAndUpdate(counterOf(two), Functions.twice());
          assertThat(before).isEqualTo(5L);
          Pid pid = Agent.get(counterOf(two), Functions.self());
          assertThat(pid.node()).isEqualTo(two.name());
          int there = Agent.get(pid, Functions.same());
          assertThat(there).isEqualTo(10);
          Agent.cast(pid, Functions.add(1));
          await().until(() -> Agent.get(pid, Functions.same()) == 11);
          assertThat(Kernel.processInfo(self()).messageQueueLength()).isZero();
          return true;
        });
  }

  @Test
  void whatComesBackIsAsTheFunctionSays() throws Exception {
    var one = nodes.start();
    var two = withCounter();
    one.run(
        () -> {
          assertThat(Agent.get(counterOf(two), Functions.count()))
              .isEqualTo(new Functions.Count(0));
          assertThat(Agent.get(counterOf(two), Functions.text())).isEqualTo("number 0");
          assertThat(Agent.get(counterOf(two), Functions.nothing())).isNull();
          assertThat(Agent.get(counterOf(two), Functions.list())).isEqualTo(List.of("a", "b"));
          return true;
        });
  }

  @Test
  void aThreadThatIsNoProcessReachesItToo() throws Exception {
    var one = nodes.start(); // the JVM's default
    var two = withCounter();
    assertThat(Node.self()).isEqualTo(one.name());
    int now = Agent.get(counterOf(two), Functions.add(1));
    assertThat(now).isEqualTo(1);
    Agent.cast(counterOf(two), Functions.add(1));
    await().until(() -> Agent.get(counterOf(two), Functions.same()) == 1);
  }

  @Test
  void aFunctionThatThrowsEndsTheAgentAndItsCallerGetsTheReason() throws Exception {
    var one = nodes.start();
    var two = withCounter();
    one.run(
        () -> {
          var failed =
              catchThrowableOfType(
                  CallException.class, () -> Agent.get(counterOf(two), Functions.failing()));
          assertThat(((Tuple) ((Tuple) failed.why()).get(0)).toList())
              .containsExactly(Atom.of("illegal_state_exception"), "on purpose");
          await().until(() -> two.whereis("counter") == null);
          assertThat(
                  catchThrowableOfType(
                          CallException.class, () -> Agent.get(counterOf(two), Functions.same()))
                      .why())
              .isEqualTo(Atom.NOPROC);
          return true;
        });
  }

  @Test
  void aCallTakesNoLongerThanItMay() throws Exception {
    var one = nodes.start();
    var two = withCounter();
    one.run(
        () -> {
          assertThat(
                  catchThrowableOfType(
                          CallException.class,
                          () ->
                              Agent.get(counterOf(two), Functions.waiting(), Duration.ofMillis(50)))
                      .why())
              .isEqualTo(Atom.TIMEOUT);
          return true;
        });
  }

  @Test
  void aNodeThatTakesNoClosuresSaysSo() throws Exception {
    var one = nodes.start();
    var two = nodes.start(TestNodes.options().withAcceptClosures(false));
    one.run(
        () -> {
          assertThatThrownBy(() -> Agent.get(counterOf(two), Functions.same()))
              .isInstanceOf(UnsupportedOperationException.class)
              .hasMessageContaining("withAcceptClosures");
          return true;
        });
  }

  @Test
  void aNodeThatIsNotThereIsNoconnection() throws Exception {
    var one = nodes.start();
    one.run(
        () -> {
          assertThat(
                  catchThrowableOfType(
                          CallException.class,
                          () ->
                              Agent.get(
                                  Name.of("counter", "nobody@" + host(one)), Functions.same()))
                      .why())
              .isEqualTo(Atom.NOCONNECTION);
          return true;
        });
  }

  private static String host(Node node) {
    var name = node.name().name();
    return name.substring(name.indexOf('@') + 1);
  }
}
