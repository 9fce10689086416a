package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Ref;

/** A reference made by a node of this JVM: a number that this incarnation gives out once. */
final class LocalRef extends Ref {
  private final Node home;
  private final long number;

  LocalRef(Node home, long number) {
    this.home = home;
    this.number = number;
  }

  @Override
  public Atom node() {
    return home.name();
  }

  @Override
  public int creation() {
    return home.creation();
  }

  @Override
  public int[] words() {
    // The first word of a reference has only 18 bits in nodes older than OTP 24.
    return new int[] {(int) (number & 0x3ffff), (int) (number >>> 18), (int) (number >>> 50)};
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LocalRef that
        ? number == that.number && home == that.home
        : super.equals(other);
  }

  /** The same as an equal reference's that came back over the wire. */
  @Override
  public int hashCode() {
    int hash = 31 + (int) (number & 0x3ffff);
    hash = hash * 31 + (int) (number >>> 18);
    return hash * 31 + (int) (number >>> 50);
  }
}
