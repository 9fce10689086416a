package dev.retort.term;

import dev.retort.etf.Inspect;
import java.util.Objects;

/**
 * A constant whose name is its value: Erlang's {@code ok}, Elixir's {@code :ok}.
 *
 * <p>Atoms are ordinary values, compared by name and collected like any object, so a peer cannot
 * exhaust a table of them.
 */
public final class Atom implements Comparable<Atom> {
  /** Erlang's limit on the length of an atom's name, in code points. */
  public static final int MAX_LENGTH = 255;

  public static final Atom OK = new Atom("ok");
  public static final Atom ERROR = new Atom("error");
  public static final Atom TRUE = new Atom("true");
  public static final Atom FALSE = new Atom("false");
  public static final Atom NIL = new Atom("nil");
  public static final Atom UNDEFINED = new Atom("undefined");
  public static final Atom NORMAL = new Atom("normal");
  public static final Atom SHUTDOWN = new Atom("shutdown");
  public static final Atom KILL = new Atom("kill");
  public static final Atom KILLED = new Atom("killed");
  public static final Atom NOPROC = new Atom("noproc");
  public static final Atom NOCONNECTION = new Atom("noconnection");
  public static final Atom TIMEOUT = new Atom("timeout");
  public static final Atom INFINITY = new Atom("infinity");

  private final String name;
  private final int hash;

  private Atom(String name) {
    this.name = name;
    this.hash = name.hashCode() * 31 + 7;
  }

  /**
   * The atom with this name.
   *
   * @throws IllegalArgumentException if the name has more than {@value #MAX_LENGTH} code points
   */
  public static Atom of(String name) {
    Objects.requireNonNull(name, "name");
    if (name.length() > MAX_LENGTH && name.codePointCount(0, name.length()) > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "an atom has at most 255 characters, this one has "
              + name.codePointCount(0, name.length()));
    }
    return new Atom(name);
  }

  /** The atom's name, without colon or quotes. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Atom that && hash == that.hash && name.equals(that.name));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public int compareTo(Atom that) {
    return name.compareTo(that.name);
  }

  /** As Elixir's {@code inspect} prints it: {@code :ok}, {@code :"foo bar"}, {@code Foo.Bar}. */
  @Override
  public String toString() {
    return Inspect.inspect(this);
  }
}
