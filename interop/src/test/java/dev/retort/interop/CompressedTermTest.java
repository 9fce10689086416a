package dev.retort.interop;

import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.register;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.etf.Etf;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No node takes compressed terms of another one: not Erlang's, and not ours. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CompressedTermTest {
  private static final byte[] HELLO = Etf.encode("hello");
  private static final byte[] LONG = Etf.encode("long ".repeat(1000));

  @RegisterExtension static final Nodes nodes = new Nodes();

  private static Node java;
  private static Iex elixir;
  private static final LinkedBlockingQueue<Object> GOT = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    java = Node.start(NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()));
    elixir = nodes.iex("elixir");
    elixir.run(
        "me = self(); pass = fn pass -> receive do m -> send(me, m) end; pass.(pass) end;"
            + " Process.register(spawn(fn -> pass.(pass) end), :target)");
    java.spawn(
        () -> {
          register("target", Kernel.self());
          for (; ; ) {
            GOT.add(receive(String.class));
          }
        });
  }

  @AfterAll
  static void stop() {
    java.close();
  }

  private static RawPeer peerOf(String role) throws Exception {
    int port = Node.names("localhost").get(nodes.name(role));
    return new RawPeer(port, "raw@" + Nodes.host(), nodes.cookie());
  }

  private static void assertElixirGets(String value) {
    assertThat(elixir.value("receive do m -> m after 20_000 -> :none end")).isEqualTo(value);
  }

  @Test
  void erlangDropsACompressedMessageAndClosesTheConnection() throws Exception {
    try (var peer = peerOf("elixir")) {
      peer.send(peer.to("target"), HELLO);
      assertElixirGets("\"hello\"");
      peer.send(peer.to("target"), RawPeer.compressed(LONG));
      peer.awaitClosed();
    }
    assertThat(elixir.value("receive do m -> m after 0 -> :none end")).isEqualTo(":none");
    try (var peer = peerOf("elixir")) {
      peer.send(RawPeer.compressed(peer.to("target")), HELLO);
      peer.awaitClosed();
    }
    assertThat(elixir.value("receive do m -> m after 0 -> :none end")).isEqualTo(":none");
  }

  @Test
  void retortDropsACompressedMessageAndClosesTheConnectionForACompressedControlMessage()
      throws Exception {
    try (var peer = peerOf("java")) {
      peer.send(peer.to("target"), HELLO);
      peer.send(peer.to("target"), RawPeer.compressed(LONG));
      peer.send(peer.to("target"), HELLO);
      assertThat(GOT.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
      assertThat(GOT.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
      peer.send(RawPeer.compressed(peer.to("target")), HELLO);
      peer.awaitClosed();
    }
    assertThat(GOT).isEmpty();
  }
}
