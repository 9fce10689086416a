package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.Application;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The tools of a real Erlang node look at a JVM node: what they ask, asked as they do, and the
 * answers in the shapes that the Erlang node's own have.
 */
class ObserverTest {
  /**
   * What a term is made of, without what it says; lists that are no property lists as such. A limit
   * of a heap says since OTP 27 what it includes, and here whatever the release.
   */
  private static final String SHAPE =
      """
      shape = fn shape, t -> cond do \
        is_boolean(t) -> :boolean; is_atom(t) -> :atom; is_integer(t) -> :integer; \
        is_binary(t) -> :binary; is_pid(t) -> :pid; \
        is_tuple(t) -> List.to_tuple(Enum.map(Tuple.to_list(t), &shape.(shape, &1))); \
        is_map(t) -> Map.new(t, fn {k, v} -> {k, shape.(shape, v)} end); \
        match?([{k, _} | _] when is_atom(k), t) -> Enum.map(t, fn \
          {:dictionary, v} -> {:dictionary, Enum.sort(shape.(shape, v))}; \
          {:max_heap_size, v} -> \
            {:max_heap_size, shape.(shape, Map.delete(v, :include_shared_binaries))}; \
          {k, v} -> {k, shape.(shape, v)} end); \
        is_list(t) -> :list end end
      """;

  /** What observer's window of a process asks for, and two items more. */
  private static final String ITEMS =
      "[:binary, :catchlevel, :current_function, :error_handler, :garbage_collection,"
          + " :group_leader, :heap_size, :initial_call, :last_calls, :links, :memory,"
          + " :message_queue_len, :monitored_by, :monitors, :priority, :reductions,"
          + " :registered_name, :sequential_trace_token, :stack_size, :status, :suspending,"
          + " :total_heap_size, :trace, :trap_exit, :messages, :message_queue_data]";

  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Node java;
  private static Iex elixir;

