package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Agent;
import dev.retort.Exports;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.TaskSupervisor;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An Elixir node calls Java functions as it calls those of any other node. */
class ExportsTest {
  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Node java;
  private static Iex elixir;

  @BeforeAll
  static void start() throws IOException {
    var options = NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie());
    java = Node.start(options, Exports.of("Elixir.Shop", Shop.class));
    elixir = nodes.iex("elixir");
    elixir.run("java = " + java.name());
    elixir.run("flush = fn -> receive do m -> m after 5_000 -> :nothing end end");
  }

  @AfterAll
  static void stop() {
    if (java != null) {
      java.close();
    }
  }

  @BeforeEach
  void nothingIsLeftOfOtherTests() {
    elixir.reset();
  }

  private void elixir(String expression, String value) {
    assertThat(elixir.value(expression)).as(expression).isEqualTo(value);
  }

  @Test
  void rpcCallsThem() {
    elixir(":rpc.call(java, Shop, :plus, [1, 2])", "3");
    elixir(":rpc.call(java, Shop, :nothing, [])", ":ok");
    elixir(":rpc.call(java, Shop, :sold_out?, [\"tea\"])", "true");
    elixir(":rpc.call(java, Shop, :larger, [:small])", ":XXL");
    elixir(
        ":rpc.call(java, Shop, :bill_for, [[{:order, \"tea\", 2}, {:order, \"milk\", 1}], 1.5])",
        "{:bill, 4.5, [{:order, \"tea\", 2}, {:order, \"milk\", 1}]}");
    elixir(":rpc.call(java, Shop, :lengths, [[\"a\", \"bc\"]])", "%{\"a\" => 1, \"bc\" => 2}");
    elixir(":rpc.block_call(java, Shop, :plus, [1, 2])", "3");
    elixir(
        ":rpc.multicall([java, node()], Kernel, :+, [1, 2])",
        "{[{:badrpc, {:EXIT, {:undef, [{Kernel, :+, [1, 2], []}]}}}, 3], []}");
    elixir(":rpc.yield(:rpc.async_call(java, Shop, :plus, [1, 2]))", "3");
    java.export(Exports.of("shop", Shop.class)); // while the node runs, by an Erlang name
    elixir(":rpc.call(java, :shop, :plus, [3, 4])", "7");
  }

  @Test
  void whatGoesWrongIsBadrpc() {
    elixir(
        "{:badrpc, {:EXIT, {{:illegal_state_exception, \"shut\"}, [{mod, fun, _, where} | _] = s}}}"
            + " = :rpc.call(java, Shop, :failing, [\"shut\"]); {mod, fun,"
            + " to_string(where[:file]), List.last(s)}",
        "{:\"dev.retort.interop.Shop\", :failing, \"Shop.java\", {Shop, :failing, 1, []}}");
    elixir(":rpc.call(java, Shop, :exiting, [:bye])", "{:badrpc, {:EXIT, :bye}}");
    elixir(":rpc.call(java, Shop, :raising, [:throw, 1])", "1");
    elixir(
        ":rpc.call(java, Shop, :nosuch, [1])",
        "{:badrpc, {:EXIT, {:undef, [{Shop, :nosuch, [1], []}]}}}");
    elixir(
        ":rpc.call(java, Shop, :plus, [1])",
        "{:badrpc, {:EXIT, {:undef, [{Shop, :plus, [1], []}]}}}");
    elixir(
        ":rpc.call(java, Shop, :plus, [1, \"b\"])",
        "{:badrpc, {:EXIT, {:function_clause, [{Shop, :plus, [1, \"b\"], []}]}}}");
    elixir(":rpc.call(java, Shop, :slow, [], 50)", "{:badrpc, :timeout}");
    elixir(
        ":rpc.block_call(java, Shop, :nosuch, [])",
        "{:badrpc, {:EXIT, {:undef, [{Shop, :nosuch, [], []}]}}}");
    elixir(":rpc.block_call(java, Shop, :exiting, [:bye])", "{:badrpc, {:EXIT, :bye}}");
  }

  @Test
  void onlyWhatIsMarkedCanBeCalled() {
    elixir(
        "for {m, f, a} <- [{Shop, :secret, []}, {:\"dev.retort.interop.Shop\", :secret, []},"
            + " {:\"java.lang.System\", :exit, [1]}, {:erlang, :get_cookie, []}, {:erlang, :halt,"
            + " []}, {:os, :cmd, [~c'true']}, {:code, :load_binary, [:a, ~c'a', \"\"]}, {Shop,"
            + " :toString, []}, {Shop, :hash_code, []}], uniq: true, do: (try do :erpc.call(java,"
            + " m, f, a) catch :error, {:exception, why, [{^m, ^f, ^a, []}]} -> why end)",
        "[:undef]");
    elixir(
        "try do :erpc.call(java, fn -> 1 end) catch :error, {:exception, why, _} -> why end",
        ":undef");
  }

  @Test
  void erpcCallsThemWithItsExceptions() {
    elixir(":erpc.call(java, Shop, :plus, [1, 2])", "3");
    elixir(":erpc.call(java, &Shop.nothing/0)", ":ok");
    elixir(":erpc.receive_response(:erpc.send_request(java, Shop, :plus, [1, 2]))", "3");
    elixir(
        ":erpc.call(java, Shop, :nosuch, [1])",
        "{:caught, :error, {:exception, :undef, [{Shop, :nosuch, [1], []}]}}");
    elixir(
        ":erpc.call(java, Shop, :plus, [1, :b])",
        "{:caught, :error, {:exception, :function_clause, [{Shop, :plus, [1, :b], []}]}}");
    elixir(":erpc.call(java, Shop, :exiting, [:bye])", "{:caught, :exit, {:exception, :bye}}");
    elixir(":erpc.call(java, Shop, :raising, [:throw, {1, 2}])", "{:caught, :throw, {1, 2}}");
    elixir(
        ":erpc.call(java, Shop, :raising, [:exit, :bye])", "{:caught, :exit, {:exception, :bye}}");
    elixir(
        ":erpc.call(java, Shop, :raising, [:error, :badarg])",
        "{:caught, :error, {:exception, :badarg, [{Shop, :raising, 2, []}]}}");
    elixir(
        "try do :erpc.call(java, Shop, :failing, [\"shut\"]) catch :error, {:exception, reason, _}"
            + " -> reason end",
        "{:illegal_state_exception, \"shut\"}");
    elixir(":erpc.call(java, Shop, :slow, [], 50)", "{:caught, :error, {:erpc, :timeout}}");
    elixir(":erpc.multicall([java, java], Shop, :plus, [1, 2])", "[ok: 3, ok: 3]");
    elixir(":erpc.multicall([java], Shop, :raising, [:throw, 1])", "[throw: 1]");
    elixir(":erpc.cast(java, Shop, :hello, [self()])", ":ok");
    elixir("match?([:hello, _], flush.())", "true");
  }

  @Test
  void aKilledFunctionIsASignal() {
    elixir.run(
        "me = self(); spawn(fn -> send(me, try do :erpc.call(java, Shop, :waiting, [me]) catch k,"
            + " r -> {k, r} end) end)");
    elixir("Process.exit(flush.(), :boom)", "true");
    elixir("flush.()", "{:exit, {:signal, :boom}}");
    elixir.run("spawn(fn -> send(me, :rpc.block_call(java, Shop, :waiting, [me])) end)");
    elixir("Process.exit(flush.(), :boom)", "true");
    elixir("flush.()", "{:badrpc, {:EXIT, :boom}}");
    elixir(":rpc.block_call(java, Shop, :plus, [1, 2])", "3");
  }

  @Test
  void outputComesHome() {
    elixir("is_pid(:rpc.call(java, Shop, :hello, [self()]))", "true");
    assertThat(elixir.transcript()).contains("printed by Java");
  }

  @Test
  void nodeSpawnStartsThem() {
    elixir.run("pid = Node.spawn(java, Shop, :waiting, [self()])");
    elixir("flush.() == pid and node(pid) == java", "true");
    elixir.run("ref = Process.monitor(pid); send(pid, :done)");
    elixir("match?({:DOWN, ^ref, :process, ^pid, :done}, flush.())", "true");

    elixir.run("Process.flag(:trap_exit, true)");
    elixir.run("pid = Node.spawn_link(java, Shop, :waiting, [self()])");
    elixir("flush.() == pid", "true");
    elixir.run("send(pid, :done)");
    elixir("flush.() == {:EXIT, pid, :done}", "true");

    elixir.run("{pid, ref} = Node.spawn_monitor(java, Shop, :waiting, [self()])");
    elixir("flush.() == pid", "true");
    elixir.run("send(pid, :normal)");
    elixir("flush.() == {:DOWN, ref, :process, pid, :normal}", "true");

    elixir.run("pid = Node.spawn(java, Shop, :waiting, [self()], [:link, priority: :high])");
    elixir("flush.() == pid", "true");
    elixir.run("send(pid, :done)");
    elixir("flush.() == {:EXIT, pid, :done}", "true");
  }

  @Test
  void spawnRequestIsAnswered() {
    elixir.run("id = :erlang.spawn_request(java, Shop, :waiting, [self()], [:link, :monitor])");
    elixir.run("{:spawn_reply, ^id, :ok, pid} = flush.()");
    elixir("flush.() == pid", "true");
    elixir.run("Process.flag(:trap_exit, true); send(pid, :done)");
    elixir(
        "Enum.sort([flush.(), flush.()]) == Enum.sort([{:EXIT, pid, :done}, {:DOWN, id, :process,"
            + " pid, :done}])",
        "true");
  }

  @Test
  void aFunctionThatDoesNotExistEndsItsProcess() {
    elixir.run("{pid, ref} = Node.spawn_monitor(java, :nosuch, :fun, [1])");
    elixir("flush.() == {:DOWN, ref, :process, pid, {:undef, [{:nosuch, :fun, [1], []}]}}", "true");
    elixir.run("{pid, ref} = Node.spawn_monitor(java, Shop, :failing, [\"x\"])");
    elixir(
        "match?({:DOWN, ^ref, :process, ^pid, {{:illegal_state_exception, \"x\"}, [_ | _]}},"
            + " flush.())",
        "true");
    elixir.run("{pid, ref} = Node.spawn_monitor(java, fn -> 1 end)");
    elixir("match?({:DOWN, ^ref, :process, ^pid, {:undef, _}}, flush.())", "true");
  }

  @Test
  void tasksOfAJavaSupervisorCallThem() {
    TaskSupervisor.start(GenServer.name("tasks"));
    elixir.run("tasks = {:tasks, java}");
    elixir("Task.await(Task.Supervisor.async(tasks, Shop, :plus, [1, 2]))", "3");
    elixir("Task.await(Task.Supervisor.async_nolink(tasks, Shop, :plus, [1, 2]))", "3");
    elixir(
        "Task.yield(Task.Supervisor.async_nolink(tasks, Shop, :exiting, [:bye]))", "{:exit, :bye}");
    elixir(
        "{:exit, {reason, _}} = Task.yield(Task.Supervisor.async_nolink(tasks, Shop, :failing,"
            + " [\"shut\"])); reason",
        "{:illegal_state_exception, \"shut\"}");
    elixir(
        "{:exit, reason} = Task.yield(Task.Supervisor.async_nolink(tasks, Shop, :nosuch, []));"
            + " reason",
        "{:undef, [{Shop, :nosuch, [], []}]}");
    elixir(
        "Task.Supervisor.async_stream(tasks, 1..3, Shop, :plus, [10]) |> Enum.to_list()",
        "[ok: 11, ok: 12, ok: 13]");
    elixir.run("{:ok, pid} = Task.Supervisor.start_child(tasks, Shop, :waiting, [self()])");
    elixir("flush.() == pid", "true");
    elixir("Task.Supervisor.children(tasks) == [pid]", "true");
    elixir("Task.Supervisor.terminate_child(tasks, pid)", ":ok");
    elixir("Task.Supervisor.children(tasks)", "[]");
  }

  @Test
  void aJavaAgentAppliesThem() {
    Agent.start(() -> 5, GenServer.name("agent"));
    elixir.run("agent = {:agent, java}");
    elixir("Agent.get(agent, Shop, :add, [1])", "6");
    elixir("Agent.update(agent, Shop, :add, [10])", ":ok");
    elixir("Agent.get_and_update(agent, Shop, :take, [3])", "15");
    elixir("Agent.cast(agent, Shop, :add, [1000])", ":ok");
    elixir("Agent.get(agent, Shop, :add, [0])", "1012");
    elixir(
        "try do Agent.get(agent, Shop, :nosuch, []) catch :exit, {reason, _} -> reason end",
        "{:undef, [{Shop, :nosuch, [1012], []}]}");
    elixir(
        "try do Agent.get(agent, Shop, :add, [0]) catch :exit, {reason, _} -> reason end",
        ":noproc");
  }
}
