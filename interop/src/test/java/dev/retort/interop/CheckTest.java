package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code jex --check}, and nodes without epmd, with a real Erlang node at the other end. */
class CheckTest {
  private static final String JEX = Nodes.HOME.resolve("jex").toString();

  @RegisterExtension final Nodes nodes = new Nodes();

  @Test
  void aNodeThatCanBeMetPassesAndIsNotDisturbed() throws IOException {
    var elixir = nodes.iex("elixir");
    var check = nodes.run(JEX, "--check", elixir.node(), "--cookie", nodes.cookie());
    assertThat(check.exitStatus()).isZero();
    assertThat(check.unread().lines())
        .hasSize(9)
        .allMatch(line -> line.startsWith("ok "))
        .last()
        .asString()
        .contains("its net_kernel answers");
    assertThat(elixir.value("Node.list()")).isEqualTo("[]");
    Awaitility.await("the checking node is gone")
        .until(() -> elixir.value("Node.list(:hidden)").equals("[]"));
  }

  @Test
  void theStepThatFailsIsTheLast() throws IOException {
    var elixir = nodes.iex("elixir");
    failed("cookie", "the cookies differ", elixir.node(), "--cookie", "another");
    failed("registered", "knows", nodes.node("absent"), "--cookie", nodes.cookie());
    failed("name", "--sname", elixir.node(), "--name", "me@127.0.0.1", "--cookie", "x");
    elixir.run(":net_kernel.allow([:nobody@nowhere])");
    failed("handshake", "not", elixir.node(), "--cookie", nodes.cookie());
  }

  @Test
  void nodesMeetWithoutEpmd() throws IOException {
    var noEpmd = freePort();
    var port = freePort();
    nodes.with("ERL_EPMD_PORT", noEpmd);
    var elixir =
        nodes.iex(
            "elixir",
            "--name",
            nodes.name("elixir") + "@127.0.0.2",
            "--erl",
            "-erl_epmd_port "
                + port
                + " -start_epmd false -kernel inet_dist_use_interface {127,0,0,2}");
    var java =
        nodes.jex("java", "--name", nodes.name("java") + "@127.0.0.1", "--no-epmd", "--port", port);
    assertThat(java.value("Node.ping(\"" + elixir.node() + "\")")).isEqualTo("true");
    assertThat(elixir.value("Node.list()")).isEqualTo("[" + java.atom() + "]");
    assertThat(elixir.value("Node.disconnect(" + java.atom() + ")")).isEqualTo("true");
    assertThat(elixir.value("Node.ping(" + java.atom() + ")")).isEqualTo(":pong");

    // as release scripts have it; the other node does not listen on the same address
    nodes.with("ERL_DIST_PORT", port);
    var third =
        nodes.jex(
            "third", "--name", nodes.name("third") + "@127.0.0.3", "--interface", "127.0.0.3");
    assertThat(elixir.value("Node.ping(" + third.atom() + ")")).isEqualTo(":pong");
  }

  @Test
  void nodesMeetByTls(@TempDir Path folder) throws Exception {
    Certificates.needOpenSsl();
    var conf = Certificates.make(folder, Nodes.host(), 365).toString();
    var tls = new String[] {"-proto_dist", "inet_tls", "-ssl_dist_optfile", conf};
    var elixir = nodes.iex("elixir", "--erl", String.join(" ", tls));
    var java = nodes.jex("java", tls);
    // the first time Erlang loads the code of TLS
    Awaitility.await()
        .until(() -> java.value("Node.ping(\"" + elixir.node() + "\")").equals("true"));
    assertThat(elixir.value("Node.list()")).isEqualTo("[" + java.atom() + "]");
    failed("handshake", "it speaks TLS, and this", elixir.node(), "--cookie", nodes.cookie());
  }

  private static String freePort() throws IOException {
    return Integer.toString(Nodes.freePort());
  }

  private void failed(String step, String sentence, String node, String... flags)
      throws IOException {
    var command = new String[flags.length + 3];
    command[0] = JEX;
    command[1] = "--check";
    command[2] = node;
    System.arraycopy(flags, 0, command, 3, flags.length);
    var check = nodes.run(command);
    assertThat(check.exitStatus()).isOne();
    assertThat(check.unread().lines().toList().getLast())
        .startsWith("failed  " + step + " ")
        .contains(sentence);
  }
}
