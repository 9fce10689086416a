package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A visible node takes part in {@code global}, which since OTP 25 prevents overlapping partitions
 * by disconnecting nodes: three BEAM nodes must not notice that a fourth one is a JVM, neither
 * while it is there nor after it was killed.
 */
class VisibleNodeTest {
  @RegisterExtension final Nodes nodes = new Nodes();

  private Iex a;
  private Iex b;
  private Iex c;
  private Jex java;

  @BeforeEach
  void start() throws IOException {
    a = nodes.startIex("a");
    b = nodes.startIex("b");
    c = nodes.startIex("c");
    java = nodes.startJex("java");
    List.of(a, b, c, java).forEach(Nodes::ready);
  }

  @Test
  void globalWorksWhileTheJvmIsConnectedAndAfterItWasKilled() {
    connect(a, b);
    connect(a, c);
    connect(a, java);
    awaitConnected();
    awaitSees(List.of(a, b, c), java);
    globalWorks("while");

    java.kill();
    globalWorks("after");
  }

  @Test
  void beamNodesMeetWhenTheJvmIsThereFirst() {
    connect(a, java);
    connect(b, java);
    connect(b, a);
    connect(c, b);
    awaitConnected();
    globalWorks("while");

    java.kill();
    globalWorks("after");
  }

  @Test
  void theJvmMayConnectFirst() {
    connect(a, b);
    connect(b, c);
    assertThat(java.value("Node.connect(\"" + a.node() + "\")")).isEqualTo("true");
    awaitConnected();
    awaitSees(List.of(a), java);
    globalWorks("while");

    java.kill();
    globalWorks("after");
  }

  @Test
  void losingOneConnectionToTheJvmLeavesTheBeamNodesTogether() {
    connect(a, b);
    connect(a, c);
    connect(a, java);
    awaitConnected();
    awaitSees(List.of(a, b, c), java);
    assertThat(a.value("Node.disconnect(" + java.atom() + ")")).isEqualTo("true");
    globalWorks("after a disconnected it");
    assertThat(a.value("Node.ping(" + java.atom() + ")")).isEqualTo(":pong");
    globalWorks("after it came back");
  }

  @Test
  void theJvmMayLeaveAndAnotherTakeItsName() throws IOException {
    connect(a, b);
    connect(a, java);
    awaitSees(List.of(a, b), java);
    java.kill();
    java = nodes.jex("java");
    connect(b, java);
    connect(a, c);
    awaitConnected();
    globalWorks("with the second");
  }

  private static void connect(Iex from, Shell to) {
    assertThat(from.value("Node.connect(" + to.atom() + ")")).isEqualTo("true");
  }

  private void globalWorks(String when) {
    for (var node : List.of(a, b, c)) {
      assertThat(
              node.value(
                  "{micros, result} = :timer.tc(fn -> :global.sync() end);"
                      + " {result, micros < 5_000_000}"))
          .as(":global.sync() on %s %s", node.node(), when)
          .isEqualTo("{:ok, true}");
    }
    for (var node : List.of(a, b, c)) {
      var name = "{\"" + when + "\", " + node.atom() + "}";
      assertThat(
              node.value(
                  ":global.register_name(" + name + ", spawn(fn -> Process.sleep(:infinity) end))"))
          .isEqualTo(":yes");
      for (var other : List.of(a, b, c)) {
        assertThat(other.value("node(:global.whereis_name(" + name + "))")).isEqualTo(node.atom());
      }
    }
    awaitConnected();
  }

  /** The three BEAM nodes are connected with each other. */
  private void awaitConnected() {
    awaitSees(List.of(b, c), a);
    awaitSees(List.of(a, c), b);
    awaitSees(List.of(a, b), c);
  }

  private static void awaitSees(List<Iex> watchers, Shell node) {
    for (var watcher : watchers) {
      Awaitility.await(watcher.node() + " sees " + node.node())
          .atMost(Console.PATIENCE)
          .until(() -> watcher.value("Node.list()").contains(node.node()));
    }
  }
}
