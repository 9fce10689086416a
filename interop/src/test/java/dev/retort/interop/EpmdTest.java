package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who serves the names: Erlang's epmd, or the one in the JVM where none runs. */
class EpmdTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private int port;

  @BeforeEach
  void useAPortWithoutEpmd() throws IOException {
    port = Nodes.freePort();
    nodes.with("ERL_EPMD_PORT", Integer.toString(port));
  }

  @Test
  void theJvmServesTheNamesWhereNoEpmdRuns() throws IOException {
    var java = nodes.jex("java");
    assertThat(epmdAnswers()).isTrue();
    // -start_epmd false: Erlang must find the one in the JVM, not start its own.
    var elixir = nodes.iex("elixir", "--erl", "-start_epmd false");
    assertThat(
            elixir.value(
                "{:ok, names} = :net_adm.names();"
                    + " for {name, port} when is_integer(port) <- names, do: to_string(name)"))
        .contains('"' + nodes.name("java") + '"')
        .contains('"' + nodes.name("elixir") + '"');
    assertThat(elixir.value("Node.ping(" + java.atom() + ")")).isEqualTo(":pong");
    assertThat(java.value("Node.list()")).isEqualTo("[" + elixir.atom() + "]");
  }

  @Test
  void elixirNodesMeetThroughTheJvmsNames() throws IOException {
    nodes.jex("java");
    var a = nodes.iex("a", "--erl", "-start_epmd false");
    var b = nodes.iex("b", "--erl", "-start_epmd false");
    assertThat(a.value("Node.ping(" + b.atom() + ")")).isEqualTo(":pong");
    b.kill();
    Awaitility.await("the name of a dead node is free again")
        .until(() -> !a.value(":net_adm.names()").contains(nodes.name("b")));
  }

  @Test
  void erlangsCommandListsTheJvmsNames() throws IOException {
    nodes.jex("java");
    var epmd = nodes.run("epmd", "-names");
    epmd.await("name " + nodes.name("java") + " at port ");
    assertThat(epmd.exitStatus()).isZero();
  }

  @Test
  void theNextJvmServesTheNamesWhenTheFirstIsGone() throws IOException {
    nodes.jex("first").kill();
    var second = nodes.jex("second");
    var elixir = nodes.iex("elixir", "--erl", "-start_epmd false");
    assertThat(elixir.value("Node.ping(" + second.atom() + ")")).isEqualTo(":pong");
  }

  @Test
  void theJvmRegistersWithErlangsEpmd() throws IOException {
    // In the foreground, so that it ends with the test.
    nodes.run("epmd", "-port", Integer.toString(port));
    Awaitility.await("epmd").until(this::epmdAnswers);
    var java = nodes.jex("java");
    var elixir = nodes.iex("elixir");
    assertThat(elixir.value("Node.ping(" + java.atom() + ")")).isEqualTo(":pong");
    java.kill();
    Awaitility.await("the name of a dead node is free again")
        .until(() -> !elixir.value(":net_adm.names()").contains(nodes.name("java")));
  }

  private boolean epmdAnswers() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
