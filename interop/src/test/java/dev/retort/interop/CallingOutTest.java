package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.Agent;
import dev.retort.BadRpcException;
import dev.retort.CallException;
import dev.retort.Down;
import dev.retort.ErlangException;
import dev.retort.Erpc;
import dev.retort.Exit;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Outcome;
import dev.retort.Rpc;
import dev.retort.Task;
import dev.retort.TaskSupervisor;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Java calls functions of a real Elixir node. */
class CallingOutTest {
  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Node java;
  private static Iex elixir;
  private static String there;

  @BeforeAll
  static void start() throws IOException {
    java = Node.start(NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()));
    elixir = nodes.iex("elixir");
    there = elixir.node();
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

  private static ErlangException raised(String module, String function, Object... arguments) {
    return catchThrowableOfType(
        ErlangException.class, () -> Erpc.call(there, module, function, List.of(arguments)));
  }

  @Test
  void valuesAreTyped() {
    assertThat(Erpc.call(there, "Elixir.Enum", "sum", List.of(List.of(1, 2)), Integer.class))
        .isEqualTo(3);
    assertThat(Erpc.call(there, "erlang", "node", List.of())).isEqualTo(Atom.of(there));
    assertThat(Rpc.call(there, "Elixir.String", "upcase", List.of("tea"), String.class))
        .isEqualTo("TEA");
    assertThat(Rpc.blockCall(there, "erlang", "abs", List.of(-1), Duration.ofSeconds(20)))
        .isEqualTo(1L);
    var big = "x".repeat(3_000_000);
    assertThat(Erpc.call(there, "Elixir.String", "upcase", List.of(big), String.class))
        .isEqualTo(big.toUpperCase(Locale.ROOT));
  }

  @Test
  void whatIsRaisedHasItsKind() {
    assertThat(raised("erlang", "throw", "ball").kind()).isEqualTo(ErlangException.Kind.THROW);
    assertThat(raised("erlang", "throw", "ball").value()).isEqualTo("ball");
    assertThat(raised("erlang", "exit", "bye").value())
        .isEqualTo(Tuple.of(Atom.of("exception"), "bye"));
    assertThat(((Tuple) raised("erlang", "error", "oops").value()).get(1)).isEqualTo("oops");
    assertThat(((Tuple) raised("nosuch", "fun").value()).get(1)).isEqualTo(Atom.of("undef"));
    assertThat(
            catchThrowableOfType(
                    ErlangException.class,
                    () ->
                        Erpc.call(there, "timer", "sleep", List.of(60_000), Duration.ofMillis(50)))
                .value())
        .isEqualTo(Tuple.of(Atom.of("erpc"), Atom.TIMEOUT));
    assertThat(
            catchThrowableOfType(
                    BadRpcException.class, () -> Rpc.call(there, "erlang", "exit", List.of("bye")))
                .why())
        .isEqualTo(Tuple.of(Atom.of("EXIT"), "bye"));
    assertThat(
            catchThrowableOfType(
                    BadRpcException.class,
                    () ->
                        Rpc.blockCall(
                            there, "erlang", "exit", List.of("bye"), Duration.ofSeconds(20)))
                .why())
        .isEqualTo(Tuple.of(Atom.of("EXIT"), "bye"));
  }

  @Test
  void castsAndManyCalls() {
    elixir.run("Process.register(self(), :shell)");
    var message = List.of(Atom.of("shell"), "cast");
    Erpc.cast(there, "erlang", "send", message);
    assertThat(elixir.value("receive do m -> m after 5_000 -> :none end")).isEqualTo("\"cast\"");
    var replies = Rpc.multicall(List.of(Atom.of(there), java.name()), "erlang", "node", List.of());
    assertThat(replies.replies())
        .containsEntry(Atom.of(there), Atom.of(there))
        .containsEntry(java.name(), java.name());
    var refused = Rpc.multicall(List.of(java.name()), "erlang", "get_cookie", List.of());
    assertThat(refused.replies().get(java.name()).toString()).contains(":undef");
    assertThat(Erpc.multicall(List.of(Atom.of(there)), "erlang", "abs", List.of(-1)))
        .containsExactly(new Erpc.Response.Ok<>(1L));
  }

