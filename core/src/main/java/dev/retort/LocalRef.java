package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Ref;

/** A reference made by a node of this JVM: a number that this incarnation gives out once. */
class LocalRef extends Ref {
  final Node home;
  final long number;

  LocalRef(Node home, long number) {
    this.home = home;
    this.number = number;
  }

  @Override
  public final Atom node() {
    return home.name();
  }

  @Override
  public final int creation() {
    return home.creation();
  }

  @Override
  public final int[] words() {
    // The first word of a reference has only 18 bits in nodes older than OTP 24.
    return new int[] {(int) (number & 0x3ffff), (int) (number >>> 18), (int) (number >>> 50)};
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof LocalRef that
        ? number == that.number && home == that.home
        : super.equals(other);
  }

  /** The same as an equal reference's that came back over the wire. */
  @Override
  public final int hashCode() {
    int hash = (int) (number >>> 50);
    hash = hash * 31 + (int) (number >>> 18);
    return hash * 31 + (int) (number & 0x3ffff);
  }
}
