package dev.retort.term;

/**
 * The identifier of a process on some node of the cluster.
 *
 * <p>Two pids are equal when node, creation, id and serial are, whatever class they have: the
 * kernel's own carry the process they name, a connection's carry their connection. Answers to
 * Erlang's {@code pid()}, NEW_PID_EXT.
 */
public abstract non-sealed class Pid implements Dest {
  private final int id;
  private final int serial;

  protected Pid(int id, int serial) {
    this.id = id;
    this.serial = serial;
  }

  /** A pid that only names a process; the kernel finds the way to it when it is used. */
  public static Pid of(Atom node, int id, int serial, int creation) {
    return new Plain(node, id, serial, creation);
  }

  /** The node that the process runs on. */
  public abstract Atom node();

  /** Which incarnation of the node it was, an unsigned 32-bit number. */
  public abstract int creation();

  /** The number of the process on its node, unsigned 32 bits. */
  public final int id() {
    return id;
  }

  /** How often the id has wrapped, unsigned 32 bits. */
  public final int serial() {
    return serial;
  }

  /** The first number of the printed pid: 0 for the node that prints it. */
  protected int channel() {
    return 1 + (node().hashCode() & 0x3ff);
  }

  @Override
  public final boolean equals(Object other) {
    return this == other
        || (other instanceof Pid that
            && id == that.id
            && serial == that.serial
            && creation() == that.creation()
            && node().equals(that.node()));
  }

  @Override
  public final int hashCode() {
    return serial * 31 + id; // those that are made in a row are side by side in a table
  }

  /** As Elixir prints it: {@code #PID<0.107.0>}. */
  @Override
  public final String toString() {
    return "#PID<"
        + channel()
        + "."
        + Integer.toUnsignedString(id)
        + "."
        + Integer.toUnsignedString(serial)
        + ">";
  }

  private static final class Plain extends Pid {
    private final Atom node;
    private final int creation;

    Plain(Atom node, int id, int serial, int creation) {
      super(id, serial);
      this.node = node;
      this.creation = creation;
    }

    @Override
    public Atom node() {
      return node;
    }

    @Override
    public int creation() {
      return creation;
    }
  }
}
