package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.retort.term.Pid;
import java.util.List;
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
}
