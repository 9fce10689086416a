package dev.retort.interop;

import static dev.retort.Kernel.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Agent;
import dev.retort.Down;
import dev.retort.Exports;
import dev.retort.GenServer;
import dev.retort.Global;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code :global} of real Elixir nodes and ours are one. */
class GlobalTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private Node java;
  private Iex elixir;

  @BeforeEach
  void start() throws IOException {
    java =
        Node.start(
            NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()),
            Exports.of("Elixir.Shop", Shop.class));
    elixir = nodes.iex("elixir");
    elixir.run("java = " + java.name());
  }

  @AfterEach
  void stop() {
    java.close();
  }

  private void elixir(String expression, String value) {
    assertThat(elixir.value(expression)).as(expression).isEqualTo(value);
  }

  private void meet() {
    elixir("Node.connect(java)", "true");
    elixir(":global.sync()", ":ok");
    elixir.run(":global.register_name({:met, node()}, spawn(fn -> Process.sleep(:infinity) end))");
    await().until(() -> Global.whereis(Tuple.of(Atom.of("met"), Atom.of(elixir.node()))) != null);
  }

  private Pid waiting() {
    return java.spawn(() -> receive());
  }

  @Test
  void namesOfJavaProcessesAreKnownToElixir() throws IOException {
    var before = waiting();
    assertThat(Global.register("before", before)).isTrue();
    meet();
    elixir("node(:global.whereis_name(\"before\")) == java", "true");
    assertThat(Global.register(Atom.of("mine"), waiting())).isTrue();
    elixir("node(:global.whereis_name(:mine)) == java", "true");
    elixir(":global.register_name(:mine, self())", ":no");
    elixir("Enum.member?(:global.registered_names(), \"before\")", "true");
    var second = nodes.iex("second");
    assertThat(second.value("Node.connect(" + elixir.atom() + ")")).isEqualTo("true");
    assertThat(second.value(":global.sync()")).isEqualTo(":ok");
    await().until(() -> second.value(":global.whereis_name(:mine)").startsWith("#PID"));
    elixir(":global.send(:mine, :stop) |> is_pid()", "true");
    await().until(() -> elixir.value(":global.whereis_name(:mine)").equals(":undefined"));
    await().until(() -> second.value(":global.whereis_name(:mine)").equals(":undefined"));
    assertThat(Global.whereis(Atom.of("mine"))).isNull();
    Global.unregister("before");
    elixir(":global.whereis_name(\"before\")", ":undefined");
  }

  @Test
  void namesOfElixirProcessesAreKnownToJava() throws Exception {
    meet();
    elixir.run("{:ok, agent} = Agent.start(fn -> 7 end, name: {:global, :agent})");
    assertThat(Global.whereis(Atom.of("agent"))).isNotNull();
    assertThat(Global.register(Atom.of("agent"), waiting())).isFalse();
    java.run(
        () -> {
          var ref = Kernel.monitor(Global.name(Atom.of("agent")));
          GenServer.stop(Global.name(Atom.of("agent")));
          assertThat(Kernel.receive(Down.class).ref()).isEqualTo(ref);
          return true;
        });
    await().until(() -> Global.whereis(Atom.of("agent")) == null);
    elixir.run("Process.register(self(), :shell)");
    elixir(":global.register_name(\"shell\", self())", ":yes");
    Global.send("shell", "hello");
    elixir("receive do m -> m after 5_000 -> :none end", "\"hello\"");
    var pid = waiting();
    Global.reregister("shell", pid);
    elixir("node(:global.whereis_name(\"shell\")) == java", "true");
  }

  @Test
  void serversAreCalledByGlobalNamesFromBothSides() throws Exception {
    meet();
    Agent.start(() -> 5, GenServer.name(Global.name(Atom.of("java_agent"))));
    elixir("Agent.get({:global, :java_agent}, Shop, :add, [1])", "6");
    elixir(
        "match?({:error, {:already_started, _}}, Agent.start(fn -> 1 end, name: {:global,"
            + " :java_agent}))",
        "true");
    elixir.run(
        "defmodule Echo do use GenServer; def init(s), do: {:ok, s}; def handle_call(m, _, s), do:"
            + " {:reply, m, s} end");
    elixir.run("{:ok, _} = GenServer.start(Echo, 0, name: {:global, \"echo\"})");
    assertThat(GenServer.call(Global.name("echo"), (Object) "hello")).isEqualTo("hello");
  }

  @Test
  void conflictsAreResolvedAsBothHaveAgreed() throws Exception {
    var told = new LinkedBlockingQueue<Object>();
    for (var method : List.of("random_exit_name", "random_notify_name", "notify_all_name")) {
      var pid = java.spawn(() -> told.add(receive(Global.NameConflictWith.class)));
      assertThat(Global.register(method, pid, new Global.Method("global", method))).isTrue();
      elixir.run(
          "me = self(); {:ok, _} = Task.start(fn -> :global.register_name(\""
              + method
              + "\", self(), &:global."
              + method
              + "/3); send(me, :registered); receive do m -> send(me, m) end end); receive do"
              + " :registered -> :ok end");
    }
    var killed = waiting();
    assertThat(Global.register("default", killed)).isTrue();
    elixir.run("theirs = spawn(fn -> Process.sleep(:infinity) end)");
    elixir(":global.register_name(\"default\", theirs)", ":yes");
    meet();
    // notify_all_name: both are told, and nobody keeps it
    assertThat(told.poll(20, TimeUnit.SECONDS)).isInstanceOf(Global.NameConflictWith.class);
    assertThat(Global.whereis("notify_all_name")).isNull();
    elixir(":global.whereis_name(\"notify_all_name\")", ":undefined");
    for (var name : List.of("random_exit_name", "random_notify_name", "default")) {
      var here = Global.whereis(name);
      assertThat(here).as(name).isNotNull();
      elixir("inspect(node(:global.whereis_name(\"" + name + "\")))", "\"" + here.node() + "\"");
    }
    // the smaller node keeps what chance decides: one of the two is no more
    boolean oursIsAlive = java.run(() -> Kernel.alive(killed));
    elixir("Process.alive?(theirs)", String.valueOf(!oursIsAlive));
  }

  @Test
  void locksExcludeEachOther() throws Exception {
    meet();
    elixir(":global.set_lock({:db, :elixir})", "true");
    var lock = new Global.Lock(Atom.of("db"), Atom.of("java"));
    java.run(
        () -> {
          var nodes = List.of(java.name(), Atom.of(elixir.node()));
          assertThat(Global.setLock(lock, nodes, 0)).isFalse();
          elixir(":global.del_lock({:db, :elixir})", "true");
          Global.setLock(lock);
          elixir(":global.set_lock({:db, :elixir}, [node(), java], 0)", "false");
          elixir(":global.trans({:db, :elixir}, fn -> 1 end, [node(), java], 0)", ":aborted");
          return true;
        });
    // its holder has ended
    elixir(":global.trans({:db, :elixir}, fn -> 1 end)", "1");
  }
}
