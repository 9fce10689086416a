package dev.retort.node;

import dev.retort.term.Atom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The cookie for each node, {@code auth}'s: our own, where nothing else has been said of a node.
 */
final class Cookies {
  private final Map<Atom, Cookie> of = new ConcurrentHashMap<>();
  private volatile Cookie own;

  Cookies(Cookie own) {
    this.own = own;
  }

  /** The one for connections with {@code node} in both directions. {@code auth:get_cookie/1}. */
  Cookie of(Atom node) {
    return of.getOrDefault(node, own);
  }

  /** From the next connection on, for all nodes that have none of their own. */
  void own(Cookie cookie) {
    own = cookie;
  }

  /** From the next connection on, for this node. */
  void set(Atom node, Cookie cookie) {
    of.put(node, cookie);
  }
}
