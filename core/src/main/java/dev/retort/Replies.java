package dev.retort;

import dev.retort.term.Atom;
import java.util.List;
import java.util.Map;

/**
 * What came of a {@link GenServer#multiCall}: {@code {Replies, BadNodes}}.
 *
 * @param replies by node, in the order of the nodes; a reply may be null if {@code R} says so
 * @param badNodes where there is no such server, or that have not answered in time
 */
public record Replies<R>(Map<Atom, R> replies, List<Atom> badNodes) {}
