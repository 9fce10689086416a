package dev.retort.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.Down;
import dev.retort.Erpc;
import dev.retort.Kernel;
import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.Rpc;
import dev.retort.term.Atom;
import dev.retort.term.Name;
import dev.retort.term.Pid;
import dev.retort.term.Tuple;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application of others, which has never heard of the JVM: Java declares and lists the queues of
 * a RabbitMQ broker, counts its connections, and sees its processes and the broker itself end.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RabbitMqTest {
  /** What RabbitMQ calls the name of a thing in a virtual host. */
  record Resource(String vhost, Atom kind, String name) {}

  @RegisterExtension static final Nodes nodes = new Nodes();

  @TempDir private static Path folder;

  private static Node java;
  private static RabbitMq broker;
  private static String there;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(RabbitMq.isInstalled(), "RabbitMQ is not installed");
    java = Node.start(NodeOptions.shortName(nodes.name("java")).withCookie(nodes.cookie()));
    broker = new RabbitMq(nodes.name("rabbit"), nodes.cookie(), folder);
    there = broker.node();
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
    if (java != null) {
      java.close();
    }
  }

  private static Resource queue(String name) {
    var queue =
        Erpc.call(there, "rabbit_misc", "r", List.of("/", Atom.of("queue"), name), Resource.class);
    assertThat(queue).isEqualTo(new Resource("/", Atom.of("queue"), name));
    return queue;
  }

  /** Declares a durable queue, and gives the broker's record of it. */
  private static Tuple declare(String name) {
    var arguments = List.of(queue(name), true, false, List.of(), Atom.of("none"), "guest");
    var declared = Rpc.call(there, "rabbit_amqqueue", "declare", arguments, Tuple.class);
    assertThat(declared.get(0)).isEqualTo(Atom.of("new"));
    assertThat(Rpc.call(there, "rabbit_amqqueue", "declare", arguments, Tuple.class).get(0))
        .isEqualTo(Atom.of("existing"));
    return (Tuple) declared.get(1);
  }

  private static Pid process(Tuple queue) {
    return Erpc.call(there, "amqqueue", "get_pid", List.of(queue), Pid.class);
  }

  private static int connections() {
    return Rpc.call(there, "rabbit_networking", "connections", List.of(), Pid[].class).length;
  }

  @Test
  void aBrokerTellsHowItIs() {
    assertThat(Rpc.call(there, "rabbit", "is_running", List.of(), boolean.class)).isTrue();
    assertThat(Erpc.call(there, "rabbit_nodes", "cluster_name", List.of(), String.class))
        .contains(Nodes.host());
    var status = Erpc.call(there, "rabbit", "status", List.of(), Object[].class);
    assertThat(status).contains(Tuple.of(Atom.of("pid"), broker.pid()));
  }

  @Test
  void aQueueIsDeclaredAndListed() {
    var declared = declare("orders");
    assertThat(Erpc.call(there, "rabbit_amqqueue", "list", List.of("/"), Object[].class))
        .contains(declared);
    assertThat(Rpc.call(there, "rabbit_amqqueue", "list_names", List.of("/"), Resource[].class))
        .contains(queue("orders"));
    assertThat(
            Rpc.call(
                there,
                "rabbit_amqqueue",
                "info",
                List.of(declared, List.of(Atom.of("durable"), Atom.of("messages"))),
                Object[].class))
        .containsExactly(Tuple.of(Atom.of("durable"), true), Tuple.of(Atom.of("messages"), 0L));
    var process = process(declared);
    assertThat(process.node()).isEqualTo(Atom.of(there));
    assertThat(Rpc.call(there, "erlang", "is_process_alive", List.of(process), boolean.class))
        .isTrue();
  }

  @Test
  void connectionsAreCounted() throws Exception {
    var guest =
        List.of(Tuple.of(Atom.of("user"), "guest"), Tuple.of(Atom.of("state"), Atom.of("running")));
    assertThat(connections()).isZero();
    try (var _ = new AmqpConnection(broker.port());
        var _ = new AmqpConnection(broker.port())) {
      assertThat(connections()).isEqualTo(2);
      assertThat(
              Erpc.call(
                  there,
                  "rabbit_networking",
                  "connection_info_all",
                  List.of(List.of(Atom.of("user"), Atom.of("state"))),
                  Object[].class))
          .containsExactly(guest, guest);
    }
    await().until(() -> connections() == 0);
  }

  @Test
  void theProcessOfADeletedQueueIsDown() throws Exception {
    var queue = declare("deleted");
    java.run(
        () -> {
          var process = process(queue);
          var monitor = Kernel.monitor(process);
          assertThat(
                  Rpc.call(
                      there, "rabbit_amqqueue", "delete", List.of(queue, false, false, "guest")))
              .isEqualTo(Tuple.of(Atom.OK, 0L));
          assertThat(Kernel.receive(Down.class))
              .isEqualTo(new Down(monitor, Atom.of("process"), process, Atom.NORMAL));
          return true;
        });
  }

  /** The last one. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aBrokerThatStopsIsDown() throws Exception {
    var queue = declare("until_the_end");
    java.run(
        () -> {
          var ofQueue = Kernel.monitor(process(queue));
          var ofRuntime = Kernel.monitor(Name.of("init", there));
          Rpc.cast(there, "init", "stop", List.of());
          assertThat(Kernel.receive(Down.class, down -> down.ref().equals(ofQueue)).reason())
              .isEqualTo(Atom.of("shutdown"));
          assertThat(Kernel.receive(Down.class, down -> down.ref().equals(ofRuntime)).reason())
              .isEqualTo(Atom.NOCONNECTION);
          return true;
        });
    assertThat(broker.exitStatus()).isZero();
    assertThat(Node.list()).isEmpty();
  }
}
