package dev.retort.interop;

import static dev.retort.Kernel.receive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Global;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Pg;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What every Erlang node answers about the network, names and groups: a real node asks itself and a
 * JVM node, which know each other, the same.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServicesTest {
  /** What a term is made of; of a node's name, its host. */
  private static final String SHAPE =
      "shape = fn shape, t -> cond do is_boolean(t) or is_atom(t) -> t; is_integer(t) -> :integer;"
          + " is_pid(t) -> :pid; is_tuple(t) -> List.to_tuple(Enum.map(Tuple.to_list(t),"
          + " &shape.(shape, &1))); is_list(t) and t != [] and is_integer(hd(t)) -> :string;"
          + " is_list(t) -> Enum.map(t, &shape.(shape, &1)); is_map(t) -> Map.new(t, fn {k, v} ->"
          + " {k, shape.(shape, v)} end) end end";

  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Node java;
  private static Iex elixir;

  @BeforeAll
  static void startBoth() throws Exception {
    java = Node.start(NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()));
    java.run(() -> Pg.start("pg"));
    elixir = nodes.iex("elixir");
    elixir.run("java = " + java.name());
    elixir.run(SHAPE);
    elixir.run("shape = fn term -> shape.(shape, term) end");
    elixir.run("ask = fn m, f, a -> :rpc.call(java, m, f, a) end");
    elixir.run("{:ok, _} = :pg.start(:pg)");
    elixir.run("Node.connect(java); :global.sync()");
    java.run(
        () -> {
          Global.sync();
          return true;
        });
  }

  @AfterAll
  static void stop() {
    java.close();
  }

  private static void elixir(String expression, String value) {
    assertThat(elixir.value(expression)).as(expression).isEqualTo(value);
  }

  /** Asks both nodes the same, and compares what the answers are made of. */
  private static void alike(String module, String function, String arguments) {
    alike(module, function, arguments, arguments);
  }

  private static void alike(String module, String function, String here, String there) {
    elixir(
        "case {shape.(apply(%1$s, %2$s, %3$s)), shape.(ask.(%1$s, %2$s, %4$s))} do {same, same} ->"
                .formatted(module, function, here, there)
            + " :alike; different -> different end",
        ":alike");
  }

  private static Pid waiting(String name) throws Exception {
    return java.run(
        () -> {
          var pid = Kernel.spawn(() -> receive());
          Kernel.register(name, pid);
          return pid;
        });
  }

  @Test
  void netKernelTellsOfItsPlaceOnTheNetwork() {
    elixir(
        "Map.delete(ask.(:net_kernel, :get_state, []), :name) =="
            + " Map.delete(:net_kernel.get_state(), :name)",
        "true");
    elixir("ask.(:net_kernel, :get_state, []).name == java", "true");
    elixir("ask.(:net_kernel, :nodename, []) == java", "true");
    for (var same :
        List.of("longnames", "get_net_ticktime", "epmd_module", "connecttime", "allowed")) {
      elixir("ask.(:net_kernel, :%1$s, []) == :net_kernel.%1$s()".formatted(same), "true");
    }
    elixir(
        "GenServer.call({:net_kernel, java}, :get_state) == ask.(:net_kernel, :get_state, [])",
        "true");
    alike(":net_kernel", ":node_info", "[java]", "[node()]");
    for (var item : List.of("owner", "state", "address", "type", "in", "out", "other")) {
      alike(":net_kernel", ":node_info", "[java, :" + item + "]", "[node(), :" + item + "]");
    }
    alike(":net_kernel", ":node_info", "[:nobody@nowhere]");
    elixir(
        "{:ok, [{me, info}]} = ask.(:net_kernel, :nodes_info, []); me == node() and info[:state] =="
            + " :up",
        "true");
    alike(":net_kernel", ":monitor_nodes", "[true]");
    alike(":net_kernel", ":monitor_nodes", "[:perhaps]");
    alike(":net_kernel", ":connect_node", "[:\"nobody@127.0.0.1\"]");
    elixir("ask.(:net_kernel, :connect_node, [node()])", "true");
    elixir("ask.(:net_kernel, :allow, [[:somebody@else]])", ":error");
    elixir("ask.(:net_kernel, :allowed, [])", "{:ok, []}");
  }

  @Test
  void epmdAndHostsAreSeenAsErlangSeesThem() {
    // other nodes of the machine come and go meanwhile
    elixir.run(
        "ours = fn {:ok, all} -> Enum.sort(Enum.filter(all, fn {name, _} -> name in ['"
            + nodes.name("java")
            + "', '"
            + nodes.name("elixir")
            + "'] end)) end");
    elixir("ours.(ask.(:erl_epmd, :names, [])) == ours.(:erl_epmd.names())", "true");
    for (var host : List.of("'localhost'", ":localhost", "{127, 0, 0, 1}")) {
      elixir(
          "{:ok, all} = ask.(:erl_epmd, :names, [%s]); Enum.any?(all, &match?({'%s', _}, &1))"
              .formatted(host, nodes.name("java")),
          "true");
    }
    var own = "'" + nodes.name("elixir") + "'";
    for (var question :
        List.of(
            "[" + own + ", 'localhost']",
            "[:" + nodes.name("elixir") + ", {127, 0, 0, 1}]",
            "[" + own + ", :localhost, 5000]",
            "['nobody_at_all', 'localhost']",
            "[" + own + ", 'no-such-host.invalid']")) {
      elixir(
          "ask.(:erl_epmd, :port_please, %1$s) == apply(:erl_epmd, :port_please, %1$s)"
              .formatted(question),
          "true");
    }
    alike(":erl_epmd", ":listen_port_please", "['a', 'localhost']");
    elixir("ask.(:erl_epmd, :address_please, ['a', 'localhost', :inet])", "{:ok, {127, 0, 0, 1}}");
    alike(":erl_epmd", ":names", "['no-such-host.invalid']");
    alike(":erl_epmd", ":address_please", "['a', 'no-such-host.invalid', :inet]");

    elixir("ask.(:net_adm, :localhost, []) == :net_adm.localhost()", "true");
    elixir("length(ours.(ask.(:net_adm, :names, [])))", "2");
    elixir("ask.(:net_adm, :dns_hostname, [:localhost]) == {:ok, 'localhost'}", "true");
    elixir(
        "ask.(:net_adm, :dns_hostname, [:\"no-such-host.invalid\"])",
        "{:error, :\"no-such-host.invalid\"}");
    elixir("ask.(:net_adm, :ping, [node()])", ":pong");
    elixir("ask.(:net_adm, :ping, [:\"nobody@127.0.0.1\"])", ":pang");
  }

  @Test
  void cookiesAreNeitherToldNorChanged() {
    elixir("ask.(:auth, :is_auth, [node()])", ":yes");
    elixir("ask.(:auth, :is_auth, [:\"nobody@127.0.0.1\"])", ":no");
    for (var refused :
        List.of(
            ":auth, :get_cookie, []",
            ":auth, :get_cookie, [node()]",
            ":auth, :set_cookie, [:other]",
            ":erlang, :get_cookie, []",
            ":erlang, :set_cookie, [:other]",
            ":net_kernel, :set_net_ticktime, [1]",
            ":net_kernel, :stop, []")) {
      elixir("match?({:badrpc, {:EXIT, {:undef, _}}}, ask.(" + refused + "))", "true");
    }
  }

  @Test
  void globalNamesAreAskedForAndChanged() throws Exception {
    var pid = waiting("one_of_java");
    elixir.run("theirs = ask.(:erlang, :whereis, [:one_of_java])");
    elixir("ask.(:global, :register_name, [:told, theirs])", ":yes");
    elixir("ask.(:global, :register_name, [:told, self()])", ":no");
    assertThat(Global.whereis(Atom.of("told"))).isEqualTo(pid);
    elixir("ask.(:global, :whereis_name, [:told]) == theirs", "true");
    elixir(":global.whereis_name(:told) == theirs", "true");
    elixir("Enum.member?(ask.(:global, :registered_names, []), :told)", "true");
    elixir("ask.(:global, :re_register_name, [:told, self()])", ":yes");
    elixir("ask.(:global, :send, [:told, :hello]) == self()", "true");
    elixir("receive do :hello -> :there after 5_000 -> :none end", ":there");
    elixir("ask.(:global, :unregister_name, [:told])", ":ok");
    elixir(":global.whereis_name(:told)", ":undefined");
    alike(":global", ":whereis_name", "[:nobody]");
    alike(":global", ":unregister_name", "[:nobody]");
    elixir(
        "ask.(:global, :send, [:nobody, 1]) == {:badrpc, {:EXIT, {:badarg, {:nobody, 1}}}}",
        "true");
    elixir("ask.(:global, :register_name, [:told, self(), &:global.notify_all_name/3])", ":yes");
    elixir("ask.(:global, :unregister_name, [:told])", ":ok");
  }

  @Test
  void globalLocksAreSetForTheLengthOfACall() {
    elixir("ask.(:global, :set_lock, [{:db, :asked}])", "true");
    // its process has ended, and its lock with it
    elixir(":global.set_lock({:db, :mine})", "true");
    elixir("ask.(:global, :set_lock, [{:db, :asked}, [node(), java], 0])", "false");
    elixir("ask.(:global, :set_lock, [{:db, :mine}, [node(), java], 0])", "true");
    elixir("ask.(:global, :del_lock, [{:db, :asked}])", "true");
    elixir(":global.del_lock({:db, :mine})", "true");
    elixir("ask.(:global, :set_lock, [{:db, :asked}, [java], 0])", "true");
  }

  @Test
  void globalSynchronizesWhereItIsAsked() throws Exception {
    elixir("ask.(:global, :sync, [])", ":ok");
    elixir("ask.(:global, :sync, [[node(), java]])", ":ok");
    elixir("ask.(:global, :sync, [[:\"nobody@127.0.0.1\"]])", ":ok");
    elixir("GenServer.call({:global_name_server, java}, {:sync, [node()]})", ":ok");
    elixir.run(
        "without_nodes = fn state -> state |> put_elem(2, is_map(elem(state, 2))) |> put_elem(3, 0) |> put_elem(6, 0) end");
    elixir(
        "shape.(without_nodes.(ask.(:global, :info, []))) == shape.(without_nodes.(:global.info()))",
        "true");
    elixir("elem(ask.(:global, :info, []), 3)", "[" + elixir.atom() + "]");
    for (int i = 0; i < 3; i++) {
      assertThat(java.run(() -> Node.disconnect(elixir.node()))).isTrue();
      assertThat(java.run(() -> Node.connect(elixir.node()))).isTrue();
      java.run(
          () -> {
            Global.sync();
            return true;
          });
      elixir.run("me = spawn(fn -> Process.sleep(:infinity) end)");
      elixir(":global.register_name({:round, " + i + "}, me)", ":yes");
      elixir("ask.(:global, :whereis_name, [{:round, " + i + "}]) == me", "true");
    }
  }

  @Test
  void groupsAreAskedForAndJoined() throws Exception {
    var pid = waiting("member");
    elixir.run("theirs = ask.(:erlang, :whereis, [:member])");
    elixir("ask.(:pg, :join, [:shoppers, theirs])", ":ok");
    elixir("ask.(:pg, :join, [:pg, :shoppers, [theirs]])", ":ok");
    elixir("ask.(:pg, :get_members, [:shoppers]) == [theirs, theirs]", "true");
    elixir("ask.(:pg, :get_local_members, [:pg, :shoppers]) == [theirs, theirs]", "true");
    elixir("ask.(:pg, :which_groups, [])", "[:shoppers]");
    elixir("ask.(:pg, :which_local_groups, [:pg])", "[:shoppers]");
    assertThat(Pg.getMembers(Atom.of("shoppers"))).containsExactly(pid, pid);
    elixir("ask.(:pg, :leave, [:shoppers, [theirs, theirs]])", ":ok");
    elixir("ask.(:pg, :leave, [:pg, :shoppers, theirs])", ":not_joined");
    elixir("ask.(:pg, :get_members, [:shoppers])", "[]");
    // who is no process of that node; a scope that is not there
    elixir(
        "{:badrpc, {:EXIT, {reason, _}}} = ask.(:pg, :join, [:shoppers, self()]); reason =="
            + " {:nolocal, self()}",
        "true");
    elixir(
        "ask.(:pg, :join, [:none, :shoppers, theirs]) == {:badrpc, {:EXIT, {:noproc, {:gen_server,"
            + " :call, [:none, {:join_local, :shoppers, theirs}, :infinity]}}}}",
        "true");
    elixir("match?({:badrpc, {:EXIT, {:badarg, _}}}, ask.(:pg, :which_groups, [:none]))", "true");
    alike(":pg", ":get_members", "[:none, :shoppers]");
  }
}
