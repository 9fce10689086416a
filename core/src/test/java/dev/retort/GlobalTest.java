package dev.retort;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Global names and locks on a node without a name. */
@Timeout(60)
class GlobalTest {
  private record Waiting() implements Body {
    @Override
    public void run() {
      receive();
    }
  }

  @Test
  void aNameIsItsProcessesUntilThatEnds() throws Exception {
    Node.current()
        .run(
            () -> {
              var pid = Kernel.spawn(new Waiting());
              var other = Kernel.spawn(new Waiting());
              assertThat(Global.register("own", pid)).isTrue();
              assertThat(Global.register("own", other)).isFalse();
              assertThat(Global.register("second name", pid)).isFalse();
              assertThat(Global.whereis("own")).isEqualTo(pid);
              assertThat(Global.names()).contains("own");
              Global.reregister("own", other);
              assertThat(Global.whereis("own")).isEqualTo(other);
              var ref = Kernel.monitor(Global.name("own"));
              assertThat(Global.send("own", "end")).isEqualTo(other);
              assertThat(receive(Down.class).ref()).isEqualTo(ref);
              assertThat(Global.whereis("own")).isNull();
              assertThat(Global.names()).doesNotContain("own");
              assertThat(Global.register("own", pid)).isTrue();
              Global.unregister("own");
              assertThat(Global.whereis("own")).isNull();
              send(pid, "end");
              assertThatThrownBy(() -> Global.send("own", 1))
                  .isInstanceOf(ExitException.class)
                  .hasMessageContaining("{:global, \"own\"}");
              return true;
            });
  }

  @Test
  void aServerIsStartedUnderAGlobalName() {
    var name = Global.name(Atom.of("global_server"));
    var pid = Agent.start(() -> 1, GenServer.name(name));
    assertThat(GenServer.whereis(name)).isEqualTo(pid);
    int value = Agent.get(name, (Integer n) -> n + 1);
    assertThat(value).isEqualTo(2);
    assertThatThrownBy(() -> Agent.start(() -> 2, GenServer.name(name)))
        .isInstanceOf(StartException.class);
    assertThatThrownBy(
            () ->
                Agent.start(
                    () -> {
                      throw new IllegalStateException("on purpose");
                    },
                    GenServer.name(Global.name("failing"))))
        .isInstanceOf(StartException.class);
    assertThat(Global.whereis("failing")).isNull();
    Agent.stop(name);
    assertThat(GenServer.whereis(name)).isNull();
    assertThatThrownBy(() -> Agent.get(name, (Integer n) -> n))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("{:global, :global_server}");
  }

  @Test
  void aLockIsForOneRequester() throws Exception {
    var lock = new Global.Lock("thing", "one");
    var other = new Global.Lock("thing", "other");
    var nodes = List.of(Node.self());
    Node.current()
        .run(
            () -> {
              var me = self();
              var holder =
                  Kernel.spawn(
                      () -> {
                        Global.setLock(lock);
                        send(me, "locked");
                        receive();
                      });
              receive();
              assertThat(Global.setLock(other, nodes, 0)).isFalse();
              assertThat(Global.trans(other, () -> 1, nodes, 0)).isNull();
              assertThat(Global.setLock(lock, nodes, 0)).isTrue();
              Global.delLock(lock);
              send(holder, "end");
              int value = Global.trans(other, () -> 2);
              assertThat(value).isEqualTo(2);
              assertThat(Global.trans(Global.lock("thing"), () -> 3, nodes, 0)).isEqualTo(3);
              return true;
            });
    assertThatThrownBy(() -> Global.setLock(lock)).isInstanceOf(IllegalStateException.class);
  }
}
