package dev.retort.node;

import dev.retort.term.Atom;
import dev.retort.term.Pid;

/** A process of another node, and the connection over which we have heard of it. */
final class RemotePid extends Pid {
  private final Connection connection;

  RemotePid(int id, int serial, Connection connection) {
    super(id, serial);
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  @Override
  public Atom node() {
    return connection.node();
  }

  @Override
  public int creation() {
    return connection.creation();
  }
}
