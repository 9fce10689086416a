package dev.retort;

import dev.retort.term.Atom;
import dev.retort.term.Ref;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Waiting for several tasks at once: {@code Task.await_many/2} and {@code Task.yield_many/2}. */
final class ManyTasks {
  private ManyTasks() {}

  static <T extends @Nullable Object> List<T> await(List<Task<T>> tasks, Duration timeout) {
    long deadline = Timers.deadline(timeout);
    var self = Kernel.process("Task.awaitMany");
    var open = open(tasks, "awaitMany");
    var values = new HashMap<Task<T>, T>();
    while (!open.isEmpty()) {
      switch (message(self, open, deadline)) {
        case Task.Reply reply -> {
          var task = open.remove(reply.ref());
          if (task != null) {
            values.put(task, task.taken(reply));
          }
        }
        case Down down -> {
          open.values().forEach(Task::giveUp);
          throw Task.exit(down, "await_many", List.of(terms(tasks), Task.millis(timeout)));
        }
        case null, default -> {
          open.values().forEach(Task::giveUp);
          throw Task.exit(
              Atom.TIMEOUT,
              "await_many",
              List.of(terms(tasks), Task.millis(timeout)),
              "after "
                  + timeout.toMillis()
                  + " ms, "
                  + open.size()
                  + " of "
                  + tasks.size()
                  + " tasks had no value");
        }
      }
    }
    var inOrder = new ArrayList<T>(tasks.size());
    tasks.forEach(task -> inOrder.add(values.get(task)));
    return inOrder;
  }

  static <T extends @Nullable Object> List<Task.Yielded<T>> yielded(
      List<Task<T>> tasks, Duration timeout, int limit, Task.OnTimeout onTimeout) {
    Objects.requireNonNull(onTimeout, "onTimeout");
    long deadline = Timers.deadline(timeout);
    var self = Kernel.process("Task.yieldMany");
    var open = open(tasks, "yieldMany");
    var outcomes = new HashMap<Task<T>, Outcome<T>>();
    boolean inTime = true;
    while (inTime && !open.isEmpty() && outcomes.size() < limit) {
      var message = message(self, open, deadline);
      if (message == null) {
        inTime = false;
        continue;
      }
      var task = open.remove(Task.ref(message));
      if (task != null) {
        var arguments = List.of(terms(tasks), Task.millis(timeout));
        outcomes.put(task, task.outcome(message, "yield_many", arguments));
      }
    }
    var yielded = new ArrayList<Task.Yielded<T>>(tasks.size());
    for (var task : tasks) {
      var outcome = outcomes.get(task);
      yielded.add(
          new Task.Yielded<>(task, outcome == null && !inTime ? late(task, onTimeout) : outcome));
    }
    return yielded;
  }

  private static <T extends @Nullable Object> @Nullable Outcome<T> late(
      Task<T> task, Task.OnTimeout onTimeout) {
    return switch (onTimeout) {
      case NOTHING -> null;
      case IGNORE -> task.ignore();
      case KILL_TASK -> task.shutdown(ChildSpec.BRUTAL_KILL);
    };
  }

  private static <T extends @Nullable Object> Map<Ref, Task<T>> open(
      List<Task<T>> tasks, String function) {
    Objects.requireNonNull(tasks, "tasks");
    var open = new HashMap<Ref, Task<T>>();
    for (var task : tasks) {
      var unused = task.owner(function);
      open.put(task.ref(), task);
    }
    return open;
  }

  /** The first message of any of them; null at the deadline. */
  private static @Nullable Object message(LocalProcess self, Map<Ref, ?> open, long deadline) {
    return self.<Object>receive(
        message -> {
          var known = Task.known(message);
          return open.containsKey(Task.ref(known)) ? known : null;
        },
        deadline);
  }

  private static List<Object> terms(List<? extends Task<?>> tasks) {
    return tasks.stream().<Object>map(Task::term).toList();
  }
}
