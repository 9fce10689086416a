package dev.retort.interop;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.Agent;
import dev.retort.DynamicSupervisor;
import dev.retort.Erpc;
import dev.retort.Export;
import dev.retort.Exports;
import dev.retort.GenServer;
import dev.retort.GroupLeader;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.PeerAccess;
import dev.retort.Supervisor;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The distribution protocol with a real Erlang node, where no other test comes by. */
@Timeout(120)
class ProtocolTest {
  private static final String COOKIE = "a_cookie_of_the_protocol";
  private static final String UNIQUE = Long.toString(ProcessHandle.current().pid());

  private static Node node;
  private static PlainErlang erlang;

  /** What Erlang starts children with. */
  public record Starts() {
    @Export
    static Pid counter(long first) {
      return Agent.startLink(() -> first);
    }

    @Export
    static Pid sum(long extra, long first) {
      return Agent.startLink(() -> extra + first);
    }

    @Export
    static Pid failing() {
      throw new IllegalStateException("on purpose");
    }

    @Export
    static @Nullable Pid nothing() {
      return null;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Nodes.isInstalled("erl"), "Erlang is not installed");
    node = Node.start(options("java"), Exports.of("starts", Starts.class));
    erlang = erlang("erlang");
    node.spawn(
        () -> {
          register("echo", self());
          for (; ; ) {
            var message = receive(Tuple.class);
            send((Pid) message.get(0), Tuple.of(Atom.of("back"), message.get(1)));
          }
        });
  }

  @AfterAll
  static void stop() {
    if (erlang != null) {
      erlang.close();
    }
    if (node != null) {
      node.close();
    }
  }

  private static NodeOptions options(String role) {
    return NodeOptions.shortName("proto-" + role + "-" + UNIQUE).withCookie(COOKIE);
  }

  private static PlainErlang erlang(String role) throws Exception {
    var name = "proto-" + role + "-" + UNIQUE;
    return new PlainErlang(node, name + "@" + Nodes.host(), "-sname", name, "-setcookie", COOKIE);
  }

  /** What an expression comes to in which {@code J} is the node {@code java}. */
  private static Object erl(Node java, String expressions) throws Exception {
    return erlang.value("J = '" + java.name().name() + "', " + expressions);
  }

  private static Object erl(String expressions) throws Exception {
    return erl(node, expressions);
  }

  private static Atom atom(String name) {
    return Atom.of(name);
  }

  @Test
  void termsOfEveryKindComeBackAsTheyWere() throws Exception {
    assertThat(
            erl(
                "[Term || Term <- [0, 255, 256, -1, 1 bsl 31, -(1 bsl 63), 1 bsl 64, -(1 bsl 2100),"
                    + " 1.5, -0.0, atom, '', list_to_atom([26085, 26412]),"
                    + " list_to_atom(lists:duplicate(255, 26085)), [], [1 | 2], [300], \"text\","
                    + " lists:seq(1, 70000), <<>>, <<\"b\">>, <<195>>, <<5:3>>, {}, #{},"
                    + " maps:from_list([{K, {K}} || K <- lists:seq(1, 100)]), self(), make_ref(),"
                    + " fun lists:map/2, list_to_tuple(lists:seq(1, 300))],"
                    + " begin {echo, J} ! {self(), Term},"
                    + " receive {back, Back} -> Back =/= Term after 20000 -> true end end]"))
        .isEqualTo(List.of());
  }

  /** Each of more atoms than the cache has entries is told once, and again when it is replaced. */
  @Test
  void moreAtomsThanTheCacheHolds() throws Exception {
    assertThat(
            erl(
                "Atoms = [list_to_atom(\"proto \" ++ integer_to_list(N)) || N <- lists:seq(1,"
                    + " 5000)], [N || N <- lists:seq(0, 49), begin Some = lists:sublist(Atoms, N *"
                    + " 100 + 1, 100), {echo, J} ! {self(), Some ++ lists:sublist(Atoms, 100)},"
                    + " receive {back, Back} -> Back =/= Some ++ lists:sublist(Atoms, 100) after"
                    + " 20000 -> true end end]"))
        .isEqualTo(List.of());
  }

  @Test
  void bothConnectAtTheSameTime() throws Exception {
    var other = Node.start(options("collider"));
    try {
      var name = erlang.name();
      erl(
          other,
          "spawn(fun() -> [begin erlang:disconnect_node(J), net_kernel:connect_node(J) end || _ <-"
              + " lists:seq(1, 200)], register(collided, spawn(fun() -> receive never -> ok end"
              + " end)) end), ok");
      for (int i = 0; i < 200; i++) {
        other.run(() -> Node.disconnect(name));
        other.run(() -> Node.connect(name));
      }
      await().until(() -> erlang.value("whereis(collided)") instanceof Pid);
      assertThat(other.run(() -> Node.ping(name))).isTrue();
      assertThat(erl(other, "net_adm:ping(J)")).isEqualTo(atom("pong"));
    } finally {
      other.close();
    }
  }

