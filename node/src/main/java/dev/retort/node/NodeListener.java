package dev.retort.node;

/** Learns of connections in the order in which they come and go. */
interface NodeListener {
  /** There is a connection; called before the first message over it is handled. */
  void up(Connection connection);

  /** It is lost; called after the last message over it was handled. */
  void down(Connection connection);
}
