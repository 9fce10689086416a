package dev.retort.node.eval;

import dev.retort.term.ImproperList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.ListIterator;

/** Erlang's lists: Java's where they come from elsewhere, {@link Cons} where they are made here. */
final class Sequence {
  static final List<Object> NIL = List.of();

  private Sequence() {}

  /** {@code [Head | Tail]}. */
  static Object cons(Object head, Object tail) {
    return switch (tail) {
      case List<?> list -> new Cons(head, list);
      case ImproperList list -> {
        var elements = new ArrayList<Object>(list.elements().size() + 1);
        elements.add(head);
        elements.addAll(list.elements());
        yield ImproperList.of(elements, list.tail());
      }
      default -> ImproperList.of(List.of(head), tail);
    };
  }

  /** A list with at least one element, proper or not: {@code [_ | _]}. */
  static boolean isCons(Object term) {
    return (term instanceof List<?> list && !list.isEmpty()) || term instanceof ImproperList;
  }

  static boolean isList(Object term) {
    return term instanceof List<?> || term instanceof ImproperList;
  }

  static Object head(Object cons) {
    return switch (cons) {
      case Cons cell -> cell.head();
      case List<?> list -> list.getFirst();
      case ImproperList list -> list.elements().getFirst();
      default -> throw Raised.badarg();
    };
  }

  static Object tail(Object cons) {
    return switch (cons) {
      case List<?> list -> ((Cons) cells(list)).tail();
      case ImproperList list -> {
        int size = list.elements().size();
        yield size == 1
            ? list.tail()
            : ImproperList.of(list.elements().subList(1, size), list.tail());
      }
      default -> throw Raised.badarg();
    };
  }

  /** The same list in cells: what comes from elsewhere is an array, whose tails would be copies. */
  static List<?> cells(List<?> list) {
    return list.isEmpty() || list instanceof Cons ? list : of(list);
  }

  /** The list of these elements. */
  static List<?> of(List<?> elements) {
    return append(elements, NIL) instanceof List<?> list ? list : NIL;
  }

  static List<?> of(Collection<?> elements) {
    return of(List.copyOf(elements));
  }

  /** {@code Elements ++ Tail}. */
  static Object append(List<?> elements, Object tail) {
    if (elements.isEmpty()) {
      return tail;
    }
    if (!(tail instanceof List<?> rest)) {
      return tail instanceof ImproperList improper
          ? ImproperList.of(joined(elements, improper.elements()), improper.tail())
          : ImproperList.of(elements, tail);
    }
    List<?> list = rest;
    var backwards = elements instanceof Cons ? List.of(elements.toArray()) : elements;
    for (ListIterator<?> i = backwards.listIterator(backwards.size()); i.hasPrevious(); ) {
      list = new Cons(i.previous(), list);
    }
    return list;
  }

  private static List<Object> joined(List<?> one, List<?> other) {
    var all = new ArrayList<Object>(one.size() + other.size());
    all.addAll(one);
    all.addAll(other);
    return all;
  }

  static List<?> reverse(Iterable<?> elements) {
    List<?> list = NIL;
    for (var element : elements) {
      list = new Cons(element, list);
    }
    return list;
  }

  /** The elements of a proper list; {@code badarg} for anything else. */
  static List<?> elements(Object term) {
    if (term instanceof List<?> list) {
      return list;
    }
    throw Raised.badarg();
  }

  /** The same, with a copy where elements are taken by number. */
  static List<Object> indexed(Object term) {
    return List.of(elements(term).toArray());
  }
}
