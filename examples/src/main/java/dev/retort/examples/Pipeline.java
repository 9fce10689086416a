package dev.retort.examples;

import static dev.retort.Kernel.println;

import java.util.List;

/**
 * Data goes through functions and comes out as new data. Nothing is changed on the way, so nothing
 * can be changed by two at once: what processes send each other is of this kind.
 */
final class Pipeline {
  private Pipeline() {}

  static void main() {
    var list = List.of(1, 2, 3, 4, 5);

    int sum =
        list.stream()
            .map(x -> x * 2) // [2, 4, 6, 8, 10]
            .filter(x -> x > 5) // [6, 8, 10]
            .mapToInt(x -> x)
            .sum();

    println(sum); // 24
    println(list); // [1, 2, 3, 4, 5], as before
  }
}
