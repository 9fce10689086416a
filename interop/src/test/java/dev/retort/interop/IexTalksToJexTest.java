package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real iex beside a JVM node: what is typed on the Elixir side, and what comes of it. */
class IexTalksToJexTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private Jex java;
  private Iex elixir;
  private String javaNode;

  @BeforeEach
  void start() throws IOException {
    java = nodes.startJex("java");
    elixir = nodes.iex("elixir");
    Nodes.ready(java);
    javaNode = java.atom();
  }

  @Test
  void pingIsAnsweredWithPong() {
    assertThat(elixir.value("Node.ping(" + javaNode + ")")).isEqualTo(":pong");
    assertThat(elixir.value("Node.list()")).isEqualTo("[" + javaNode + "]");
    assertThat(java.value("Node.list()")).isEqualTo("[" + elixir.atom() + "]");
  }

  @Test
  void connectSucceeds() {
    assertThat(elixir.value("Node.connect(" + javaNode + ")")).isEqualTo("true");
    assertThat(elixir.value("Node.disconnect(" + javaNode + ")")).isEqualTo("true");
    assertThat(elixir.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void aMessageToARegisteredNameIsAnsweredIntoTheMailbox() {
    java.run("record Hello(Object what) {}");
    java.run(
        "register(\"greeter\", spawn(() -> { if (receive() instanceof Hello(Pid sender))"
            + " send(sender, new Hello(\"Hello from Java\")); }))");
    elixir.type("send({:greeter, " + javaNode + "}, {:hello, self()})");
    elixir.await("{:hello, #PID<");
    assertThat(elixir.value("receive do message -> message after 5000 -> :nothing end"))
        .isEqualTo("{:hello, \"Hello from Java\"}");
  }

  @Test
  void flushShowsWhatAJvmProcessSent() {
    java.run(
        "register(\"greeter\", spawn(() -> { if (receive() instanceof Tuple hello)"
            + " send((Pid) hello.get(1), Tuple.of(Atom.of(\"hello\"), \"Hello from Java\")); }))");
    elixir.run("monitor = Process.monitor({:greeter, " + javaNode + "})");
    elixir.run("send({:greeter, " + javaNode + "}, {:hello, self()})");
    // The greeter's last signal: what it sent before is there when this has come.
    elixir.value("receive do {:DOWN, ^monitor, _, _, :normal} -> :ok after 5000 -> :nothing end");
    elixir.type("flush()");
    elixir.await("{:hello, \"Hello from Java\"}");
    elixir.await(":ok");
  }

  @Test
  void callIsAnsweredByAJavaGenServer() {
    Stack.start(java);
    assertThat(elixir.value("GenServer.call({:stack, " + javaNode + "}, :pop)"))
        .isEqualTo("\"hello\"");
    elixir.run("GenServer.cast({:stack, " + javaNode + "}, {:push, \"again\"})");
    assertThat(elixir.value("GenServer.call({:stack, " + javaNode + "}, :pop)"))
        .isEqualTo("\"again\"");
    assertThat(elixir.value("GenServer.call({:stack, " + javaNode + "}, :pop)"))
        .isEqualTo("\"world\"");
  }

  @Test
  void monitorReportsTheDeathOfAServerWithItsReason() {
    Stack.start(java);
    elixir.run("monitor = Process.monitor({:stack, " + javaNode + "})");
    elixir.run("GenServer.call({:stack, " + javaNode + "}, :pop)");
    java.run("exit(whereis(\"stack\"), Atom.of(\"boom\"))");
    assertThat(
            elixir.value(
                "receive do {:DOWN, ^monitor, type, object, reason} -> {type, object, reason}"
                    + " after 5000 -> :nothing end"))
        .isEqualTo("{:process, {:stack, " + javaNode + "}, :boom}");
  }

  @Test
  void anExceptionIsAReasonAsErlangWritesErrors() {
    java.run("var victim = spawn(() -> { receive(); throw new IllegalStateException(\"oops\"); })");
    java.run("register(\"victim\", victim)");
    elixir.run("monitor = Process.monitor({:victim, " + javaNode + "})");
    elixir.run("send({:victim, " + javaNode + "}, :go)");
    assertThat(
            elixir.value(
                "receive do {:DOWN, ^monitor, _, _, {reason, stack}} when is_list(stack) -> reason"
                    + " after 5000 -> :nothing end"))
        .isEqualTo("{:illegal_state_exception, \"oops\"}");
  }

  @Test
  void aLinkBringsTheJvmProcessesExitToElixir() {
    java.run("register(\"partner\", spawn(() -> receive()))");
    elixir.run("Process.flag(:trap_exit, true)");
    bindPartner();
    elixir.run("Process.link(partner)");
    elixir.run("send(partner, :go)");
    assertThat(
            elixir.value(
                "receive do {:EXIT, ^partner, reason} -> reason after 5000 -> :nothing end"))
        .isEqualTo(":normal");
  }

  @Test
  void aLinkBringsTheElixirProcessesExitToTheJvm() {
    java.run(
        "register(\"partner\", spawn(() -> { trapExit(true);"
            + " if (receive(java.time.Duration.ofSeconds(20)) instanceof Exit exit)"
            + " println(\"partner saw \" + inspect(exit.reason())); }))");
    bindPartner();
    elixir.run("spawn(fn -> Process.link(partner); exit(:boom) end)");
    java.await("partner saw :boom");
  }

  @Test
  void killingTheJvmGivesElixirNoconnection() {
    java.run("register(\"partner\", spawn(() -> receive()))");
    elixir.run("Process.flag(:trap_exit, true)");
    bindPartner();
    elixir.run(
        "Process.link(partner); monitor = Process.monitor(partner); Node.monitor("
            + javaNode
            + ", true)");
    // An answer from the other side: link and monitor have arrived there.
    elixir.value("Node.ping(" + javaNode + ")");
    java.kill();
    assertThat(
            elixir.value(
                "receive do {:EXIT, ^partner, reason} -> reason after 5000 -> :nothing end"))
        .isEqualTo(":noconnection");
    assertThat(
            elixir.value(
                "receive do {:DOWN, ^monitor, _, _, reason} -> reason after 5000 -> :nothing end"))
        .isEqualTo(":noconnection");
    assertThat(elixir.value("receive do {:nodedown, node} -> node after 5000 -> :nothing end"))
        .isEqualTo(javaNode);
    assertThat(elixir.value("Node.list()")).isEqualTo("[]");
  }

  @Test
  void killingElixirGivesTheJvmNoconnection() {
    java.run(
        "register(\"partner\", spawn(() -> { trapExit(true);"
            + " var partner = receive(Pid.class); link(partner); monitor(partner);"
            + " send(partner, Atom.of(\"linked\"));"
            + " println(\"partner saw \" + inspect(receive()));"
            + " println(\"and then \" + inspect(receive())); }))");
    elixir.run("send({:partner, " + javaNode + "}, self())");
    assertThat(elixir.value("receive do :linked -> :ok after 5000 -> :nothing end"))
        .isEqualTo(":ok");
    elixir.kill();
    java.await(Pattern.compile("partner saw .*:noconnection"));
    java.await(Pattern.compile("and then .*:noconnection"));
    assertThat(java.value("Node.list()")).isEqualTo("[]");
  }

  /** Binds {@code partner} in iex to the process that has this name on the JVM node. */
  private void bindPartner() {
    elixir.run("Process.register(self(), :iex)");
    java.run("send(Name.of(\"iex\", \"" + elixir.node() + "\"), whereis(\"partner\"))");
    elixir.run("partner = receive do pid when is_pid(pid) -> pid after 5000 -> :nothing end");
    assertThat(elixir.value("node(partner)")).isEqualTo(javaNode);
  }
}
