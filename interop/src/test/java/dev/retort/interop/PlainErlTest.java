package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Down;
import dev.retort.Erpc;
import dev.retort.Exports;
import dev.retort.Global;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Pg;
import dev.retort.Rpc;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Java uses what comes with Erlang, on an {@code erl} without Elixir or code of ours. */
class PlainErlTest {
  /** A table's row in Mnesia. */
  record Price(Atom article, int cents) {}

  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Node java;
  private static String there;

  @BeforeAll
  static void start() throws IOException {
    java =
        Node.start(
            NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()),
            Exports.of("shop", Shop.class));
    there = nodes.node("erl");
    var erl =
        nodes.run(
            "erl",
            "-sname",
            nodes.name("erl"),
            "-setcookie",
            nodes.cookie(),
            "-noshell",
            "-eval",
            "{ok, _} = pg:start(pg), io:put_chars(\"ready\\n\")");
    erl.await("ready");
  }

  @AfterAll
  static void stop() {
    if (java != null) {
      java.close();
    }
  }

  private static Atom atom(String name) {
    return Atom.of(name);
  }

  private static <T> T erpc(Class<T> type, String module, String function, Object... arguments) {
    return Erpc.call(there, module, function, List.of(arguments), type);
  }

  private static Object erpc(String module, String function, Object... arguments) {
    return Erpc.call(there, module, function, List.of(arguments));
  }

  @Test
  void rpcAndErpcHaveTypedResults() {
    assertThat(erpc(int.class, "erlang", "system_info", atom("process_count"))).isPositive();
    var init = erpc(Pid.class, "erlang", "whereis", atom("init"));
    assertThat(erpc(boolean.class, "erlang", "is_process_alive", init)).isTrue();
    assertThat(erpc(Atom.class, "erlang", "node", init)).isEqualTo(atom(there));
    assertThat(erpc(String.class, "unicode", "characters_to_binary", List.of("a", 228, "€")))
        .isEqualTo("aä€");
    assertThat(erpc(double.class, "math", "sqrt", 2)).isEqualTo(Math.sqrt(2));
    assertThat(erpc(int[].class, "lists", "sort", List.of(3, 1, 2))).containsExactly(1, 2, 3);
    assertThat(Rpc.call(there, "maps", "from_list", List.of(List.of(Tuple.of(1, "a")))))
        .isEqualTo(Map.of(1L, "a"));
    assertThat(
            Rpc.multicall(List.of(atom(there)), "lists", "max", List.of(List.of(1, 2))).replies())
        .isEqualTo(Map.of(atom(there), 2L));
  }

  @Test
  void itsRuntimeIsSeen() {
    assertThat(erpc(Tuple[].class, "application", "which_applications"))
        .extracting(application -> application.get(0))
        .contains(atom("kernel"), atom("stdlib"));
    assertThat(erpc(Tuple[].class, "supervisor", "which_children", atom("kernel_sup")))
        .extracting(child -> child.get(0))
        .contains(atom("rex"));
    assertThat(erpc(Tuple.class, "sys", "get_status", atom("rex")).get(0))
        .isEqualTo(atom("status"));
    assertThat(erpc(Tuple[].class, "erlang", "memory"))
        .extracting(part -> part.get(0))
        .contains(atom("total"), atom("processes"));
  }

  @Test
  void erlCallsJava() {
    var call = List.of(java.name(), atom("shop"), atom("plus"), List.of(1, 2));
    assertThat(Erpc.call(there, "rpc", "call", call, int.class)).isEqualTo(3);
    assertThat(Erpc.call(there, "erpc", "call", call, int.class)).isEqualTo(3);
    assertThat(Erpc.call(there, "net_adm", "ping", List.of(java.name()))).isEqualTo(atom("pong"));
  }

  @Test
  void groupsOfPgAreOne() throws Exception {
    Pg.start(Pg.DEFAULT_SCOPE);
    var init = erpc(Pid.class, "erlang", "whereis", atom("init"));
    assertThat(erpc("pg", "join", atom("peers"), init)).isEqualTo(Atom.OK);
    await().until(() -> Pg.getMembers(atom("peers")).equals(List.of(init)));
    var ours = java.spawn(() -> Kernel.receive());
    Pg.join(atom("peers"), ours);
    await().until(() -> members().containsAll(List.of(init, ours)));
    Kernel.send(ours, "end");
    await().until(() -> members().equals(List.of(init)));
  }

  private static List<Pid> members() {
    return List.of(erpc(Pid[].class, "pg", "get_members", atom("peers")));
  }

  @Test
  void namesOfGlobalAreOne() {
    var ours = java.spawn(() -> Kernel.receive());
    var theirs = erpc(Pid.class, "erlang", "whereis", atom("init"));
    assertThat(Global.register("ours", ours)).isTrue();
    assertThat(erpc(Pid.class, "global", "whereis_name", "ours")).isEqualTo(ours);
    assertThat(erpc("global", "register_name", "theirs", theirs)).isEqualTo(atom("yes"));
    assertThat(Global.whereis("theirs")).isEqualTo(theirs);
    assertThat(erpc("global", "register_name", "ours", theirs)).isEqualTo(atom("no"));
    assertThat(erpc("global", "send", "ours", "end")).isEqualTo(ours);
    await().until(() -> Global.whereis("ours") == null);
    await().until(() -> erpc("global", "whereis_name", "ours").equals(atom("undefined")));
  }

  @Test
  void mnesiaIsStartedAndAsked() throws Exception {
    assertThat(erpc("mnesia", "system_info", atom("is_running"))).isEqualTo(atom("no"));
    assertThat(erpc("application", "ensure_all_started", atom("mnesia")))
        .isEqualTo(Tuple.of(Atom.OK, List.of(atom("mnesia"))));
    assertThat(erpc("mnesia", "system_info", atom("is_running"))).isEqualTo(atom("yes"));
    assertThat(erpc("mnesia", "system_info", atom("running_db_nodes")))
        .isEqualTo(List.of(atom(there)));
    var attributes = Tuple.of(atom("attributes"), List.of(atom("article"), atom("cents")));
    assertThat(erpc("mnesia", "create_table", atom("price"), List.of(attributes)))
        .isEqualTo(Tuple.of(atom("atomic"), Atom.OK));
    assertThat(erpc(Atom[].class, "mnesia", "system_info", atom("tables"))).contains(atom("price"));

    var tea = new Price(atom("tea"), 250);
    assertThat(erpc("mnesia", "dirty_write", tea)).isEqualTo(Atom.OK);
    assertThat(erpc(Price[].class, "mnesia", "dirty_read", atom("price"), atom("tea")))
        .containsExactly(tea);
    assertThat(erpc("mnesia", "table_info", atom("price"), atom("size"))).isEqualTo(1L);
    java.run(
        () -> {
          var monitor = Kernel.monitor(Name.of("mnesia_sup", there));
          assertThat(erpc("mnesia", "stop")).isEqualTo(atom("stopped"));
          var down = Kernel.receive(Down.class);
          assertThat(down.ref()).isEqualTo(monitor);
          assertThat(down.reason()).isEqualTo(Atom.of("shutdown"));
          return true;
        });
  }
}
