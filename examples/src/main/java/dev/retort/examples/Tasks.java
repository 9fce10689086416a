package dev.retort.examples;

import static dev.retort.Kernel.println;

import dev.retort.Node;
import dev.retort.Task;
import java.util.stream.LongStream;

/** A task is a process that computes one value for whoever started it. */
final class Tasks {
  private Tasks() {}

  /** The sum of the numbers from {@code first} to {@code last}. */
  static long sum(long first, long last) {
    return LongStream.rangeClosed(first, last).sum();
  }

  static void main() throws Exception {
    Node.current()
        .run(
            () -> {
              // One beside this process ...
              var later = Task.async(() -> sum(1, 1_000_000));
              var now = sum(1_000_001, 2_000_000);
              println(later.await() + now); // 2000001000000

              // ... or many beside each other.
              var tasks =
                  LongStream.range(0, 10)
                      .mapToObj(i -> Task.async(() -> sum(i * 100 + 1, i * 100 + 100)))
                      .toList();
              var sums = Task.awaitMany(tasks);
              println(sums); // [5050, 15050, ...
              return println(sums.stream().mapToLong(x -> x).sum()); // 500500
            });
  }
}
