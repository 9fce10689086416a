package dev.retort.node;

import dev.retort.etf.Identities;
import dev.retort.term.Atom;
import dev.retort.term.Pid;
import dev.retort.term.Ref;

/**
 * What the pids in a peer's messages stand for: our own processes, the peer's with the connection
 * to them, or a third node's, whose way is found by its name when it is needed.
 */
record WireIdentities(LocalNode local, Connection connection) implements Identities {
  @Override
  public Pid pid(Atom node, int id, int serial, int creation) {
    if (creation == connection.creation() && node.equals(connection.node())) {
      return new RemotePid(id, serial, connection);
    }
    if (creation == local.creation() && node.equals(local.name())) {
      return local.host().pid(id, serial);
    }
    return Pid.of(node, id, serial, creation);
  }

  @Override
  public Ref ref(Atom node, int creation, int[] words) {
    return Ref.of(node, creation, words);
  }
}
