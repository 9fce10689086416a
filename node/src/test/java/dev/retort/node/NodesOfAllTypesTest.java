package dev.retort.node;

import static dev.retort.Kernel.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.retort.Node;
import dev.retort.NodeChange;
import dev.retort.NodeOptions;
import dev.retort.NodeType;
import dev.retort.term.Atom;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which nodes there are, and what is told of them. */
@Timeout(60)
class NodesOfAllTypesTest {
  private final TestNodes nodes = new TestNodes();
  private Node node;
  private Atom self;

  @BeforeEach
  void start() throws IOException {
    node = nodes.start();
    self = node.name();
  }

  @AfterEach
  void stop() throws IOException {
    nodes.close();
  }

  private static boolean connect(Node from, Node to) throws Exception {
    return from.run(() -> Node.connect(to.name().name()));
  }

  @Test
  void nodesAreListedByTheirType() throws Exception {
    var visible = nodes.start();
    var hidden = nodes.start(TestNodes.options().withHidden(true));
    assertThat(connect(node, visible) && connect(node, hidden)).isTrue();

    assertThat(node.run(() -> Node.nodes(NodeType.VISIBLE))).containsExactly(visible.name());
    assertThat(node.run(() -> Node.nodes(NodeType.HIDDEN))).containsExactly(hidden.name());
    assertThat(node.run(() -> Node.nodes(NodeType.CONNECTED)))
        .containsExactlyInAnyOrder(visible.name(), hidden.name());
    assertThat(node.run(() -> Node.nodes(NodeType.THIS))).containsExactly(self);
    visible.close();
    await().until(() -> node.run(Node::list).isEmpty());
    assertThat(node.run(() -> Node.nodes(NodeType.THIS, NodeType.CONNECTED)))
        .containsExactlyInAnyOrder(self, hidden.name());
    assertThat(node.run(() -> Node.nodes(NodeType.KNOWN)))
        .containsExactlyInAnyOrder(self, visible.name(), hidden.name());
  }

  @Test
  void changesSayTheTypeAndTheReason() throws Exception {
    var visible = nodes.start();
    var hidden = nodes.start(TestNodes.options().withHidden(true));
    node.run(
        () -> {
          Node.monitorNodes(NodeType.CONNECTED);
          Node.connect(visible.name().name());
          assertThat(receive(NodeChange.Up.class))
              .isEqualTo(new NodeChange.Up(visible.name(), NodeType.VISIBLE));
          Node.connect(hidden.name().name());
          assertThat(receive(NodeChange.Up.class))
              .isEqualTo(new NodeChange.Up(hidden.name(), NodeType.HIDDEN));
          hidden.close();
          assertThat(receive(NodeChange.Down.class))
              .isEqualTo(
                  new NodeChange.Down(
                      hidden.name(), NodeType.HIDDEN, NodeDownReason.CONNECTION_CLOSED));
          Node.disconnect(visible.name().name());
          assertThat(receive(NodeChange.Down.class))
              .isEqualTo(
                  new NodeChange.Down(
                      visible.name(), NodeType.VISIBLE, NodeDownReason.DISCONNECTED));
          return null;
        });
  }

  @Test
  void machineNamesItsNodes() throws Exception {
    var alive = self.name().substring(0, self.name().indexOf('@'));
    assertThat(node.run(() -> Node.names("localhost"))).containsKey(alive);
  }

  @Test
  void nodesMayHaveCookiesOfTheirOwn() throws Exception {
    var other = nodes.start(TestNodes.options().withCookie("another cookie"));
    assertThat(connect(node, other)).isFalse();
    node.run(
        () -> {
          Node.setCookie(other.name().name(), "another cookie");
          return null;
        });
    assertThat(connect(node, other)).isTrue();
  }

  @Test
  void nodeWithoutANameGetsOneFromTheFirstThatItConnectsWith() throws Exception {
    var dynamic = nodes.start(NodeOptions.shortName("undefined").withCookie(TestNodes.COOKIE));
    assertThat(dynamic.name()).isEqualTo(Atom.of("nonode@nohost"));
    assertThat(connect(dynamic, node)).isTrue();

    var given = dynamic.name();
    assertThat(given.name()).matches("[0-9A-Z]+@.+");
    assertThat(node.run(Node::listHidden)).containsExactly(given);
    assertThat(dynamic.run(() -> Node.ping(self.name()))).isTrue();

    var second = nodes.start();
    assertThat(connect(dynamic, second)).isTrue();
    assertThat(second.run(Node::listHidden)).containsExactly(given);

    dynamic.run(() -> Node.disconnect(self.name()));
    dynamic.run(() -> Node.disconnect(second.name().name()));
    await().until(() -> dynamic.name().equals(Atom.of("nonode@nohost")));
    assertThat(connect(dynamic, node)).isTrue();
    assertThat(dynamic.name()).isNotEqualTo(given);
  }
}
