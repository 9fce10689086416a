package dev.retort.term;

import java.util.Objects;

/**
 * The identifier of a port of an Erlang node: an open file, a socket. The JVM has none of its own;
 * those of other nodes pass through. Answers to Erlang's {@code port()}, V4_PORT_EXT.
 */
public final class Port {
  private final Atom node;
  private final long id;
  private final int creation;

  private Port(Atom node, long id, int creation) {
    this.node = Objects.requireNonNull(node, "node");
    this.id = id;
    this.creation = creation;
  }

  /**
   * The port with these numbers.
   *
   * @param id unsigned 64 bits
   * @param creation unsigned 32 bits
   */
  public static Port of(Atom node, long id, int creation) {
    return new Port(node, id, creation);
  }

  /** The node that the port belongs to. */
  public Atom node() {
    return node;
  }

  /** The number of the port on its node, unsigned 64 bits. */
  public long id() {
    return id;
  }

  /** Which incarnation of the node it was, an unsigned 32-bit number. */
  public int creation() {
    return creation;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Port that
            && id == that.id
            && creation == that.creation
            && node.equals(that.node));
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  /** As Elixir prints it: {@code #Port<0.5>}. */
  @Override
  public String toString() {
    return "#Port<0." + Long.toUnsignedString(id) + ">";
  }
}
