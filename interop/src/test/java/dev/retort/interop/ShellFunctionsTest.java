package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Agent;
import dev.retort.Exports;
import dev.retort.GenServer;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.TaskSupervisor;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Functions typed into a real iex or erl are evaluated on a JVM node. */
class ShellFunctionsTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private @Nullable Node java;
  private Iex elixir;

  private void start(boolean accept) throws IOException {
    var options =
        NodeOptions.shortName(nodes.name("java"))
            .withCookie(nodes.cookie())
            .withAcceptClosures(accept);
    java = Node.start(options, Exports.of("Elixir.Shop", Shop.class));
    elixir = nodes.iex("elixir");
    elixir.run("java = " + java.name());
    elixir.run("flush = fn -> receive do m -> m after 5_000 -> :nothing end end");
  }

  @AfterEach
  void stop() {
    if (java != null) {
      java.close();
    }
  }

  private void elixir(String expression, String value) {
    assertThat(elixir.value(expression)).as(expression).isEqualTo(value);
  }

  /** The article's transcript, with an iex that sends and a jex that receives. */
  @Test
  void theTranscript() throws IOException {
    var receiver = nodes.jex("receiver");
    var sender = nodes.iex("sender");
    sender.type("receiver = Node.spawn_link(" + receiver.atom() + ", fn -> receive do");
    sender.type("{:hello, sender} -> send(sender, {:hello, \"Hello from receiver\"})");
    sender.type("_ -> IO.puts \"I don't understand\"");
    sender.type("end end)");
    sender.await(Pattern.compile("#PID<[1-9][0-9]*\\.[0-9]+\\.[0-9]+>"));
    assertThat(sender.value("node(receiver)")).isEqualTo(receiver.atom());
    sender.type("send(receiver, {:hello, self()})");
    sender.await("{:hello, #PID<0.");
    assertThat(sender.value("receive do m -> m after 5000 -> :nothing end"))
        .isEqualTo("{:hello, \"Hello from receiver\"}");

    sender.run(
        "again = fn -> receive do :x -> :y; _ -> IO.puts(\"I don't \" <> \"get it\") end end");
    sender.type("send(Node.spawn(" + receiver.atom() + ", again), 1)");
    sender.await("I don't get it");
    assertThat(receiver.transcript()).doesNotContain("I don't get it");
  }

  @Test
  void elixirsFunctionsRunInProcessesOfTheJvm() throws IOException {
    start(true);
    elixir.run("me = self(); x = 5");
    elixir.run("pid = Node.spawn(java, fn -> send(me, {self(), Node.self(), x * 2}) end)");
    elixir("flush.() == {pid, java, 10}", "true");
    elixir.run("{pid, ref} = Node.spawn_monitor(java, fn -> exit({:bye, x}) end)");
    elixir("flush.() == {:DOWN, ref, :process, pid, {:bye, 5}}", "true");
    elixir.run("{_, _} = Node.spawn_monitor(java, fn -> {:ok, _} = {:error, x} end)");
    elixir(
        "{:DOWN, _, _, _, {reason, [{m, f, a, l} | _]}} = flush.(); {reason, is_atom(m), is_list(l)}",
        "{{:badmatch, {:error, 5}}, true, true}");
    elixir.run("Node.spawn_monitor(java, fn -> Nosuch.fun(x, :y) end)");
    elixir(
        "{:DOWN, _, _, _, {reason, stack}} = flush.(); {reason, hd(stack)}",
        "{:undef, {Nosuch, :fun, [5, :y], []}}");
    elixir.run("Process.flag(:trap_exit, true)");
    elixir.run("pid = Node.spawn_link(java, fn -> receive do :go -> raise \"boom #{x}\" end end)");
    elixir.run("send(pid, :go)");
    elixir("{:EXIT, ^pid, {reason, _}} = flush.(); reason", "%RuntimeError{message: \"boom 5\"}");
    elixir.run("pid = Node.spawn_link(java, fn -> l = fn l, n -> l.(l, n + 1) end; l.(l, 0) end)");
    elixir("Process.exit(pid, :kill)", "true");
    elixir("flush.() == {:EXIT, pid, :killed}", "true");
    elixir.run("pid = Node.spawn_link(java, fn -> l = fn l, n -> 1 + l.(l, n) end; l.(l, 0) end)");
    elixir("{:EXIT, ^pid, {reason, _}} = flush.(); reason", ":system_limit");

    elixir(":erpc.call(java, fn -> Enum.map(1..3, &(&1 * x)) end)", "[5, 10, 15]");
    elixir(":rpc.call(java, :erlang, :apply, [fn a -> a + x end, [1]])", "6");
    elixir(":rpc.block_call(java, :erlang, :apply, [fn a -> a + x end, [1]])", "6");
    elixir("try do :erpc.call(java, fn -> throw(x) end) catch k, v -> {k, v} end", "{:throw, 5}");
    elixir(
        "try do :erpc.call(java, fn -> 1 / (x - 5) end) catch :error, {:exception, r, _} -> r end",
        ":badarith");
    elixir(":erpc.call(java, fn -> Shop.plus(x, 1) end)", "6");
    elixir(
        ":erpc.call(java, fn -> try do Shop.failing(\"shut\") catch k, r -> {k, r} end end)",
        "{:error, {:illegal_state_exception, \"shut\"}}");
    elixir("match?([_ | _], :erpc.call(java, fn -> Process.list() end))", "true");
    for (var forbidden : List.of(":os.cmd('true')", ":\"java.lang.System\".exit(1)", "File.ls()")) {
      elixir(
          "try do :erpc.call(java, fn -> " + forbidden + " end) catch :error, {_, r, _} -> r end",
          ":undef");
    }
  }

  @Test
  void whatElixirMakesOfItsLanguageIsUnderstood() throws IOException {
    start(true);
    for (var expression :
        List.of(
            "\"#{1} #{:a} #{2.5} #{nil} #{[104, 105]}\"",
            "for x <- 1..5, rem(x, 2) == 1, into: %{}, do: {x, x * x}",
            "for <<c <- \"abc\">>, into: \"\", do: <<c + 1>>",
            "case {1, %{a: 2}} do {x, %{a: y}} when x < y -> x + y; _ -> nil end",
            "with {:ok, a} <- {:ok, 1}, {:ok, b} <- {:error, a} do b else {:error, e} -> {:no, e} end",
            "cond do 1 > 2 -> :a; nil -> :b; true -> :c end",
            "try do raise ArgumentError, \"no\" rescue e in ArgumentError -> e.message end",
            "try do 1 + :a rescue ArithmeticError -> :arith after :ok end",
            "try do %{a: 1}.b rescue e in KeyError -> e.key end",
            "m = %{a: 1}; f = fn m -> m.b end; try do f.(m) rescue e in KeyError -> e.term end",
            "f = fn m -> m.b end; try do f.(nil) rescue e -> e.__struct__ end",
            "f = fn m -> m.b end; try do f.([1]) rescue e -> e.__struct__ end",
            "f = fn m -> m.b end; f.(%{b: 7})",
            "f = fn m -> m.self() end; f.(Node) && :called",
            "try do hd([]) rescue e -> e.__struct__ end",
            "try do exit(:a) catch :exit, r -> r end",
            "%{%{a: 1, b: 2} | a: 3}",
            "[1, 2, 3] |> Enum.map(fn x -> x * 2 end) |> Enum.filter(&(&1 > 2)) |> Enum.sum()",
            "Enum.reduce(1..100, 0, &+/2)",
            "Enum.sort_by([\"ccc\", \"a\", \"bb\"], &String.length/1, :desc)",
            "Enum.group_by([1, 2, 3], &rem(&1, 2))",
            "Enum.zip([1, 2], [:a, :b]) |> Enum.into(%{})",
            "Enum.chunk_every([1, 2, 3], 2)",
            "Enum.join([1, :a, \"b\"], \"-\")",
            "Enum.with_index([:a, :b])",
            "String.upcase(\"héllo\") <> String.slice(\"abcdef\", 1..2) <> String.reverse(\"ab\")",
            "String.split(\"a,b,c\", \",\") ++ String.split(\" x  y \")",
            "{String.length(\"é\"), String.to_integer(\"12\"), String.pad_leading(\"7\", 3, \"0\")}",
            "Map.update(%{a: 1}, :a, 0, &(&1 + 1)) |> Map.put(:b, 2) |> Map.get(:b)",
            "Keyword.get([a: 1, b: 2], :b)",
            "put_in(%{a: %{b: 1}}, [:a, :b], 2)",
            "inspect({:a, \"b\", [0, 99], %{d: 1.5}})",
            "List.first([1]) + List.last([1, 2]) + Integer.mod(-1, 5)",
            "{Integer.to_string(255, 16), Integer.parse(\"12x\"), Float.round(2.345, 2)}",
            "if 1 in [1, 2], do: :yes, else: :no",
            "{a, b} = {1, 2}; [h | t] = [a, b]; {h, t}",
            "f = fn 0, _ -> 0; n, g -> n + g.(n - 1, g) end; f.(10, f)",
            "send(self(), {:x, 1}); receive do {:y, _} -> :y; {:x, n} -> n after 0 -> :none end",
            "Task.await(Task.async(fn -> 21 * 2 end))",
            "{:ok, a} = Agent.start_link(fn -> 1 end); Agent.update(a, &(&1 + 1)); Agent.get(a, & &1)",
            "<<a::16, rest::binary>> = <<1, 2, 3>>; {a, rest}",
            "try do Enum.map(:a, & &1) rescue e in Protocol.UndefinedError -> e.value end",
            "~w(a b)a ++ [:c]",
            "s = MapSet.new([3, 1, 1]); {s, MapSet.size(s), MapSet.to_list(MapSet.put(s, 2)), 3 in s}",
            "a = MapSet.new(1..40); MapSet.size(a) + Enum.sum(a) + length(Enum.filter(a, &(&1 > 38)))",
            "a = MapSet.new(1..3); b = MapSet.new(2..5, & &1); {MapSet.union(a, b),"
                + " MapSet.intersection(a, b), MapSet.difference(a, b), MapSet.disjoint?(a, b),"
                + " MapSet.subset?(MapSet.delete(a, 1), b), MapSet.equal?(a, b), a == MapSet.new([3, 2, 1])}",
            "inspect(MapSet.new([\"b\", \"a\"])) <> inspect(Enum.into([1, 2], MapSet.new([2])))",
            "MapSet.new([1, 2, 3]) |> MapSet.filter(&(&1 > 1)) |> MapSet.reject(&(&1 == 3))",
            "r = 1..1_000_000_000; {5 in r, 0 in [a: 1], Enum.member?(%{a: 1}, {:a, 1})}",
            "for x <- [1, 2, 1], into: MapSet.new([7]), do: x * 2",
            "for x <- [1, 2], into: [0], do: x",
            "try do for(x <- [1, 2], into: 5, do: x) rescue e -> e.protocol end",
            "try do (for x <- [1], into: MapSet.new(), do: throw(x)) catch x -> {:thrown, x} end",
            "try do MapSet.put(%{}, 1) rescue e in FunctionClauseError -> :no end",
            "true and not false",
            "(fn -> :crypto end).()",
            "Enum.max_by([a: 1, b: 3], &elem(&1, 1))",
            "Process.put(:k, 1); Process.get(:k)",
            "Enum.flat_map([1, 2], &[&1, &1]) |> Enum.uniq() |> Enum.take(1)")) {
      elixir(
          "fun = fn -> "
              + expression
              + " end; {:erpc.call(java, fun) == fun.(), fun.()} |> elem(0)",
          "true");
    }
    // there are two ways to show it; here it is that of Elixir 1.14 whoever asks
    elixir(":erpc.call(java, fn -> inspect(~c\"c\") end)", "\"'c'\"");
  }

  @Test
  void functionsGoToAgentsAndTasksAndComeBack() throws IOException {
    start(true);
    Agent.start(() -> 5, GenServer.name("agent"));
    TaskSupervisor.start(GenServer.name("tasks"));
    elixir.run("x = 10; agent = {:agent, java}; tasks = {:tasks, java}");
    elixir("Agent.get(agent, fn n -> n + x end)", "15");
    elixir("Agent.update(agent, &(&1 * 2))", ":ok");
    elixir("Agent.get_and_update(agent, fn n -> {n, n + 1} end)", "10");
    elixir("Agent.cast(agent, fn n -> n + 100 end)", ":ok");
    elixir("Agent.get(agent, & &1)", "111");
    elixir("Task.await(Task.Supervisor.async(tasks, fn -> {node(), x} end)) == {java, 10}", "true");
    elixir(
        "Task.Supervisor.async_stream(tasks, 1..3, fn n -> n * x end) |> Enum.to_list()",
        "[ok: 10, ok: 20, ok: 30]");
    elixir(
        "{:exit, {r, _}} = Task.yield(Task.Supervisor.async_nolink(tasks, fn -> raise \"no\" end)); r",
        "%RuntimeError{message: \"no\"}");

    elixir.run("f = fn a -> a + x end");
    elixir(":erpc.call(java, fn -> f end) == f", "true");
    elixir(":erpc.call(java, fn -> fn a, b -> a * b + x end end).(3, 4)", "22");
    elixir(":erpc.call(java, fn -> y = x + 1; fn -> y end end).()", "11");
    elixir(
        ":erpc.call(java, fn -> [1, 2] |> Enum.map(f) |> Enum.map(&to_string/1) end)",
        "[\"11\", \"12\"]");
  }

  @Test
  void whereTheyAreNotAcceptedTheyAreRefused() throws IOException {
    start(false);
    Agent.start(() -> 5, GenServer.name("agent"));
    elixir.run("{pid, ref} = Node.spawn_monitor(java, fn -> 1 end)");
    elixir("match?({:DOWN, ^ref, :process, ^pid, {:undef, _}}, flush.())", "true");
    elixir(
        "try do :erpc.call(java, fn -> 1 end) catch :error, {:exception, why, _} -> why end",
        ":undef");
    elixir(
        "try do Agent.get({:agent, java}, & &1) catch :exit, {{why, _}, _} -> why end", ":undef");
  }

  @Test
  void erlangsFunctionsRunThereToo() throws IOException {
    start(true);
    var erl =
        nodes.run("erl", "-sname", nodes.name("erl"), "-setcookie", nodes.cookie(), "-hidden");
    erl.type("J = '" + nodes.node("java") + "', X = 7, S = self().");
    erl.type(
        "spawn(J, fun() -> S ! {from, node(), X}, io:format(\"~p on ~w~n\", [X, node()]) end).");
    erl.await("7 on " + nodes.node("java"));
    erl.type("receive {from, J, Y} -> {got, Y} end.");
    erl.await("{got,7}");
    erl.type("F = fun Fac(0) -> 1; Fac(N) -> N * Fac(N - 1) end.");
    erl.type("erpc:call(J, fun() -> F(20) end).");
    erl.await("2432902008176640000");
    erl.type("(erpc:call(J, fun() -> fun(A, B) -> {A, B, X} end end))(1, 2).");
    erl.await("{1,2,7}");
    erl.type("(erpc:call(J, fun() -> fun G(0) -> X; G(N) -> G(N - 1) end end))(3).");
    erl.await(Pattern.compile("> 7\n"));
    // there is no Elixir that could be asked for a set: it is that of Elixir 1.14
    erl.type("erpc:call(J, fun() -> maps:get(version, 'Elixir.MapSet':new([X])) end) + 40.");
    erl.await(Pattern.compile("> 42\n"));
    erl.type("catch erpc:call(J, fun() -> hd([]) end).");
    erl.await("badarg");
  }
}
