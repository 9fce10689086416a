package dev.retort.term;

import dev.retort.etf.Inspect;
import java.util.List;
import java.util.Objects;

/**
 * A list whose tail is not a list, Erlang's {@code [1, 2 | 3]}. Everyday ones are the alias tags of
 * calls, {@code [alias | Ref]}, and I/O lists.
 */
public final class ImproperList {
  private final List<Object> elements;
  private final Object tail;

  private ImproperList(List<Object> elements, Object tail) {
    this.elements = elements;
    this.tail = tail;
  }

  /**
   * The list {@code [elements... | tail]}.
   *
   * @throws IllegalArgumentException if there is no element, or the tail is itself a list
   */
  public static ImproperList of(List<?> elements, Object tail) {
    Objects.requireNonNull(tail, "an improper list's tail; use Atom.NIL for nil");
    if (elements.isEmpty()) {
      throw new IllegalArgumentException("an improper list has at least one element");
    }
    if (tail instanceof List || tail instanceof ImproperList) {
      throw new IllegalArgumentException("the tail of an improper list is not itself a list");
    }
    return new ImproperList(List.copyOf(elements), tail);
  }

  /** What stands before the bar, immutable, at least one element. */
  public List<Object> elements() {
    return elements;
  }

  /** What stands behind the bar. */
  public Object tail() {
    return tail;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof ImproperList that
            && tail.equals(that.tail)
            && elements.equals(that.elements));
  }

  @Override
  public int hashCode() {
    return 31 * elements.hashCode() + tail.hashCode();
  }

  /** As Elixir's {@code inspect} prints it: {@code [1, 2 | 3]}. */
  @Override
  public String toString() {
    return Inspect.inspect(this);
  }
}