  @Test
  void pidsOfAnEarlierNodeOfTheNameAreDead() throws Exception {
    var first = Node.start(options("again"));
    erl(
        first,
        "register(keeper, spawn(fun() -> receive {pid, P} -> receive {get, To} -> To ! {pid, P} end"
            + " end end)), net_adm:ping(J)");
    var old =
        first.run(
            () -> {
              var pid = Kernel.spawn(() -> receive());
              send(new Name(atom("keeper"), atom(erlang.name())), Tuple.of(atom("pid"), pid));
              return pid;
            });
    assertThat(old).isNotNull();
    first.close();
    var second = Node.start(options("again"));
    try {
      assertThat(
              erl(
                  second,
                  "pong = net_adm:ping(J), keeper ! {get, self()}, receive {pid, Old} -> Old end,"
                      + " J = node(Old), Old ! hello, Ref = monitor(process, Old), receive {'DOWN',"
                      + " Ref, process, Old, Why} -> Why after 10000 -> nothing end"))
          .isEqualTo(Atom.NOPROC);
    } finally {
      second.close();
    }
  }

  @Test
  void erlangWithoutANameIsGivenOne() throws Exception {
    var process =
        PlainErlang.start(
            "-sname",
            "undefined",
            "-setcookie",
            COOKIE,
            "-eval",
            "true = net_kernel:connect_node('"
                + node.name().name()
                + "'), pong = net_adm:ping('"
                + node.name().name()
                + "'), io:format(\"~s\", [node()]), halt().");
    var name = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(name).matches("[0-9A-Z]+@" + Nodes.host());
  }

  @Test
  void nodeWithoutANameIsGivenOneByErlang() throws Exception {
    try (var dynamic = Node.start(NodeOptions.shortName("undefined").withCookie(COOKIE))) {
      assertThat(dynamic.run(() -> Node.connect(erlang.name()))).isTrue();
      assertThat(dynamic.name().name()).matches("[0-9A-Z]+@" + Nodes.host());
      assertThat(dynamic.run(() -> Node.ping(erlang.name()))).isTrue();
      assertThat(erlang.value("lists:member('" + dynamic.name().name() + "', nodes(hidden))"))
          .isEqualTo(true);
    }
  }

