package dev.retort.node.eval;

import java.util.AbstractCollection;
import java.util.AbstractSequentialList;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;

/**
 * A list cell, {@code [Head | Tail]}, whose tail is a list: what evaluated code builds and takes
 * apart in constant time. To everybody else it is an immutable list.
 */
final class Cons extends AbstractSequentialList<Object> {
  private final Object head;
  private final List<?> tail;
  private final int size;

  Cons(Object head, List<?> tail) {
    this.head = head;
    this.tail = tail;
    this.size = tail.size() + 1;
  }

  Object head() {
    return head;
  }

  List<?> tail() {
    return tail;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Iterator<Object> iterator() {
    return new Cells(this);
  }

  @Override
  public ListIterator<Object> listIterator(int index) {
    return List.of(toArray()).listIterator(index);
  }

  @Override
  public Object[] toArray() {
    return new AbstractCollection<Object>() {
      @Override
      public Iterator<Object> iterator() {
        return Cons.this.iterator();
      }

      @Override
      public int size() {
        return size;
      }
    }.toArray();
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof List<?> that) || that.size() != size) {
      return false;
    }
    var mine = iterator();
    for (var element : that) {
      if (!mine.next().equals(element)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (var element : this) {
      hash = 31 * hash + element.hashCode();
    }
    return hash;
  }

  private static final class Cells implements Iterator<Object> {
    private List<?> rest;

    Cells(List<?> rest) {
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      return !rest.isEmpty();
    }

    @Override
    public Object next() {
      if (rest.isEmpty()) {
        throw new NoSuchElementException();
      }
      var cell = (Cons) Sequence.cells(rest);
      rest = cell.tail;
      return cell.head;
    }
  }
}
