package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Where other foreign nodes fall short of a real peer: what an Erlang node's processes get when
 * they deal with a JVM node, and that they get it at once.
 */
class PeerBehaviourTest {
  /** Far below the timeouts of the calls that are measured, far above a slow machine's pause. */
  private static final int AT_ONCE_MILLIS = 2000;

  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Jex java;
  private static Iex elixir;
  private static String javaNode;

  @BeforeAll
  static void start() throws IOException {
    java = nodes.startJex("java");
    elixir = nodes.iex("elixir");
    Nodes.ready(java);
    javaNode = java.atom();
  }

  @BeforeEach
  void connect() {
    elixir.reset();
    elixir.value("Node.connect(" + javaNode + ")");
  }

  @Test
  void theNodeIsVisible() {
    assertThat(elixir.value(":erlang.nodes()")).isEqualTo("[" + javaNode + "]");
    assertThat(elixir.value(":erlang.nodes(:hidden)")).isEqualTo("[]");
  }

  @Test
  void aHiddenNodeIsHidden() throws IOException {
    var hidden = nodes.jex("hidden", "--hidden");
    elixir.value("Node.connect(" + hidden.atom() + ")");
    assertThat(elixir.value(":erlang.nodes()")).isEqualTo("[" + javaNode + "]");
    assertThat(elixir.value(":erlang.nodes(:hidden)")).isEqualTo("[" + hidden.atom() + "]");
    elixir.value("Node.disconnect(" + hidden.atom() + ")");
  }

  @Test
  void aMonitorOfANameThatNobodyHasFailsAtOnce() {
    elixir.run("monitor = :erlang.monitor(:process, {:nosuch, " + javaNode + "})");
    assertThat(
            elixir.value(
                "receive do {:DOWN, ^monitor, :process, object, reason} -> {object, reason}"
                    + " after 3000 -> :nothing end"))
        .isEqualTo("{{:nosuch, " + javaNode + "}, :noproc}");
  }

  @Test
  void aMonitoredProcessThatEndsReportsItsReason() {
    java.run("register(\"monitored\", spawn(() -> { receive(); exit(Atom.of(\"boom\")); }))");
    elixir.run("monitor = :erlang.monitor(:process, {:monitored, " + javaNode + "})");
    elixir.run("send({:monitored, " + javaNode + "}, :go)");
    assertThat(
            elixir.value(
                "receive do {:DOWN, ^monitor, :process, object, reason} -> {object, reason}"
                    + " after 3000 -> :nothing end"))
        .isEqualTo("{{:monitored, " + javaNode + "}, :boom}");
  }

  @Test
  void aMonitorThatWasTakenBackReportsNothing() {
    java.run("register(\"twice\", spawn(() -> receive()))");
    elixir.run("gone = Process.monitor({:twice, " + javaNode + "})");
    elixir.run("Process.demonitor(gone)");
    elixir.run("kept = Process.monitor({:twice, " + javaNode + "})");
    elixir.run("send({:twice, " + javaNode + "}, :go)");
    assertThat(
            elixir.value(
                "receive do {:DOWN, ref, _, _, _} -> ref == kept after 3000 -> :nothing end"))
        .isEqualTo("true");
    assertThat(elixir.value("receive do any -> any after 200 -> :nothing end"))
        .isEqualTo(":nothing");
  }

  @Test
  void aCallToANameThatNobodyHasFailsAtOnceWithNoproc() {
    assertThat(
            atOnce(
                "try do :gen_server.call({:nosuch, "
                    + javaNode
                    + "}, :x, 30_000) catch :exit, {reason, _} -> reason end"))
        .isEqualTo(":noproc");
  }

  @Test
  void aCallToALiveServerIsAnswered() {
    Stack.start(java);
    assertThat(elixir.value(":gen_server.call({:stack, " + javaNode + "}, :pop, 3000)"))
        .isEqualTo("\"hello\"");
  }

  @Test
  void aCallToAServerThatDiesInItFailsAtOnceWithTheServersReason() {
    java.run("register(\"called\", spawn(() -> { receive(); exit(Atom.of(\"boom\")); }))");
    assertThat(
            atOnce(
                "try do GenServer.call({:called, "
                    + javaNode
                    + "}, :x, 30_000) catch :exit, {reason, _} -> reason end"))
        .isEqualTo(":boom");
  }

  @Test
  void aReplyThatComesTooLateIsDropped() {
    // OTP's calls wait for an alias of the caller, which is gone when they have given up.
    java.run(
        """
        final class Slow implements GenServer<From> {
          record Ask() implements Call<String> {}
          public From init() { return null; }
          public Step<From> handleCall(Call<?> request, From from, From state) {
            return GenServer.noReply(from);
          }
          public Step<From> handleCast(Object message, From asker) {
            GenServer.reply(asker, "too late");
            send(asker.pid(), Atom.of("answered"));
            return GenServer.noReply(asker);
          }
        }
        """
            .strip());
    java.run("GenServer.start(Slow::new, GenServer.name(\"slow\"))");
    elixir.run(
        "try do GenServer.call({:slow, "
            + javaNode
            + "}, :ask, 100) catch :exit, {:timeout, _} -> :ok end");
    elixir.run("GenServer.cast({:slow, " + javaNode + "}, :answer_now)");
    assertThat(elixir.value("receive do message -> message after 5000 -> :nothing end"))
        .isEqualTo(":answered");
  }

