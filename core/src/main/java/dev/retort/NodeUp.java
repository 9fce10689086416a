package dev.retort;

import dev.retort.etf.Tag;
import dev.retort.term.Atom;

/**
 * There is a connection to a node: {@code {nodeup, Node}}. See {@link Node#monitorNodes}.
 *
 * @param node its name
 */
@Tag("nodeup")
public record NodeUp(Atom node) {}
