package dev.retort.node;

import dev.retort.term.Atom;

/** Why a connection has ended, in the words of {@code net_kernel:monitor_nodes/2}. */
final class NodeDownReason {
  /** The other side has closed it, or something on the way. */
  static final Atom CONNECTION_CLOSED = Atom.of("connection_closed");

  /** This node has closed it. */
  static final Atom DISCONNECTED = Atom.of("disconnected");

  /** Nothing has been heard of the other side for {@code net_ticktime}. */
  static final Atom NET_TICK_TIMEOUT = Atom.of("net_tick_timeout");

  /** This node has left the network. */
  static final Atom NO_NETWORK = Atom.of("no_network");

  private NodeDownReason() {}
}
