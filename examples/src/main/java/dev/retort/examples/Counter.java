package dev.retort.examples;

import static dev.retort.Kernel.println;

import dev.retort.Agent;
import dev.retort.Node;
import dev.retort.Task;
import dev.retort.term.Pid;
import java.util.stream.IntStream;

/**
 * An agent is a process that holds a value. Others send it functions, which it applies one after
 * the other: no lock, and no update is lost.
 */
final class Counter {
  private Counter() {}

  static Pid startLink(int initial) {
    return Agent.startLink(() -> initial);
  }

  /** Adds one, and gives the new value. */
  static int increment(Pid counter) {
    return Agent.getAndUpdate(counter, (Integer n) -> new Agent.Updated<>(n + 1, n + 1));
  }

  static int value(Pid counter) {
    return Agent.get(counter, (Integer n) -> n);
  }

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              var counter = startLink(0);
              println(increment(counter)); // 1
              println(increment(counter)); // 2

              // A thousand processes count at the same time.
              Task.awaitMany(
                  IntStream.range(0, 1000)
                      .mapToObj(i -> Task.async(() -> increment(counter)))
                      .toList());
              return println(value(counter)); // 1002
            });
  }
}
