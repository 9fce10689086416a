package dev.retort.term;

import java.util.Arrays;

/**
 * A reference, unique in the cluster: names a monitor, a timer, a call, or (as an alias) a way back
 * to a process. Answers to Erlang's {@code reference()}, NEWER_REFERENCE_EXT.
 */
public abstract non-sealed class Ref implements Dest {
  protected Ref() {}

  /** A reference with the words that came over the wire, most significant last; 1 to 5 of them. */
  public static Ref of(Atom node, int creation, int... words) {
    return new Plain(node, creation, words.clone());
  }

  /** The node that made it. */
  public abstract Atom node();

  /** Which incarnation of that node it was, an unsigned 32-bit number. */
  public abstract int creation();

  /** Its words, unsigned 32 bits each, as NEWER_REFERENCE_EXT orders them. */
  public abstract int[] words();

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Ref that
            && creation() == that.creation()
            && Arrays.equals(words(), that.words())
            && node().equals(that.node()));
  }

  @Override
  public int hashCode() {
    int hash = 0;
    int[] words = words();
    for (int i = words.length - 1; i >= 0; i--) {
      hash = 31 * hash + words[i]; // those that are made in a row are side by side in a table
    }
    return hash;
  }

  /** As Elixir prints it: {@code #Reference<0.1.2.3>}. */
  @Override
  public final String toString() {
    var text = new StringBuilder("#Reference<0");
    int[] words = words();
    for (int i = words.length - 1; i >= 0; i--) {
      text.append('.').append(Integer.toUnsignedString(words[i]));
    }
    return text.append('>').toString();
  }

  private static final class Plain extends Ref {
    private final Atom node;
    private final int creation;
    private final int[] words;

    Plain(Atom node, int creation, int[] words) {
      this.node = node;
      this.creation = creation;
      this.words = words;
    }

    @Override
    public Atom node() {
      return node;
    }

    @Override
    public int creation() {
      return creation;
    }

    @Override
    public int[] words() {
      return words.clone();
    }
  }
}