  @Test
  void aSpawnedFunctionThatIsNotExportedEndsAtOnce() {
    assertThat(
            atOnce(
                "id = :erlang.spawn_request("
                    + javaNode
                    + ", :erlang, :self, [], [:monitor]);"
                    + " receive do {:DOWN, ^id, :process, _, reason} -> reason"
                    + " after 30_000 -> :nothing end"))
        .isEqualTo("{:undef, [{:erlang, :self, [], []}]}");
  }

  @Test
  void erpcOfAFunctionThatIsNotExportedFailsAtOnce() {
    assertThat(
            atOnce(
                "try do :erpc.call("
                    + javaNode
                    + ", :erlang, :get_cookie, [], 30_000) catch kind, reason -> {kind, reason}"
                    + " end"))
        .isEqualTo("{:error, {:exception, :undef, [{:erlang, :get_cookie, [], []}]}}");
  }

  @Test
  void rpcOfAFunctionThatIsNotExportedFailsAtOnce() {
    assertThat(atOnce(":rpc.call(" + javaNode + ", :erlang, :get_cookie, [], 30_000)"))
        .isEqualTo("{:badrpc, {:EXIT, {:undef, [{:erlang, :get_cookie, [], []}]}}}");
  }

  @Test
  void haltingTheJvmReportsNoconnection() throws IOException {
    var halting = nodes.jex("halting");
    halting.run("register(\"victim\", spawn(() -> receive()))");
    elixir.run("monitor = :erlang.monitor(:process, {:victim, " + halting.atom() + "})");
    elixir.value("Node.ping(" + halting.atom() + ")");
    halting.type("exit()");
    halting.exitStatus();
    assertThat(
            elixir.value(
                "receive do {:DOWN, ^monitor, :process, _, reason} -> reason"
                    + " after 5000 -> :nothing end"))
        .isEqualTo(":noconnection");
  }

  @Test
  void fiveMegabytesArriveBothWays() {
    java.run(
        "register(\"echo_bytes\", spawn(() -> { var message = (Tuple) receive();"
            + " send((Pid) message.get(0), message.get(1)); }))");
    elixir.run("big = :binary.copy(<<0, 1, 2, 255>>, 1_310_720)");
    elixir.run("send({:echo_bytes, " + javaNode + "}, {self(), big})");
    assertThat(
            elixir.value(
                "receive do back -> {byte_size(back), back == big} after 15_000 -> :none end"))
        .isEqualTo("{5242880, true}");
  }

  @Test
  void aLongListOfSmallTermsArrivesBothWays() {
    java.run(
        "register(\"echo_terms\", spawn(() -> { var message = (Tuple) receive();"
            + " send((Pid) message.get(0), message.get(1)); }))");
    // Only with functions that are compiled is iex quick.
    elixir.run("i = Enum.to_list(1..300_000)");
    elixir.run(
        "big = :lists.zip3(i, Enum.map(i, &Integer.to_string/1), Enum.map(i, &:erlang.float/1))");
    elixir.run("send({:echo_terms, " + javaNode + "}, {self(), big})");
    assertThat(elixir.value("receive do back -> back == big after 15_000 -> :none end"))
        .isEqualTo("true");
  }

  @Test
  void messagesBehindABigOneKeepTheirOrder() {
    java.run(
        "register(\"echo_all\", spawn(() -> { while (true) { var message = (Tuple) receive();"
            + " send((Pid) message.get(0), message.get(1)); } }))");
    elixir.run("big = :binary.copy(\"x\", 5_000_000)");
    elixir.run(
        "for message <- [1, big, 2, big, 3], do: send({:echo_all, "
            + javaNode
            + "}, {self(), message})");
    assertThat(
            elixir.value(
                "for _ <- 1..5 do receive do m when is_binary(m) -> byte_size(m); m -> m"
                    + " after 15_000 -> :none end end"))
        .isEqualTo("[1, 5000000, 2, 5000000, 3]");
  }

  /** The expression's value, which must be there long before the expression's own timeout. */
  private String atOnce(String expression) {
    var timed =
        elixir.value(
            "{micros, value} = :timer.tc(fn -> "
                + expression
                + " end); {div(micros, 1000) < "
                + AT_ONCE_MILLIS
                + ", value}");
    assertThat(timed).startsWith("{true, ");
    return timed.substring("{true, ".length(), timed.length() - 1);
  }
}
