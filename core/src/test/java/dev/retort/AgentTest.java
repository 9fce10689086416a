package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The facts of Elixir's {@code agent_test.exs}, and what its documentation says. */
@Timeout(30)
class AgentTest {
  private static final Duration LONG = Duration.ofSeconds(3);

  @Test
  void canBeSupervisedDirectly() throws Exception {
    Node.current()
        .run(
            () -> {
              var child = Agent.childSpec(() -> "ok", GenServer.name("supervised_agent"));
              assertThat(child.id()).isEqualTo(Atom.of("Elixir.Agent"));
              assertThat(child.restart()).isEqualTo(Restart.PERMANENT);
              var supervisor = Supervisor.startLink(Supervisor.oneForOne(), child);
              assertThat(Agent.<String, String>get(Name.of("supervised_agent"), s -> s))
                  .isEqualTo("ok");
              Kernel.unlink(supervisor);
              Supervisor.stop(supervisor);
              return true;
            });
  }

  @Test
  void keepsWhatFunctionsMakeOfItsValue() throws Exception {
    Node.current()
        .run(
            () -> {
              var agent = Agent.startLink(Map::of);
              assertThat(Kernel.processInfo(self()).links()).contains(agent);
              Agent.update(agent, (Map<String, String> map) -> Map.of("hello", "world"));
              String got = Agent.get(agent, (Map<String, String> map) -> map.get("hello"), LONG);
              assertThat(got).isEqualTo("world");
              String popped =
                  Agent.getAndUpdate(
                      agent,
                      (Map<String, String> map) ->
                          new Agent.Updated<>(map.get("hello"), Map.<String, String>of()),
                      LONG);
              assertThat(popped).isEqualTo("world");
              Map<String, String> all = Agent.get(agent, (Map<String, String> map) -> map);
              assertThat(all).isEmpty();
              Agent.stop(agent);
              assertThat(Kernel.alive(agent)).isFalse();
              return true;
            });
  }

