package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.trapExit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Pid;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgentTaskRegistryTest {
  @Test
  void anAgentKeepsWhatFunctionsMakeOfItsValue() {
    Pid counter = Agent.start(() -> 0);
    Agent.update(counter, (Integer n) -> n + 1);
    Agent.cast(counter, (Integer n) -> n + 10);
    int before = Agent.getAndUpdate(counter, (Integer n) -> new Agent.Updated<>(n, n * 2));
    assertThat(before).isEqualTo(11);
    int after = Agent.get(counter, (Integer n) -> n);
    assertThat(after).isEqualTo(22);
    Agent.stop(counter);
    assertThat(Kernel.alive(counter)).isFalse();
  }

  @Test
  void anAgentEndsWhenAFunctionThrows() {
    Pid counter = Agent.start(() -> 0);
    assertThatThrownBy(() -> Agent.get(counter, (Integer n) -> 1 / n))
        .isInstanceOf(CallException.class)
        .hasRootCauseInstanceOf(ArithmeticException.class);
    assertThat(Kernel.alive(counter)).isFalse();
  }

  @Test
  void tasksComputeSideBySideAndAreAwaitedInOrder() throws Exception {
    assertThat(
            Node.current()
                .run(
                    () ->
                        Task.awaitMany(
                            IntStream.range(0, 100)
                                .mapToObj(i -> Task.async(() -> i * i))
                                .toList())))
        .isEqualTo(IntStream.range(0, 100).map(i -> i * i).boxed().toList());
  }

  @Test
  void aTaskMayGiveNull() throws Exception {
    assertThat(Node.current().run(() -> Task.async(() -> null).await() == null)).isTrue();
  }

  @Test
  void aCrashedTaskFailsItsAwait() throws Exception {
    Node.current()
        .run(
            () -> {
              trapExit(true);
              var task =
                  Task.async(
                      () -> {
                        throw new IllegalStateException("on purpose");
                      });
              assertThatThrownBy(task::await)
                  .isInstanceOf(ExitException.class)
                  .hasRootCauseMessage("on purpose");
              return receive(Exit.class);
            });
  }

  @Test
  void onlyTheOwnerMayAwait() throws Exception {
    Node.current()
        .run(
            () -> {
              var me = self();
              var task = Task.async(() -> 1);
              spawn(
                  () -> {
                    try {
                      task.await();
                    } catch (IllegalStateException e) {
                      send(me, e.getMessage());
                    }
                  });
              assertThat(receive(String.class)).contains("the process that started it");
              return task.await();
            });
  }

  @Test
  void aTaskThatTakesTooLongFailsItsAwait() throws Exception {
    Node.current()
        .run(
            () -> {
              var task = Task.async(() -> receive(Integer.class));
              assertThat(task.yield(Duration.ofMillis(10))).isNull();
              assertThatThrownBy(() -> task.await(Duration.ofMillis(10)))
                  .isInstanceOf(ExitException.class)
                  .hasMessageContaining("10 ms");
              return 0;
            });
  }

  @Test
  void aUniqueKeyLeadsToOneProcessUntilItEnds() throws Exception {
    Registry.start(Registry.Keys.UNIQUE, "unique_registry");
    Node node = Node.current();
    Pid holder =
        node.run(
            () -> {
              var me = self();
              var pid =
                  spawn(
                      () -> {
                        Registry.register("unique_registry", "key", "value");
                        send(me, "registered");
                        receive();
                      });
              receive(String.class);
              return pid;
            });
    assertThat(Registry.lookup("unique_registry", "key"))
        .containsExactly(new Registry.Entry(holder, "value"));
    assertThat(node.run(() -> Registry.register("unique_registry", "key", "other")))
        .isEqualTo(holder);
    assertThat(Registry.keys("unique_registry", holder)).containsExactly("key");
    send(holder, "end");
    await().until(() -> Registry.whereis("unique_registry", "key") == null);
    await().until(() -> Registry.count("unique_registry") == 0);
  }

  @Test
  void dispatchReachesAllThatHaveTheKey() throws Exception {
    Registry.start(Registry.Keys.DUPLICATE, "topics");
    var received =
        Node.current()
            .run(
                () -> {
                  var me = self();
                  for (int i = 0; i < 3; i++) {
                    int number = i;
                    spawn(
                        () -> {
                          Registry.register("topics", "news", number);
                          send(me, "subscribed");
                          send(me, List.of(number, receive(String.class)));
                        });
                    receive(String.class);
                  }
                  Registry.dispatch("topics", "news", entry -> send(entry.pid(), "headline"));
                  return List.of(receive(List.class), receive(List.class), receive(List.class));
                });
    assertThat(received)
        .extracting(Object::toString)
        .containsExactlyInAnyOrder("[0, headline]", "[1, headline]", "[2, headline]");
  }

  @Test
  void aValueThatComesAfterAwaitHasGivenUpNeverArrives() throws Exception {
    var late =
        Node.current()
            .run(
                () -> {
                  trapExit(true);
                  var task = Task.async(() -> receive(String.class));
                  assertThatThrownBy(() -> task.await(Duration.ZERO))
                      .isInstanceOf(ExitException.class);
                  send(task.pid(), "go on");
                  assertThat(receive(Exit.class).from()).isEqualTo(task.pid());
                  assertThatThrownBy(() -> task.await(Duration.ZERO))
                      .isInstanceOf(ExitException.class);
                  return receive(Duration.ZERO);
                });
    assertThat(late).isNull();
  }
}
