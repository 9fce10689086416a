package dev.retort.node;

import dev.retort.term.Atom;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The cookie for each node, {@code auth}'s: our own, where nothing else has been said of a node.
 */
final class Cookies {
  private final Map<Atom, Cookie> of = new ConcurrentHashMap<>();
  private volatile Cookie own;

  private final @Nullable InetAddress open;

  /**
   * Begins with one for all.
   *
   * @param open where strangers can call, so that no cookie may be one that they could guess; null
   *     where none can, or the user takes the risk
   * @throws IllegalArgumentException if it could be guessed
   */
  Cookies(Cookie own, @Nullable InetAddress open) {
    this.open = open;
    this.own = checked(own);
  }

  /** A cookie that strangers can guess lets them run anything, where they can call. */
  private Cookie checked(Cookie cookie) {
    var weakness = open == null ? null : cookie.weakness();
    if (open != null && weakness != null) {
      throw new IllegalArgumentException(
          "the cookie could be guessed by whoever can call "
              + open.getHostAddress()
              + ": "
              + weakness
              + "; take a longer one");
    }
    return cookie;
  }

  /** The one for connections with {@code node} in both directions. {@code auth:get_cookie/1}. */
  Cookie of(Atom node) {
    return of.getOrDefault(node, own);
  }

  /**
   * From the next connection on, for all nodes that have none of their own.
   *
   * @throws IllegalArgumentException if it could be guessed
   */
  void own(Cookie cookie) {
    own = checked(cookie);
  }

  /**
   * From the next connection on, for this node.
   *
   * @throws IllegalArgumentException if it could be guessed
   */
  void set(Atom node, Cookie cookie) {
    of.put(node, checked(cookie));
  }
}
