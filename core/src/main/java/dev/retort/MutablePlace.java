package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.ImproperList;
import dev.retort.term.Tuple;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Where a message can still be changed.
 *
 * @param description the way to it and what to do: {@code Order.lines[2].tags is an ArrayList,
 *     which can still be changed: pass List.copyOf(tags)}
 * @param kind the same for all messages in which it is the same mistake: without indices and keys
 */
record MutablePlace(String description, String kind) {
  /** The first mutable place in a message, the one that is least deep in it; null if none is. */
  static @Nullable MutablePlace in(Object message) {
    return Shapes.of(message.getClass()) == Shape.Immutable.INSTANCE
        ? null
        : new Search().from(message);
  }

  /**
   * A value on the way.
   *
   * @param step how one gets to it from {@code parent}: a field's name, an index, or {@link Key}
   */
  private record Place(Object value, @Nullable Place parent, Object step) {
    /** The way from the message: {@code Order.lines[2]}. */
    String path(boolean exact) {
      if (parent == null) {
        return step.toString();
      }
      return parent.path(exact)
          + switch (step) {
            case Integer index -> exact || parent.value instanceof Tuple ? "[" + index + "]" : "[]";
            case Key(var key) -> exact ? "[" + CrashReport.inspect(key) + "]" : "[]";
            default -> "." + step;
          };
    }

    /** The value as its sender may call it: {@code tags}, {@code lines[2]}. */
    String expression() {
      if (parent == null) {
        return "...";
      }
      return switch (step) {
        case String name -> name;
        case Integer index when parent.parent != null -> parent.expression() + "[" + index + "]";
        default -> "...";
      };
    }
  }

  /** A step to the value of a map's key. */
  private record Key(Object key) {}

  /**
   * Looks at one message, breadth first and without recursion: messages may be deep, or contain
   * themselves.
   */
  private static final class Search {
    /** Elements of a collection that are looked at: they tend to be alike. */
    private static final int ELEMENTS = 100;

    /** Values with something inside that are looked at; ends the way round a circle, too. */
    private static final int VALUES = 1_000;

    private final Queue<Place> ahead = new ArrayDeque<>();
    private int visits;
    private @Nullable MutablePlace found;

    @Nullable MutablePlace from(Object message) {
      visit(message, null, nameOf(message), false);
      for (Place place; found == null && (place = ahead.poll()) != null; ) {
        enter(place);
      }
      return found;
    }

    /** {@code Order}; {@code {:order, ...}} for a tuple with a tag. */
    private static String nameOf(Object message) {
      return message instanceof Tuple tuple && tuple.size() > 1 && tuple.get(0) instanceof Atom tag
          ? "{" + tag + ", ...}"
          : nameOf(message.getClass());
    }

    private static String nameOf(Class<?> type) {
      var name = type.getSimpleName();
      return Part.isLambda(type) ? "lambda" : name.isEmpty() ? type.getName() : name;
    }

    private void visit(
        @Nullable Object value, @Nullable Place parent, Object step, boolean mayOwnArrays) {
      if (value == null || found != null) {
        return;
      }
      switch (Shapes.of(value.getClass())) {
        case Shape.Immutable immutable -> {}
        case Shape.Mutable(var remedy) -> found(new Place(value, parent, step), remedy);
        case Shape.Assignable(var owner, var field) ->
            found(new Place(value, parent, step), owner, field);
        case Shape.Array(var remedy) -> {
          if (mayOwnArrays) {
            visitLater(new Place(value, parent, step));
          } else if (java.lang.reflect.Array.getLength(value) > 0) {
            found(new Place(value, parent, step), remedy);
          }
        }
        case Shape.Container container -> visitLater(new Place(value, parent, step));
        case Shape.Fields fields -> visitLater(new Place(value, parent, step));
      }
    }

    private void visitLater(Place place) {
      if (visits++ < VALUES) {
        ahead.add(place);
      }
    }

    private void enter(Place place) {
      var value = place.value;
      if (Shapes.of(value.getClass()) instanceof Shape.Fields(var parts)) {
        for (int i = 0; i < parts.size(); i++) {
          var part = parts.get(i);
          visit(part.valueIn(value), place, part.name(), part.mayOwnArrays());
        }
        return;
      }
      try {
        enterContainer(value, place);
      } catch (ConcurrentModificationException e) {
        found(place, "a copy"); // a wrapper of something that is being changed right now
      } catch (RuntimeException e) {
        // Somebody's collection does not like to be looked at. It says nothing about messages.
      }
    }

    private void enterContainer(Object value, Place place) {
      switch (value) {
        case Tuple tuple -> {
          for (int i = 0; i < Math.min(tuple.size(), ELEMENTS); i++) {
            visit(tuple.get(i), place, i, false);
          }
        }
        case ImproperList list -> {
          enterElements(list.elements(), place);
          visit(list.tail(), place, "tail", false);
        }
        case Collection<?> collection -> enterElements(collection, place);
        case Map<?, ?> map -> {
          int left = ELEMENTS;
          for (var entry : map.entrySet()) {
            if (left-- == 0) {
              break;
            }
            visit(entry.getKey(), place, "keySet()", false);
            visit(entry.getValue(), place, new Key(entry.getKey()), false);
          }
        }
        case Map.Entry<?, ?> entry -> {
          visit(entry.getKey(), place, "getKey()", false);
          visit(entry.getValue(), place, "getValue()", false);
        }
        case Optional<?> optional -> visit(optional.orElse(null), place, "get()", false);
        case Object[] array -> enterElements(Arrays.asList(array), place);
        default -> {} // an array of numbers
      }
    }

    private void enterElements(Collection<?> elements, Place place) {
      int index = 0;
      for (var element : elements) {
        if (index == ELEMENTS) {
          break;
        }
        visit(element, place, index++, false);
      }
    }

    private void found(Place place, String remedy) {
      var type = nameOf(place.value.getClass());
      var expression = place.expression();
      boolean root = place.parent == null;
      describe(
          (root ? "" : place.path(true) + " is ")
              + ("AEIOUaeiou".indexOf(type.charAt(0)) >= 0 ? "an " : "a ")
              + type
              + (root ? " can still be changed: " : ", which can still be changed: ")
              + "pass "
              + remedy.replace("%s", expression),
          place,
          type);
    }

    private void found(Place place, String owner, String field) {
      describe(
          new Place(place.value, place, field).path(true)
              + " is not final and can still be changed: make it final, or mark "
              + owner
              + " as @Shareable if processes are meant to share it",
          place,
          owner + "." + field);
    }

    private void describe(String description, Place place, String what) {
      found = new MutablePlace(description, place.path(false) + " " + what);
    }
  }
}
