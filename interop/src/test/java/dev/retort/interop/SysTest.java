package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Erlang's {@code sys} asks servers of the JVM, and Java's asks servers of Elixir. */
class SysTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private Jex java;
  private Iex elixir;
  private String javaNode;
  private String stack;

  @BeforeEach
  void start() throws IOException {
    java = nodes.startJex("java");
    elixir = nodes.iex("elixir");
    Nodes.ready(java);
    javaNode = java.atom();
    stack = "{:stack, " + javaNode + "}";
    elixir.value("Node.connect(" + javaNode + ")");
    Stack.start(java);
  }

  @Test
  void elixirSeesSuspendsDebugsAndStopsAJavaServer() {
    assertThat(elixir.value(":sys.get_state(" + stack + ")")).isEqualTo("[\"hello\", \"world\"]");
    assertThat(
            elixir.value(
                "{:status, pid, {:module, mod}, [_, status, parent, [], misc]} = :sys.get_status("
                    + stack
                    + "); {node(pid) == "
                    + javaNode
                    + ", mod, status, parent == pid, misc[:header], List.last(misc)}"))
        .isEqualTo(
            "{true, :gen_server, :running, true, \"Status for generic server :stack\","
                + " {:data, [{\"State\", [\"hello\", \"world\"]}]}}");

    assertThat(elixir.value(":sys.suspend(" + stack + ")")).isEqualTo(":ok");
    elixir.run("GenServer.cast(" + stack + ", {:push, \"new\"})");
    assertThat(elixir.value(":sys.get_state(" + stack + ")")).isEqualTo("[\"hello\", \"world\"]");
    assertThat(
            elixir.value(
                "catch_exit = try do GenServer.call("
                    + stack
                    + ", :pop, 100) catch :exit, {reason, _} -> reason end"))
        .isEqualTo(":timeout");
    assertThat(elixir.value(":sys.resume(" + stack + ")")).isEqualTo(":ok");

    assertThat(elixir.value(":sys.statistics(" + stack + ", true)")).isEqualTo(":ok");
    assertThat(elixir.value(":sys.log(" + stack + ", {true, 2})")).isEqualTo(":ok");
    assertThat(elixir.value("GenServer.call(" + stack + ", :pop)")).isEqualTo("\"hello\"");
    assertThat(
            elixir.value(
                "{:ok, s} = :sys.statistics("
                    + stack
                    + ", :get); {s[:messages_in],"
                    + " s[:messages_out], is_tuple(s[:start_time])}"))
        .isEqualTo("{1, 1, true}");
    assertThat(
            elixir.value(
                "{:ok, [{:in, {:\"$gen_call\", {pid, _}, :pop}}, {:out, reply, _, state}]} ="
                    + " :sys.log("
                    + stack
                    + ", :get); {pid == self(), reply, state}"))
        .isEqualTo("{true, \"hello\", [\"world\"]}");
    assertThat(elixir.value(":sys.no_debug(" + stack + ")")).isEqualTo(":ok");
    assertThat(
            elixir.value(
                "try do :sys.replace_state("
                    + stack
                    + ", fn s -> s end) catch :error, {:callback_failed, {_, f}, why} -> {f, why}"
                    + " end"))
        .isEqualTo("{:system_replace_state, {:error, :undef}}");

    assertThat(
            elixir.value("elem(:sys.change_code(" + stack + ", Stack, \"1\", []), 1) |> elem(0)"))
        .isEqualTo(":unknown_system_msg");
    assertThat(
            elixir.value(
                "{:sys.suspend("
                    + stack
                    + "), :sys.change_code("
                    + stack
                    + ", Stack, \"1\", [], 3000), :sys.resume("
                    + stack
                    + "), :sys.log_to_file("
                    + stack
                    + ", ~c'events.log'), :sys.log_to_file("
                    + stack
                    + ", false)}"))
        .isEqualTo("{:ok, :ok, :ok, {:error, :open_file}, :ok}");
    elixir.run("monitor = Process.monitor(" + stack + ")");
    assertThat(elixir.value(":sys.terminate(" + stack + ", :shutdown)")).isEqualTo(":ok");
    assertThat(
            elixir.value(
                "receive do {:DOWN, ^monitor, _, _, reason} -> reason after 5000 -> :no end"))
        .isEqualTo(":shutdown");
  }

  @Test
  void elixirCallsAndStopsServersOnSeveralNodes() {
    Stack.start(elixir);
    assertThat(
            elixir.value(
                "{replies, bad} = GenServer.multi_call([node(), "
                    + javaNode
                    + ", :nobody@nowhere], :stack, :pop, 3000); {Enum.map(replies, &elem(&1, 1)), bad}"))
        .isEqualTo("{[\"hello\", \"hello\"], [:nobody@nowhere]}");
    assertThat(
            elixir.value(
                "GenServer.abcast([node(), "
                    + javaNode
                    + "], :stack, {:push, \"both\"}); {GenServer.call(:stack, :pop),"
                    + " GenServer.call("
                    + stack
                    + ", :pop)}"))
        .isEqualTo("{\"both\", \"both\"}");
    assertThat(elixir.value("GenServer.stop(" + stack + ", :shutdown, 3000)")).isEqualTo(":ok");
    assertThat(java.value("whereis(\"stack\")")).isEqualTo("nil");
  }

  @Test
  void javaDoesTheSameToAnElixirServer() {
    Stack.start(elixir);
    java.run("var there = Name.of(\"stack\", \"" + nodes.node("elixir") + "\")");
    assertThat(java.value("Sys.getState(there)")).isEqualTo("[\"hello\", \"world\"]");
    java.run("Sys.suspend(there)");
    assertThat(java.value("Sys.getStatus(there).suspended()")).isEqualTo("true");
    java.run("Sys.resume(there)");
    java.run("Sys.statistics(there, true)");
    assertThat(
            java.value(
                "GenServer.multiCall(List.of(Node.self(), Atom.of(\""
                    + nodes.node("elixir")
                    + "\")), \"stack\", new Stack.Pop(), java.time.Duration.ofSeconds(3))"
                    + ".replies().values().stream().toList()"))
        .isEqualTo("[\"hello\", \"hello\"]");
    assertThat(java.value("Sys.statistics(there).messagesIn()")).isEqualTo("1");
    assertThat(
            java.value(
                "GenServer.sendRequest(there, new Stack.Pop()).receiveResponse(java.time.Duration"
                    + ".ofSeconds(5))"))
        .isEqualTo("\"world\"");
    java.run("GenServer.stop(there, Atom.SHUTDOWN)");
    assertThat(elixir.value("Process.whereis(:stack)")).isEqualTo("nil");
    assertThat(java.value("receive(java.time.Duration.ZERO)")).isEqualTo("nil");
  }
}