  @BeforeAll
  static void startBoth() throws Exception {
    java = Node.start(NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()));
    java.run(
        () -> {
          Application.load(new Warehouse());
          return Application.ensureAllStarted("warehouse");
        });
    elixir = nodes.iex("elixir");
    elixir.run("java = " + java.name());
    elixir.run(SHAPE.strip());
    elixir.run("shape = fn term -> shape.(shape, term) end");
    elixir.run("flush = fn -> receive do m -> m after 5_000 -> :nothing end end");
    elixir.run(
        "await = fn await, match -> m = flush.(); if m == :nothing or match.(m), do: m,"
            + " else: await.(await, match) end");
    elixir.run("ask = fn m, f, a -> :rpc.call(java, m, f, a) end");
    elixir.run("{:ok, agent} = Agent.start_link(fn -> 0 end, name: :agent)");
    elixir.run("Process.flag(:trap_exit, true)");
  }

  @AfterAll
  static void stop() {
    java.close();
  }

  @BeforeEach
  void begin() {
    elixir.run(
        "shelf = ask.(:erlang, :whereis, [:shelf]); door = ask.(:erlang, :whereis, [:door])");
  }

  private void elixir(String expression, String value) {
    assertThat(elixir.value(expression)).as(expression).isEqualTo(value);
  }

  /** The same for a value with charlists in it, which Elixir shows in one of two ways. */
  private void elixirIs(String expression, String value) {
    elixir(expression, elixir.value(value));
  }

  /** Asks both nodes the same, and compares what the answers are made of. */
  private void alike(String module, String function, String arguments) {
    alike(module, function, arguments, arguments);
  }

  private void alike(String module, String function, String here, String there) {
    elixir(
        "case {shape.(apply(%1$s, %2$s, %3$s)), shape.(ask.(%1$s, %2$s, %4$s))} do {same, same} ->"
                .formatted(module, function, here, there)
            + " :alike; different -> different end",
        ":alike");
  }

  @Test
  void answersAreMadeOfWhatAnErlangNodesAre() {
    elixir.run(":erlang.system_flag(:scheduler_wall_time, true)");
    elixir.run(
        "sys = fn list -> Enum.map(list, fn {:alloc_info, [{_, [{:instance, 0, _} | _]} | _]} ->"
            + " {:alloc_info, :there}; {k, v} -> {k, shape.(v)} end) end");
    elixir(
        "sys.(:observer_backend.sys_info()) == sys.(ask.(:observer_backend, :sys_info, []))",
        "true");
    alike(":observer_backend", ":vsn", "[]");
    alike(":observer_backend", ":socket_info", "[]");
    alike(":erlang", ":memory", "[]");
    alike(":erlang", ":memory", "[:total]");
    alike(":erlang", ":memory", "[[:binary, :code]]");
    alike(":erlang", ":timestamp", "[]");
    for (var which :
        List.of(
            "wall_clock",
            "runtime",
            "reductions",
            "exact_reductions",
            "run_queue",
            "run_queue_lengths",
            "total_run_queue_lengths",
            "active_tasks",
            "total_active_tasks",
            "context_switches",
            "garbage_collection",
            "io",
            "scheduler_wall_time")) {
      alike(":erlang", ":statistics", "[:" + which + "]");
    }
    for (var which :
        List.of(
            ":otp_release",
            ":version",
            ":system_version",
            ":system_architecture",
            ":machine",
            ":wordsize",
            "{:wordsize, :external}",
            ":schedulers",
            ":dirty_cpu_schedulers",
            ":process_count",
            ":process_limit",
            ":emu_flavor",
            ":smp_support")) {
      alike(":erlang", ":system_info", "[" + which + "]");
    }
    alike(":erlang", ":process_info", "[agent]", "[door]");
    alike(":erlang", ":process_info", "[agent, " + ITEMS + "]", "[door, " + ITEMS + "]");
    elixir(
        "{_, kept} = ask.(:erlang, :process_info, [door, :garbage_collection]);"
            + " kept[:max_heap_size][:include_shared_binaries]",
        "false");
    alike(":proc_lib", ":translate_initial_call", "[agent]", "[door]");
    alike(":application", ":which_applications", "[]");
    elixir(
        "for m <- [:erlang, :observer_backend, :sys], do: ask.(:code, :ensure_loaded, [m])",
        "[module: :erlang, module: :observer_backend, module: :sys]");
  }

  @Test
  void processesTellWhatTheyAre() {
    elixir("ask.(:erlang, :process_info, [shelf, :registered_name])", "{:registered_name, :shelf}");
    elixir("ask.(:proc_lib, :translate_initial_call, [shelf])", initialCall());
    elixir(
        "{:dictionary, kept} = ask.(:erlang, :process_info, [shelf, :dictionary]);"
            + " {List.keyfind(kept, \"colour\", 0), kept[:\"$initial_call\"],"
            + " length(kept[:\"$ancestors\"])}",
        "{{\"colour\", \"red\"}, " + initialCall() + ", 2}");
    elixir(
        "ask.(:erlang, :process_info, [shelf, :no_such_item])", badarg("[shelf, :no_such_item]"));
    elixir("ask.(:erlang, :process_info, [self()])", badarg("[self()]"));
    elixir(
        "ask.(:erlang, :process_info, [ask.(:erlang, :whereis, [:user]), [:registered_name]])",
        "[registered_name: :user]");

    elixir("ask.(Process, :info, [shelf, :registered_name])", "{:registered_name, :shelf}");
    elixir("shelf in ask.(Process, :list, [])", "true");
    elixir("ask.(Process, :whereis, [:nobody])", "nil");
    elixir("ask.(Node, :list, [:hidden])", "[]");

    java.spawn(
        () -> {
          Kernel.register("waiting", Kernel.self());
          Kernel.send(Kernel.self(), "unread");
          Kernel.receive(Integer.class);
        });
    elixir.run(
        "wait = fn wait -> pid = ask.(:erlang, :whereis, [:waiting]); if is_pid(pid) and"
            + " ask.(:erlang, :process_info, [pid, :status]) == {:status, :waiting}, do: pid, else:"
            + " wait.(wait) end");
    elixir.run("waiting = wait.(wait)");
    elixir("ask.(:erlang, :process_info, [waiting, :messages])", "{:messages, [\"unread\"]}");
    elixirIs(
        "{:current_stacktrace, [{mod, :receive, 0, [file: file, line: _]} | more]} ="
            + " ask.(:erlang, :process_info, [waiting, :current_stacktrace]); {mod, file, more !="
            + " []}",
        "{:\"dev.retort.Kernel\", ~c\"Kernel.java\", true}");
    elixir("ask.(:proc_lib, :translate_initial_call, [waiting])", "{:proc_lib, :init_p, 5}");
    elixir(
        "ask.(:erlang, :process_info, [waiting, [:registered_name, :links]])",
        "[registered_name: :waiting, links: []]");

    elixir.run("monitor = Process.monitor(waiting)");
    elixir("ask.(:erlang, :garbage_collect, [waiting])", "true");
    elixir("Process.exit(waiting, :kill)", "true"); // what observer's menu does
    elixir("await.(await, &match?({:DOWN, ^monitor, _, _, _}, &1)) |> elem(4)", ":killed");
    elixir("ask.(:erlang, :process_info, [waiting])", ":undefined");
    elixir("ask.(:erlang, :garbage_collect, [waiting])", "false");
  }

  private static String initialCall() {
    return "{:\"dev.retort.interop.Warehouse$Shelf\", :init, 1}";
  }

  private String badarg(String arguments) {
    return elixir.value(
        "{:badrpc, {:EXIT, {:badarg, [{:erlang, :process_info, length(" + arguments + "), []}]}}}");
  }

  @Test
  void serversAndSupervisorsAreAskedOverRpc() {
    elixir("ask.(:sys, :get_state, [:shelf])", "%{\"tea\" => 3}");
    elixir(
        "{:status, ^shelf, {:module, mod}, [_, state, _, [], [_, {:data, _}, {:data, last}]]} ="
            + " ask.(:sys, :get_status, [shelf, 200]); {mod, state, last}",
        "{:gen_server, :running, [{\"State\", %{\"tea\" => 3}}]}");
    elixir(
        "ask.(:sys, :get_state, [:nobody])",
        "{:badrpc, {:EXIT, {:noproc, {:sys, :get_state, [:nobody]}}}}");
    elixir(
        "ask.(:\"dev.retort.interop.Warehouse$Shelf\", :module_info, [:attributes])",
        "[behaviour: [:gen_server]]");
    elixir("ask.(:nowhere, :module_info, []) |> elem(0)", ":badrpc");

    elixir.run("{:parent, top} = ask.(:erlang, :process_info, [shelf, :parent])");
    elixir(
        "for {id, pid, type, _} <- ask.(:supervisor, :which_children, [top]), do: {id,"
            + " is_pid(pid), type}",
        "[{\"doors\", true, :supervisor}, {\"shelf\", true, :worker}]");
    elixir("ask.(:supervisor, :count_children, [top])[:active]", "2");
    elixirIs(
        "ask.(:application, :which_applications, [])", "[{:warehouse, ~c\"Shelves\", ~c\"1.2\"}]");
    elixir("ask.(:application, :get_application, [shelf])", "{:ok, :warehouse}");
    elixirIs("ask.(:application, :get_key, [:warehouse, :vsn])", "{:ok, ~c\"1.2\"}");
  }

  @Test
  void observersProcessesSendWhatTheyFind() {
    elixir.run("backend = Node.spawn_link(java, :observer_backend, :procs_info, [self()])");
    elixir.run("{:procs_info, ^backend, infos} = flush.()");
    elixir(
        "Enum.sort(for i <- infos, elem(i, 4) in [:shelf, :door, :rex], do: {elem(i, 4), elem(i,"
            + " 6), elem(i, 7)})",
        "[{:door, {:gen_server, :loop, 7}, 0}, {:rex, {:gen_server, :loop, 7}, 0},"
            + " {:shelf, {:gen_server, :loop, 7}, 0}]");
    elixir("match?({:EXIT, ^backend, :normal}, flush.())", "true");

    elixir.run("etop = Node.spawn_link(java, :observer_backend, :etop_collect, [self()])");
    elixir.run("{^etop, there} = flush.()");
    elixir("match?({:EXIT, ^etop, :normal}, flush.())", "true");
    elixir.run(":erlang.system_flag(:scheduler_wall_time, true)");
    elixir.run("etop = spawn_link(:observer_backend, :etop_collect, [self()])");
    elixir.run("{^etop, here} = flush.()");
    elixir("match?({:EXIT, ^etop, :normal}, flush.())", "true");
    elixir.run(
        "one = fn info -> {shape.(put_elem(info, 8, [])), shape.(Enum.find(elem(info, 8), fn"
            + " i -> elem(i, 4) == :rex end))} end");
    elixir("if one.(here) == one.(there), do: :alike, else: {one.(here), one.(there)}", ":alike");

    elixir.run("stats = Node.spawn_link(java, :observer_backend, :fetch_stats, [self(), 20])");
    elixir(
        "{:stats, 1, [{1, active, total} | _], {{:input, input}, {:output, _}}, memory} ="
            + " flush.(); {active <= total, input > 0, memory[:total] > memory[:code]}",
        "{true, true, true}");
    elixir("match?({:stats, 1, _, _, _}, flush.())", "true");
    elixir("send(stats, :exit)", ":exit");
    elixir("await.(await, &match?({:EXIT, ^stats, _}, &1)) |> elem(2)", ":normal");
    elixir("ask.(:observer_backend, :get_table_list, [:ets, []])", "[]");
    elixirIs(
        "ask.(:observer_backend, :get_table_list, [:mnesia, []])",
        "{:error, ~c\"Mnesia is not running on: " + java.name().name() + "\"}");
    elixir("ask.(:observer_backend, :get_port_list, [])", "[]");
  }

  @Test
  void applicationsAreShownAsTrees() {
    elixir.run("{:ok, appmon} = :appmon_info.start_link(java, self(), [])");
    elixir.run(":appmon_info.app_ctrl(appmon, java, true, [])");
    elixir.run("{:delivery, ^appmon, :app_ctrl, ^java, [{master, :warehouse, app}]} = flush.()");
    elixirIs("{is_pid(master), app}", "{true, {:warehouse, ~c\"Shelves\", ~c\"1.2\"}}");
    elixir.run(":appmon_info.app(appmon, :warehouse, true, timeout: 20)");
    elixir.run("{:delivery, ^appmon, :app, :warehouse, {root, all, tree, []}} = flush.()");
    elixir("{length(all), length(tree), {master, root} in all}", "{6, 5, true}");
    elixir.run(
        "path = fn path, to -> case List.keyfind(tree, to, 1) do {from, _} -> 1 + path.(path,"
            + " from); nil -> (if to == root, do: 0, else: :lost) end end");
    elixir("{path.(path, ~c\"shelf\"), path.(path, ~c\"door\")}", "{3, 4}");

    // it tells again when a process has taken the place of another one
    elixir("Process.exit(shelf, :kill)", "true");
    elixir(
        "await.(await, fn {:delivery, _, :app, _, {_, now, _, []}} -> length(now) == 6 and {shelf,"
            + " ~c\"shelf\"} not in now; _ -> false end) |> elem(0)",
        ":delivery");
    elixir.run(":appmon_info.app(appmon, :warehouse, false, [])");
    elixir.run(":appmon_info.pinfo(appmon, door, true, timeout: :at_most_once)");
    elixir(
        "{_, _, _, _, text} = await.(await, &match?({:delivery, _, :pinfo, _, _}, &1));"
            + " List.to_string(text) =~ \"registered_name: :door\"",
        "true");
    elixir.run(":appmon_info.load(appmon, :load, true, timeout: :at_most_once)");
    elixir(
        "{_, _, _, _, {0, load}} = await.(await, &match?({:delivery, _, :load, _, _}, &1)); load in"
            + " 0..16",
        "true");
    elixir.run("monitor = Process.monitor(appmon)");
    elixir.run("Process.exit(appmon, :normal)"); // as observer leaves
    elixir("await.(await, &match?({:DOWN, ^monitor, _, _, _}, &1)) |> elem(4)", ":normal");
  }

  @Test
  void etopPrintsTheProcessesOfTheJvm() {
    assumeTrue(elixir.value("Code.ensure_loaded?(:etop)").equals("true"), "no etop here");
    assumeTrue(
        elixir.value(":erlang.system_info(:otp_release) == ~c\"27\"").equals("false"),
        "the etop of OTP 27 traces other nodes whatever it is told");
    elixir.type(
        "spawn(fn -> :etop.start(node: java, output: :text, tracing: :off, lines: 100) end)");
    elixir.await(java.name().name());
    elixir.await("Load:");
    elixir.await("procs");
    elixir.await("Name or Initial Func");
    elixir.await("=====");
    assertThat(elixir.transcript()).contains(" shelf ", " door ", " rex ", "gen_server:loop/7");
    elixir("send(:etop_server, :stop)", ":stop");
  }

  // ---- logs go where the output goes

  @Test
  void theEndOfAProcessIsLoggedWhereItWasStarted() {
    elixir.type("Node.spawn(java, :no_such_module, :run, [])");
    elixir.await("[error] Process #PID<");
    elixir.await("no_such_module.run/0 is not exported by this node");
    elixir.await("Node: " + java.name().name());
  }

  @Test
  void theJvmLogsWhatItsProcessesDoElsewhere() throws InterruptedException {
    var records = new LinkedBlockingQueue<LogRecord>();
    var logger = Logger.getLogger("dev.retort.node.LoggerProxy");
    var handler = handler(records);
    logger.addHandler(handler);
    try {
      elixir.run(
          "home = ask.(:erlang, :whereis, [:user]); spawn(fn -> Process.group_leader(self(), home);"
              + " exit({:shelf, :broken}) end); spawn(fn -> Process.group_leader(self(), home);"
              + " :logger.error('~s has ~p ~ts', ['shelf', 3, \"legs\"]) end)");
      elixir.run("spawn(fn -> Process.group_leader(self(), home); raise \"broken leg\" end)");
      var texts = new StringBuilder();
      while (!(texts.indexOf("broken leg") >= 0 && texts.indexOf("shelf has 3 legs") >= 0)) {
        var next = records.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("after: %s", texts).isNotNull();
        texts.append(next.getMessage()).append('\n');
      }
      assertThat(texts).contains("of " + elixir.node());
    } finally {
      logger.removeHandler(handler);
    }
  }

  private static Handler handler(LinkedBlockingQueue<LogRecord> records) {
    return new Handler() {
      @Override
      public void publish(LogRecord logged) {
        records.add(logged);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
