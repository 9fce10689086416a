package dev.retort.node;

import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The classes that one closure needs on the other node, and the shell's variables they mention. */
final class ClosureCargo {
  private final Map<String, Class<?>> classes = new LinkedHashMap<>();
  private final Deque<Class<?>> unread = new ArrayDeque<>();
  private final Set<Field> variables = new LinkedHashSet<>();
  private final long limit;
  private long size;

  /**
   * Nothing yet.
   *
   * @param limit how many bytes all class files may have together
   */
  ClosureCargo(long limit) {
    this.limit = limit;
  }

  /** Takes a class along, unless the other node has it. */
  void need(Class<?> type) {
    if (type.isArray()) {
      need(type.getComponentType());
    } else if (ClosureCode.travels(type)) {
      var other = classes.putIfAbsent(type.getName(), type);
      if (other == null) {
        add(type);
      } else if (other != type) {
        throw Closure.cannotTravel("it uses two classes of the name " + type.getName());
      }
    }
  }

  private void add(Class<?> type) {
    unread.add(type);
    size += ClosureCode.of(type).file().size();
    if (size > limit) {
      throw Closure.cannotTravel(
          "with all the classes it refers to it is larger than "
              + limit
              + " bytes. Most of it is in "
              + biggestPackages()
              + ". Let the closure call something smaller, or send a message to a process of a node"
              + " that has this code");
    }
  }

  private String biggestPackages() {
    var sizes = new HashMap<String, Long>();
    for (var type : classes.values()) {
      sizes.merge(type.getPackageName(), (long) ClosureCode.of(type).file().size(), Long::sum);
    }
    return sizes.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(5)
        .map(e -> (e.getKey().isEmpty() ? "no package" : e.getKey()) + " (" + e.getValue() + ")")
        .collect(Collectors.joining(", "));
  }

  /**
   * Takes along what the classes refer to, and what that refers to.
   *
   * @param found gets each variable when it is met; may need more classes
   */
  void complete(Consumer<Field> found) {
    for (var type = unread.poll(); type != null; type = unread.poll()) {
      var code = ClosureCode.of(type);
      code.uses().forEach(this::need);
      for (var variable : code.variables()) {
        if (variables.add(variable)) {
          found.accept(variable);
        }
      }
    }
  }

  /** The variables, in the order of their declaration. */
  List<Field> variables() {
    return variables.stream()
        .sorted(Comparator.comparingInt(v -> ClosureCode.line(v.getDeclaringClass())))
        .toList();
  }

  /** The class files, by the names of the classes. */
  Map<String, Object> files() {
    var files = new HashMap<String, Object>();
    classes.forEach((name, type) -> files.put(name, ClosureCode.of(type).file()));
    return files;
  }
}
