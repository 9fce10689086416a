package dev.retort;

/**
 * Which nodes are meant: what {@code erlang:nodes/1} and {@code net_kernel:monitor_nodes/2} take.
 */
public enum NodeType {
  /** Those connected that all nodes list. */
  VISIBLE,

  /** Those connected that are hidden, or that this one is hidden from. */
  HIDDEN,

  /** All that are connected. */
  CONNECTED,

  /** This node itself. */
  THIS,

  /** This node, and all that it is or was connected with. */
  KNOWN
}
