package dev.retort;

import dev.retort.etf.Tag;
import dev.retort.term.Atom;
import java.util.Objects;

/**
 * The connection to a node watched by {@link Node#monitor} is lost: Erlang's {@code {nodedown,
 * Node}}.
 */
@Tag("nodedown")
public record NodeDown(Atom node) {
  public NodeDown {
    Objects.requireNonNull(node, "node");
  }
}
