package dev.retort.term;

import dev.retort.etf.Inspect;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A fixed number of terms in order: Erlang's {@code {ok, 1}}. Elements are never null. */
public final class Tuple {
  private static final Tuple EMPTY = new Tuple();

  private final Object[] elements;

  private Tuple(Object... elements) {
    this.elements = elements;
  }

  /** The tuple of these elements. */
  public static Tuple of(Object... elements) {
    if (elements.length == 0) {
      return EMPTY;
    }
    var copy = elements.clone();
    for (var element : copy) {
      Objects.requireNonNull(element, "a tuple's element; use Atom.NIL for nil");
    }
    return new Tuple(copy);
  }

  /** How many elements it has: {@code tuple_size/1}. */
  public int size() {
    return elements.length;
  }

  /**
   * The element at {@code index}, counted from 0: Elixir's {@code elem/2}.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Object get(int index) {
    return elements[Objects.checkIndex(index, elements.length)];
  }

  /** A new array of the elements. */
  public Object[] toArray() {
    return elements.clone();
  }

  /** The elements as an immutable list. */
  public List<Object> toList() {
    return List.of(elements);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Tuple that && Arrays.equals(elements, that.elements));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(elements);
  }

  /** As Elixir's {@code inspect} prints it: {@code {:ok, 1}}. */
  @Override
  public String toString() {
    return Inspect.inspect(this);
  }
}
