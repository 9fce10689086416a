package dev.retort.term;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A registered name, on this node ({@code node} is null) or on another one: Erlang's {@code name}
 * and {@code {name, node}}.
 *
 * @param name the name that the process is registered under
 * @param node the node where it is registered; null for the node of the caller
 */
public record Name(Atom name, @Nullable Atom node) implements Dest {
  public Name {
    Objects.requireNonNull(name, "name");
  }

  /** The process registered as {@code name} on the caller's own node. */
  public static Name of(String name) {
    return new Name(Atom.of(name), null);
  }

  /** The process registered as {@code name} on {@code node}, such as {@code "receiver@host"}. */
  public static Name of(String name, String node) {
    return new Name(Atom.of(name), Atom.of(node));
  }

  @Override
  public String toString() {
    return node == null ? name.toString() : "{" + name + ", " + node + "}";
  }
}