  @Test
  void aNodeThatIsKilledIsNoconnection() throws IOException {
    var elixir = nodes.iex("killed");
    var there = elixir.node();
    var request = Erpc.sendRequest(there, "timer", "sleep", List.of(60_000));
    assertThat(Erpc.call(there, "erlang", "abs", List.of(-1))).isEqualTo(1L);
    elixir.kill();
    assertThat(catchThrowableOfType(ErlangException.class, request::receive).value())
        .isEqualTo(Tuple.of(Atom.of("erpc"), Atom.NOCONNECTION));
    assertThat(
            catchThrowableOfType(
                    BadRpcException.class, () -> Rpc.call(there, "erlang", "node", List.of()))
                .why())
        .isEqualTo(Atom.of("nodedown"));
  }

  @Test
  void outputComesHome() throws Exception {
    var printed = new LinkedBlockingQueue<String>();
    java.output(printed::add);
    java.run(() -> Erpc.call(there, "Elixir.IO", "puts", List.of("from Elixir")));
    assertThat(printed.poll(20, TimeUnit.SECONDS)).isEqualTo("from Elixir\n");
  }

  @Test
  void functionsAreSpawnedByTheirNames() throws Exception {
    java.run(
        () -> {
          Kernel.trapExit(true);
          var pid = Node.spawnLink(there, "erlang", "exit", List.of("bye"));
          assertThat(pid.node()).isEqualTo(Atom.of(there));
          assertThat(Kernel.receive()).isEqualTo(new Exit(pid, "bye"));
          var monitored = Node.spawnMonitor(there, "erlang", "exit", List.of("bye"));
          var down = Kernel.receive(Down.class);
          assertThat(down.ref()).isEqualTo(monitored.ref());
          assertThat(down.reason()).isEqualTo("bye");
          Node.spawn(there, "erlang", "send", List.of(Kernel.self(), "hello"));
          assertThat(Kernel.receive()).isEqualTo("hello");
          return true;
        });
  }

  @Test
  void agentsOfElixirApplyFunctionsByName() {
    elixir.run("{:ok, _} = Agent.start(fn -> %{tea: 2} end, name: :prices)");
    var prices = Name.of("prices", there);
    var tea = Atom.of("tea");
    assertThat(Agent.get(prices, "Elixir.Map", "get", List.of(tea), Integer.class)).isEqualTo(2);
    Agent.update(prices, "Elixir.Map", "put", List.of(tea, 3));
    Agent.cast(prices, "Elixir.Map", "put", List.of(Atom.of("cake"), 4));
    assertThat(Agent.getAndUpdate(prices, "Elixir.Map", "pop", List.of(tea), Integer.class))
        .isEqualTo(3);
    assertThat(Agent.get(prices, "Elixir.Map", "keys", List.of(), Object.class))
        .isEqualTo(List.of(Atom.of("cake")));
    assertThatThrownBy(() -> Agent.get(prices, "nosuch", "fun", List.of(), Object.class))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("undef");
  }

  @Test
  void taskSupervisorsOfElixirRunFunctionsByName() throws Exception {
    elixir.run("{:ok, _} = Task.Supervisor.start_link(name: :tasks, max_children: 2)");
    var tasks = Name.of("tasks", there);
    java.run(
        () -> {
          var sum =
              TaskSupervisor.async(
                  tasks, "Elixir.Enum", "sum", List.of(List.of(1, 2)), Integer.class);
          assertThat(sum.await()).isEqualTo(3);
          var bye =
              TaskSupervisor.asyncNolink(tasks, "erlang", "exit", List.of("bye"), Object.class);
          assertThat(bye.yield()).isEqualTo(new Outcome.Exited<>("bye"));
          var many =
              List.of(
                  TaskSupervisor.async(tasks, "erlang", "abs", List.of(-1), Long.class),
                  TaskSupervisor.async(tasks, "erlang", "abs", List.of(-2), Long.class));
          assertThat(Task.awaitMany(many)).containsExactly(1L, 2L);

          var child = TaskSupervisor.startChild(tasks, "timer", "sleep", List.of(60_000));
          assertThat(TaskSupervisor.children(tasks)).contains(child);
          var sleeping =
              TaskSupervisor.asyncNolink(tasks, "timer", "sleep", List.of(60_000), Object.class);
          assertThatThrownBy(
                  () -> TaskSupervisor.async(tasks, "erlang", "abs", List.of(1), Long.class))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("tasks");
          assertThat(sleeping.shutdown()).isNull();
          assertThat(TaskSupervisor.terminateChild(tasks, child)).isTrue();
          return Atom.OK;
        });
  }
}
