package dev.retort;

import static dev.retort.Kernel.self;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.spi.ProcessDetails;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What Erlang's tools see of a process. */
class ProcessDetailsTest {
  private static final Tuple PROC_LIB = Tuple.of(Atom.of("proc_lib"), Atom.of("init_p"), 5L);

  private static final class Cart implements GenServer<Integer> {
    record Add(int count) {}

    @Override
    public Integer init() {
      ProcessDictionary.put("colour", "red");
      return 0;
    }

    @Override
    public Step<Integer> handleCast(Object message, Integer count) {
      return GenServer.noReply(count + 1);
    }
  }

  private static ProcessDetails details(Pid pid) {
    return Objects.requireNonNull(new NodeHost(Node.current()).details(pid, false));
  }

  private static List<Object> messages(Pid pid) {
    return new NodeHost(Node.current()).messages(pid);
  }

  private static Tuple mfa(Class<?> module, String function, long arity) {
    return Tuple.of(Atom.of(module.getName()), Atom.of(function), arity);
  }

  @Test
  void aServerSaysWhoseCallbacksItRunsAndWhoHasStartedIt() throws Exception {
    Node.current()
        .run(
            () -> {
              var cart = GenServer.startLink(Cart::new);
              var details = details(cart);
              assertThat(details.initialCall()).isEqualTo(PROC_LIB);
              assertThat(details.translatedCall()).isEqualTo(mfa(Cart.class, "init", 1));
              assertThat(details.behaviour()).isEqualTo(Atom.of("gen_server"));
              assertThat(details.ancestors()).isEqualTo(List.of(self()));
              assertThat(details.dictionary()).isEqualTo(Map.of("colour", "red"));
              return cart;
            });
  }

  @Test
  void aSupervisorIsOne() throws Exception {
    Node.current()
        .run(
            () -> {
              var details = details(Supervisor.startLink(Supervisor.oneForOne()));
              assertThat(details.behaviour()).isEqualTo(Atom.of("supervisor"));
              assertThat(details.translatedCall())
                  .isEqualTo(
                      Tuple.of(Atom.of("supervisor"), Atom.of(Supervisor.class.getName()), 1L));
              return true;
            });
  }

  @Test
  void aPlainProcessSaysWhereItsFunctionIsWritten() {
    var pid = Node.current().spawn(() -> Kernel.receive(Integer.class));
    assertThat(details(pid).initialCall()).isEqualTo(mfa(ProcessDetailsTest.class, "run", 0));
    assertThat(details(pid).translatedCall()).isNull();
    assertThat(details(pid).behaviour()).isNull();
    Kernel.send(pid, 1);
    await().until(() -> new NodeHost(Node.current()).details(pid, false) == null);
    assertThat(messages(pid)).isEmpty();
  }

  @Test
  void messagesAreCountedWhenTheyAreTaken() throws Exception {
    var pid =
        Node.current()
            .spawn(
                () -> {
                  for (; ; ) {
                    Kernel.receive(Integer.class);
                  }
                });
    for (int i = 0; i < 5; i++) {
      Kernel.send(pid, i);
    }
    Kernel.send(pid, "left");
    await().until(() -> details(pid).handled() == 5);

    var cart = Node.current().run(() -> GenServer.start(Cart::new));
    for (int i = 0; i < 300; i++) {
      GenServer.cast(cart, new Cart.Add(i));
    }
    await().until(() -> details(cart).handled() == 300);
  }

  @Test
  void messagesThatWaitAreShownInTheirOrder() {
    var pid = Node.current().spawn(() -> Kernel.receive(Thread.class));
    Kernel.send(pid, "first");
    Kernel.send(pid, Tuple.of(Atom.of("second"), 2));
    await().until(() -> details(pid).info().status() == ProcessInfo.Status.WAITING);
    GenServer.cast(pid, new Cart.Add(3));
    Kernel.send(pid, new Cart.Add(4));
    assertThat(messages(pid))
        .isEqualTo(
            List.of(
                "first",
                Tuple.of(Atom.of("second"), 2L),
                Tuple.of(Atom.of("$gen_cast"), Tuple.of(Atom.of("add"), 3L)),
                Tuple.of(Atom.of("add"), 4L)));
    assertThat(details(pid).info().messageQueueLength()).isEqualTo(4);
    Kernel.exit(pid, Atom.KILL);
  }
}
