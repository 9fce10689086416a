package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A JVM node beside a real iex: what is typed on the Java side, and what comes of it. */
class JexTalksToIexTest {
  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Jex java;
  private static Iex elixir;

  @BeforeAll
  static void start() throws IOException {
    java = nodes.startJex("java");
    elixir = nodes.iex("elixir");
    Nodes.ready(java);
  }

  @BeforeEach
  void nothingIsLeftOfOtherTests() {
    elixir.reset();
    java.reset();
  }

  @Test
  void pingAndListAndDisconnect() {
    assertThat(java.value("Node.ping(\"" + elixir.node() + "\")")).isIn(":pong", "true");
    assertThat(java.value("Node.list()")).isEqualTo("[" + elixir.atom() + "]");
    assertThat(elixir.value("Node.list()")).isEqualTo("[" + java.atom() + "]");
    assertThat(java.value("Node.disconnect(\"" + elixir.node() + "\")")).isEqualTo("true");
    assertThat(java.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void pingOfANodeThatIsNotThereIsPang() {
    assertThat(java.value("Node.ping(\"" + nodes.node("nobody") + "\")")).isIn(":pang", "false");
  }

  @Test
  void callsAServerWrittenInElixir() {
    Stack.start(elixir);
    java.run("var stack = Name.of(\"stack\", \"" + elixir.node() + "\")");
    assertThat(java.value("GenServer.call(stack, Atom.of(\"pop\"))")).isEqualTo("\"hello\"");
    java.run("GenServer.cast(stack, Tuple.of(Atom.of(\"push\"), \"again\"))");
    assertThat(java.value("GenServer.call(stack, Atom.of(\"pop\"))")).isEqualTo("\"again\"");
  }

  @Test
  void callsAServerWrittenInElixirWithRecords() {
    Stack.start(elixir);
    java.run("var stack = Name.of(\"stack\", \"" + elixir.node() + "\")");
    java.run("record Pop() implements Call<String> {}");
    java.run("record Push(String element) {}");
    java.run("GenServer.cast(stack, new Push(\"again\"))");
    java.run("String top = GenServer.call(stack, new Pop())");
    assertThat(java.value("top")).isEqualTo("\"again\"");
  }

  @Test
  void aCallToANameThatNobodyHasFailsAtOnce() {
    java.type("GenServer.call(Name.of(\"nosuch\", \"" + elixir.node() + "\"), Atom.of(\"pop\"))");
    java.await("noproc");
    assertThat(java.value("1")).isEqualTo("1");
  }

  @Test
  void sendsToARegisteredProcess() {
    elixir.run("Process.register(self(), :iex)");
    java.run("record Hello(Object what) {}");
    java.run("send(Name.of(\"iex\", \"" + elixir.node() + "\"), new Hello(\"Hello from Java\"))");
    assertThat(elixir.value("receive do message -> message after 5000 -> :nothing end"))
        .isEqualTo("{:hello, \"Hello from Java\"}");
  }

  @Test
  void aMonitorReportsTheDeathOfAnElixirServerWithItsReason() {
    Stack.start(elixir);
    java.run("var stack = Name.of(\"stack\", \"" + elixir.node() + "\")");
    java.run("var ref = monitor(stack)");
    java.run("GenServer.call(stack, Atom.of(\"pop\"))");
    elixir.run("Process.exit(Process.whereis(:stack), :boom)");
    assertThat(java.value("receive(java.time.Duration.ofSeconds(5))"))
        .matches(
            "\\{:DOWN, #Reference<[0-9.]+>, :process, \\{:stack, "
                + Pattern.quote(elixir.atom())
                + "}, :boom}");
  }

  @Test
  void aMonitorOfANameThatNobodyHasReportsNoproc() {
    java.run("monitor(Name.of(\"nosuch\", \"" + elixir.node() + "\"))");
    assertThat(java.value("receive(java.time.Duration.ofSeconds(5))")).endsWith(", :noproc}");
  }

  @Test
  void aLinkToAnElixirProcessBringsItsExit() {
    bindPartner(java, elixir);
    java.run("trapExit(true)");
    java.run("link(partner)");
    java.run("Node.ping(\"" + elixir.node() + "\")");
    elixir.run("Process.exit(partner, :boom)");
    assertThat(java.value("receive(java.time.Duration.ofSeconds(5))"))
        .matches("\\{:EXIT, #PID<[0-9.]+>, :boom}");
  }

  @Test
  void anExitSentToAnElixirProcessEndsIt() {
    bindPartner(java, elixir);
    java.run("monitor(partner)");
    java.run("exit(partner, Atom.of(\"enough\"))");
    assertThat(java.value("receive(java.time.Duration.ofSeconds(5))")).endsWith(", :enough}");
    assertThat(elixir.value("Process.alive?(partner)")).isEqualTo("false");
  }

  @Test
  void killingElixirGivesTheJvmNoconnection() throws IOException {
    var elixir = nodes.iex("killed");
    var java = nodes.jex("its_peer");
    bindPartner(java, elixir);
    java.run("trapExit(true)");
    java.run("link(partner)");
    java.run("monitor(partner)");
    java.run("Node.monitor(\"" + elixir.node() + "\", true)");
    java.run("Node.ping(\"" + elixir.node() + "\")");
    elixir.kill();
    java.run("var first = receive(java.time.Duration.ofSeconds(5))");
    java.run("var second = receive(java.time.Duration.ofSeconds(5))");
    java.run("var third = receive(java.time.Duration.ofSeconds(5))");
    assertThat(java.value("List.of(first, second, third)"))
        .containsPattern("\\{:EXIT, #PID<[0-9.]+>, :noconnection}")
        .containsPattern("\\{:DOWN, #Reference<[0-9.]+>, :process, #PID<[0-9.]+>, :noconnection}")
        .contains("{:nodedown, " + elixir.atom() + "}");
    assertThat(java.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void aClosureOnAnElixirNodeIsRefusedWithTheReason() {
    java.type("Node.spawn(\"" + elixir.node() + "\", () -> println(\"never\"))");
    java.await(Pattern.compile("(?i)(closure|java|jvm)[^\\n]*(cannot|can't|only|not)[^\\n]*"));
    assertThat(java.value("1")).isEqualTo("1");
    assertThat(elixir.transcript()).doesNotContain("never");
  }

  /** Binds {@code partner}, in both shells, to a process in Elixir that waits. */
  private static void bindPartner(Jex java, Iex elixir) {
    elixir.run("partner = spawn(fn -> receive do :go -> :ok end end)");
    // A shell that an exception has ended has a new process, and no name.
    java.run("if (whereis(\"jex\") == null) register(\"jex\", self())");
    elixir.run("send({:jex, " + java.atom() + "}, partner)");
    java.run("var partner = receive(Pid.class, java.time.Duration.ofSeconds(5))");
    assertThat(java.value("partner.node()")).isEqualTo(elixir.atom());
  }
}
