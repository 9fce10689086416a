package dev.retort.node;

import dev.retort.NodeCheck;
import java.util.Locale;

/** What must be so before two nodes are connected, in the order in which it is found out. */
enum Stage {
  NAME,
  HOST,
  EPMD,
  REGISTERED,
  PORT,
  TLS,
  HANDSHAKE,
  FLAGS,
  COOKIE,
  PING;

  NodeCheck.Step passed(String finding) {
    return new NodeCheck.Step(word(), true, finding);
  }

  NodeCheck.Step failed(String finding) {
    return new NodeCheck.Step(word(), false, finding);
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
