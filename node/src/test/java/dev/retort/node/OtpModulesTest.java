package dev.retort.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.Prices;
import dev.retort.BadRpcException;
import dev.retort.ErlangException;
import dev.retort.Erpc;
import dev.retort.Exports;
import dev.retort.GenServer;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.Rpc;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every node answers to tools; the questions of real ones are in interop. */
@Timeout(60)
class OtpModulesTest {
  private static final class Counter implements GenServer<Integer> {
    @Override
    public Integer init() {
      return 7;
    }
  }

  private final TestNodes nodes = new TestNodes();
  private Node node;
  private String name;

  @BeforeEach
  void start() throws Exception {
    node = nodes.start();
    name = node.name().name();
  }

  @AfterEach
  void close() throws Exception {
    nodes.close();
  }

  private Object call(String module, String function, Object... arguments) throws Exception {
    return node.run(() -> Erpc.call(name, module, function, List.of(arguments)));
  }

  @Test
  void aModuleOfOtpsNameCannotBeExported() {
    var exports = Exports.of("supervisor", new Prices(1));
    assertThatThrownBy(() -> node.export(exports))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(":supervisor is every node's own");
    assertThatThrownBy(() -> Node.start(TestNodes.options(), exports))
        .hasMessageContaining(":supervisor is every node's own");
  }

  /**
   * A module is looked at when it is asked for, so a function that is not as it should be shows
   * here.
   */
  @Test
  void everyModuleHasFunctions() throws Exception {
    var loaded = (List<?>) call("code", "all_loaded");
    assertThat(loaded).hasSizeGreaterThan(20);
    for (var each : loaded) {
      var module = ((Atom) ((Tuple) each).get(0)).name();
      var exported = (List<?>) call(module, "module_info", Atom.of("exports"));
      assertThat(exported).as(module).isNotEmpty();
    }
  }

  @Test
  void modulesTellWhatTheyHave() throws Exception {
    node.export(Exports.of("prices", new Prices(1)));
    assertThat(call("code", "which", Atom.of("prices"))).isEqualTo(Atom.of("preloaded"));
    assertThat(call("code", "ensure_loaded", Atom.of("rb")))
        .isEqualTo(Tuple.of(Atom.ERROR, Atom.of("nofile")));
    assertThat(call("erlang", "function_exported", Atom.of("sys"), Atom.of("get_state"), 1))
        .isEqualTo(true);
    assertThat(call("erlang", "function_exported", Atom.of("os"), Atom.of("cmd"), 1))
        .isEqualTo(false);
    assertThat((List<?>) call("prices", "module_info", Atom.of("exports"))).isNotEmpty();
    assertThatThrownBy(() -> call("nowhere", "module_info"))
        .isInstanceOf(ErlangException.class)
        .hasMessageContaining("undef");
  }

  /** As erl and iex ask since OTP 26, before they start a shell. */
  @Test
  void terminalsAreToldOfTheTickTimeAndThatThereIsNoShell() throws Exception {
    assertThat(call("net_kernel", "get_net_ticktime")).isEqualTo(60L);
    for (var module : List.of("iex", "shell")) {
      var answer = (Tuple) call("code", "ensure_loaded", Atom.of(module));
      assertThat(answer.get(0)).isEqualTo(Atom.ERROR);
      assertThat(((Atom) answer.get(1)).name()).contains("a JVM, that opens no shell");
    }
  }

  @Test
  void figuresAreThoseOfTheJvm() throws Exception {
    assertThat((Long) call("erlang", "memory", Atom.of("processes"))).isPositive();
    assertThat((Long) call("erlang", "memory", Atom.of("total")))
        .isGreaterThan((Long) call("erlang", "memory", Atom.of("code")));
    assertThat(call("erlang", "system_info", Atom.of("schedulers")))
        .isEqualTo((long) Runtime.getRuntime().availableProcessors());
    var wallClock = (Tuple) call("erlang", "statistics", Atom.of("wall_clock"));
    var again = (Tuple) call("erlang", "statistics", Atom.of("wall_clock"));
    assertThat((Long) again.get(0) - (Long) wallClock.get(0)).isEqualTo(again.get(1));
    for (var question : List.of("memory", "statistics", "system_info")) {
      assertThatThrownBy(() -> call("erlang", question, Atom.of("nonsense")))
          .as(question)
          .hasMessageContaining("badarg");
    }
  }

  @Test
  void sysAsksServersInTheFormOfTerms() throws Exception {
    var server = node.run(() -> GenServer.start(Counter::new, GenServer.name("counter")));
    assertThat(call("sys", "get_state", server)).isEqualTo(7L);
    assertThat(call("sys", "get_state", Atom.of("counter"), Atom.INFINITY)).isEqualTo(7L);
    var status = (Tuple) call("sys", "get_status", server, 5000);
    assertThat(status.get(1)).isEqualTo(server);
    assertThat(status.get(2)).isEqualTo(Tuple.of(Atom.of("module"), Atom.of("gen_server")));
    assertThatThrownBy(
            () -> node.run(() -> Rpc.call(name, "sys", "get_state", List.of(Atom.of("nobody")))))
        .isInstanceOf(BadRpcException.class)
        .hasMessageContaining("noproc");
  }

  @Test
  void aPlainProcessIsNoServer() throws Exception {
    Pid plain = node.spawn(() -> Kernel.receive(Integer.class));
    assertThat(call("proc_lib", "translate_initial_call", plain))
        .isEqualTo(Tuple.of(Atom.of("proc_lib"), Atom.of("init_p"), 5L));
    assertThat(call("proc_lib", "initial_call", plain)).isEqualTo(false);
    assertThatThrownBy(() -> call("sys", "get_state", plain, 1)).hasMessageContaining("timeout");
    var info = (List<?>) call("erlang", "process_info", plain, List.of(Atom.of("dictionary")));
    assertThat(info).isEqualTo(List.of(Tuple.of(Atom.of("dictionary"), List.of())));
  }
}
