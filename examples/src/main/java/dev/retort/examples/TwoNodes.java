package dev.retort.examples;

import static dev.retort.Kernel.println;
import static dev.retort.Kernel.receive;
import static dev.retort.Kernel.self;
import static dev.retort.Kernel.send;

import dev.retort.Node;
import dev.retort.NodeOptions;
import dev.retort.term.Pid;

/**
 * Two nodes talk: what the article types into two shells, as a program. Here both nodes are in one
 * JVM; on two machines nothing but their names would change.
 */
final class TwoNodes {
  record Hello(Object what) {}

  private TwoNodes() {}

  /** The conversation of a process of this node with one that it starts on {@code node}. */
  static Object talkTo(String node) {
    var receiver =
        Node.spawnLink(
            node,
            () -> {
              switch (receive()) {
                case Hello(Pid sender) -> send(sender, new Hello("Hello from receiver"));
                default -> println("I don't understand");
              }
            });
    println(send(receiver, new Hello(self()))); // {:hello, #PID<0.107.0>}
    return println(receive()); // {:hello, "Hello from receiver"}
  }

  static void converse(String receiverName, String senderName) throws Exception {
    try (var receiver = Node.start(options(receiverName).withAcceptClosures(true));
        var sender = Node.start(options(senderName))) {
      sender.run(() -> talkTo(receiver.name().name()));
    }
  }

  private static NodeOptions options(String name) {
    return NodeOptions.shortName(name).withCookie("between us");
  }

  static void main() throws Exception {
    converse("receiver", "sender");
  }
}