  @Test
  void isReachedByItsName() {
    var agent = Agent.start(() -> 0, GenServer.name("named_agent"));
    var name = Name.of("named_agent");
    assertThat(Kernel.processInfo(agent).registeredName()).isEqualTo(Atom.of("named_agent"));
    Agent.update(name, (Integer n) -> n + 1);
    Agent.cast(name, (Integer n) -> n + 10);
    int before = Agent.getAndUpdate(name, (Integer n) -> new Agent.Updated<>(n, n * 2));
    assertThat(before).isEqualTo(11);
    int after = Agent.get(name, (Integer n) -> n);
    assertThat(after).isEqualTo(22);
    assertThatThrownBy(() -> Agent.start(() -> 0, GenServer.name("named_agent")))
        .isInstanceOfSatisfying(
            StartException.class,
            e -> assertThat(e.reason()).isEqualTo(Tuple.of(Atom.of("already_started"), agent)));
    Agent.stop(name);
    assertThat(Kernel.processInfo(agent)).isNull();
    assertThatThrownBy(() -> Agent.get(name, (Integer n) -> n))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.why()).isEqualTo(Atom.NOPROC));
    Agent.cast(name, (Integer n) -> n + 1); // to nobody
  }

  @Test
  void mayHoldNothing() {
    var agent = Agent.start(() -> null);
    assertThat(Agent.<Object, Object>get(agent, state -> state)).isNull();
    Agent.update(agent, state -> "something");
    assertThat(Agent.<Object, Object>get(agent, state -> state)).isEqualTo("something");
    Agent.stop(agent);
  }

  @Test
  void aFunctionThatThrowsEndsItAndItsCallerGetsTheReason() {
    var agent = Agent.start(() -> 0);
    var oops = new IllegalStateException("on purpose");
    var failed =
        catchThrowableOfType(
            CallException.class,
            () ->
                Agent.get(
                    agent,
                    (Integer n) -> {
                      throw oops;
                    }));
    assertThat(failed.why()).isEqualTo(oops);
    assertThat(failed).hasRootCause(oops);
    assertThat(Kernel.alive(agent)).isFalse();
    for (var request : List.<AgentFunction<Integer, Integer>>of(n -> 1 / n)) {
      var updated = Agent.start(() -> 0);
      assertThatThrownBy(() -> Agent.update(updated, request))
          .hasRootCauseInstanceOf(ArithmeticException.class);
      assertThat(Kernel.alive(updated)).isFalse();
      var both = Agent.start(() -> 0);
      assertThatThrownBy(
              () ->
                  Agent.getAndUpdate(both, (Integer n) -> new Agent.Updated<>(request.apply(n), n)))
          .hasRootCauseInstanceOf(ArithmeticException.class);
      assertThat(Kernel.alive(both)).isFalse();
    }
  }

  @Test
  void aCastThatThrowsEndsIt() throws Exception {
    Node.current()
        .run(
            () -> {
              var agent = Agent.start(() -> 0);
              Kernel.monitor(agent);
              Agent.cast(agent, (Integer n) -> 1 / n);
              assertThat(receive(Down.class).reason()).isInstanceOf(ArithmeticException.class);
              return true;
            });
  }

  @Test
  void aFunctionThatTakesTooLongFailsTheCallAndStillHappens() {
    var agent = Agent.start(() -> 0);
    var go = new CountDownLatch(1);
    var failed =
        catchThrowableOfType(
            CallException.class,
            () ->
                Agent.update(
                    agent,
                    (Integer n) -> {
                      go.await();
                      return n + 1;
                    },
                    Duration.ZERO));
    assertThat(failed.why()).isEqualTo(Atom.TIMEOUT);
    go.countDown();
    int after = Agent.get(agent, (Integer n) -> n);
    assertThat(after).isEqualTo(1);
    Agent.stop(agent);
  }

  @Test
  void doesNotStartWhenItsFirstFunctionFailsOrTakesTooLong() {
    assertThatThrownBy(
            () ->
                Agent.start(
                    () -> {
                      throw new IllegalStateException("on purpose");
                    }))
        .isInstanceOf(StartException.class)
        .hasRootCauseMessage("on purpose");
    assertThatThrownBy(
            () ->
                Agent.start(
                    () -> {
                      new CountDownLatch(1).await();
                      return 0;
                    },
                    GenServer.initTimeout(Duration.ofMillis(1))))
        .isInstanceOfSatisfying(
            StartException.class, e -> assertThat(e.reason()).isEqualTo(Atom.TIMEOUT));
    assertThatThrownBy(() -> Agent.startLink(null)).hasMessageContaining("initial");
  }

  @Test
  void stopsWithAReason() throws Exception {
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var agent = Agent.startLink(() -> 0);
              Agent.stop(agent, Atom.SHUTDOWN);
              assertThat(receive(Exit.class)).isEqualTo(new Exit(agent, Atom.SHUTDOWN));
              return true;
            });
  }

  @Test
  void aStopThatTakesTooLongFailsAndStillEndsIt() throws Exception {
    Node.current()
        .run(
            () -> {
              var go = new CountDownLatch(1);
              var agent = Agent.start(() -> 0);
              var ref = Kernel.monitor(agent);
              Agent.cast(
                  agent,
                  (Integer n) -> {
                    go.await();
                    return n;
                  });
              var why = Tuple.of(Atom.SHUTDOWN, "no more work");
              var failed =
                  catchThrowableOfType(
                      CallException.class, () -> Agent.stop(agent, why, Duration.ofMillis(1)));
              assertThat(failed.why()).isEqualTo(Atom.TIMEOUT);
              go.countDown();
              assertThat(receive(Down.class)).isEqualTo(new Down(ref, Down.PROCESS, agent, why));
              return true;
            });
  }
}
