package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Elixir's functions on supervisors of a JVM node, and Retort's on those of an Elixir node. */
class SupervisorsAcrossNodesTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private Jex java;
  private Iex elixir;

  @BeforeEach
  void start() throws IOException {
    java = nodes.startJex("java");
    elixir = nodes.iex("elixir");
    Nodes.ready(java);
    elixir.run("sup = {:sup, " + java.atom() + "}");
    elixir.run("dyn = {:dyn, " + java.atom() + "}");
  }

  private void elixir(String expression, String value) {
    assertThat(elixir.value(expression)).as(expression).isEqualTo(value);
  }

  private void java(String expression, String value) {
    assertThat(java.value(expression)).as(expression).isEqualTo(value);
  }

  @Test
  void elixirCannotTellAJavaSupervisorFromItsOwn() {
    java.run(
        "Supervisor.start(Supervisor.oneForOne(), List.of(Supervisor.child(\"a\", () ->"
            + " Agent.startLink(() -> 1)), Supervisor.child(Atom.of(\"b\"), () ->"
            + " Agent.startLink(() -> 2)).shutdown(ChildSpec.INFINITY),"
            + " Supervisor.supervisor(\"c\", Supervisor.restForOne())), GenServer.name(\"sup\"))");
    elixir(
        "for {id, pid, type, [mod]} <- Supervisor.which_children(sup), do: {id, is_pid(pid), type,"
            + " is_atom(mod)}",
        "[{\"c\", true, :supervisor, true}, {:b, true, :worker, true}, {\"a\", true, :worker,"
            + " true}]");
    elixir(
        "Supervisor.count_children(sup) == %{active: 3, specs: 3, supervisors: 1, workers: 2}",
        "true");
    elixir("Supervisor.restart_child(sup, \"a\")", "{:error, :running}");
    elixir("Supervisor.delete_child(sup, \"a\")", "{:error, :running}");
    elixir("Supervisor.terminate_child(sup, \"a\")", ":ok");
    elixir("Supervisor.terminate_child(sup, \"nobody\")", "{:error, :not_found}");
    elixir("List.keyfind(Supervisor.which_children(sup), \"a\", 0) |> elem(1)", ":undefined");
    elixir("with {:ok, pid} <- Supervisor.restart_child(sup, \"a\"), do: is_pid(pid)", "true");
    elixir("Supervisor.terminate_child(sup, \"a\")", ":ok");
    elixir("Supervisor.delete_child(sup, \"a\")", ":ok");
    elixir("Supervisor.delete_child(sup, \"a\")", "{:error, :not_found}");
    elixir("Supervisor.restart_child(sup, \"a\")", "{:error, :not_found}");
    elixir(
        "with {:ok, spec} <- :supervisor.get_childspec(sup, :b), do: spec |> Map.take([:id,"
            + " :restart, :shutdown, :significant, :type]) |> Enum.sort()",
        "[id: :b, restart: :permanent, shutdown: :infinity, significant: false, type: :worker]");
    elixir("match?({:ok, %{start: {_, :start, []}}}, :supervisor.get_childspec(sup, :b))", "true");
    elixir("Supervisor.start_child(sup, %{})", "{:error, :missing_id}");
    elixir(
        "match?({:error, {{:EXIT, {:undef, [{Agent, :start_link, _, _}]}}, _}},"
            + " Supervisor.start_child(sup, {Agent, fn -> 1 end}))",
        "true");
  }

  @Test
  void elixirCannotTellAJavaDynamicSupervisorFromItsOwn() {
    java.run("var dyn = DynamicSupervisor.start(Supervisor.oneForOne(), GenServer.name(\"dyn\"))");
    java.run(
        "for (int i = 0; i < 3; i++) DynamicSupervisor.startChild(dyn, Supervisor.child(i, () ->"
            + " Agent.startLink(() -> 1)))");
    elixir(
        "for {id, pid, type, [_]} <- DynamicSupervisor.which_children(dyn), uniq: true, do: {id,"
            + " is_pid(pid), type}",
        "[{:undefined, true, :worker}]");
    elixir(
        "DynamicSupervisor.count_children(dyn) == %{active: 3, specs: 3, supervisors: 0, workers:"
            + " 3}",
        "true");
    elixir.run("[{_, first, _, _} | _] = DynamicSupervisor.which_children(dyn)");
    elixir("DynamicSupervisor.terminate_child(dyn, first)", ":ok");
    elixir("DynamicSupervisor.terminate_child(dyn, first)", "{:error, :not_found}");
    elixir(
        "match?({:error, {:undef, [{Agent, :start_link, _, _}]}},"
            + " DynamicSupervisor.start_child(dyn, {Agent, fn -> 1 end}))",
        "true");
    java("DynamicSupervisor.countChildren(dyn).active()", "2");
    elixir("DynamicSupervisor.stop(dyn)", ":ok");
    java("Kernel.alive(dyn)", "false");
  }

  @Test
  void retortsFunctionsWorkOnElixirsSupervisors() {
    elixir.run(
        "{:ok, _} = Supervisor.start_link([Supervisor.child_spec({Agent, fn -> 1 end}, id: :a),"
            + " Supervisor.child_spec({Agent, fn -> 2 end}, id: :b, restart: :temporary)],"
            + " strategy: :one_for_one, name: :esup)");
    java.run("Node.connect(\"" + elixir.node() + "\")");
    java.run("var esup = new Name(Atom.of(\"esup\"), Atom.of(\"" + elixir.node() + "\"))");
    java("Supervisor.whichChildren(esup).stream().map(ChildInfo::id).toList()", "[:a, :b]");
    java("Supervisor.countChildren(esup).equals(new ChildCount(2, 2, 0, 2))", "true");
    java("Supervisor.terminateChild(esup, Atom.of(\"a\"))", "true");
    java("Supervisor.terminateChild(esup, Atom.of(\"nobody\"))", "false");
    java("Supervisor.whichChildren(esup).getFirst().pid() == null", "true");
    java("Supervisor.restartChild(esup, Atom.of(\"a\")) != null", "true");
    java(
        "((java.util.function.Supplier<Object>) () -> { try { return Supervisor.deleteChild(esup,"
            + " Atom.of(\"a\")); } catch (ChildException e) { return e.reason(); } }).get()",
        ":running");
    java(
        "((java.util.function.Supplier<Object>) () -> { try { return Supervisor.startChild(esup,"
            + " Supervisor.child(\"x\", () -> null)); } catch (IllegalArgumentException e) { return"
            + " e.getMessage().contains(\"a start function does not travel\"); } }).get()",
        "true");
    java.run("Supervisor.stop(esup)");
    elixir("Process.whereis(:esup)", "nil");
  }
}
