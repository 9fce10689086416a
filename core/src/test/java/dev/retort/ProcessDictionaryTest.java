package dev.retort;

import static dev.retort.Kernel.exit;
import static dev.retort.Kernel.hibernate;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static dev.retort.Kernel.spawn;
import static dev.retort.Kernel.spawnMonitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.term.Atom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProcessDictionaryTest {
  private static <T> T run(Callable<T> body) throws Exception {
    return Node.current().run(body);
  }

  @Test
  void aValueIsKeptUnderItsKeyUntilItIsReplacedOrTakenOut() throws Exception {
    run(
        () -> {
          assertThat(ProcessDictionary.get("key")).isNull();
          assertThat(ProcessDictionary.put("key", 1)).isNull();
          assertThat(ProcessDictionary.put("key", 2)).isEqualTo(1);
          assertThat(ProcessDictionary.get("key")).isEqualTo(2);
          assertThat(ProcessDictionary.delete("key")).isEqualTo(2);
          assertThat(ProcessDictionary.delete("key")).isNull();
          assertThat(ProcessDictionary.get("key")).isNull();
          return true;
        });
  }

  @Test
  void itsKeysAreThoseOfTheMomentOfAsking() throws Exception {
    run(
        () -> {
          assertThat(ProcessDictionary.keys()).isEmpty();
          ProcessDictionary.put("a", 1);
          ProcessDictionary.put(2L, "b");
          var keys = ProcessDictionary.keys();
          ProcessDictionary.delete("a");
          assertThat(keys).isEqualTo(Set.of("a", 2L));
          assertThat(ProcessDictionary.keys()).isEqualTo(Set.of(2L));
          ProcessDictionary.put("c", "b");
          ProcessDictionary.put("d", "e");
          assertThat(ProcessDictionary.keys("b")).isEqualTo(Set.of(2L, "c"));
          assertThat(ProcessDictionary.keys("nothing")).isEmpty();
          return true;
        });
  }

  @Test
  void noProcessSeesWhatAnotherHasKept() throws Exception {
    run(
        () -> {
          ProcessDictionary.put("mine", 1);
          for (int i = 0; i < 1000; i++) {
            var me = self();
            spawnMonitor(
                () -> {
                  send(me, ProcessDictionary.keys());
                  ProcessDictionary.put("theirs", 2);
                });
            assertThat(receive(Set.class).isEmpty()).isTrue();
            receive(Down.class);
          }
          assertThat(ProcessDictionary.keys()).isEqualTo(Set.of("mine"));
          return true;
        });
  }

  @Test
  void aServerHasItInAllOfItsCallbacks() {
    var server =
        GenServer.start(
            () ->
                new GenServer<Integer>() {
                  @Override
                  public Integer init() {
                    ProcessDictionary.put("calls", new ArrayList<>(List.of("init")));
                    return 0;
                  }

                  @Override
                  @SuppressWarnings("unchecked")
                  public Step<Integer> handleCall(Call<?> request, From from, Integer state) {
                    var calls = (List<Object>) ProcessDictionary.get("calls");
                    calls.add("call");
                    return ((Call.Term) request).reply(List.copyOf(calls), state);
                  }
                });
    GenServer.call(server, Atom.of("one"));
    assertThat(GenServer.call(server, Atom.of("two"))).isEqualTo(List.of("init", "call", "call"));
    GenServer.stop(server);
  }

  @Test
  void itSurvivesHibernation() throws Exception {
    var found = new LinkedBlockingQueue<Object>();
    var pid =
        spawn(
            () -> {
              ProcessDictionary.put("key", "value");
              hibernate(() -> found.add(ProcessDictionary.get("key")));
            });
    send(pid, "wake up");
    assertThat(found.take()).isEqualTo("value");
  }

  @Test
  void nothingIsPutThereAfterAKill() throws Exception {
    var begun = new CountDownLatch(1);
    var killed = new AtomicBoolean();
    var outcomes = new LinkedBlockingQueue<Object>();
    var pid =
        spawn(
            () -> {
              begun.countDown();
              while (!killed.get()) {
                Thread.onSpinWait();
              }
              try {
                ProcessDictionary.put("key", "value");
                outcomes.add("put");
              } catch (ProcessEnded e) {
                outcomes.add("refused");
              }
            });
    begun.await();
    exit(pid, Atom.KILL);
    killed.set(true);
    assertThat(outcomes.take()).isEqualTo("refused");
  }

  @Test
  void keysAndValuesAreNeverNull() throws Exception {
    run(
        () -> {
          assertThatThrownBy(() -> ProcessDictionary.put(null, 1)).hasMessageContaining("key");
          assertThatThrownBy(() -> ProcessDictionary.put("key", null))
              .hasMessageContaining("value");
          return true;
        });
  }

  @Test
  void aThreadThatIsNoProcessHasNone() {
    assertThatThrownBy(() -> ProcessDictionary.put("key", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ProcessDictionary.put was called on a thread that is no process");
    assertThatThrownBy(() -> ProcessDictionary.get("key"))
        .hasMessageContaining("ProcessDictionary.get");
    assertThatThrownBy(() -> ProcessDictionary.delete("key"))
        .hasMessageContaining("ProcessDictionary.delete");
    assertThatThrownBy(ProcessDictionary::keys).hasMessageContaining("ProcessDictionary.keys");
  }
}
