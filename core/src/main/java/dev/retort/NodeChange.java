package dev.retort;

import dev.retort.term.Atom;

/**
 * A node has been connected or lost, and what is known of that; see {@link
 * Node#monitorNodes(NodeType)}.
 */
public sealed interface NodeChange {
  /** Its name. */
  Atom node();

  /** Whether it is visible or hidden. */
  NodeType type();

  /** There is a connection: {@code {nodeup, Node, [{node_type, Type}]}}. */
  record Up(Atom node, NodeType type) implements NodeChange {}

  /**
   * The connection is lost: {@code {nodedown, Node, [{node_type, Type}, {nodedown_reason,
   * Reason}]}}.
   *
   * @param reason {@code connection_closed}, {@code disconnected}, {@code net_tick_timeout} or
   *     {@code no_network}
   */
  record Down(Atom node, NodeType type, Object reason) implements NodeChange {}
}