  @Test
  void nodesMeetByIpv6() throws Exception {
    var six = "proto-six-" + UNIQUE + "@::1";
    String[] flags = {"-proto_dist", "inet6_tcp", "-name", six, "-setcookie", COOKIE};
    try (var java =
        Node.start(NodeOptions.longName("proto-java6-" + UNIQUE + "@::1").withCookie(COOKIE))) {
      try (var called = new PlainErlang(java, six, flags)) {
        assertThat(called.value("nodes()")).isEqualTo(List.of(java.name()));
      }
      await().until(() -> java.run(Node::list).isEmpty());
      var eval =
          List.of("-eval", "pong = net_adm:ping('" + java.name().name() + "'), erlang:halt(0).");
      var calling =
          PlainErlang.start(Stream.concat(Stream.of(flags), eval.stream()).toArray(String[]::new));
      var said = new String(calling.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(calling.waitFor()).as(said).isZero();
    }
  }

  @Test
  void whatErlangFormatsComesToTheLeaderHere() throws Exception {
    var printed = new AtomicReference<>("");
    var done = new CompletableFuture<Object>();
    var leader = node.run(() -> GroupLeader.start(text -> printed.updateAndGet(all -> all + text)));
    node.spawn(
        () -> {
          var values = List.of(Tuple.of(atom("a"), 1L), List.of(228L), 255L);
          var format = "~p ~ts ~.16B~n".codePoints().mapToObj(c -> (long) c).toList();
          Erpc.call(erlang.name(), "io", "format", List.of(format, values));
          done.complete(Erpc.call(erlang.name(), "io", "getopts", List.of()));
        },
        leader);
    assertThat(done.get(30, TimeUnit.SECONDS).toString()).contains("unicode");
    assertThat(printed.get()).isEqualTo("{a,1} \u00e4 FF\n");
  }

  @Test
  void erlangsChildrenGetTheExtraArgumentOfTheirSupervisor() throws Exception {
    node.run(
        () ->
            DynamicSupervisor.start(
                Supervisor.oneForOne().extraArgument(100L), GenServer.name("proto_extra")));
    var pid =
        (Pid)
            erl(
                "{ok, Pid} = gen_server:call({proto_extra, J}, {start_child, {{starts, sum, [1]},"
                    + " permanent, 5000, worker, [starts]}}), Pid");
    assertThat(node.run(() -> Agent.<Long, Long>get(pid, sum -> sum))).isEqualTo(101L);
    assertThat(
            erl(
                "{error, {Reason, _}} = gen_server:call({proto_extra, J}, {start_child, {{starts,"
                    + " counter, [1]}, temporary, 5000, worker, [starts]}}), Reason"))
        .isEqualTo(atom("undef")); // there is no counter/2
  }

  @Test
  void erlangDescribesChildrenThatJavaStarts() throws Exception {
    node.run(
        () -> {
          Supervisor.start(Supervisor.oneForOne(), List.of(), GenServer.name("proto_sup"));
          return DynamicSupervisor.start(Supervisor.oneForOne(), GenServer.name("proto_dyn"));
        });
    assertThat(
            erl(
                "Sup = {proto_sup, J}, {ok, Pid} = supervisor:start_child(Sup, #{id => a, start =>"
                    + " {starts, counter, [7]}, restart => transient, shutdown => 100}), {error,"
                    + " {already_started, Pid}} = supervisor:start_child(Sup, {a, {starts, counter,"
                    + " [8]}, permanent, 5000, worker, [starts]}), [{a, Pid, worker, [starts]}] ="
                    + " supervisor:which_children(Sup), {ok, #{start := {starts, counter, [7]},"
                    + " restart := transient, shutdown := 100}} = supervisor:get_childspec(Sup, a),"
                    + " exit(Pid, oops), {ok, _} = supervisor:get_childspec(Sup, a), ok ="
                    + " supervisor:terminate_child(Sup, a), {ok, Again} ="
                    + " supervisor:restart_child(Sup, a), true = is_pid(Again), ok ="
                    + " supervisor:terminate_child(Sup, a), ok = supervisor:delete_child(Sup, a),"
                    + " {ok, undefined} = supervisor:start_child(Sup, #{id => n, start => {starts,"
                    + " nothing, []}, restart => temporary}), {error, {{'EXIT',"
                    + " {{illegal_state_exception, <<\"on purpose\">>}, _}}, _}} ="
                    + " supervisor:start_child(Sup, #{id => f, start => {starts, failing, []}}),"
                    + " {error, {{'EXIT', {undef, [{lists, seq, [1, 2], _} | _]}}, _}} ="
                    + " supervisor:start_child(Sup, #{id => u, start => {lists, seq, [1, 2]}}),"
                    + " supervisor:count_children(Sup)"))
        .isEqualTo(
            List.of(
                Tuple.of(atom("specs"), 0L),
                Tuple.of(atom("active"), 0L),
                Tuple.of(atom("supervisors"), 0L),
                Tuple.of(atom("workers"), 0L)));
    assertThat(
            erl(
                "Dyn = {proto_dyn, J}, {ok, Pid} = gen_server:call(Dyn, {start_child, {{starts,"
                    + " counter, [1]}, permanent, 5000, worker, [starts]}}), {error, {undef, _}} ="
                    + " gen_server:call(Dyn, {start_child, {{lists, seq, [1, 2]}, permanent, 5000,"
                    + " worker, [lists]}}), ok = gen_server:call(Dyn, {terminate_child, Pid}),"
                    + " {error, not_found} = gen_server:call(Dyn, {terminate_child, Pid})"))
        .isEqualTo(Tuple.of(Atom.ERROR, atom("not_found")));
  }

  @Test
  void whatIsNotForErlangIsNotThere() throws Exception {
    var rule = PeerAccess.of(erlang.name()).call("starts:nothing").send("open");
    try (var guarded =
        Node.start(
            options("guarded").withAccess(List.of(rule)), Exports.of("starts", Starts.class))) {
      guarded.run(
          () -> {
            register("open", Kernel.spawn(() -> receive()));
            register("closed", Kernel.spawn(() -> receive()));
            return null;
          });
      assertThat(erl(guarded, "rpc:call(J, starts, nothing, [])")).isEqualTo(Atom.NIL);
      assertThat(
              erl(
                  guarded,
                  "{badrpc, {'EXIT', {undef, [{starts, counter, [1], []}]}}} = rpc:call(J, starts,"
                      + " counter, [1]), {badrpc, {'EXIT', {undef, _}}} = rpc:block_call(J, starts,"
                      + " counter, [1]), {error, {exception, undef, _}} = try erpc:call(J, starts,"
                      + " counter, [1]) catch C:R -> {C, R} end, {noproc, _} = try"
                      + " gen_server:call({closed, J}, x) catch exit:E -> E end, Ref ="
                      + " monitor(process, {open, J}), {open, J} ! go, receive {'DOWN', Ref, _, _,"
                      + " Why} -> Why after 10000 -> nothing end"))
          .isEqualTo(Atom.NORMAL);
    }
  }
}
